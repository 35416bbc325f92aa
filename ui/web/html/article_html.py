"""An article as HTML: its exact text, with the sentences that an answer cites marked."""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.answer import Span
from assistant.quantities.numbers import numbers
from ui.web.html.citations import name_of
from ui.web.html.dates import time_html
from ui.web.html.escaping import emphasised, link, measuring, plain, safe
from vectorstore.articles import Article

_PARAGRAPH = re.compile(r"[^\r\n\u2028\u2029]+")


def article_html(article: Article, spans: Sequence[Span], focus: int = 0) -> str:
    """The article; `spans` are marked, span K with the id "quote-K"; `focus` is the index of the one to scroll to.

    A span across paragraphs has a mark in each, all with K in their data-quotes, the first with the id. Overlapping
    spans share marks. Spans that are empty or outside the text are not marked.
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
    """The text as paragraphs with marks, the figures of the focused span in bold."""
    spans = [(max(0, start), min(end, len(text))) for start, end in spans]
    start, end = spans[focus] if 0 <= focus < len(spans) else (0, 0)
    figures = measuring(numbers(text[start:end])) if start < end else []
    bold = [(start + figure.start, start + figure.start + len(figure.text)) for figure in figures]
    with_id: set[int] = set()
    return "".join(
        f"<p>{_marked(text, match.span(), spans, focus, bold, with_id)}</p>"
        for match in _PARAGRAPH.finditer(text)
        if plain(match[0]).strip()
    )


def _marked(
    text: str, paragraph: Span, spans: Sequence[Span], focus: int, bold: Sequence[Span], with_id: set[int]
) -> str:
    """One paragraph, cut where spans begin and end; `with_id` collects the spans whose id was placed."""
    first, last = paragraph
    cuts = sorted({first, last, *(cut for span in spans for cut in span if first < cut < last)})
    pieces = []
    for start, end in pairwise(cuts):
        words = emphasised(text[start:end], [(b - start, e - start) for b, e in bold])
        quotes = [place for place, (begins, ends) in enumerate(spans) if begins <= start and end <= ends]
        pieces.append(_mark(words, quotes, focus, with_id) if quotes else words)
    return "".join(pieces)


def _mark(words: str, quotes: Sequence[int], focus: int, with_id: set[int]) -> str:
    # An element has one id: the mark takes that of the focused span, empty elements inside take the others.
    new = sorted((place for place in quotes if place not in with_id), key=lambda place: (place != focus, place))
    with_id.update(new)
    name = f' id="quote-{new[0]}"' if new else ""
    focused = ' class="focus"' if focus in quotes else ""
    tab = ' tabindex="-1"' if new[:1] == [focus] else ""
    others = "".join(f'<span id="quote-{place}"></span>' for place in new[1:])
    return f'<mark{name}{focused}{tab} data-quotes="{" ".join(map(str, quotes))}">{others}{words}</mark>'
