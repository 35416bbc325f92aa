"""Somebody else's words as HTML: escaped, nothing hidden in them, some of them in bold.

Every word of a question, an article, a model or an error goes through `safe` before it is part of a page.
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
"""Characters that show nothing and are no format characters by Unicode's table: fillers, joiners, selectors."""


def plain(text: str) -> str:
    """The text as it is shown: without format, bidirectional and zero-width characters, control characters visible."""
    unseen = {ord(char) for char in set(text) if unicodedata.category(char) == "Cf"} | _UNSEEN
    return printable(text.translate(dict.fromkeys(unseen)).replace("\r\n", "\n").replace("\r", "\n"))


def safe(text: str) -> str:
    """The text as HTML, in an element or in a quoted attribute."""
    return html.escape(plain(text))


def emphasised(text: str, spans: Iterable[Span], element: str = "b") -> str:
    """The text as HTML, its spans in <b> or another element; they may overlap, be empty or reach beyond the text."""
    pieces, at = [], 0
    for start, end in sorted(spans):
        start, end = max(start, at), min(end, len(text))
        if start < end:
            pieces += [safe(text[at:start]), f"<{element}>{safe(text[start:end])}</{element}>"]
            at = end
    return "".join([*pieces, safe(text[at:])])


def telling(figures: Sequence[_Amount]) -> Sequence[_Amount]:
    """Those that count or measure something; where none does, all: "14" and "2025" of a date say little in bold."""
    return [figure for figure in figures if figure.counted or figure.unit or figure.bound] or figures


def with_figures(text: str, figures: Sequence[Figure]) -> str:
    """The text as HTML with the figures in bold: where their words stand, else where a number of their value does."""
    spans: list[Span] = []
    for figure in telling(figures):
        words = r"\s+".join(map(re.escape, figure.text.split())) or r"(?!)"
        found = [match.span() for match in re.finditer(rf"(?<!\w)(?<!\d[.,]){words}(?!\w|[.,]\d)", text)]
        spans += found or [
            (number.start, number.start + len(number.text))
            for number in amounts(text)
            if (number.value, number.unit) == (figure.value, figure.unit)
        ]
    return emphasised(text, spans)


def link(url: str | None, words: str) -> str:
    """A link to an address of the web, its host behind the words; "" for any other address (javascript:, a path)."""
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
