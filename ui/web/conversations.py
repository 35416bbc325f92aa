"""The conversations of the chat page: one SQLite file, so that they outlive the browser and the server."""

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import Any
from uuid import uuid4

from assistant.answer import Answer
from ui.errors import NoConversationError
from ui.web.conversation_file import ConversationFile, now, storable
from ui.web.turn import Turn
from vectorstore.articles import Filters

KEPT_DAYS = 30
"""So long what was deleted can be restored."""

STOPPED = "Dateline was stopped before this answer was finished: ask again."
_TITLE = 60
_ID = re.compile("[0-9a-f]{32}")
_WORDS = "group_concat(t.question || ' ' || coalesce(json_extract(t.answer, '$.answer'), ''), ' ')"


@dataclass(frozen=True)
class Conversation:
    """A conversation in a list. Times are ISO 8601 in UTC; `turns` counts its questions."""

    id: str
    title: str
    created: str
    updated: str
    turns: int


class Conversations:
    """The conversations in one file, made when first written to. Safe to share between threads and processes.

    Every method sees the conversations of one owner alone: another's is NoConversationError, as is one that was
    deleted. All raise ConversationsError when the file can't be read or written; it is left as it is.
    """

    def __init__(self, path: Path) -> None:
        self.file = ConversationFile(path)

    def begin(self, owner: str) -> str:
        """A new conversation's id, 32 hexadecimal digits. It is listed from its first question on."""
        conversation = uuid4().hex
        with self.file.transaction() as connection:
            _add(connection, conversation, owner)
        return conversation

    def save(self, conversation: str, owner: str, turn: Turn, scope: Filters) -> None:
        """Store a turn as it is now, without its passages and what was said so far: the answer has both.

        A well-formed id that nobody has begins a conversation. The first question is the title until it is renamed.
        A turn that was cut or whose conversation was deleted meanwhile is stored and stays away.
        """
        answer = storable(turn.answer.to_json()) if turn.answer else None
        values = (storable(turn.question), turn.state, storable(turn.error), answer)
        with self.file.transaction() as connection:
            known = connection.execute("SELECT conversation FROM turns WHERE id = ?", (turn.id,)).fetchone()
            if not known and _ID.fullmatch(conversation):
                _add(connection, conversation, owner)
            _check(connection, conversation, owner, deleted=bool(known))
            if known and known[0] != conversation:
                raise NoConversationError(f"no turn {turn.id} in this conversation")
            connection.execute(
                "INSERT INTO turns (question, state, error, answer, id, conversation, scope)"
                " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)"
                " ON CONFLICT (id) DO UPDATE SET (question, state, error, answer) = (?1, ?2, ?3, ?4)",
                (*values, turn.id, conversation, json.dumps(asdict(scope))),
            )
            connection.execute("UPDATE conversations SET updated = ? WHERE id = ?", (now(), conversation))
            _name(connection, conversation)

    def turn(self, turn_id: str, owner: str) -> tuple[Conversation, Turn]:
        """One turn, and the conversation that it is in."""
        with self.file.transaction(write=False) as connection:
            row = connection.execute(
                "SELECT conversation, id, question, state, error, answer FROM turns WHERE id = ? AND cut IS NULL",
                (turn_id,),
            ).fetchone()
        if not row:
            raise NoConversationError(f"no turn {turn_id}: it was taken out, or the address is wrong")
        return self.get(row[0], owner), _turn(row[1:])

    def turns(self, conversation: str, owner: str) -> Sequence[Turn]:
        """The turns, oldest first."""
        with self.file.transaction(write=False) as connection:
            _check(connection, conversation, owner)
            rows = connection.execute(
                "SELECT id, question, state, error, answer FROM turns WHERE conversation = ? AND cut IS NULL"
                " ORDER BY number",
                (conversation,),
            )
            return [_turn(row) for row in rows]

    def answers(self, conversation: str, owner: str, before: str | None = None) -> Sequence[Answer]:
        """The answers so far, oldest first: what a follow-up is understood by. Only those before the turn `before`."""
        earlier = takewhile(lambda turn: turn.id != before, self.turns(conversation, owner))
        return [turn.answer for turn in earlier if turn.answer]

    def cut(self, conversation: str, owner: str, turn_id: str) -> None:
        """Take out this turn and all after it: it is edited, asked again or undone."""
        with self.file.transaction() as connection:
            _check(connection, conversation, owner)
            done = connection.execute(
                "UPDATE turns SET cut = ? WHERE conversation = ? AND cut IS NULL AND number >="
                " (SELECT number FROM turns WHERE id = ? AND conversation = ? AND cut IS NULL)",
                (now(), conversation, turn_id, conversation),
            )
            if not done.rowcount:
                raise NoConversationError(f"no turn {turn_id} in this conversation")

    def get(self, conversation: str, owner: str) -> Conversation:
        """What a list says of one conversation; also of one without a question yet."""
        with self.file.transaction(write=False) as connection:
            _check(connection, conversation, owner)
            row = connection.execute(
                "SELECT id, title, created, updated,"
                " (SELECT count(*) FROM turns WHERE conversation = c.id AND cut IS NULL)"
                " FROM conversations c WHERE id = ?",
                (conversation,),
            ).fetchone()
        return Conversation(*row)

    def list(self, owner: str, query: str = "") -> Sequence[Conversation]:
        """The conversations with a question in them, the latest first.

        With a query those that have each of its words, in any case, as words or parts of words of the title, the
        questions and the answers.
        """
        wanted = query.casefold().split()
        with self.file.transaction(write=False) as connection:
            rows = connection.execute(
                f"SELECT c.id, c.title, c.created, c.updated, count(*), {_WORDS if wanted else 'NULL'}"
                " FROM conversations c JOIN turns t ON t.conversation = c.id AND t.cut IS NULL"
                " WHERE c.owner = ? AND c.deleted IS NULL GROUP BY c.id ORDER BY c.updated DESC, max(t.number) DESC",
                (owner,),
            ).fetchall()
        found = ((Conversation(*known), f"{known[1]} {words}".casefold()) for *known, words in rows)
        return [conversation for conversation, words in found if all(word in words for word in wanted)]

    def rename(self, conversation: str, owner: str, title: str) -> None:
        """Give it a title of one line, which then stays; "" makes the first question the title again."""
        title = " ".join(storable(title).split())
        with self.file.transaction() as connection:
            _check(connection, conversation, owner)
            connection.execute(
                "UPDATE conversations SET title = ?, renamed = ? WHERE id = ?", (title, bool(title), conversation)
            )
            _name(connection, conversation)

    def delete(self, conversation: str, owner: str) -> None:
        """Take it out of sight; for KEPT_DAYS it can be restored."""
        with self.file.transaction() as connection:
            _check(connection, conversation, owner)
            connection.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (now(), conversation))

    def restore(self, conversation: str, owner: str) -> None:
        """Bring a deleted one back."""
        with self.file.transaction() as connection:
            _check(connection, conversation, owner, deleted=True)
            connection.execute("UPDATE conversations SET deleted = NULL WHERE id = ?", (conversation,))

    def recover(self) -> None:
        """At the start of a server: what was under way when the last one ended has failed; what is due is purged.

        Purged are conversations and turns that were taken out KEPT_DAYS ago, and conversations begun as long ago in
        which nothing was asked.
        """
        if not self.file.path.exists():
            return
        due = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="milliseconds")
        with self.file.transaction() as connection:
            connection.execute(
                "UPDATE turns SET state = 'failed', error = ? WHERE state NOT IN ('done', 'stopped', 'failed')",
                (STOPPED,),
            )
            connection.execute("DELETE FROM turns WHERE cut < ?", (due,))
            connection.execute("DELETE FROM conversations WHERE deleted < ?", (due,))
            connection.execute(
                "DELETE FROM conversations WHERE updated < ? AND id NOT IN (SELECT conversation FROM turns)", (due,)
            )


def _add(connection: sqlite3.Connection, conversation: str, owner: str) -> None:
    connection.execute(
        "INSERT OR IGNORE INTO conversations (id, owner, title, created, updated) VALUES (?, ?, '', ?, ?)",
        (conversation, owner, now(), now()),
    )


def _check(connection: sqlite3.Connection, conversation: str, owner: str, deleted: bool = False) -> None:
    """NoConversationError unless it is the owner's, and not deleted unless that will do, too."""
    found = connection.execute(
        "SELECT 1 FROM conversations WHERE id = ? AND owner = ? AND (deleted IS NULL OR ?)",
        (conversation, owner, deleted),
    ).fetchone()
    if not found:
        raise NoConversationError("no such conversation: it was deleted, or the address is wrong")


def _name(connection: sqlite3.Connection, conversation: str) -> None:
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


def _turn(row: Sequence[Any]) -> Turn:
    id_, question, state, error, answer = row
    try:
        return Turn(id_, question, state, error=error, answer=Answer.from_dict(json.loads(answer)) if answer else None)
    except (KeyError, TypeError, ValueError) as wrong:
        raise sqlite3.DataError(f"the turn {id_} holds no answer: {wrong}") from wrong
