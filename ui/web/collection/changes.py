"""The articles as the page changes them: files added with their progress, articles removed and brought back."""

import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeVar

from ui.errors import UiError
from ui.web.collection.uploads import Received, discard, place, sweep
from vectorstore.articles import Article, Problem
from vectorstore.errors import IndexBusyError, StoreError
from vectorstore.index.trash import Trash
from vectorstore.ingest import Progress, ingest
from vectorstore.report import Report

if TYPE_CHECKING:
    from vectorstore.index.store import Store

FOLDER = "uploads"

PATIENCE = 60.0
"""Seconds that an upload waits for another process that writes; whoever removes one article waits less."""

SHORT_PATIENCE = 5.0
_BETWEEN = 0.2
"""Seconds between two lines of progress; where nothing happens a line comes every second."""

_REASONS = 3
"""Reasons told of one file; a file may have thousands of bad lines."""

Line = dict[str, Any]
_Result = TypeVar("_Result")
log = logging.getLogger("dateline")


class Collection:
    """The articles of a store, changed by one visitor at a time. Safe to share between threads."""

    def __init__(self, store: "Store") -> None:
        self.store = store
        self.folder = store.data_dir.resolve() / FOLDER
        self._bin = Trash(store)
        self._changing = Lock()
        self._speed: float | None = None
        sweep(self.folder)

    def add(self, files: Sequence[Received | Problem]) -> Iterator[Line]:
        """Take in files that were received; it starts at once and ends also if nobody reads what is told.

        Told are {"waiting": True} while others write, {"done", "total" (bytes), "seconds_left" (None: not known
        yet), "reading"}, and last {"report": one {"name", "result", "reason", "articles"} a file, "added",
        "changed", "unchanged", "failed"} or {"error": one line}.
        """
        told: SimpleQueue[Line] = SimpleQueue()
        Thread(target=self._add, args=(files, told.put), daemon=True, name="upload").start()
        return _until_over(told)

    @staticmethod
    def drop(files: Sequence[Received | Problem]) -> None:
        """Delete what was received and not taken in."""
        for file in files:
            if isinstance(file, Received):
                with suppress(OSError):
                    file.partial.unlink(missing_ok=True)

    def remove(self, article_id: str) -> tuple[str, Article]:
        """Take an article out; returns the token that brings it back, and the article. Raises StoreError."""
        return self._change(lambda: self._bin.remove(article_id))

    def undo(self, token: str) -> Article:
        """Bring a removed article back. Raises StoreError: NotFoundError where that can't be done any more."""
        return self._change(lambda: self._bin.restore(token))

    def _change(self, work: Callable[[], _Result]) -> _Result:
        if not self._changing.acquire(timeout=SHORT_PATIENCE):
            raise IndexBusyError("files are being added to the articles: try again when that is done")
        try:
            return _patiently(work, SHORT_PATIENCE)
        finally:
            self._changing.release()

    def _add(self, files: Sequence[Received | Problem], tell: Callable[[Line], None]) -> None:
        try:
            if not self._changing.acquire(blocking=False):
                tell({"waiting": True})
                self._changing.acquire()
            try:
                over = self._taken_in(files, tell)
            finally:
                self._changing.release()
        except (StoreError, UiError) as error:
            over = {"error": str(error)}
        except Exception as error:
            log.exception("an upload failed")
            over = {"error": f"the files could not be taken in ({error}): the server's messages say more"}
        finally:
            self.drop(files)
        tell(over)

    def _taken_in(self, files: Sequence[Received | Problem], tell: Callable[[Line], None]) -> Line:
        placed = [(file, place(file, self.folder)) for file in files if isinstance(file, Received)]
        paths = {path: file.name for file, path in placed}
        telling = _Telling(paths, tell, self._speed)
        try:
            report = _patiently(
                lambda: ingest(list(paths), self.store, progress=telling.progress),
                PATIENCE,
                lambda: tell({"waiting": True}),
            )
            self._speed = telling.speed() or self._speed
            held = {path: self._articles(path) for path in paths}
        finally:
            # Whatever happened: a file stays if articles were read from it, and only then.
            for path in paths:
                if not self._articles(path):
                    self._forget(path)
        results = [_refused(f) if isinstance(f, Problem) else None for f in files]
        of_placed = iter([_result(file.name, path, report, held[path]) for file, path in placed])
        lines = [result or next(of_placed) for result in results]
        counts = Counter(line["result"] for line in lines)
        return {"report": lines, **{name: counts[name] for name in ("added", "changed", "unchanged", "failed")}}

    def _forget(self, path: Path) -> None:
        discard(path)
        with self.store.library.transaction() as connection:
            connection.execute("DELETE FROM files WHERE file = ?", (str(path),))

    def _articles(self, path: Path) -> int:
        return int(self.store.library.rows("SELECT count(*) FROM sources WHERE file = ?", (str(path),))[0][0])


class _Telling:
    """What an ingest's progress looks like to people: now and then a line, with the seconds that are left."""

    def __init__(self, names: dict[Path, str], tell: Callable[[Line], None], speed: float | None) -> None:
        self._names = {str(path): name for path, name in names.items()}
        self._tell = tell
        self._known = speed
        self._began = self._told = time.monotonic()
        self._total = 0

    def progress(self, now: Progress) -> None:
        """Called by `ingest`."""
        moment = time.monotonic()
        if not self._total:
            self._began = moment  # not while another process was waited for
        elif now.source and moment - self._told < _BETWEEN:  # the last line has no source
            return
        self._told, self._total = moment, now.total
        left = self._left(now.done, now.total, moment - self._began)
        self._tell({"done": now.done, "total": now.total, "seconds_left": left, "reading": self._names.get(now.source)})

    def speed(self) -> float | None:
        """Bytes a second over all; None for nothing read."""
        return self._total / (time.monotonic() - self._began) if self._total else None

    def _left(self, done: int, total: int, elapsed: float) -> float | None:
        # What is read is embedded some way behind, so the end of the reading says nothing, and its beginning little.
        if 0 < done < total and elapsed > 3:
            whole = elapsed * total / done
        elif self._known:
            whole = total / self._known
        else:
            return None
        return round(max(1.0, whole - elapsed), 1)


def _until_over(told: "SimpleQueue[Line]") -> Iterator[Line]:
    """The lines as they come, up to the last; the seconds go on counting where none comes."""
    last: Line = {}
    while not last.keys() & {"report", "error"}:
        try:
            last = told.get(timeout=1)
        except Empty:
            if left := last.get("seconds_left"):
                last = {**last, "seconds_left": max(1.0, left - 1)}
        if last:
            yield last


def _patiently(work: Callable[[], _Result], seconds: float, waiting: Callable[[], None] = lambda: None) -> _Result:
    """Do the work, again and again while another process writes, for so long. Raises IndexBusyError."""
    give_up = time.monotonic() + seconds
    while True:
        try:
            return work()
        except IndexBusyError:
            if time.monotonic() > give_up:
                raise
            waiting()
            time.sleep(_BETWEEN * 2)


def _refused(problem: Problem) -> Line:
    return {"name": problem.source, "result": "failed", "reason": problem.reason, "articles": 0}


def _result(name: str, path: Path, report: Report, articles: int) -> Line:
    """What became of one file, with the first few reasons of what was wrong in it."""

    def own(source: str) -> bool:
        return source == str(path) or source.startswith(f"{path}#")

    kinds = {"added": report.added, "changed": report.changed, "unchanged": report.unchanged}
    result = next((kind for kind, sources in kinds.items() if any(map(own, sources))), "failed")
    reasons = [problem.reason for problem in (*report.failed, *report.warnings) if own(problem.source)]
    more = [f"{len(reasons) - _REASONS:,} more"] if len(reasons) > _REASONS else []
    if result == "failed" and not reasons:
        reasons = ["no article in it"]
    return {"name": name, "result": result, "reason": "; ".join([*reasons[:_REASONS], *more]), "articles": articles}
