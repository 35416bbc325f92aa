"""The library's SQLite file: opening it, transactions, and queries, shared by the threads of a process."""

import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, Self

from filelock import FileLock

from vectorstore.errors import DataFolderError, IndexDamagedError, NoIndexError, StoreError
from vectorstore.index.disk_full import disk_full_message, is_disk_full
from vectorstore.index.schema import prepare

FILE_NAME = "library.sqlite"


class Database:
    """One open SQLite file in WAL mode. Safe to share between threads; several processes may read while one writes."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self.connection = connection
        self._lock = threading.RLock()
        self._closed = False

    @classmethod
    def open(cls, data_dir: Path, create: bool = False) -> Self:
        """Open the file in a data folder; with `create` make both if they do not exist.

        Raises NoIndexError where there is no file and `create` is false, DataFolderError, IndexDamagedError.
        """
        path = data_dir / FILE_NAME
        if not create and not path.is_file():
            raise NoIndexError(data_dir)
        try:
            data_dir.mkdir(parents=True, exist_ok=True)
            connection = sqlite3.connect(path, timeout=30, check_same_thread=False, isolation_level=None)
            try:
                # One process at a time: SQLite does not wait for a lock when a file is switched to WAL.
                with FileLock(data_dir / "open.lock", timeout=30) if create else nullcontext():
                    prepare(connection)
            except BaseException:
                connection.close()
                raise
        except (OSError, sqlite3.OperationalError) as error:
            if is_disk_full(error, data_dir):
                raise DataFolderError(disk_full_message(f"the data folder {data_dir}", error)) from error
            raise DataFolderError(
                f"can't use the data folder {data_dir} ({error}): it must be a folder you may write to; "
                "choose another with --data-dir"
            ) from error
        except sqlite3.DatabaseError as error:
            raise IndexDamagedError(
                f"{path} can't be read ({error}): move it away and run 'dateline ingest' again"
            ) from error
        return cls(connection)

    def close(self) -> None:
        """Wait until no thread uses the file, and close it. May be called twice; later uses raise StoreError."""
        with self._lock:
            self._closed = True
            self.connection.close()

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """A write transaction: committed at the end of the block, rolled back if it raises.

        Raises DataFolderError where the file can't be written.
        """
        with self._exclusive():
            try:
                self.connection.execute("BEGIN IMMEDIATE")
                try:
                    yield self.connection
                    self.connection.execute("COMMIT")
                except BaseException:
                    if self.connection.in_transaction:  # on a full disk SQLite has rolled back by itself
                        self.connection.execute("ROLLBACK")
                    raise
            except sqlite3.OperationalError as error:
                if is_disk_full(error, self._folder()):
                    raise DataFolderError(disk_full_message("the library", error)) from error
                raise DataFolderError(
                    f"can't write to the library ({error}): it must be a file you may write to, on a disk with room"
                ) from error

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        """All rows of a query."""
        with self._exclusive():
            return self.connection.execute(sql, parameters).fetchall()

    def _folder(self) -> Path:
        return Path(self.connection.execute("PRAGMA database_list").fetchone()[2]).parent

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        """Let one thread at a time use the connection. Raises StoreError after `close`."""
        with self._lock:
            if self._closed:
                raise StoreError("the index was closed while it was used: open it again")
            yield
