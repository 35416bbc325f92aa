"""Web pages to articles: the text by trafilatura or from JSON-LD, metadata from JSON-LD and meta elements."""

import logging
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import replace
from typing import Any

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import build_article
from vectorstore.readers.boilerplate import clean
from vectorstore.readers.decoding import UnreadableError
from vectorstore.readers.html_text import element_text
from vectorstore.readers.html_tree import parse_html, separate_text
from vectorstore.readers.invisible_characters import one_line
from vectorstore.readers.json_ld import LinkedArticle, linked_articles
from vectorstore.readers.metadata import Metadata, metadata_from_fields
from vectorstore.readers.page_elements import (
    heading,
    omission_warning,
    page_articles,
    prose_paragraphs,
    reveal_collapsed,
)
from vectorstore.readers.text_overlap import is_contained, more_complete

MIN_PARAGRAPH = 40  # characters: a text without a paragraph so long is no article
MIN_EXTRACTED = 1000  # characters of one of several articles: from a shorter one the extractor takes a part only

# Names of meta elements, in order of preference. trafilatura knows them, too, but changes the case of publishers
# ("eNCA" becomes "Enca"), takes any address for want of a better one, and gives dates without the time of day: with
# its dates 3 of 217 tests of pages and formats fail. Title and author are its own.
_PUBLISHERS = ("og:site_name", "dc.publisher", "application-name")
_DATES = (
    "article:published_time", "datepublished", "og:published_time", "date", "pubdate", "publishdate",
    "publish-date", "parsely-pub-date", "sailthru.date", "dc.date", "dc.date.issued", "dcterms.created",
)  # fmt: skip
_TIMES = (
    "//time[@pubdate or @itemprop='datePublished' or contains(@class, 'published')"
    " or contains(@class, 'entry-date')]/@datetime"
)


def read_webpage(text: str, source: str) -> Iterator[Article | Problem]:
    """Yield the articles of an HTML page, mostly one, and warnings. Raises UnreadableError for a page without any."""
    tree = parse_html(text)
    items = list(_read(tree, source)) if tree is not None else []
    if not any(isinstance(item, Article) for item in items):
        raise UnreadableError("no article was found on the page: expected one with paragraphs of text")
    yield from items


def _read(tree: Any, source: str) -> Iterator[Article | Problem]:  # noqa: ANN401
    linked = linked_articles(tree)
    extracted = _trafilatura_metadata(tree)  # before the text is extracted, which changes the tree
    main = _main_article(linked, str(extracted.get("title") or ""))
    known = _metadata(tree, main.fields if main else {}, extracted)
    separate_text(tree)
    revealed = reveal_collapsed(tree)
    articles = page_articles(tree)
    expected = prose_paragraphs(tree)
    texts: list[str] = []
    if articles.elements:
        for number, element in enumerate(articles.elements, 1):
            own, text = _element_metadata(element, linked, known), _element_article_text(element)
            texts.append(f"{own.title}\n{text}")
            yield from build_article(f"{source}#{number}", text, own)
    else:
        shown = _article_text(tree)
        body = more_complete(shown, main.text, main.free) if main else shown
        if max(map(len, clean(body).split("\n"))) >= MIN_PARAGRAPH:
            texts.append(f"{known.title}\n{body}")
            yield from build_article(source, body, known)
        expected = expected if body == shown else []  # beside the full text of JSON-LD a page shows offers only
    for number, other in enumerate(linked, len(texts) + 1):
        if other is not main and len(other.text) >= MIN_PARAGRAPH and not is_contained(other.text, "\n".join(texts)):
            texts.append(other.text)
            own = _with_defaults(metadata_from_fields(other.fields), known)
            yield from build_article(f"{source}#linked-{number}", other.text, own)
    omitted = omission_warning(expected, "\n".join(texts)) if texts else None
    yield from _warnings(source, revealed, articles.teasers, omitted)


def _element_metadata(element: Any, linked: Sequence[LinkedArticle], page: Metadata) -> Metadata:  # noqa: ANN401
    """Metadata of one of several article elements: from its own JSON-LD, its heading and time, else the page's."""
    title = heading(element)
    described = (metadata_from_fields(other.fields) for other in linked if title and _title(other) == title)
    own = next(described, Metadata())
    date = own.date or next((time.get("datetime") for time in element.iter("time") if time.get("datetime")), None)
    return _with_defaults(replace(own, title=title, date=date), page)


def _with_defaults(own: Metadata, page: Metadata) -> Metadata:
    """An article's own metadata, with the page's for what is missing, except the title."""
    return Metadata(
        own.title,
        own.publisher or page.publisher,
        own.date or page.date,
        own.author or page.author,
        own.url or page.url,
    )


def _element_article_text(element: Any) -> str:  # noqa: ANN401
    """The text of one of several article elements: the extractor's, or all of it if short or if half would be lost."""
    from lxml.html import builder  # type: ignore[import-untyped]

    complete = element_text(deepcopy(element))
    if len(complete) <= MIN_EXTRACTED:
        return complete
    extracted = _article_text(builder.HTML(builder.BODY(deepcopy(element))))
    return extracted if 2 * len(extracted) > len(complete) else complete


def _main_article(linked: Sequence[LinkedArticle], title: str) -> LinkedArticle | None:
    """The page's own article among those in its JSON-LD: the one with its title, else the first with a text."""
    same = [article for article in linked if title and _title(article) == one_line(title)]
    with_text = [article for article in same or linked if article.text]
    return next(iter(with_text or same or linked), None)


def _title(article: LinkedArticle) -> str:
    return one_line(metadata_from_fields(article.fields).title)


def _warnings(source: str, revealed: int, teasers: int, omitted: str | None) -> Iterator[Problem]:
    if revealed:
        yield Problem(source, f"{revealed:,} words that the page keeps collapsed were read as well", kept=True)
    if teasers:
        count = "1 teaser of another article" if teasers == 1 else f"{teasers:,} teasers of other articles"
        yield Problem(source, f"{count} on the page left out: save their own pages to have them", kept=True)
    if omitted:
        yield Problem(source, omitted, kept=True)


def _article_text(tree: Any) -> str:  # noqa: ANN401
    """The text that trafilatura extracts, with blank lines between paragraphs; "" where it finds none or fails."""
    import trafilatura

    # Without a handler its warnings about pages would go to the user's terminal.
    logging.getLogger("trafilatura").addHandler(logging.NullHandler())
    try:
        document = trafilatura.bare_extraction(tree, favor_precision=True, include_comments=False)
    except Exception:  # a bug of the extractor on some page must not end an ingest
        return ""
    return "\n\n".join((document.text or "").split("\n")) if document else ""


def _metadata(tree: Any, linked: Mapping[str, object], extracted: Mapping[str, object]) -> Metadata:  # noqa: ANN401
    """Metadata from JSON-LD, then the page's meta elements, then what trafilatura has extracted."""
    elements = {
        "publisher": _meta(tree, _PUBLISHERS),
        "date": _meta(tree, _DATES) or next(iter(tree.xpath(_TIMES)), None),
        "url": next(iter(tree.xpath("//link[@rel='canonical']/@href")), None) or _meta(tree, ("og:url",)),
    }
    first, second, last = (metadata_from_fields(fields) for fields in (linked, elements, extracted))
    return Metadata(
        title=first.title or last.title,
        publisher=first.publisher or second.publisher or last.publisher,
        date=first.date or second.date,
        author=first.author or last.author,
        url=first.url or second.url or last.url,
    )


def _trafilatura_metadata(tree: Any) -> dict[str, object]:  # noqa: ANN401
    """Title, publisher, author and address as trafilatura finds them; nothing where it fails."""
    import trafilatura

    try:
        document = trafilatura.extract_metadata(tree, extensive=False)
    except Exception:  # as above
        return {}
    return {
        "title": document.title,
        "publisher": document.sitename,
        "author": document.author,
        "url": document.url,
    }


def _meta(tree: Any, names: tuple[str, ...]) -> str | None:  # noqa: ANN401
    """The content of the first meta element by one of the names, the names in order of preference."""
    contents: dict[str, str] = {}
    for element in tree.iter("meta"):
        name = element.get("property") or element.get("name") or element.get("itemprop") or ""
        if content := (element.get("content") or "").strip():
            contents.setdefault(name.lower(), content)
    return next((contents[name] for name in names if name in contents), None)
