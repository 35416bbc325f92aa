"""Reading and writing rows of conversations and turns, inside a transaction that the caller began."""

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
"""Characters of a title made from the first question."""


def add(connection: sqlite3.Connection, conversation: str, owner: str) -> None:
    """Create a conversation, unless one with this id exists."""
    connection.execute(
        "INSERT OR IGNORE INTO conversations (id, owner, title, created, updated) VALUES (?, ?, '', ?, ?)",
        (conversation, owner, now(), now()),
    )


def check(connection: sqlite3.Connection, conversation: str, owner: str, deleted: bool = False) -> None:
    """Raises NoConversationError unless it is the owner's; a deleted one counts only if `deleted` is true."""
    row = connection.execute(
        "SELECT 1 FROM conversations WHERE id = ? AND owner = ? AND (deleted IS NULL OR ?)",
        (conversation, owner, deleted),
    ).fetchone()
    if not row:
        raise NoConversationError("no such conversation: it was deleted, or the address is wrong")


def write(connection: sqlite3.Connection, conversation: str, turn: Turn, scope: Filters) -> None:
    """Insert or update a turn in its current state, and set the conversation's time and title."""
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
    """Remove a turn and all after it; `by` is the id of the turn that takes their place.

    Raises NoConversationError when the conversation has no such turn.
    """
    done = connection.execute(
        "UPDATE turns SET cut = ?1, cut_by = ?2 WHERE conversation = ?3 AND cut IS NULL AND number >="
        " (SELECT number FROM turns WHERE id = ?4 AND conversation = ?3 AND cut IS NULL)",
        (now(), by, conversation, turn_id),
    )
    if not done.rowcount:
        raise NoConversationError(f"no turn {turn_id} in this conversation: load the page again")


def settle_replaced(connection: sqlite3.Connection, turn_id: str, answered: bool) -> None:
    """A turn is over: the turns that it replaced are removed for good if it was answered, else they come back.

    If the turn was itself removed meanwhile, they stay removed too.
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
    """Make the first question the title, unless a person renamed the conversation."""
    first = connection.execute(
        "SELECT question FROM turns WHERE conversation = ? AND cut IS NULL ORDER BY number LIMIT 1", (conversation,)
    ).fetchone()
    connection.execute(
        "UPDATE conversations SET title = ? WHERE id = ? AND NOT renamed",
        (_title(first[0]) if first else "", conversation),
    )


def _title(question: str) -> str:
    """The question on one line of at most _TITLE characters, cut between words where possible."""
    text = " ".join(question.split())
    if len(text) <= _TITLE:
        return text
    return f"{text[:_TITLE].rsplit(None, 1)[0][: _TITLE - 1]}…"


def turn_of(row: Sequence[Any]) -> Turn:
    """The turn in the columns id, question, state, error, answer. Raises sqlite3.DataError for an unreadable answer."""
    id_, question, state, error, answer = row
    try:
        return Turn(id_, question, state, error=error, answer=Answer.from_dict(json.loads(answer)) if answer else None)
    except (KeyError, TypeError, ValueError) as wrong:
        raise sqlite3.DataError(f"the turn {id_} holds no answer: {wrong}") from wrong
