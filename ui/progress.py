"""How far a long piece of work is, on stderr: a bar or a sign at a terminal, else now and then a line."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ui.console import write
from ui.text.escaping import inline
from ui.text.style import Style

SECONDS_BETWEEN_LINES = 15
Show = Callable[[int, int, str], None]
"""Called with what is done, the total in the same unit, and what is being worked on."""


@contextmanager
def showing(quiet: bool, style: Style, unit: str = "bytes") -> Iterator[Show]:
    """Yields what to call as the work goes on. `unit` is "bytes", or what is counted."""
    if quiet:
        yield lambda *_: None
    elif sys.stderr.isatty():
        with _bar(style, unit) as show:
            yield show
    else:
        yield _lines()


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


def _lines() -> Show:
    said = time.monotonic()

    def show(done: int, total: int, name: str) -> None:
        nonlocal said
        if done < total and time.monotonic() - said >= SECONDS_BETWEEN_LINES:
            said = time.monotonic()
            write(f"dateline: {done / total:.0%} done, at {inline(name)}".removesuffix(", at "), sys.stderr)

    return show


@contextmanager
def waiting(quiet: bool, style: Style, text: str) -> Iterator[Callable[[], None]]:
    """A moving sign at a terminal, until the end or until what it yields is called."""
    if quiet or not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console

    with Console(stderr=True, no_color=not style.color).status(text) as status:
        yield status.stop
