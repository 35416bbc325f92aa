"""How the time of a piece of work grows with its size, by processor time: the machine may be busy with other things."""

import time
from collections.abc import Callable

TIMES = 4
FEW = 0.005
"""Seconds below which a measurement is noise."""


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """Whether TIMES the size takes less than 2.5 · TIMES the time; quadratic work takes TIMES · TIMES."""
    work(size)
    small, large = (min(_seconds(work, n) for _ in range(2)) for n in (size, size * TIMES))
    return large < 2.5 * TIMES * max(small, FEW)


def _seconds(work: Callable[[int], object], size: int) -> float:
    began = time.thread_time()
    work(size)
    return time.thread_time() - began
