"""A full disk is named as such, whoever meets it."""

import errno
import shutil
import sqlite3
from pathlib import Path
from typing import Any

import pytest

from ui.web.chat.database import ConversationFile
from vectorstore.errors import DataFolderError
from vectorstore.index.disk_full import is_disk_full
from vectorstore.index.library import Library
from vectorstore.index.vectors import Vectors


def chained(cause: Exception) -> Exception:
    try:
        raise RuntimeError("the index failed") from cause
    except RuntimeError as error:
        return error


@pytest.mark.parametrize(
    "error",
    [
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EDQUOT, "Disk quota exceeded"),
        sqlite3.OperationalError("database or disk is full"),
        Exception("error returned from database: (code: 13) database or disk is full"),
        chained(OSError(errno.ENOSPC, "No space left on device")),
    ],
)
def test_a_full_disk_is_known(error: Exception, tmp_path: Path) -> None:
    assert is_disk_full(error, tmp_path)


@pytest.mark.parametrize("error", [OSError(errno.EACCES, "Permission denied"), sqlite3.OperationalError("locked")])
def test_other_trouble_is_not_a_full_disk(error: Exception, tmp_path: Path) -> None:
    assert not is_disk_full(error, tmp_path)


def test_a_vague_error_is_one_only_where_no_room_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    error = sqlite3.OperationalError("disk I/O error")
    assert not is_disk_full(error, tmp_path)
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(100, 100, 0))  # type: ignore[attr-defined]
    assert is_disk_full(error, tmp_path / "not" / "there")


def test_the_index_is_not_blamed_for_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> Any:  # noqa: ANN401
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr("vectorstore.index.database.sqlite3.connect", full)
    with pytest.raises(DataFolderError, match="its disk is full; make room"):
        Library.open(tmp_path, create=True)
    with pytest.raises(Exception, match="its disk is full; make room"), ConversationFile(tmp_path / "c").transaction():
        pass
    monkeypatch.setattr(Vectors, "_opened", full)
    with pytest.raises(DataFolderError, match="its disk is full; make room"):
        Vectors(tmp_path / "chroma-1", 384).count()
