"""Find the article files among given paths and in given folders."""

import os
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from vectorstore.articles import Problem

SUFFIXES = (
    ".txt", ".text", ".md", ".markdown", ".html", ".htm", ".xhtml", ".json", ".jsonl", ".ndjson",
)  # fmt: skip


def find_files(paths: Iterable[Path]) -> Iterator[Path | Problem]:
    """Yield the article files among `paths` and in the folders among them, each file once.

    Folders are searched recursively in the order of names, hidden files and folders left out. Links are followed,
    circular ones once. A path that can't be used is a Problem; nothing is raised.
    """
    seen: set[str] = set()
    for path in paths:
        kind = _kind(path)
        if kind == "folder":
            yield from _in_folder(path, seen)
        elif kind == "file" and path.suffix.lower() not in SUFFIXES:
            yield Problem(str(path), f"{_suffix(path)} can't be read: expected one of {' '.join(SUFFIXES)}")
        elif kind == "file":
            yield from _if_new(path, seen)
        else:
            yield Problem(str(path), kind)


def not_a_file(path: Path) -> str | None:
    """The reason why `path` can't be read as a file, or None. A pipe, for one, would block for ever."""
    kind = _kind(path)
    return {"file": None, "folder": "it is a folder: expected a file"}.get(kind, kind)


def is_gone(file: str) -> bool:
    """Whether a file does not exist. One that merely can't be reached at the moment is not gone."""
    try:
        Path(file).lstat()
    except FileNotFoundError:
        return True
    except OSError:
        return False
    return False


def _kind(path: Path) -> str:
    """'file', 'folder', or what is wrong with it."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        if path.is_symlink():
            return "a link to something that does not exist: restore it or delete the link"
        return "there is no such file or folder: check the path"
    except (OSError, ValueError) as error:  # ValueError: a NUL in the path
        reason = getattr(error, "strerror", None) or error
        return f"it can't be read ({reason}): check the path and its permissions"
    if stat.S_ISDIR(mode):
        return "folder"
    return "file" if stat.S_ISREG(mode) else "it is a pipe, a socket or a device: expected a file or a folder"


def _suffix(path: Path) -> str:
    return f"a file ending in {path.suffix}" if path.suffix else "a file without an ending"


def _if_new(path: Path, seen: set[str]) -> Iterator[Path]:
    real = os.path.realpath(path)
    if real not in seen:
        seen.add(real)
        yield path


def _in_folder(top: Path, seen: set[str]) -> Iterator[Path | Problem]:
    # Iterative, because folders may be nested deeper than Python's stack. `entered` is local to this walk: a folder
    # that is given twice is searched twice, and `seen` leaves out its files.
    entered: set[str] = set()
    stack = [top]
    empty = True
    while stack:
        folder = stack.pop()
        if (real := os.path.realpath(folder)) in entered:
            continue
        entered.add(real)
        try:
            names = sorted(os.listdir(folder))  # noqa: PTH208 - names, not paths
        except OSError as error:
            empty = False
            yield Problem(str(folder), f"the folder can't be read ({error.strerror}): check its permissions")
            continue
        folders = []
        for path in (folder / name for name in names if not name.startswith(".")):
            kind = _kind(path)
            if kind == "folder":
                folders.append(path)
            elif path.suffix.lower() in SUFFIXES:
                empty = False
                yield from _if_new(path, seen) if kind == "file" else [Problem(str(path), kind)]
        stack.extend(reversed(folders))
    if empty:
        yield Problem(str(top), f"the folder holds no article: expected files ending in {' '.join(SUFFIXES)}")
