"""Uploaded files: stored under a safe name in a folder named after their content, or refused with a reason."""

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
"""Bytes of a name without its suffix; file systems allow 255 in all."""

STALE = 24 * 3600
"""Seconds after which a partial file must come from a server that was killed."""

_BLOCK = 1 << 20
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp")
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*'), "_")
_RESERVED = frozenset(
    ["con", "prn", "aux", "nul", *(f"{port}{number}" for port in ("com", "lpt") for number in range(10))]
)
"""Names that Windows reserves for devices, with any suffix."""


@dataclass(frozen=True)
class Received:
    """A completely received file: its safe `name`, the SHA-256 of its bytes, and the file they are in (`partial`)."""

    name: str
    sha256: str
    partial: Path


def receive(name: str, data: BinaryIO, folder: Path) -> Received | Problem:
    """Write the data of a file named `name` to a partial file in `folder`; a Problem if no reader could read it.

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
    """Move a received file to its final path, which depends on its bytes and name alone."""
    path = folder / received.sha256[:16] / received.name
    path.parent.mkdir(exist_ok=True)
    received.partial.replace(path)
    return path


def discard(path: Path) -> None:
    """Delete a file, and its folder if that is empty then."""
    with suppress(OSError):
        path.unlink(missing_ok=True)
        path.parent.rmdir()


def sweep(folder: Path) -> None:
    """Delete partial files that a killed server left behind."""
    for partial in folder.glob(".*.partial"):
        with suppress(OSError):
            if time.time() - partial.stat().st_mtime > STALE:
                partial.unlink()


def safe_name(name: str) -> str:
    """The last part of a path, without characters that mislead a file system or a reader's eye.

    Raises UploadError if nothing is left, or if no reader knows the suffix.
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
