"""The progress of an upload as updates for the page: bytes read, an estimate of the seconds left, and the end."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

from vectorstore.ingest import Progress

INTERVAL = 0.2
"""Seconds between two updates while files are read. Where nothing happens an update is repeated every second."""

Update = dict[str, Any]
"""{"waiting": True}; {"done", "total", "seconds_left", "reading"}; or the last one, {"report", ...} or {"error"}.

"done" and "total" are bytes, "seconds_left" is None while unknown, "reading" is the name of a file or None.
"""


class ProgressUpdates:
    """Turns the progress of `ingest` into updates.

    `names` are the names to show by path, `send` takes an update, `speed` is that of the last upload in bytes a second,
    None if unknown.
    """

    def __init__(self, names: dict[Path, str], send: Callable[[Update], None], speed: float | None) -> None:
        self._names = {str(path): name for path, name in names.items()}
        self._send = send
        self._last_speed = speed
        self._began = self._sent = time.monotonic()
        self._total = 0

    def progress(self, now: Progress) -> None:
        """The callback for `ingest`."""
        moment = time.monotonic()
        if not self._total:
            self._began = moment  # not counting the time in which another process was waited for
        elif now.source and moment - self._sent < INTERVAL:  # the last call has no source
            return
        self._sent, self._total = moment, now.total
        left = self._left(now.done, now.total, moment - self._began)
        self._send({"done": now.done, "total": now.total, "seconds_left": left, "reading": self._names.get(now.source)})

    def speed(self) -> float | None:
        """Bytes a second over all; None if nothing was read."""
        return self._total / (time.monotonic() - self._began) if self._total else None

    def _left(self, done: int, total: int, elapsed: float) -> float | None:
        # Embedding runs behind reading, so the share that is read tells nothing at its end and little at its beginning.
        if 0 < done < total and elapsed > 3:
            expected = elapsed * total / done
        elif self._last_speed:
            expected = total / self._last_speed
        else:
            return None
        return round(max(1.0, expected - elapsed), 1)


def until_over(updates: "SimpleQueue[Update]") -> Iterator[Update]:
    """The updates up to the last; while none comes the latest is repeated each second, its seconds counted down."""
    latest: Update = {}
    while not latest.keys() & {"report", "error"}:
        try:
            latest = updates.get(timeout=1)
        except Empty:
            if left := latest.get("seconds_left"):
                latest = {**latest, "seconds_left": max(1.0, left - 1)}
        if latest:
            yield latest
