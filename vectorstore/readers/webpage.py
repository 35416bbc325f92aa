"""A web page to an article: the text by trafilatura, the rest from JSON-LD and the page's meta elements."""

import logging
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import Metadata, finish, metadata
from vectorstore.readers.boilerplate import clean
from vectorstore.readers.decoding import UnreadableError
from vectorstore.readers.fuller_text import fuller, stands_in
from vectorstore.readers.html_text import text_of
from vectorstore.readers.html_tree import parse, set_apart
from vectorstore.readers.invisible_characters import one_line
from vectorstore.readers.json_ld import LinkedArticle, linked_articles
from vectorstore.readers.page_parts import heading, left_out, paragraphs, pieces, unfold

SHORTEST_PARAGRAPH = 40  # characters: a page with no longer one holds no article
LONG_PIECE = 1000  # characters: of a shorter one of several articles the extractor would take a part for the whole

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
    """The articles of an HTML page, mostly one. Raises UnreadableError where the page holds none."""
    tree = parse(text)
    items = list(_read(tree, source)) if tree is not None else []
    if not any(isinstance(item, Article) for item in items):
        raise UnreadableError("no article was found on the page: expected one with paragraphs of text")
    yield from items


def _read(tree: Any, source: str) -> Iterator[Article | Problem]:  # noqa: ANN401
    linked = linked_articles(tree)
    guessed = _guessed(tree)  # first: the extraction takes the tree apart
    main = _main(linked, str(guessed.get("title") or ""))
    known = _metadata(tree, main.fields if main else {}, guessed)
    set_apart(tree)
    folded = unfold(tree)
    found = pieces(tree)
    before = paragraphs(tree)
    texts: list[str] = []
    if found.articles:
        for number, element in enumerate(found.articles, 1):
            own = replace(_of_piece(element, linked, known), text=_text_of(element))
            texts.append(f"{own.known.title}\n{own.text}")
            yield from finish(f"{source}#{number}", own.text, own.known)
    else:
        shown = _article_text(tree)
        body = fuller(shown, main.text, main.free) if main else shown
        if max(map(len, clean(body).split("\n"))) >= SHORTEST_PARAGRAPH:
            texts.append(f"{known.title}\n{body}")
            yield from finish(source, body, known)
        before = before if body == shown else []  # what is shown beside the whole text is an offer of it
    for number, other in enumerate(linked, len(texts) + 1):
        if other is not main and len(other.text) >= SHORTEST_PARAGRAPH and not stands_in(other.text, "\n".join(texts)):
            texts.append(other.text)
            yield from finish(f"{source}#linked-{number}", other.text, _filled(metadata(other.fields), known))
    yield from _warnings(source, folded, found.cards, left_out(before, "\n".join(texts)) if texts else None)


@dataclass(frozen=True)
class _Piece:
    known: Metadata
    text: str = ""


def _of_piece(element: Any, linked: Sequence[LinkedArticle], page: Metadata) -> _Piece:  # noqa: ANN401
    """What is known of one of several articles: of its own JSON-LD, its heading and time, else of the page."""
    title = heading(element)
    own = next((metadata(other.fields) for other in linked if title and one_line(_title(other)) == title), Metadata())
    date = own.date or next((time.get("datetime") for time in element.iter("time") if time.get("datetime")), None)
    return _Piece(_filled(replace(own, title=title, date=date), page))


def _filled(own: Metadata, page: Metadata) -> Metadata:
    """What a piece does not say of itself, the page says of all it holds; but not its title."""
    return Metadata(
        own.title,
        own.publisher or page.publisher,
        own.date or page.date,
        own.author or page.author,
        own.url or page.url,
    )


def _text_of(element: Any) -> str:  # noqa: ANN401
    """The text of one article of several: as the extractor has it, or all of it where that lost half."""
    from lxml.html import builder  # type: ignore[import-untyped]

    whole = text_of(deepcopy(element))
    if len(whole) <= LONG_PIECE:
        return whole
    extracted = _article_text(builder.HTML(builder.BODY(deepcopy(element))))
    return extracted if 2 * len(extracted) > len(whole) else whole


def _main(linked: Sequence[LinkedArticle], title: str) -> LinkedArticle | None:
    """The page's own article among those that it describes: the one of its title, else the first with a text."""
    same = [article for article in linked if title and one_line(_title(article)) == one_line(title)]
    with_text = [article for article in same or linked if article.text]
    return next(iter(with_text or same or linked), None)


def _title(article: LinkedArticle) -> str:
    return metadata(article.fields).title


def _warnings(source: str, folded: int, cards: int, lost: str | None) -> Iterator[Problem]:
    if folded:
        yield Problem(source, f"{folded:,} words that the page keeps folded away were read as well", kept=True)
    if cards:
        count = "1 card of another article" if cards == 1 else f"{cards:,} cards of other articles"
        yield Problem(source, f"{count} on the page left out: save their own pages to have them", kept=True)
    if lost:
        yield Problem(source, lost, kept=True)


def _article_text(tree: Any) -> str:  # noqa: ANN401
    import trafilatura

    # Without a handler its remarks on pages would go to the user's terminal.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    try:
        found = trafilatura.bare_extraction(tree, favor_precision=True, include_comments=False)
    except Exception:  # a fault of the extractor on some page: the page is told as one without an article
        return ""
    return "\n\n".join((found.text or "").split("\n")) if found else ""


def _metadata(tree: Any, linked: Mapping[str, object], guessed: Mapping[str, object]) -> Metadata:  # noqa: ANN401
    """JSON-LD, then meta elements, then what trafilatura makes of the page (not its date: it may guess)."""
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
