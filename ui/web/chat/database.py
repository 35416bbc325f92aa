"""The SQLite file of conversations and feedback: created, opened, locked and migrated."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, nullcontext
from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path

from filelock import FileLock

from ui.errors import ConversationsError
from ui.web.security.user_names import folded
from vectorstore.index.disk_full import disk_full, no_room

FILE_NAME = "conversations.sqlite"
_VERSION = 2
_FROM_VERSION_1 = """ALTER TABLE turns ADD COLUMN cut_by TEXT;
    UPDATE conversations SET owner = folded(owner);
    UPDATE feedback SET owner = folded(owner);"""


class ConversationFile:
    """The file, which the first write creates. Safe to share between threads and processes."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def transaction(self, write: bool = True) -> Iterator[sqlite3.Connection]:
        """A transaction on a connection of its own: committed at the end of the block, rolled back after an error.

        With `write` false no file is created: where there is none, all tables are empty. Raises ConversationsError
        when the file can't be read or written, and leaves it as it is.
        """
        try:
            with closing(self._open(write)) as connection, connection:
                connection.execute("BEGIN IMMEDIATE" if write else "BEGIN")
                yield connection
        except (OSError, sqlite3.OperationalError) as error:
            if disk_full(error, self.path.parent):
                raise ConversationsError(no_room(f"the conversations in {self.path}", error)) from error
            raise ConversationsError(
                f"can't use the conversations in {self.path} ({error}): it must be a file you may write to,"
                " on a disk with room"
            ) from error
        except sqlite3.DatabaseError as error:
            raise ConversationsError(
                f"the conversations in {self.path} can't be read ({error}): move the file away to begin a new one"
            ) from error

    def _open(self, write: bool) -> sqlite3.Connection:
        path = self.path if write or self.path.exists() else None
        connection = sqlite3.connect(path or ":memory:", timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA foreign_keys = ON")
            connection.execute("PRAGMA synchronous = NORMAL")
            if _version(connection) < _VERSION:
                # One at a time: SQLite does not wait for a lock when a file is switched to WAL.
                with FileLock(f"{path}.lock", timeout=30) if path else nullcontext():
                    _prepare(connection)
            if _version(connection) != _VERSION:
                raise sqlite3.DatabaseError(f"another version of Dateline made it: expected version {_VERSION}")
        except BaseException:
            connection.close()
            raise
        return connection


def now() -> str:
    """The current time as it is stored: ISO 8601 in UTC, with milliseconds."""
    return datetime.now(UTC).isoformat(timespec="milliseconds")


def storable(text: str) -> str:
    """The text with "?" for each lone surrogate, which SQLite can't store."""
    return text.encode("utf-8", "replace").decode()


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _prepare(connection: sqlite3.Connection) -> None:
    """Create the tables, or migrate those of an earlier version, unless another process did so meanwhile."""
    version = _version(connection)
    if version == 0:
        connection.execute("PRAGMA journal_mode = WAL")
        script = files("ui.web.chat").joinpath("conversations.sql").read_text(encoding="utf-8")
    elif version == 1:
        connection.create_function("folded", 1, folded, deterministic=True)
        script = _FROM_VERSION_1
    else:
        return
    connection.executescript(f"BEGIN IMMEDIATE; {script} PRAGMA user_version = {_VERSION}; COMMIT;")
