"""An article as HTML, its text to the letter, the sentences that an answer cites marked."""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.answer import Span
from assistant.quantities.numbers import numbers
from ui.web.html.citations import name_of
from ui.web.html.dates import time_html
from ui.web.html.escaping import emphasised, link, plain, safe, telling
from vectorstore.articles import Article

_PARAGRAPH = re.compile(r"[^\r\n\u2028\u2029]+")


def article_html(article: Article, spans: Sequence[Span], focus: int = 0) -> str:
    """The whole article; span K of its text is marked with the id "quote-K", `focus` is the one to look at.

    A span of several paragraphs has a mark in each, all with K among their data-quotes, the first with the id.
    Where spans overlap, one mark is of all of them. What lies outside the text or is empty has no mark.
    """
    known = [safe(article.publisher or ""), time_html(article.published), safe(article.author or "")]
    name = safe(name_of(article))
    return (
        f'<article class="reader" aria-label="{name}"><header><h2>{name}</h2>'
        f'<p class="byline">{" · ".join(part for part in known if part)}</p>'
        f"{link(article.url, 'Original at')}</header>"
        f'<div class="text">{text_html(article.text, spans, focus)}</div></article>'
    )


def text_html(text: str, spans: Sequence[Span], focus: int) -> str:
    """The text as paragraphs with its marks."""
    spans = [(max(0, start), min(end, len(text))) for start, end in spans]
    start, end = spans[focus] if 0 <= focus < len(spans) else (0, 0)
    figures = telling(numbers(text[start:end])) if start < end else []
    bold = [(start + figure.start, start + figure.start + len(figure.text)) for figure in figures]
    named: set[int] = set()
    return "".join(
        f"<p>{_marked(text, match.span(), spans, focus, bold, named)}</p>"
        for match in _PARAGRAPH.finditer(text)
        if plain(match[0]).strip()
    )


def _marked(
    text: str, paragraph: Span, spans: Sequence[Span], focus: int, bold: Sequence[Span], named: set[int]
) -> str:
    """One paragraph, cut where spans begin and end; `named` are the spans that have their id already."""
    first, last = paragraph
    cuts = sorted({first, last, *(cut for span in spans for cut in span if first < cut < last)})
    pieces = []
    for start, end in pairwise(cuts):
        words = emphasised(text[start:end], [(b - start, e - start) for b, e in bold])
        quotes = [place for place, (begins, ends) in enumerate(spans) if begins <= start and end <= ends]
        pieces.append(_mark(words, quotes, focus, named) if quotes else words)
    return "".join(pieces)


def _mark(words: str, quotes: Sequence[int], focus: int, named: set[int]) -> str:
    # An element has one id: the mark takes that of the span to look at, empty elements inside those of the others.
    new = sorted((place for place in quotes if place not in named), key=lambda place: (place != focus, place))
    named.update(new)
    name = f' id="quote-{new[0]}"' if new else ""
    looked_at = ' class="focus"' if focus in quotes else ""
    tab = ' tabindex="-1"' if new[:1] == [focus] else ""
    others = "".join(f'<span id="quote-{place}"></span>' for place in new[1:])
    return f'<mark{name}{looked_at}{tab} data-quotes="{" ".join(map(str, quotes))}">{others}{words}</mark>'
