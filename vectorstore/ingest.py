"""The ingest flow: paths -> files -> articles -> chunks -> embeddings -> library and vectors -> report."""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.articles import Problem
from vectorstore.batch import Batch
from vectorstore.index.store import Store
from vectorstore.pruning import prune_missing, update_sources
from vectorstore.readers.files import find_files
from vectorstore.report import Report, Tally


@dataclass(frozen=True)
class Progress:
    """How far an ingest is: `done` of `total` bytes of files, and the file that it reads now."""

    done: int
    total: int
    source: str


OnProgress = Callable[[Progress], None]


def ingest(
    paths: Sequence[Path],
    store: Store,
    *,
    prune: bool = False,
    prune_all: bool = False,
    progress: OnProgress = lambda _: None,
) -> Report:
    """Read the articles of files and folders into the index, and report what was done, failures included.

    A file with the same bytes as last time is not read again. The articles of a changed one replace what was read
    from it, unless reading it fails in part: then what was read from it before stays, too. `prune` removes the
    articles of files in `paths` that no longer exist. Where these are much of what a path holds, a drive may be
    missing: it is refused and reported, unless `prune_all`. If the process is killed, the index stays consistent and
    the next ingest completes it. Raises IndexBusyError, DataFolderError, IndexDamagedError.
    """
    began = time.monotonic()
    tally = Tally()
    with store.writing():
        _complete_last_ingest(store)
        files = _find(paths, tally)
        _read(files, store, tally, progress)
        if prune or prune_all:
            prune_missing(paths, store, tally, prune_all)
        update_sources(store.library)
    return tally.report(time.monotonic() - began)


def _complete_last_ingest(store: Store) -> None:
    """Do what an ingest that was killed has left undone."""
    store.library.remove_orphans()
    store.sync()


def _find(paths: Iterable[Path], tally: Tally) -> list[tuple[Path, int]]:
    """The files to read, each with its size in bytes; what can't be read is counted in the tally."""
    files = []
    for item in find_files(paths):
        if isinstance(item, Problem):
            tally.add_problem(item)
        else:
            files.append((item, _size(item)))
    return files


def _read(files: Sequence[tuple[Path, int]], store: Store, tally: Tally, progress: OnProgress) -> None:
    """Read, chunk, embed and store the articles of the files, in batches."""
    done, total = 0, sum(size for _, size in files)
    batch = Batch(store, tally)
    for path, size in files:
        read = 0
        for characters in batch.read(path):
            read = min(size, read + characters)
            progress(Progress(done + read, total, str(path)))
        done += size
    batch.flush()
    progress(Progress(total, total, ""))


def _size(path: Path) -> int:
    """The size of a file in bytes; 0 where it was deleted meanwhile, which its reader reports."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
