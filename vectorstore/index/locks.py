"""Locks between processes: files in the data folder."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import filelock

from vectorstore.errors import DataFolderError, IndexBusyError
from vectorstore.index.disk_full import disk_full_message, is_disk_full


@contextmanager
def process_lock(data_dir: Path, name: str, timeout: float, busy: str) -> Iterator[None]:
    """Hold the lock file `name` in a data folder, after waiting for it for at most `timeout` seconds.

    Raises IndexBusyError, whose message begins with `busy`, where another process still holds it, and
    DataFolderError where the folder can't be written.
    """
    lock = filelock.FileLock(data_dir / name)
    try:
        lock.acquire(timeout=timeout)
    except filelock.Timeout as error:
        raise IndexBusyError(f"{busy} {data_dir}: try again when it is done") from error
    except OSError as error:
        if is_disk_full(error, data_dir):
            raise DataFolderError(disk_full_message(f"the data folder {data_dir}", error)) from error
        raise DataFolderError(
            f"can't write to the data folder {data_dir} ({error.strerror or error}): it must be a folder "
            "you may write to; choose another with --data-dir"
        ) from error
    try:
        yield
    finally:
        lock.release()
