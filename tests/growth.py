"""How the time of a piece of work grows with its size, by processor time: the machine may be busy with other things."""

import time
from collections.abc import Callable

TIMES = 4
FEW = 0.005
"""Seconds below which a measurement is noise."""

ATTEMPTS = 5


def grows_linearly(work: Callable[[int], object], size: int) -> bool:
    """Whether TIMES the size takes less than 2.5 · TIMES the time; quadratic work takes TIMES · TIMES.

    A measurement on a busy machine may be too high, for work that waits for memory or a slow clock is billed too. So
    one that is too high is repeated: work that is linear passes one of ATTEMPTS, work that is quadratic none.
    """
    work(size)  # fills the caches
    return any(_seconds(work, size * TIMES) < 2.5 * TIMES * max(_seconds(work, size), FEW) for _ in range(ATTEMPTS))


def _seconds(work: Callable[[int], object], size: int) -> float:
    began = time.thread_time()
    work(size)
    return time.thread_time() - began
