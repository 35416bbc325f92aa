"""Untrusted text as HTML: escaped, without invisible characters, parts of it in bold.

All text of questions, articles, models and errors goes through `safe` before it becomes part of a page.
"""

import html
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import TypeVar
from urllib.parse import urlsplit

from assistant.answer import Figure, Span
from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import Number
from ui.text.escaping import printable

_Amount = TypeVar("_Amount", Figure, Number)

_UNSEEN = {0x034F, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x3164, 0xFFA0, *range(0x180B, 0x1810), *range(0xE0100, 0xE01F0)}
"""Invisible characters outside Unicode's category of format characters: fillers, joiners, variation selectors."""


def plain(text: str) -> str:
    """The text without format, bidirectional and zero-width characters, and with visible control characters."""
    unseen = {ord(char) for char in set(text) if unicodedata.category(char) == "Cf"} | _UNSEEN
    return printable(text.translate(dict.fromkeys(unseen)).replace("\r\n", "\n").replace("\r", "\n"))


def safe(text: str) -> str:
    """The text escaped for an element or a quoted attribute."""
    return html.escape(plain(text))


def emphasised(text: str, spans: Iterable[Span], element: str = "b") -> str:
    """The text as HTML with its spans in <b> or another element. Spans may overlap, be empty or exceed the text."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += [safe(text[at:start]), f"<{element}>{safe(text[start:end])}</{element}>"]
            at = end
    return "".join([*pieces, safe(text[at:])])


def measuring(figures: Sequence[_Amount]) -> Sequence[_Amount]:
    """The figures that count or measure something, not the "14" and "2025" of a date; where none does, all."""
    return [figure for figure in figures if figure.counted or figure.unit or figure.bound] or figures


def with_figures(text: str, figures: Sequence[Figure]) -> str:
    """The text as HTML with the figures in bold: where their words occur, else numbers of the same value and unit."""
    spans: list[Span] = []
    for figure in measuring(figures):
        words = r"\s+".join(map(re.escape, figure.text.split())) or r"(?!)"
        matches = [match.span() for match in re.finditer(rf"(?<!\w)(?<!\d[.,]){words}(?!\w|[.,]\d)", text)]
        spans += matches or [
            (number.start, number.start + len(number.text))
            for number in amounts(text)
            if (number.value, number.unit) == (figure.value, figure.unit)
        ]
    return emphasised(text, spans)


def link(url: str | None, words: str) -> str:
    """A link to a web address, its text followed by the host; "" for any other address (javascript:, a path)."""
    try:
        parts = urlsplit(plain(url or ""))
        host = parts.hostname
    except ValueError:
        return ""
    if parts.scheme not in ("http", "https") or not host or parts.username or not parts.geturl().isprintable():
        return ""
    return (
        f'<a class="original" href="{html.escape(parts.geturl())}" target="_blank" '
        f'rel="noopener noreferrer nofollow">{safe(words)} {safe(host)}</a>'
    )
