"""From what a format gives to an Article: the same cleaning and the same rules for every format."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from vectorstore.articles import Article, Problem
from vectorstore.dates import published_date
from vectorstore.furniture import clean
from vectorstore.mojibake import repaired
from vectorstore.visible import one_line

LONGEST_LABEL = 120  # characters of a title made from the text, where the article has none

_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)")


@dataclass(frozen=True)
class Metadata:
    """What is known of an article beside its text. `date` is as the publisher wrote it, of any type."""

    title: str = ""
    publisher: str | None = None
    date: object = None
    author: str | None = None
    url: str | None = None


def metadata(fields: Mapping[str, object]) -> Metadata:
    """Metadata out of JSON fields, front matter or JSON-LD: the first name of each that has something."""
    return Metadata(
        title=_first(fields, "title", "headline") or "",
        publisher=_first(fields, "publisher", "source", "site_name", "siteName", "site"),
        date=next(
            (
                value
                for name in ("date", "published", "published_at", "publishedAt", "pubDate", "datePublished")
                if (value := fields.get(name)) not in (None, "")
            ),
            None,
        ),
        author=_first(fields, "author", "authors", "byline"),
        url=_first(fields, "url", "link", "mainEntityOfPage"),
    )


def finish(source: str, text: str, known: Metadata, warning: Problem | None = None) -> Iterator[Article | Problem]:
    """The article, cleaned; a Problem beside it for a date that is none, or in its place for no text.

    `warning`: what the reader has mended in the text already; with what is mended here it is said once.
    """
    known, text, mended = _repaired(known, text, source)
    title = one_line(known.title)
    body = clean(text, title)
    if not body:
        yield Problem(
            source, "no article text is left without the headline and the page furniture: expected an article"
        )
        return
    if warning := warning or mended:
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


def _repaired(known: Metadata, text: str, source: str) -> tuple[Metadata, str, Problem | None]:
    """Metadata and text without mojibake, and the warning that says so."""
    text, warning = repaired(text, source)
    for name in ("title", "publisher", "author"):
        value, found = repaired(getattr(known, name) or "", source)
        if found:
            known, warning = replace(known, **{name: value}), warning or found
    return known, text, warning


def label(text: str) -> str:
    """A title for an article without one: its first line, or sentence, or words, up to LONGEST_LABEL."""
    line = one_line(text.lstrip()[: 4 * LONGEST_LABEL].split("\n", 1)[0])
    if len(line) <= LONGEST_LABEL:
        return line
    if (end := _SENTENCE_END.search(line)) and end.end() <= LONGEST_LABEL:
        return line[: end.end()]
    cut = line[: LONGEST_LABEL - 1]
    return cut.rsplit(" ", 1)[0] + "…"


def _first(fields: Mapping[str, object], *names: str) -> str | None:
    return next((found for name in names if (found := _name(fields.get(name)))), None)


def _name(value: object) -> str:
    """A name out of a string, an object that has one, or a list of either."""
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, Mapping):
        return next((_name(value[key]) for key in ("name", "title", "@id") if isinstance(value.get(key), str)), "")
    if isinstance(value, list):
        # One level deep: aliases in YAML can make a list of lists that would never end.
        return ", ".join(filter(None, (_name(item) for item in value if not isinstance(item, list))))
    return ""


def _or_none(value: str | None) -> str | None:
    return one_line(value or "") or None


def _short(value: object) -> str:
    if not isinstance(value, (str, int, float)):
        return f"of type {type(value).__name__}"
    try:
        shown = one_line(repr(value))
    except ValueError:  # a whole number of thousands of digits
        shown = "a number of thousands of digits"
    return shown if len(shown) <= 40 else shown[:39] + "…"
