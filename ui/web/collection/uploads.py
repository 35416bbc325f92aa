"""Files dropped on the page: under a name that is safe, in a folder named after their content, or one line why not."""

import hashlib
import os
import time
import unicodedata
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import uuid4

from ui.errors import UploadError
from vectorstore.articles import Problem
from vectorstore.readers.files import SUFFIXES

LONGEST = 180
"""Bytes of a name without its ending: file systems take 255 in all."""

STALE = 24 * 3600
"""Seconds after which a file that never became whole is of a server that was killed."""

_BLOCK = 1 << 20
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*'), "_")
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)
"""Names that Windows keeps for devices, with whatever ending."""


@dataclass(frozen=True)
class Received:
    """A file that came in whole: its safe `name`, the SHA-256 of its bytes, and where they wait (`partial`)."""

    name: str
    sha256: str
    partial: Path


def receive(name: str, data: BinaryIO, folder: Path) -> Received | Problem:
    """Write what was dropped as `name` into a partial file of `folder`; a Problem for what no reader could read.

    Raises UploadError when it can't be written.
    """
    try:
        name = safe_name(name)
    except UploadError as error:
        return Problem(_visible(name) or "a file", str(error))
    partial = folder / f".{uuid4().hex}.partial"
    sha256 = hashlib.sha256()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as file:
            while block := data.read(_BLOCK):
                sha256.update(block)
                file.write(block)
    except OSError as error:
        discard(partial)
        raise UploadError(
            f"the file can't be kept in {folder} ({error.strerror or error}): "
            "it must be a folder you may write to, on a disk with room"
        ) from error
    return Received(name, sha256.hexdigest(), partial)


def place(received: Received, folder: Path) -> Path:
    """Move a received file to where it stays; the same bytes under the same name come to the same place."""
    path = folder / received.sha256[:16] / received.name
    path.parent.mkdir(exist_ok=True)
    received.partial.replace(path)
    return path


def discard(path: Path) -> None:
    """Delete a file, and the folder that held nothing else."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def sweep(folder: Path) -> None:
    """Delete what a killed server left half-written."""
    for partial in folder.glob(".*.partial"):
        with suppress(OSError):
            if time.time() - partial.stat().st_mtime > STALE:
                partial.unlink()


def safe_name(name: str) -> str:
    """The last part of a name, without what a file system or a reader's eye could be misled by.

    Raises UploadError for one that leaves nothing, or whose ending no reader knows.
    """
    name = _visible(name.replace("\\", "/").rsplit("/", 1)[-1]).translate(_FORBIDDEN).strip(". ")
    if not name:
        raise UploadError("a file without a name: give it one that ends as its format does, such as article.txt")
    stem, suffix = os.path.splitext(name)  # noqa: PTH122 - a name, not a path
    if suffix.lower() not in SUFFIXES:
        ending = f"ending in {suffix}" if suffix else "without an ending"
        raise UploadError(f"a file {ending} can't be read: expected one of {' '.join(SUFFIXES)}")
    stem = stem.encode()[:LONGEST].decode(errors="ignore").strip(". ") or "article"
    return f"{'_' if stem.split('.')[0].strip().lower() in _RESERVED else ''}{stem}{suffix}"


def _visible(text: str) -> str:
    plain = "".join(char for char in text if unicodedata.category(char) not in _INVISIBLE)
    return " ".join(unicodedata.normalize("NFC", plain).split())
