"""The conversations of the chat page, stored in one SQLite file: they outlive the browser and the server."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from pathlib import Path
from uuid import uuid4

from assistant.answer import Answer
from ui.errors import ConversationsError, NoConversationError, UsageError
from ui.web.chat import conversation_rows as rows
from ui.web.chat.database import ConversationFile, now, storable
from ui.web.chat.recovery import fail_unfinished, purge
from ui.web.chat.turn import Turn
from ui.web.chat.unsaved_turns import UnsavedTurns
from vectorstore.articles import Filters

_ID = re.compile("[0-9a-f]{32}")
_WORDS = "group_concat(t.question || ' ' || coalesce(json_extract(t.answer, '$.answer'), ''), ' ')"


@dataclass(frozen=True)
class Conversation:
    """A conversation without its turns. Times are ISO 8601 in UTC; `turns` is the number of its questions."""

    id: str
    title: str
    created: str
    updated: str
    turns: int


class Conversations:
    """The conversations of one file, which the first write creates. Safe to share between threads and processes.

    Each method sees one owner's conversations alone. Another owner's conversation and a deleted one raise
    NoConversationError. All raise ConversationsError when the file can't be read or written; it is left as it is.
    """

    def __init__(self, path: Path) -> None:
        self.file = ConversationFile(path)
        self._unsaved = UnsavedTurns()

    def begin(self, owner: str) -> str:
        """Create a conversation; returns its id, 32 hexadecimal digits. It is listed from its first question on."""
        conversation = uuid4().hex
        with self.file.transaction() as connection:
            rows.add(connection, conversation, owner)
        return conversation

    def ask(self, conversation: str, owner: str, turn: Turn, scope: Filters) -> Sequence[Answer]:
        """Store a new question; returns the answers before it, which a follow-up refers to.

        The turn that it replaces is removed with all after it, and comes back when the new one ends without an answer.
        All of it is one transaction: after an error the conversation is as it was. Raises UsageError for a turn id
        that is stored already.
        """
        self.retry_unsaved()
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

    def save_or_hold(self, conversation: str, owner: str, turn: Turn, scope: Filters) -> None:
        """Store a turn that is over. If that fails, keep it in memory, to be shown and stored later; then raise."""
        try:
            self.save(conversation, owner, turn, scope)
        except ConversationsError as error:
            self._unsaved.hold(conversation, owner, turn, scope, error)
            raise

    def retry_unsaved(self) -> None:
        """Try once more to store the turns that could not be stored."""
        self._unsaved.retry(self.save)

    def save(self, conversation: str, owner: str, turn: Turn, scope: Filters) -> None:
        """Store a turn in its current state; passages and unfinished statements are not stored.

        An unknown well-formed conversation id creates the conversation. The first question is its title until it is
        renamed. A turn that was removed meanwhile, alone or with its conversation, is stored and stays removed. If it
        ended without an answer, the turn that it should have replaced comes back.
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
        """One turn, and its conversation."""
        with self.file.transaction(write=False) as connection:
            row = connection.execute(
                "SELECT conversation, id, question, state, error, answer FROM turns WHERE id = ? AND cut IS NULL",
                (turn_id,),
            ).fetchone()
        if not row:
            raise NoConversationError(f"no turn {turn_id}: it was taken out, or the address is wrong")
        return self.get(row[0], owner), self._unsaved.overlay([rows.turn_of(row[1:])])[0]

    def turns(self, conversation: str, owner: str) -> Sequence[Turn]:
        """The turns, oldest first."""
        self.retry_unsaved()
        with self.file.transaction(write=False) as connection:
            rows.check(connection, conversation, owner)
            return self._turns(connection, conversation)

    def answers(self, conversation: str, owner: str, before: str | None = None) -> Sequence[Answer]:
        """The answers, oldest first: all, or those before the turn with the id `before`."""
        earlier = takewhile(lambda turn: turn.id != before, self.turns(conversation, owner))
        return [turn.answer for turn in earlier if turn.answer]

    def cut(self, conversation: str, owner: str, turn_id: str) -> None:
        """Remove this turn and all after it: it is edited, asked again or undone."""
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner)
            rows.cut(connection, conversation, turn_id)

    def get(self, conversation: str, owner: str) -> Conversation:
        """One conversation, also one without a question yet."""
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
        """The conversations that have a question, the latest first.

        With a query: those whose title, questions and answers contain each of its words, case ignored, also as parts
        of longer words.
        """
        wanted = query.casefold().split()
        with self.file.transaction(write=False) as connection:
            listed = connection.execute(
                f"SELECT c.id, c.title, c.created, c.updated, count(*), {_WORDS if wanted else 'NULL'}"
                " FROM conversations c JOIN turns t ON t.conversation = c.id AND t.cut IS NULL"
                " WHERE c.owner = ? AND c.deleted IS NULL GROUP BY c.id ORDER BY c.updated DESC, max(t.number) DESC",
                (owner,),
            ).fetchall()
        texts = ((Conversation(*row), f"{row[1]} {words}".casefold()) for *row, words in listed)
        return [conversation for conversation, text in texts if all(word in text for word in wanted)]

    def rename(self, conversation: str, owner: str, title: str) -> None:
        """Set the title, put on one line; "" makes the first question the title again."""
        title = " ".join(storable(title).split())
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner)
            connection.execute(
                "UPDATE conversations SET title = ?, renamed = ? WHERE id = ?", (title, bool(title), conversation)
            )
            rows.name(connection, conversation)

    def delete(self, conversation: str, owner: str) -> None:
        """Mark it as deleted; `restore` brings it back for KEPT_DAYS days."""
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner)
            connection.execute("UPDATE conversations SET deleted = ? WHERE id = ?", (now(), conversation))

    def restore(self, conversation: str, owner: str) -> None:
        """Bring a deleted conversation back."""
        with self.file.transaction() as connection:
            rows.check(connection, conversation, owner, deleted=True)
            connection.execute("UPDATE conversations SET deleted = NULL WHERE id = ?", (conversation,))

    def recover(self) -> None:
        """At the start of a server: see `recovery`."""
        if self.file.path.exists():
            with self.file.transaction() as connection:
                fail_unfinished(connection)
                purge(connection)

    def _turns(self, connection: sqlite3.Connection, conversation: str) -> Sequence[Turn]:
        turns = connection.execute(
            "SELECT id, question, state, error, answer FROM turns WHERE conversation = ? AND cut IS NULL"
            " ORDER BY number",
            (conversation,),
        )
        return self._unsaved.overlay([rows.turn_of(row) for row in turns])
