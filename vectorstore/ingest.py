"""The ingest flow: paths -> articles -> chunks -> embeddings -> library and vectors, and its report."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from vectorstore.articles import Problem
from vectorstore.batch import Batch
from vectorstore.index.store import Store
from vectorstore.pruning import follow_sources, take_out_gone
from vectorstore.readers.files import find_files
from vectorstore.report import Report, Tally


@dataclass(frozen=True)
class Progress:
    """How far an ingest is: `done` of `total` bytes of files, and what it reads now."""

    done: int
    total: int
    source: str


def ingest(
    paths: Sequence[Path],
    store: Store,
    *,
    prune: bool = False,
    prune_all: bool = False,
    progress: Callable[[Progress], None] = lambda _: None,
) -> Report:
    """Read articles from files and folders into the index; the same again costs nothing.

    A file with the same bytes as last time is not read. A changed one replaces what was read from it,
    unless something in it fails: then what it held before stays. `prune` takes out what was read from
    files below `paths` that are no longer there; where that is much of a path's articles it is refused and
    reported, for a drive may be missing, unless `prune_all`. Killed at any moment, the index is whole, and
    the next ingest does the rest.
    """
    began = time.monotonic()
    tally = Tally()
    with store.writing():
        store.library.remove_orphans()
        store.sync()
        found = []
        for item in find_files(paths):
            if isinstance(item, Problem):
                tally.failed.append(item)
            else:
                found.append((item, _size(item)))
        done, total = 0, sum(size for _, size in found)
        batch = Batch(store, tally)
        for path, size in found:
            read = 0
            for characters in batch.read(path):
                read = min(size, read + characters)
                progress(Progress(done + read, total, str(path)))
            done += size
        batch.flush()
        progress(Progress(total, total, ""))
        if prune or prune_all:
            take_out_gone(paths, store, tally, prune_all)
        follow_sources(store.library)
    return tally.report(time.monotonic() - began)


def _size(path: Path) -> int:
    """In bytes; 0 for a file that has gone since it was found, which its reader reports."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
