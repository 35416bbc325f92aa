"""Progress on stderr: a bar or a spinner at a terminal; elsewhere a line from time to time."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.console import write
from ui.text.escaping import inline
from ui.text.style import Style

SECONDS_BETWEEN_LINES = 15
Show = Callable[[int, int, str], None]
"""Called with the amount that is done, the total in the same unit, and the name of what is being worked on."""


@contextmanager
def showing(quiet: bool, style: Style, unit: str = "bytes") -> Iterator[Show]:
    """Yields a function to call as the work goes on. `unit`: "bytes", or the name of what is counted."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bar(style, unit) as show:
            yield show
    else:
        yield _log_lines()


@contextmanager
def _bar(style: Style, unit: str) -> Iterator[Show]:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        DownloadColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
        TransferSpeedColumn,
    )

    amount = [DownloadColumn(), TransferSpeedColumn()] if unit == "bytes" else [MofNCompleteColumn()]
    name_column = TextColumn("{task.fields[name]}", markup=False)
    columns = (BarColumn(30), *amount, TimeRemainingColumn(), name_column)
    console = Console(stderr=True, no_color=not style.color)
    with Progress(*columns, console=console, transient=True) as progress:
        task = progress.add_task("", total=None, name="")

        def show(done: int, total: int, name: str) -> None:
            progress.update(task, completed=done, total=total, name=inline(name)[-40:])

        yield show


def _log_lines() -> Show:
    """Writes how far the work is, every SECONDS_BETWEEN_LINES seconds."""
    last = time.monotonic()

    def show(done: int, total: int, name: str) -> None:
        nonlocal last
        if done < total and time.monotonic() - last >= SECONDS_BETWEEN_LINES:
            last = time.monotonic()
            write(f"dateline: {done / total:.0%} done, at {inline(name)}".removesuffix(", at "), sys.stderr)

    return show


@contextmanager
def waiting(quiet: bool, style: Style, text: str) -> Iterator[Callable[[], None]]:
    """Shows a spinner at a terminal, until the block ends or the function that it yields is called."""
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console

    with Console(stderr=True, no_color=not style.color).status(text) as status:
        yield status.stop
