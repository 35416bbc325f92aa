"""The last step of every reader: text and metadata to an Article, cleaned by the same rules for all formats."""

import re
from collections.abc import Iterator
from dataclasses import replace

from vectorstore.articles import Article, Problem
from vectorstore.readers.boilerplate import clean
from vectorstore.readers.dates import published_date
from vectorstore.readers.invisible_characters import one_line
from vectorstore.readers.metadata import Metadata
from vectorstore.readers.mojibake import repair_mojibake

MAX_LABEL = 120  # characters of a title made from the text, for an article without one

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)")


def build_article(
    source: str, text: str, known: Metadata, warning: Problem | None = None
) -> Iterator[Article | Problem]:
    """Yield the article, or a Problem where no text is left after cleaning; before it, warnings.

    A date that can't be read is a warning, and the article undated. `warning`: about mojibake that the reader has
    repaired already; it takes the place of the one for what is repaired here, so that there is one for an article.
    """
    known, text, repaired = _repair(known, text, source)
    title = one_line(known.title)
    body = clean(text, title)
    if not body:
        yield Problem(source, "no article text is left without the headline and the boilerplate: expected an article")
        return
    if warning := warning or repaired:
        yield warning
    published = published_date(known.date)
    if published is None and not (known.date is None or (isinstance(known.date, str) and not known.date.strip())):
        yield Problem(
            source,
            f"date {_short(known.date)} is not a date (expected for example 2025-04-24): kept as undated",
            kept=True,
        )
    yield Article(
        source=source,
        text=body,
        title=title or label(body),
        publisher=_or_none(known.publisher),
        published=published,
        author=_or_none(known.author),
        url=_or_none(known.url),
    )


def label(text: str) -> str:
    """A title for an article without one: the first line, sentence or words of its text, at most MAX_LABEL."""
    line = one_line(text.lstrip()[: 4 * MAX_LABEL].split("\n", 1)[0])
    if len(line) <= MAX_LABEL:
        return line
    if (end := _SENTENCE_END.search(line)) and end.end() <= MAX_LABEL:
        return line[: end.end()]
    cut = line[: MAX_LABEL - 1]
    return cut.rsplit(" ", 1)[0] + "…"


def _repair(known: Metadata, text: str, source: str) -> tuple[Metadata, str, Problem | None]:
    """Metadata and text without mojibake, and the warning about the first repair."""
    text, warning = repair_mojibake(text, source)
    for name in ("title", "publisher", "author"):
        value, problem = repair_mojibake(getattr(known, name) or "", source)
        if problem:
            known, warning = replace(known, **{name: value}), warning or problem
    return known, text, warning


def _or_none(value: str | None) -> str | None:
    return one_line(value or "") or None


def _short(value: object) -> str:
    """A value that is no date, for the warning: at most 40 characters."""
    if not isinstance(value, (str, int, float)):
        return f"of type {type(value).__name__}"
    try:
        shown = one_line(repr(value))
    except ValueError:  # Python refuses to print an integer of thousands of digits
        shown = "a number of thousands of digits"
    return shown if len(shown) <= 40 else shown[:39] + "…"
