"""How a training goes on: a line in the log, and the same figures in a file, of which a learning curve is printed."""

import json
import logging
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from time import monotonic
from typing import Protocol

from training.errors import TrainingError

log = logging.getLogger("dateline")

REPORT_EVERY, AVERAGED = 20.0, 50
"""Seconds between two lines of progress, and the number of steps whose mean loss they show."""

FILE = "log.jsonl"
"""The file in the folder of the checkpoint, one JSON object a report."""


class Item(Protocol):
    """One training item, with its length and its weight in the mean loss."""

    @property
    def tokens(self) -> int:
        """Its length in tokens."""
        ...

    @property
    def weight(self) -> float:
        """Its weight, greater than 0."""
        ...


def no_losses() -> Mapping[str, float]:
    """The losses of a training that has only one."""
    return {}


class Progress:
    """Logs the progress every REPORT_EVERY seconds.

    `folder` is that of the checkpoint, None for a process that reports nothing; `losses` gives the mean loss of each
    head since its last call.
    """

    def __init__(
        self, folder: Path | None, steps: int, done: int, losses: Callable[[], Mapping[str, float]] = no_losses
    ) -> None:
        self._folder, self._heads = folder, losses
        self._steps, self._done, self._first = steps, done, done
        self._start = self._reported = monotonic()
        self._items = self._tokens = 0
        self._shown = done
        self._losses: deque[float] = deque(maxlen=AVERAGED)

    def add(self, batch: Sequence[Item], loss: float) -> None:
        """Counts a step."""
        self._done += 1
        self._items += len(batch)
        self._tokens += sum(item.tokens for item in batch)
        self._losses.append(loss)
        if monotonic() - self._reported >= REPORT_EVERY:
            self.report()

    def report(self) -> None:
        """Logs a line, and adds one to the file, if there were steps since the last one.

        Raises TrainingError when the file can't be written.
        """
        self._reported = monotonic()
        if self._folder is None or not self._losses or self._done == self._shown:
            return
        self._shown = self._done
        seconds = max(self._reported - self._start, 1e-9)
        left = (self._steps - self._done) * seconds / (self._done - self._first)
        loss, heads = sum(self._losses) / len(self._losses), self._heads()
        log.info(
            "step %d/%d  %.2f examples/s  %.0f tokens/s  loss %.4f%s  %d min left",
            self._done, self._steps, self._items / seconds, self._tokens / seconds, loss,
            "".join(f"  {name} {value:.3f}" for name, value in heads.items()), round(left / 60),
        )  # fmt: skip
        record = {
            "step": self._done, "steps": self._steps, "tokens": self._tokens, "seconds": round(seconds, 1),
            "loss": round(loss, 4), **{name: round(value, 4) for name, value in heads.items()},
        }  # fmt: skip
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            with (self._folder / FILE).open("a", encoding="utf-8") as file:
                file.write(json.dumps(record) + "\n")
        except OSError as error:
            raise TrainingError(f"{self._folder / FILE} can't be written ({error}). Free some space.") from error
