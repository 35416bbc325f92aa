"""From what a format gives to an Article: the same cleaning and the same rules for every format."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from vectorstore.articles import Article, Problem
from vectorstore.readers.boilerplate import clean
from vectorstore.readers.dates import published_date
from vectorstore.readers.html_text import plain
from vectorstore.readers.invisible_characters import one_line
from vectorstore.readers.mojibake import repaired

LONGEST_LABEL = 120  # characters of a title made from the text, where the article has none

# The names that fields go by, in the form that `field_name` gives them.
_TITLES = ("title", "headline", "webtitle", "heading", "subject", "name")
_PUBLISHERS = ("publisher", "source", "sitename", "site", "outlet", "newspaper", "sourcename", "publishername",
               "publication", "domain")  # fmt: skip
_DATES = (
    "date", "published", "publishedat", "pubdate", "datepublished", "publicationdate", "datepublish", "publishdate",
    "publisheddate", "publishedon", "publishedtime", "publishtime", "webpublicationdate", "firstpublished",
    "firstpublishedat", "firstpublicationdate", "displaydate", "isodate", "dateiso", "datetime", "dategmt", "timestamp",
)  # fmt: skip
_AUTHORS = ("author", "authors", "byline", "creator", "dccreator", "authorname", "writer", "by")
_URLS = ("url", "link", "mainentityofpage", "permalink", "canonicalurl", "weburl", "externalurl", "articleurl")
_NAMES = ("name", "title", "@id", "rendered", "main", "original", "displayname", "value", "text", "#text", "$t")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)\]]*(?=\s)")


@dataclass(frozen=True)
class Metadata:
    """What is known of an article beside its text. `date` is as the publisher wrote it, of any type."""

    title: str = ""
    publisher: str | None = None
    date: object = None
    author: str | None = None
    url: str | None = None


def field_name(key: object) -> str:
    """The plain form of a field's name: "publishedAt", "published_at" and "Published-At" are one."""
    return re.sub(r"[\s_:.-]", "", str(key).casefold())


def metadata(fields: Mapping[str, object]) -> Metadata:
    """Metadata out of JSON fields, front matter or JSON-LD: the first name of each that has something."""
    named: dict[str, object] = {}
    for key, value in fields.items():
        named.setdefault(field_name(key), value)
    return Metadata(
        title=_first(named, _TITLES) or "",
        publisher=_first(named, _PUBLISHERS),
        date=next((named[name] for name in _DATES if named.get(name) not in (None, "")), None),
        author=_first(named, _AUTHORS),
        url=_first(named, _URLS),
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


def _first(named: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    return next((found for name in names if (found := _name(named.get(name)))), None)


def _name(value: object) -> str:
    """A name out of a string, an object that has one, or a list of either; without tags and entities."""
    if isinstance(value, str):
        return plain(value).strip()
    if isinstance(value, Mapping):
        named = {field_name(key): inner for key, inner in value.items()}
        return next((_name(named[key]) for key in _NAMES if isinstance(named.get(key), str)), "")
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
