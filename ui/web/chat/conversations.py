"""The conversations of the chat page: one SQLite file, so that they outlive the browser and the server."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path
from uuid import uuid4

from assistant.answer import Answer
from ui.errors import ConversationsError, NoConversationError, UsageError
from ui.web.chat import conversation_rows as rows
from ui.web.chat.database import ConversationFile, now, storable
from ui.web.chat.turn import Turn
from ui.web.chat.unsaved_turns import Unkept
from vectorstore.articles import Filters

KEPT_DAYS = 30
"""So long what was deleted can be restored."""

STOPPED = "Dateline was stopped before this answer was finished: ask again."
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
        self._unkept = Unkept()

    def begin(self, owner: str) -> str:
        """A new conversation's id, 32 hexadecimal digits. It is listed from its first question on."""
        conversation = uuid4().hex
        with self.file.transaction() as connection:
            rows.add(connection, conversation, owner)
        return conversation

    def ask(self, conversation: str, owner: str, turn: Turn, scope: Filters) -> Sequence[Answer]:
        """Store a new question; returns the answers before it, by which a follow-up is understood.

        The turn that it replaces is taken out with all after it, and comes back when the new one ends without an
        answer. All of it is one transaction: where anything is wrong, the conversation stays as it was. Raises
        UsageError for a question that is there already.
        """
        self.settle()
        with self.file.transaction() as connection:
            if connection.execute("SELECT 1 FROM turns WHERE id = ?", (turn.id,)).fetchone():
                raise UsageError("this question was asked already: load the page again")
            if _ID.fullmatch(conversation) and not turn.replaces:
                rows.add(connection, conversation, owner)
            rows.check(connection, conversation, owner)
            if turn.replaces:
                rows.cut(connection, conversation, turn.replaces, by=turn.id)
            before = [earlier.answer for earlier in self._turns(connection, conversation) if earlier.answer]
            rows.write(connection, conversation, turn, scope)
        return before

    def keep(self, conversation: str, owner: str, turn: Turn, scope: Filters) -> None:
        """Store a turn that is over. Where that fails it is held in memory, shown from there, and stored later."""
        try:
            self.save(conversation, owner, turn, scope)
        except ConversationsError as error:
            self._unkept.hold(conversation, owner, turn, scope, error)
            raise

    def settle(self) -> None:
        """Try once more to store what could not be stored."""
        self._unkept.settle(self.save)

    def save(self, conversation: str, owner: str, turn: Turn, scope: Filters) -> None:
        """Store a turn as it is now, without its passages and what was said so far: the answer has both.

        A well-formed id that nobody has begins a conversation. The first question is the title until it is renamed.
        A turn that was cut or whose conversation was deleted meanwhile is stored and stays away. If it ends without an
        answer, what it should have replaced comes back.
        """
        with self.file.transaction() as connection:
            known = connection.execute("SELECT conversation FROM turns WHERE id = ?", (turn.id,)).fetchone()
            if not known and _ID.fullmatch(conversation):
                rows.add(connection, conversation, owner)
            rows.check(connection, conversation, owner, deleted=bool(known))
            if known and known[0] != conversation:
                raise NoConversationError(f"no turn {turn.id} in this conversation")
            if turn.over:
                rows.settle_replaced(connection, turn.id, answered=turn.answer is not None)
            rows.write(connection, conversation, turn, scope)

    def turn(self, turn_id: str, owner: str) -> tuple[Conversation, Turn]:
        """One turn, and the conversation that it is in."""
        with self.file.transaction(write=False) as connection:
            row = connection.execute(
                "SELECT conversation, id, question, state, error, answer FROM turns WHERE id = ? AND cut IS NULL",
                (turn_id,),
            ).fetchone()
        if not row:
            raise NoConversationError(f"no turn {turn_id}: it was taken out, or the address is wrong")
        return self.get(row[0], owner), self._unkept.instead([rows.turn_of(row[1:])])[0]

    def turns(self, conversation: str, owner: str) -> Sequence[Turn]:
        """The turns, oldest first."""
        self.settle()
        with self.file.transaction(write=False) as connection:
            rows.check(connection, conversation, owner)
            return self._turns(connection, conversation)

    def answers(self, conversation: str, owner: str, before: str | None = None) -> Sequence[Answer]:
        """The answers so far, oldest first: what a follow-up is understood by. Only those before the turn `before`."""
        earlier = takewhile(lambda turn: turn.id != before, self.turns(conversation, owner))
        return [turn.answer for turn in earlier if turn.answer]

    def cut(self, conversation: str, owner: str, turn_id: str) -> None:
        """Take out this turn and all after it: it is edited, asked again or undone."""
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner)
            rows.cut(connection, conversation, turn_id)

    def get(self, conversation: str, owner: str) -> Conversation:
        """What a list says of one conversation; also of one without a question yet."""
        with self.file.transaction(write=False) as connection:
            rows.check(connection, conversation, owner)
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
            listed = connection.execute(
                f"SELECT c.id, c.title, c.created, c.updated, count(*), {_WORDS if wanted else 'NULL'}"
                " FROM conversations c JOIN turns t ON t.conversation = c.id AND t.cut IS NULL"
                " WHERE c.owner = ? AND c.deleted IS NULL GROUP BY c.id ORDER BY c.updated DESC, max(t.number) DESC",
                (owner,),
            ).fetchall()
        found = ((Conversation(*known), f"{known[1]} {words}".casefold()) for *known, words in listed)
        return [conversation for conversation, words in found if all(word in words for word in wanted)]

    def rename(self, conversation: str, owner: str, title: str) -> None:
        """Give it a title of one line, which then stays; "" makes the first question the title again."""
        title = " ".join(storable(title).split())
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner)
            connection.execute(
                "UPDATE conversations SET title = ?, renamed = ? WHERE id = ?", (title, bool(title), conversation)
            )
            rows.name(connection, conversation)

    def delete(self, conversation: str, owner: str) -> None:
        """Take it out of sight; for KEPT_DAYS it can be restored."""
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner)
            connection.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (now(), conversation))

    def restore(self, conversation: str, owner: str) -> None:
        """Bring a deleted one back."""
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner, deleted=True)
            connection.execute("UPDATE conversations SET deleted = NULL WHERE id = ?", (conversation,))

    def recover(self) -> None:
        """At the start of a server: what was under way when the last one ended has failed; what is due is purged.

        What such a question should have replaced comes back.

        Purged are conversations and turns that were taken out KEPT_DAYS ago, and conversations begun as long ago in
        which nothing was asked.
        """
        if not self.file.path.exists():
            return
        due = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="milliseconds")
        with self.file.transaction() as connection:
            under_way = connection.execute(
                "SELECT id, conversation FROM turns WHERE state NOT IN ('done', 'stopped', 'failed')"
            ).fetchall()
            for turn_id, conversation in under_way:
                rows.settle_replaced(connection, turn_id, answered=False)
                connection.execute("UPDATE turns SET state = 'failed', error = ? WHERE id = ?", (STOPPED, turn_id))
                rows.name(connection, conversation)
            connection.execute("DELETE FROM turns WHERE cut < ?", (due,))
            connection.execute("DELETE FROM conversations WHERE deleted < ?", (due,))
            connection.execute(
                "DELETE FROM conversations WHERE updated < ? AND id NOT IN (SELECT conversation FROM turns)", (due,)
            )

    def _turns(self, connection: sqlite3.Connection, conversation: str) -> Sequence[Turn]:
        found = connection.execute(
            "SELECT id, question, state, error, answer FROM turns WHERE conversation = ? AND cut IS NULL"
            " ORDER BY number",
            (conversation,),
        )
        return self._unkept.instead([rows.turn_of(row) for row in found])
