"""Whether an error comes of a full disk, whoever met it first: Python, SQLite or Chroma."""

import errno
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

_CODES = (errno.ENOSPC, errno.EDQUOT)
_SAID = ("no space left", "disk is full", "quota exceeded", "(code: 13)")
_LEAST_ROOM = 1 << 16
"""Bytes below which SQLite's bare "disk I/O error" is read as a full disk: it cannot make its shared file then."""


def disk_full(error: BaseException, folder: Path) -> bool:
    """Whether the error, or one that it was raised from, says that no room is left, in `folder` if it is vague."""
    return any(_says_full(link) or (_vague(link) and _is_full(folder)) for link in _chain(error))


def no_room(what: object, error: object) -> str:
    """The line about it: `what` could not be written."""
    return f"can't write to {what} ({error}): its disk is full; make room, and run this again: nothing stored is lost"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    link: BaseException | None = error
    while link is not None and id(link) not in seen:
        seen.add(id(link))
        yield link
        link = link.__cause__ or link.__context__


def _says_full(error: BaseException) -> bool:
    if isinstance(error, OSError) and error.errno in _CODES:
        return True
    if isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        return True
    return any(said in str(error).lower() for said in _SAID)


def _vague(error: BaseException) -> bool:
    return "disk i/o error" in str(error).lower()


def _is_full(folder: Path) -> bool:
    try:
        there = next(place for place in (folder, *folder.parents) if place.exists())
        return shutil.disk_usage(there).free < _LEAST_ROOM
    except (OSError, StopIteration):
        return False
