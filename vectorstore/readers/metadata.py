"""What a format says of an article beside its text: title, publisher, date, author, address."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from vectorstore.readers.html_text import strip_markup

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
# Where an object is given in place of a name, as in {"author": {"name": "..."}}.
_INNER_NAMES = ("name", "title", "@id", "rendered", "main", "original", "displayname", "value", "text", "#text", "$t")


@dataclass(frozen=True)
class Metadata:
    """What is known of an article beside its text. `date` is as the publisher wrote it, of any type."""

    title: str = ""
    publisher: str | None = None
    date: object = None
    author: str | None = None
    url: str | None = None


def field_name(key: object) -> str:
    """A field's name in normal form: "publishedAt", "published_at" and "Published-At" become the same."""
    return re.sub(r"[\s_:.-]", "", str(key).casefold())


def metadata_from_fields(fields: Mapping[str, object]) -> Metadata:
    """Metadata from JSON fields, front matter or JSON-LD: for each kind the first known name with a value."""
    named: dict[str, object] = {}
    for key, value in fields.items():
        named.setdefault(field_name(key), value)
    return Metadata(
        title=_first_name(named, _TITLES) or "",
        publisher=_first_name(named, _PUBLISHERS),
        date=next((named[name] for name in _DATES if named.get(name) not in (None, "")), None),
        author=_first_name(named, _AUTHORS),
        url=_first_name(named, _URLS),
    )


def _first_name(named: Mapping[str, object], names: tuple[str, ...]) -> str | None:
    return next((text for name in names if (text := _as_name(named.get(name)))), None)


def _as_name(value: object) -> str:
    """A string out of a string, an object that names something, or a list of either; without tags and entities."""
    if isinstance(value, str):
        return strip_markup(value).strip()
    if isinstance(value, Mapping):
        named = {field_name(key): inner for key, inner in value.items()}
        return next((_as_name(named[key]) for key in _INNER_NAMES if isinstance(named.get(key), str)), "")
    if isinstance(value, list):
        # One level deep only: aliases in YAML can make a list that contains itself.
        return ", ".join(filter(None, (_as_name(item) for item in value if not isinstance(item, list))))
    return ""
