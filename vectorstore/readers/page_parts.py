"""What a page holds beside one plain article: several articles, cards of others, folded text, and what was left out."""

import re
from dataclasses import dataclass
from typing import Any

from vectorstore.readers.fuller_text import stands_in
from vectorstore.readers.html_tree import words_of

LEAST_PROSE = 40  # characters of text that a piece of its own has
_TEASER = 300  # characters: what is shorter and links to another page is a card of that
_ALONE = 150  # characters of a piece on a page where every one has a link
_LEFT_OUT = 80  # characters of a paragraph whose loss is said
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FURNITURE = ("nav", "aside", "footer", "header", "form", "dialog", "button", "figcaption", "noscript", "address")
_FURNITURE_NAMES = re.compile(
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
class Pieces:
    """The article elements of a page where there are several, and how many cards of other articles went."""

    articles: list[Any]
    cards: int


def pieces(tree: Any) -> Pieces:  # noqa: ANN401
    """The articles of a page, each an element; none where the page is one article. Cards of others are taken out."""
    found = [element for element in tree.iter("article") if not _is_furniture(element)]
    whole = [element for element in found if _prose(element) >= LEAST_PROSE and not _is_card(element)]
    if not whole:
        whole = [element for element in found if _prose(element) >= _ALONE]
    cards = [element for element in found if element not in whole and not _holds(element, whole)]
    if whole:
        for card in cards:
            if card.getparent() is not None:
                card.drop_tree()
    outer = [element for element in whole if not any(other in whole for other in element.iterancestors("article"))]
    return Pieces(outer if len(outer) > 1 else [], len(cards) if whole else 0)


def heading(element: Any) -> str:  # noqa: ANN401
    """The first heading in an element; "" for none."""
    return next((words_of(found) for found in element.iter(*_HEADINGS)), "")


def unfold(tree: Any) -> int:  # noqa: ANN401
    """Show what a page keeps folded away within its article; returns how many words that is.

    Only prose: menus, dialogs and the like stay hidden, and so does what is shown elsewhere on the page.
    """
    words = 0
    shown: str | None = None
    for element in list(tree.iter("div", "section", "p", "span", "article", "details", "td", "li", "main")):
        if not _is_hidden(element) or _is_furniture(element):
            continue
        text = words_of(element)
        if shown is None:
            shown = _shown_text(tree)
        if _prose(element) < LEAST_PROSE or not _beside_prose(element):
            continue
        if stands_in(text, shown):
            element.drop_tree()
            continue
        _show(element)
        words += len(text.split())
    return words


def paragraphs(tree: Any) -> list[str]:  # noqa: ANN401
    """The paragraphs of prose on a page that are no furniture, to see afterwards what was left out."""
    found = [element for element in tree.iter("p", "blockquote", "dd", "td") if not _is_furniture(element)]
    return [text for element in found if len(text := words_of(element)) >= _LEFT_OUT and _prose(element) >= _LEFT_OUT]


def left_out(before: list[str], text: str) -> str | None:
    """The warning that counts the paragraphs that are not in the text that was taken; None for none."""
    flat = " ".join(text.split())
    missing = [paragraph for paragraph in before if paragraph not in flat]
    missing = [paragraph for paragraph in dict.fromkeys(missing) if not stands_in(paragraph, flat)] if missing else []
    if not missing:
        return None
    count = "1 paragraph" if len(missing) == 1 else f"{len(missing)} paragraphs"
    return f"{count} of the page left out as no part of the article, the first one: {missing[0][:60]}…"


def _prose(element: Any) -> int:  # noqa: ANN401
    """Characters of text outside links and headings."""
    linked = sum(len(words_of(link)) for link in element.iter("a"))
    headed = sum(len(words_of(found)) for found in element.iter(*_HEADINGS) if found.find(".//a") is None)
    return len(words_of(element)) - linked - headed


def _is_card(element: Any) -> bool:  # noqa: ANN401
    """Whether it announces an article of another page: a link beside its paragraphs, and little text."""
    if _prose(element) >= _TEASER or sum(len(words_of(p)) >= LEAST_PROSE for p in element.iter("p")) > 1:
        return False
    if any(True for _ in element.iterancestors("a")):
        return True
    links = [link for link in element.iter("a") if not (link.get("href") or "#").startswith("#")]
    return any(not any(True for _ in link.iterancestors("p")) or not _prose(link.getparent()) for link in links)


def _holds(element: Any, others: list[Any]) -> bool:  # noqa: ANN401
    return any(other in others for other in element.iter("article"))


def _is_furniture(element: Any) -> bool:  # noqa: ANN401
    for found in (element, *element.iterancestors()):
        names = f"{found.get('id') or ''} {found.get('class') or ''}"
        if found.tag in ("body", "html", "main"):
            return False
        if (found.tag in _FURNITURE and not (found.tag == "header" and found is element)) or (
            names != " " and _FURNITURE_NAMES.search(names)
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


def _show(element: Any) -> None:  # noqa: ANN401
    for name in ("hidden", "aria-hidden", "style", "class", "id"):
        element.attrib.pop(name, None)


def _beside_prose(element: Any) -> bool:  # noqa: ANN401
    """Whether it stands in the article: in its element, or beside a paragraph that is shown."""
    if any(True for _ in element.iterancestors("article", "main")):
        return True
    parent = element.getparent()
    return parent is not None and any(
        len(words_of(other)) >= LEAST_PROSE for other in parent if other is not element and other.tag == "p"
    )


def _shown_text(tree: Any) -> str:  # noqa: ANN401
    hidden = {element for element in tree.iter() if isinstance(element.tag, str) and _is_hidden(element)}
    return " ".join(
        (element.text or "") + " " + " ".join(child.tail or "" for child in element)
        for element in tree.iter()
        if isinstance(element.tag, str)
        and element.tag not in ("script", "style")
        and element not in hidden
        and not any(above in hidden for above in element.iterancestors())
    )
