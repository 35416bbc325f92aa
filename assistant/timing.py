"""How long the steps of an answer took."""

import time


class Stopwatch:
    """Milliseconds since it was made; each mark is set once, so that a repeated step keeps its first time."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, name: str) -> None:
        """Note the time under `name`, unless it is noted already."""
        self._marks.setdefault(name, round((time.perf_counter() - self._start) * 1000, 1))

    def total(self) -> dict[str, float]:
        """All marks, with `total_ms` for the time until now: the `timings` of an Answer."""
        self.mark("total_ms")
        return dict(self._marks)
