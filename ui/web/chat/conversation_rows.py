"""What is done to the rows of conversations and turns, inside a transaction that the caller began."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant.answer import Answer
from ui.errors import NoConversationError
from ui.web.chat.database import now, storable
from ui.web.chat.turn import Turn
from vectorstore.articles import Filters

_TITLE = 60
"""Characters of a title that is made of the first question."""


def add(connection: sqlite3.Connection, conversation: str, owner: str) -> None:
    """Begin a conversation, unless there is one with this id."""
    connection.execute(
        "INSERT OR IGNORE INTO conversations (id, owner, title, created, updated) VALUES (?, ?, '', ?, ?)",
        (conversation, owner, now(), now()),
    )


def check(connection: sqlite3.Connection, conversation: str, owner: str, deleted: bool = False) -> None:
    """NoConversationError unless it is the owner's, and not deleted unless that will do, too."""
    found = connection.execute(
        "SELECT 1 FROM conversations WHERE id = ? AND owner = ? AND (deleted IS NULL OR ?)",
        (conversation, owner, deleted),
    ).fetchone()
    if not found:
        raise NoConversationError("no such conversation: it was deleted, or the address is wrong")


def write(connection: sqlite3.Connection, conversation: str, turn: Turn, scope: Filters) -> None:
    """Store a turn as it is now."""
    answer = storable(turn.answer.to_json()) if turn.answer else None
    values = (storable(turn.question), turn.state, storable(turn.error), answer)
    connection.execute(
        "INSERT INTO turns (question, state, error, answer, id, conversation, scope)"
        " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
        " ON CONFLICT (id) DO UPDATE SET (question, state, error, answer) = (?1, ?2, ?3, ?4)",
        (*values, turn.id, conversation, json.dumps(asdict(scope))),
    )
    connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now(), conversation))
    name(connection, conversation)


def cut(connection: sqlite3.Connection, conversation: str, turn_id: str, by: str | None = None) -> None:
    """Take out a turn and all after it; `by` is the turn that takes their place."""
    done = connection.execute(
        "UPDATE turns SET cut = ?1, cut_by = ?2 WHERE conversation = ?3 AND cut IS NULL AND number >="
        " (SELECT number FROM turns WHERE id = ?4 AND conversation = ?3 AND cut IS NULL)",
        (now(), by, conversation, turn_id),
    )
    if not done.rowcount:
        raise NoConversationError(f"no turn {turn_id} in this conversation: load the page again")


def settle_replaced(connection: sqlite3.Connection, turn_id: str, answered: bool) -> None:
    """A turn is over: what it replaced goes for good if it was answered, else comes back in its place.

    If the turn was itself cut meanwhile, what it replaced stays away as the turn does.
    """
    if answered:
        connection.execute("UPDATE turns SET cut_by = NULL WHERE cut_by = ?", (turn_id,))
        return
    back = connection.execute(
        "UPDATE turns SET (cut, cut_by) = (SELECT cut, cut_by FROM turns WHERE id = ?1) WHERE cut_by = ?1", (turn_id,)
    )
    if back.rowcount:
        connection.execute("UPDATE turns SET cut = ?, cut_by = NULL WHERE id = ?", (now(), turn_id))


def name(connection: sqlite3.Connection, conversation: str) -> None:
    """Give it its first question for a title, unless a person gave it one."""
    first = connection.execute(
        "SELECT question FROM turns WHERE conversation = ? AND cut IS NULL ORDER BY number LIMIT 1", (conversation,)
    ).fetchone()
    connection.execute(
        "UPDATE conversations SET title = ? WHERE id = ? AND NOT renamed",
        (_title(first[0]) if first else "", conversation),
    )


def _title(question: str) -> str:
    """The question on one line of at most _TITLE characters, cut behind a word where one ends."""
    text = " ".join(question.split())
    if len(text) <= _TITLE:
        return text
    return f"{text[:_TITLE].rsplit(None, 1)[0][: _TITLE - 1]}…"


def turn_of(row: Sequence[Any]) -> Turn:
    """The turn in the columns id, question, state, error, answer."""
    id_, question, state, error, answer = row
    try:
        return Turn(id_, question, state, error=error, answer=Answer.from_dict(json.loads(answer)) if answer else None)
    except (KeyError, TypeError, ValueError) as wrong:
        raise sqlite3.DataError(f"the turn {id_} holds no answer: {wrong}") from wrong
