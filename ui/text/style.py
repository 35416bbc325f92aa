"""How text is laid out: wrapped to a width measured in terminal cells, bold and dim where there is colour."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from assistant.answer import Span
from ui.text.escaping import printable

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

NARROWEST = 20
"""A terminal narrower than this many cells is treated as this wide."""

UNLIMITED = 1_000_000
"""A width that no line reaches, for rich, which always has one."""


@dataclass(frozen=True)
class Style:
    """The width in cells to wrap at (None: don't wrap, as for a pipe), and whether to write in colour."""

    width: int | None = None
    color: bool = False

    def bold(self, text: str) -> str:
        """The text in bold; unchanged without colour."""
        return f"\x1b[1m{text}\x1b[0m" if self.color else text

    def dim(self, text: str) -> str:
        """The text in a faint colour; unchanged without colour."""
        return f"\x1b[2m{text}\x1b[0m" if self.color else text

    def wrap(self, text: str, indent: str = "", marks: Sequence[Span] = ()) -> str:
        """The text made printable, each of its lines indented and wrapped to the width between words.

        `marks` are (start, end) offsets in `text`; with colour, these parts are bold. A word longer than the width,
        such as a web address, is not broken.
        """
        marks = marks if self.color else ()
        if self.width is None and not marks:  # by far the most common case needs no library
            return "\n".join(indent + row for row in printable(text).splitlines() or [""])

        from rich.cells import cell_len
        from rich.text import Text

        wide = cell_len(text) > len(text)  # Chinese has no spaces to wrap at; an address should stay whole
        styled, at = Text(overflow="fold" if wide else "ignore"), 0
        for start, end in sorted(marks):
            styled.append(printable(text[at:start])).append(printable(text[start:end]), "bold")
            at = end
        styled.append(printable(text[at:]))
        width = UNLIMITED if self.width is None else max(NARROWEST, self.width) - len(indent)
        rows = styled.wrap(rich_console(width, self.color), width)
        for row in rows:
            row.rstrip()
        lines = rendered(Text("\n").join(rows), UNLIMITED, self.color).split("\n")
        return "\n".join((indent + line).rstrip() if self.width else indent + line for line in lines)


PLAIN = Style()


def rendered(renderable: "RenderableType", width: int, color: bool) -> str:
    """A text or a table of rich as lines at most `width` cells wide, with ANSI codes only where `color` is set."""
    console = rich_console(width, color)
    with console.capture() as capture:
        console.print(renderable, end="")
    return capture.get()


def rich_console(width: int, color: bool) -> "Console":
    """A console of rich to measure and render with; nothing is ever written to it."""
    from rich.console import Console

    # Every choice is made here: rich would otherwise read COLUMNS, FORCE_COLOR and TERM, and find numbers to colour.
    return Console(
        width=width,
        color_system="standard" if color else None,
        force_terminal=color,
        legacy_windows=False,
        highlight=False,
        markup=False,
        emoji=False,
    )
