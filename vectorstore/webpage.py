"""A web page to an article: the text by trafilatura, the rest from JSON-LD and the page's meta elements."""

import html
import json
import logging
import re
from collections.abc import Iterator, Mapping
from typing import Any

from vectorstore.articles import Article, Problem
from vectorstore.decoding import UnreadableError
from vectorstore.drafting import Metadata, finish, metadata
from vectorstore.furniture import clean
from vectorstore.markup import plain
from vectorstore.page_tree import parse, set_apart

SHORTEST_PARAGRAPH = 40  # characters: a page with no longer one holds no article

_META = {
    "title": ("og:title", "twitter:title", "dc.title"),
    "publisher": ("og:site_name", "dc.publisher", "application-name"),
    "date": (
        "article:published_time", "datepublished", "og:published_time", "date", "pubdate", "publishdate",
        "publish-date", "parsely-pub-date", "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created",
    ),
    "author": ("author", "article:author", "parsely-author", "dc.creator"),
    "url": ("og:url",),
}  # fmt: skip
_TIMES = (
    "//time[@pubdate or @itemprop='datePublished' or contains(@class, 'published')"
    " or contains(@class, 'entry-date')]/@datetime"
)


def read_webpage(text: str, source: str) -> Iterator[Article | Problem]:
    """The one article of an HTML page. Raises UnreadableError where the page holds none."""
    tree = parse(text)
    if tree is not None:
        linked = _linked_data(tree)
        known = _metadata(tree, linked)  # first: the extraction takes the tree apart
        set_apart(tree)
        body = _article_text(tree) or _text_of(linked.get("articleBody"))
        if max(map(len, clean(body).split("\n"))) >= SHORTEST_PARAGRAPH:
            yield from finish(source, body, known)
            return
    raise UnreadableError("no article was found on the page: expected one with paragraphs of text")


def _article_text(tree: Any) -> str:  # noqa: ANN401
    import trafilatura

    # Without a handler its remarks on pages would go to the user's terminal.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    try:
        found = trafilatura.bare_extraction(tree, favor_precision=True, include_comments=False)
    except Exception:  # a fault of the extractor on some page: the page is told as one without an article
        return ""
    return "\n\n".join((found.text or "").split("\n")) if found else ""


def _metadata(tree: Any, linked: Mapping[str, object]) -> Metadata:  # noqa: ANN401
    """JSON-LD, then meta elements, then what trafilatura makes of the page (not its date: it may guess)."""
    guessed = _guessed(tree)
    fields: dict[str, object] = {}
    for name, properties in _META.items():
        fields[name] = _meta(tree, properties)
    fields["date"] = fields["date"] or next(iter(tree.xpath(_TIMES)), None)
    fields["url"] = next(iter(tree.xpath("//link[@rel='canonical']/@href")), None) or fields["url"]
    first, second, last = metadata(linked), metadata(fields), metadata(guessed)
    publisher = first.publisher or second.publisher or last.publisher
    return Metadata(
        title=first.title or last.title or _without_site(second.title, publisher),
        publisher=publisher,
        date=first.date or second.date,
        author=first.author or last.author or second.author,
        url=first.url or second.url or last.url,
    )


def _guessed(tree: Any) -> dict[str, object]:  # noqa: ANN401
    import trafilatura

    try:
        found = trafilatura.extract_metadata(tree, extensive=False)
    except Exception:  # as above: the article is taken without it
        return {}
    return {"title": found.title, "publisher": found.sitename, "author": found.author, "url": found.url}


def _without_site(title: str, publisher: str | None) -> str:
    """ "Bridge closed | The Herald" to "Bridge closed"."""
    end = re.search(rf"\s+[|–—-]\s+{re.escape(publisher)}$", title, re.IGNORECASE) if publisher else None
    return title[: end.start()] if end else title


def _meta(tree: Any, names: tuple[str, ...]) -> str | None:  # noqa: ANN401
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content := (element.get("content") or "").strip():
            found.setdefault(name.lower(), content)
    return next((found[name] for name in names if name in found), None)


def _linked_data(tree: Any) -> Mapping[str, object]:  # noqa: ANN401
    """The JSON-LD object of the article with its publisher and author looked up; {} for none."""
    things: list[dict[str, Any]] = []
    for script in tree.xpath("//script[@type='application/ld+json']/text()"):
        try:
            waiting = [json.loads(script, strict=False)]
        except (ValueError, RecursionError):
            continue  # the page's own fault, and its meta elements say the same
        while waiting:
            found = waiting.pop(0)
            if isinstance(found, list):
                waiting.extend(found)
            elif isinstance(found, dict):
                things.append(found)
                graph = found.get("@graph")
                waiting.extend(graph if isinstance(graph, list) else [])
    article = next((thing for thing in things if _is_article(thing.get("@type"))), {})
    by_id = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str)}
    return {name: _unescape(_looked_up(value, by_id)) for name, value in article.items()}


def _is_article(kind: object) -> bool:
    kinds = kind if isinstance(kind, list) else [kind]
    return any(isinstance(name, str) and name.endswith(("Article", "Posting")) for name in kinds)


def _looked_up(value: object, by_id: Mapping[str, object]) -> object:
    if isinstance(value, list):
        return [_looked_up(item, by_id) if isinstance(item, dict) else item for item in value]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _unescape(value: object) -> object:
    if isinstance(value, str):
        return html.unescape(value)
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return {**value, "name": html.unescape(value["name"])}
    return value


def _text_of(body: object) -> str:
    if not isinstance(body, str):
        return ""
    return plain(body)
