"""The log of questions: every question and its answer, in a SQLite file beside the index."""

import json
import logging
import os
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.answer import Answer
from ui.errors import LogError
from vectorstore.index.disk_full import disk_full_message, is_disk_full

FILE_NAME = "questions.sqlite"
_SCHEMA = """CREATE TABLE IF NOT EXISTS questions (
    number INTEGER PRIMARY KEY, time TEXT NOT NULL, conversation TEXT NOT NULL, answer TEXT NOT NULL)"""

log = logging.getLogger("dateline")


@dataclass(frozen=True)
class Entry:
    """One question of the log. `time` is ISO 8601 in UTC; follow-ups share their `conversation`."""

    time: str
    conversation: str
    answer: Answer

    def to_dict(self) -> dict[str, Any]:
        """The time, the conversation, and then the keys of the Answer."""
        return {"time": self.time, "conversation": self.conversation, **self.answer.to_dict()}


class QuestionLog:
    """The log in one file, which is made when the first answer is added. Safe to share between threads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, answer: Answer, conversation: str) -> None:
        """Store an answer. Where that fails, a warning is logged: the user still gets the answer."""
        row = (datetime.now(UTC).isoformat(timespec="seconds"), conversation, answer.to_json())
        try:
            with closing(sqlite3.connect(self.path, timeout=10)) as connection, connection:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute(_SCHEMA)
                connection.execute("INSERT INTO questions (time, conversation, answer) VALUES (?, ?, ?)", row)
        except (sqlite3.Error, UnicodeEncodeError) as error:
            why = "its disk is full" if is_disk_full(error, self.path.parent) else error
            log.warning("the question was not logged: %s can't be written (%s)", self.path, why)

    def recent(self, n: int) -> list[Entry]:
        """The last n entries, oldest first. Raises LogError when the file can't be read."""
        return self._entries("SELECT * FROM questions ORDER BY number DESC LIMIT ?", n)

    def conversation_last(self) -> list[Entry]:
        """The entries of the conversation that the last question belongs to, oldest first."""
        last = "SELECT conversation FROM questions ORDER BY number DESC LIMIT 1"
        return self._entries(f"SELECT * FROM questions WHERE conversation = ({last}) ORDER BY number DESC")

    def _entries(self, sql: str, *values: object) -> list[Entry]:
        try:
            if not self.path.exists():
                return []
            # Even to read a WAL database SQLite makes files beside it. In a folder where it can't, nobody writes
            # either, and `immutable` reads without them.
            immutable = "" if os.access(self.path.parent, os.W_OK) else "&immutable=1"
            where = f"{self.path.absolute().as_uri()}?mode=ro{immutable}"
            with closing(sqlite3.connect(where, uri=True, timeout=10)) as connection:
                rows = connection.execute(sql, values).fetchall()
            return [
                Entry(time, conversation, Answer.from_dict(json.loads(answer)))
                for _, time, conversation, answer in reversed(rows)
            ]
        except (OSError, sqlite3.Error, KeyError, TypeError, ValueError) as error:
            if is_disk_full(error, self.path.parent):
                raise LogError(disk_full_message(f"the log {self.path}", error)) from error
            raise LogError(f"the log {self.path} can't be read ({error}): move it away to begin a new one") from error
