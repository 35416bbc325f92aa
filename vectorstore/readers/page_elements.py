"""The structure of a page: its article elements, teasers of other articles, collapsed text, omitted paragraphs.

trafilatura extracts one text from a page. Without this module before it 8 of the 217 tests of pages and formats fail:
all but one of several articles, and collapsed paragraphs, are lost.
"""

import re
from dataclasses import dataclass
from typing import Any

from vectorstore.readers.html_tree import text_content
from vectorstore.readers.text_overlap import is_contained

MIN_PROSE = 40  # characters of prose that make an element an article, or worth revealing
_MAX_TEASER = 300  # characters of prose: a shorter element with a link is a teaser of another page
_MIN_LINKED_PROSE = 150  # characters that make an article on a page where every element has a link
_MIN_OMITTED = 80  # characters of a paragraph that is worth a warning when it is omitted
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_BOILERPLATE_TAGS = (
    "nav", "aside", "footer", "header", "form", "dialog", "button", "figcaption", "noscript", "address",
)  # fmt: skip
_BOILERPLATE_NAMES = re.compile(
    r"(?:^|[\s_-])(?:comments?|respond|related|recommend\w*|teasers?|promo\w*|cookies?|consent|gdpr|modal|popup|overlay"
    r"|newsletter|subscri\w+|sign-?up|log-?in|share|sharing|social|menu|nav\w*|sidebar|breadcrumbs?|advert\w*|ads?"
    r"|sponsor\w*|footer|paywall-\w+|offer|bio|tooltip|sr-only|screen-reader\w*|visually-hidden)(?:$|[\s_-])",
    re.IGNORECASE,
)
_HIDDEN_STYLE = re.compile(r"(?:display\s*:\s*none|visibility\s*:\s*hidden)[^;]*;?", re.IGNORECASE)
_HIDDEN_NAMES = re.compile(
    r"(?<![\w-])(?:is-)?(?:hidden|hide|collapsed?|folded|d-none|notloaded)(?![\w-])", re.IGNORECASE
)


@dataclass(frozen=True)
class PageArticles:
    """The article elements of a page that holds several, and how many teasers of other articles were removed."""

    elements: list[Any]
    teasers: int


def page_articles(tree: Any) -> PageArticles:  # noqa: ANN401
    """The article elements of a page, none where it is one article. Removes teasers of other articles from the tree."""
    candidates = [element for element in tree.iter("article") if not _is_boilerplate(element)]
    articles = [element for element in candidates if _prose(element) >= MIN_PROSE and not _is_teaser(element)]
    if not articles:
        articles = [element for element in candidates if _prose(element) >= _MIN_LINKED_PROSE]
    if not articles:
        return PageArticles([], 0)
    teasers = [e for e in candidates if e not in articles and not _contains_any(e, articles)]
    for teaser in teasers:
        if teaser.getparent() is not None:
            teaser.drop_tree()
    outer = [e for e in articles if not any(ancestor in articles for ancestor in e.iterancestors("article"))]
    return PageArticles(outer if len(outer) > 1 else [], len(teasers))


def heading(element: Any) -> str:  # noqa: ANN401
    """The first heading in an element; "" for none."""
    return next((text_content(first) for first in element.iter(*_HEADINGS)), "")


def reveal_collapsed(tree: Any) -> int:  # noqa: ANN401
    """Reveal hidden elements with prose of the article ("read more"); returns the number of their words.

    Menus, dialogs and the like stay hidden; hidden copies of text that the page shows elsewhere are removed.
    """
    words = 0
    shown: str | None = None
    for element in list(tree.iter("div", "section", "p", "span", "article", "details", "td", "li", "main")):
        if not _is_hidden(element) or _is_boilerplate(element):
            continue
        text = text_content(element)
        if shown is None:
            shown = _shown_text(tree)
        if _prose(element) < MIN_PROSE or not _is_within_article(element):
            continue
        if is_contained(text, shown):
            element.drop_tree()
            continue
        _reveal(element)
        words += len(text.split())
    return words


def prose_paragraphs(tree: Any) -> list[str]:  # noqa: ANN401
    """The paragraphs of prose on a page outside boilerplate: what an extraction should not omit without a warning."""
    elements = [element for element in tree.iter("p", "blockquote", "dd", "td") if not _is_boilerplate(element)]
    return [text_content(element) for element in elements if _prose(element) >= _MIN_OMITTED]


def omission_warning(paragraphs: list[str], text: str) -> str | None:
    """A warning with the number of `paragraphs` that are not in the extracted `text`; None where all are."""
    flat = " ".join(text.split())
    missing = [p for p in dict.fromkeys(paragraphs) if p not in flat]
    missing = [p for p in missing if not is_contained(p, flat)]
    if not missing:
        return None
    count = "1 paragraph" if len(missing) == 1 else f"{len(missing)} paragraphs"
    return f"{count} of the page left out as no part of the article, the first one: {missing[0][:60]}…"


def _prose(element: Any) -> int:  # noqa: ANN401
    """Characters of text outside links and headings."""
    linked = sum(len(text_content(link)) for link in element.iter("a"))
    headed = sum(len(text_content(title)) for title in element.iter(*_HEADINGS) if title.find(".//a") is None)
    return len(text_content(element)) - linked - headed


def _is_teaser(element: Any) -> bool:  # noqa: ANN401
    """Whether an element announces an article on another page: little text, and a link outside its paragraphs."""
    if _prose(element) >= _MAX_TEASER or sum(len(text_content(p)) >= MIN_PROSE for p in element.iter("p")) > 1:
        return False
    if any(True for _ in element.iterancestors("a")):
        return True
    links = [link for link in element.iter("a") if not (link.get("href") or "#").startswith("#")]
    return any(not any(True for _ in link.iterancestors("p")) or not _prose(link.getparent()) for link in links)


def _contains_any(element: Any, others: list[Any]) -> bool:  # noqa: ANN401
    return any(other in others for other in element.iter("article"))


def _is_boilerplate(element: Any) -> bool:  # noqa: ANN401
    """Whether an element, or one around it within the body, is navigation, an advertisement, comments and so on."""
    for around in (element, *element.iterancestors()):
        names = f"{around.get('id') or ''} {around.get('class') or ''}"
        if around.tag in ("body", "html", "main"):
            return False
        if (around.tag in _BOILERPLATE_TAGS and not (around.tag == "header" and around is element)) or (
            names != " " and _BOILERPLATE_NAMES.search(names)
        ):
            return True
    return False


def _is_hidden(element: Any) -> bool:  # noqa: ANN401
    return (
        element.get("hidden") is not None
        or element.get("aria-hidden") == "true"
        or bool(_HIDDEN_STYLE.search(element.get("style") or ""))
        or bool(_HIDDEN_NAMES.search(f"{element.get('class') or ''} {element.get('id') or ''}"))
    )


def _reveal(element: Any) -> None:  # noqa: ANN401
    for name in ("hidden", "aria-hidden", "style", "class", "id"):
        element.attrib.pop(name, None)


def _is_within_article(element: Any) -> bool:  # noqa: ANN401
    """Whether an element is inside an article element, or next to a paragraph of prose."""
    if any(True for _ in element.iterancestors("article", "main")):
        return True
    parent = element.getparent()
    return parent is not None and any(
        len(text_content(other)) >= MIN_PROSE for other in parent if other is not element and other.tag == "p"
    )


def _shown_text(tree: Any) -> str:  # noqa: ANN401
    """All text of a page outside hidden elements."""
    hidden = {element for element in tree.iter() if isinstance(element.tag, str) and _is_hidden(element)}
    return " ".join(
        (element.text or "") + " " + " ".join(child.tail or "" for child in element)
        for element in tree.iter()
        if isinstance(element.tag, str)
        and element.tag not in ("script", "style")
        and element not in hidden
        and not any(ancestor in hidden for ancestor in element.iterancestors())
    )
