"""Recognise errors of Python, SQLite and Chroma that were caused by a full disk."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_CODES = (errno.ENOSPC, errno.EDQUOT)
_MESSAGES = ("no space left", "disk is full", "quota exceeded", "(code: 13)")
_MIN_FREE_BYTES = 1 << 16
"""With less free space SQLite cannot create its shared-memory file, and reports only "disk I/O error"."""


def is_disk_full(error: BaseException, folder: Path) -> bool:
    """Whether `error`, or an error in its chain of causes, comes from a full disk.

    Where the error itself is ambiguous ("disk I/O error"), the free space of the disk of `folder` decides.
    """
    return any(_names_full_disk(cause) or (_is_ambiguous(cause) and _has_no_space(folder)) for cause in _chain(error))


def disk_full_message(target: object, error: object) -> str:
    """The message for the user: `target` could not be written because of `error`."""
    return f"can't write to {target} ({error}): its disk is full; make room, and run this again: nothing stored is lost"


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and the errors that it was raised from, each once."""
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        yield cause
        cause = cause.__cause__ or cause.__context__


def _names_full_disk(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _CODES:
        return True
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return True
    return any(message in str(error).lower() for message in _MESSAGES)


def _is_ambiguous(error: BaseException) -> bool:
    return "disk i/o error" in str(error).lower()


def _has_no_space(folder: Path) -> bool:
    try:
        existing = next(path for path in (folder, *folder.parents) if path.exists())
        return shutil.disk_usage(existing).free < _MIN_FREE_BYTES
    except (OSError, StopIteration):
        return False
