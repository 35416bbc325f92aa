"""Rows of short texts as aligned columns within a width. Pure."""

import textwrap
from collections.abc import Sequence

GAP = "  "
LINES = 3
"""A cell takes at most so many lines; what is longer ends in an ellipsis."""

NARROWEST = 6


def columns(rows: Sequence[Sequence[str]], width: int) -> list[str]:
    """The lines of a table, cells wrapped; all rows have as many cells as the first, and each cell is one line."""
    widths = _widths(rows, width)
    lines = []
    for row in rows:
        cells = [_cell(text, wide) for text, wide in zip(row, widths, strict=True)]
        for line in range(max(map(len, cells))):
            parts = (
                (cell[line] if line < len(cell) else "").ljust(wide) for cell, wide in zip(cells, widths, strict=True)
            )
            lines.append(GAP.join(parts).rstrip())
    return lines


def _widths(rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The widths that the columns need; if that is too much, the widest gives way, as far as NARROWEST."""
    widths = [max(1, *map(len, column)) for column in zip(*rows, strict=True)]
    room = width - len(GAP) * (len(widths) - 1)
    while sum(widths) > room and max(widths) > NARROWEST:
        widths[widths.index(max(widths))] -= 1
    return widths


def _cell(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width, max_lines=LINES, placeholder="…", break_on_hyphens=False) or [""]
