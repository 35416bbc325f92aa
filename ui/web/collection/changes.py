"""Changes of the collection from the page: files added with progress, articles removed and restored."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, TypeVar

from ui.errors import UiError
from ui.web.collection.progress import ProgressUpdates, Update, until_over
from ui.web.collection.uploads import Received, discard, place, sweep
from vectorstore.articles import Article, Problem
from vectorstore.errors import IndexBusyError, StoreError
from vectorstore.index.trash import Bin
from vectorstore.ingest import ingest
from vectorstore.report import Report

if TYPE_CHECKING:
    from vectorstore.index.store import Store

FOLDER = "uploads"

PATIENCE = 60.0
"""Seconds that an upload waits for another process that writes."""

SHORT_PATIENCE = 5.0
"""The same for removing or restoring one article."""

_RETRY_INTERVAL = 0.4
_REASONS = 3
"""Reasons reported of one file; a file may have thousands of bad lines."""

_Result = TypeVar("_Result")
log = logging.getLogger("dateline")


class Collection:
    """The articles of a store, changed by one visitor at a time. Safe to share between threads."""

    def __init__(self, store: "Store") -> None:
        self.store = store
        self.folder = store.data_dir.resolve() / FOLDER
        self._bin = Bin(store)
        self._changing = Lock()
        self._speed: float | None = None
        sweep(self.folder)

    def add(self, files: Sequence[Received | Problem]) -> Iterator[Update]:
        """Ingest received files in a thread of its own, which finishes even if nobody reads the updates.

        Yields updates (see `progress.Update`), {"waiting": True} while others write. The last is {"report", "added",
        "changed", "unchanged", "failed"}, its report one {"name", "result", "reason", "articles"} a file, or {"error"}.
        """
        updates: SimpleQueue[Update] = SimpleQueue()
        Thread(target=self._add, args=(files, updates.put), daemon=True, name="upload").start()
        return until_over(updates)

    @staticmethod
    def drop(files: Sequence[Received | Problem]) -> None:
        """Delete received files that were not ingested."""
        for file in files:
            if isinstance(file, Received):
                with suppress(OSError):
                    file.partial.unlink(missing_ok=True)

    def remove(self, article_id: str) -> tuple[str, Article]:
        """Remove an article; returns the token that restores it, and the article. Raises StoreError."""
        return self._change(lambda: self._bin.take_out(article_id))

    def undo(self, token: str) -> Article:
        """Restore a removed article. Raises StoreError: NotFoundError where that is no longer possible."""
        return self._change(lambda: self._bin.put_back(token))

    def _change(self, work: Callable[[], _Result]) -> _Result:
        if not self._changing.acquire(timeout=SHORT_PATIENCE):
            raise IndexBusyError("files are being added to the articles: try again when that is done")
        try:
            return _retry_while_busy(work, SHORT_PATIENCE)
        finally:
            self._changing.release()

    def _add(self, files: Sequence[Received | Problem], send: Callable[[Update], None]) -> None:
        try:
            if not self._changing.acquire(blocking=False):
                send({"waiting": True})
                self._changing.acquire()
            try:
                last = self._ingest(files, send)
            finally:
                self._changing.release()
        except (StoreError, UiError) as error:
            last = {"error": str(error)}
        except Exception as error:
            log.exception("an upload failed")
            last = {"error": f"the files could not be taken in ({error}): the server's messages say more"}
        finally:
            self.drop(files)
        send(last)

    def _ingest(self, files: Sequence[Received | Problem], send: Callable[[Update], None]) -> Update:
        placed = [(file, place(file, self.folder)) for file in files if isinstance(file, Received)]
        paths = {path: file.name for file, path in placed}
        updates = ProgressUpdates(paths, send, self._speed)
        try:
            report = _retry_while_busy(
                lambda: ingest(list(paths), self.store, progress=updates.progress),
                PATIENCE,
                lambda: send({"waiting": True}),
            )
            self._speed = updates.speed() or self._speed
            counts = {path: self._articles(path) for path in paths}
        finally:
            # Also after an error: a file is kept only if articles were read from it.
            for path in paths:
                if not self._articles(path):
                    self._forget(path)
        results = [_refused(f) if isinstance(f, Problem) else None for f in files]
        of_placed = iter([_result(file.name, path, report, counts[path]) for file, path in placed])
        entries = [result or next(of_placed) for result in results]
        totals = Counter(entry["result"] for entry in entries)
        return {"report": entries, **{name: totals[name] for name in ("added", "changed", "unchanged", "failed")}}

    def _forget(self, path: Path) -> None:
        discard(path)
        with self.store.library.transaction() as connection:
            connection.execute("DELETE FROM files WHERE file = ?", (str(path),))

    def _articles(self, path: Path) -> int:
        """How many articles come from this file."""
        return int(self.store.library.rows("SELECT count(*) FROM sources WHERE file = ?", (str(path),))[0][0])


def _retry_while_busy(
    work: Callable[[], _Result], seconds: float, waiting: Callable[[], None] = lambda: None
) -> _Result:
    """Retry the work while another process writes, for at most so many seconds. Raises IndexBusyError."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            return work()
        except IndexBusyError:
            if time.monotonic() > deadline:
                raise
            waiting()
            time.sleep(_RETRY_INTERVAL)


def _refused(problem: Problem) -> Update:
    """The entry of a file that no reader could read."""
    return {"name": problem.source, "result": "failed", "reason": problem.reason, "articles": 0}


def _result(name: str, path: Path, report: Report, articles: int) -> Update:
    """The entry of one file: its result and the first few reasons for what failed in it."""

    def own(source: str) -> bool:
        return source == str(path) or source.startswith(f"{path}#")

    kinds = {"added": report.added, "changed": report.changed, "unchanged": report.unchanged}
    result = next((kind for kind, sources in kinds.items() if any(map(own, sources))), "failed")
    reasons = [problem.reason for problem in (*report.failed, *report.warnings) if own(problem.source)]
    more = [f"{len(reasons) - _REASONS:,} more"] if len(reasons) > _REASONS else []
    if result == "failed" and not reasons:
        reasons = ["no article in it"]
    return {"name": name, "result": result, "reason": "; ".join([*reasons[:_REASONS], *more]), "articles": articles}
