"""Rows of short texts as a table of aligned columns. Widths are those of a terminal: a Chinese character takes two."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ui.text.escaping import inline
from ui.text.style import PLAIN, Style, rendered

if TYPE_CHECKING:
    from rich.console import Console, ConsoleOptions, RenderResult
    from rich.measure import Measurement

GAP = 2
CELL_LINES = 3
"""A text takes at most so many lines of its column; a longer one ends in an ellipsis."""


@dataclass(frozen=True)
class Column:
    """The head of a column, its least width in cells, and whether its texts are aligned to the right."""

    head: str
    width: int = 1
    right: bool = False


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int, style: Style = PLAIN) -> list[str]:
    """The lines of the table, its heads first in bold; each row has a text for every column.

    Where `width` (in cells) is too little, the texts of the widest columns are wrapped.
    """
    from rich.table import Table

    roomy = sum(column.width + GAP for column in columns) - GAP <= width
    grid = Table(box=None, pad_edge=False, padding=(0, GAP, 0, 0), header_style="bold")
    for column in columns:
        grid.add_column(
            _Cell(column.head), justify="right" if column.right else "left", min_width=column.width if roomy else None
        )
    for row in rows:
        grid.add_row(*map(_Cell, row))
    return [line.rstrip() for line in rendered(grid, width, style.color).splitlines()]


def field_list(values: dict[str, Any]) -> str:
    """One `name  value` a line, the values aligned; – for a value that is None."""
    width = max(map(len, values), default=0)
    return "\n".join(f"{name:{width}}  {inline(_shown(value))}" for name, value in values.items())


def _shown(value: object) -> str:
    if value is None:
        return "–"
    return f"{value:,}" if type(value) is int else str(value)


class _Cell:
    """One text of a table, for rich to measure and to draw in the width that its column gets."""

    def __init__(self, text: str) -> None:
        self.text = inline(text)

    def __rich_measure__(self, console: "Console", options: "ConsoleOptions") -> "Measurement":
        from rich.measure import Measurement
        from rich.text import Text

        return Measurement.get(console, options, Text(self.text))

    def __rich_console__(self, console: "Console", options: "ConsoleOptions") -> "RenderResult":
        from rich.text import Text

        lines = Text(self.text).wrap(console, options.max_width)
        if len(lines) > CELL_LINES:
            last = lines[CELL_LINES - 1]
            last.rstrip()
            last.truncate(options.max_width - 1)
            last.append("…")
        yield Text("\n").join(lines[:CELL_LINES])
