"""HTML in a string to plain text: tags, entities and CDATA marks go, a lone "<" or "&" stays."""

import html
import re
from functools import cache

from vectorstore.readers.html_tree import is_block, parse, set_apart

_DROPPED = ("script", "style", "noscript", "template", "iframe", "svg", "form", "head")
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|$)", re.DOTALL)
_STRUCK = re.compile(r"<s>([^<>]*)</s>", re.IGNORECASE)
"""Text that is struck out. A lone "</s>" is no tag: language models end a text with it, and an article that holds it is
to be known for what it is.
"""

_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][\da-fA-F]{1,6}|[A-Za-z]{2,31}\d{0,2});")
_NEWER_TAGS = (
    "article", "aside", "details", "figcaption", "figure", "footer", "header", "main", "mark", "nav", "picture",
    "section", "source", "summary", "svg", "time", "video", "audio", "wbr", "template",
)  # fmt: skip
_VALUE = r"""\s*=\s*(?:"[^"<>]*"|'[^'<>]*'|[^\s"'<>]+)"""
_FLAGS = "hidden|async|defer|controls|allowfullscreen|nowrap|noshade|download|itemscope|loop|muted|autoplay|playsinline"
_BREAKS = re.compile(r"<(?:p|br|div|li|td|h[1-6]|section|article|pre)\b[^<>]*>", re.IGNORECASE)
_ROUNDS = 3  # feeds escape what was escaped already


def plain(text: str) -> str:
    """The words of a string that may be HTML, all or in part, wherever it begins."""
    for _ in range(_ROUNDS):
        text = _STRUCK.sub(r"<del>\1</del>", _CDATA.sub(r"\1", text))
        if _markup().search(text):
            text = unescaped(plain_text(_paragraphs(_protected(text))))
            if not _BREAKS.search(text):  # a tag that is written out ("the <b> tag") is a word now
                break
        elif _ENTITY.search(text):
            text = unescaped(text)
        else:
            break
    return text


def plain_text(markup: str) -> str:
    """The words of a piece of HTML: blocks apart by a blank line, without scripts and forms."""
    tree = parse(markup)
    if tree is None:
        return ""
    return text_of(tree)


def text_of(tree: object) -> str:
    """The words of an element and all below it, as `plain_text` gives them. The element is taken apart."""
    from lxml import etree  # type: ignore[import-untyped]

    for element in list(tree.iter(*_DROPPED)):  # type: ignore[attr-defined]
        if element.getparent() is not None:
            element.drop_tree()
    set_apart(tree)
    pieces: list[str] = []
    # The walk is flat, for markup may be nested deeper than Python's stack.
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        line_break = element.tag == "br"
        gap = "\n\n" if is_block(element) and not line_break else "\n" if line_break and event == "start" else ""
        pieces += [gap, re.sub(r"\s+", " ", (element.text if event == "start" else element.tail) or "")]
    lines = (" ".join(line.split()) for line in "".join(pieces).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def unescaped(text: str) -> str:
    """Entities that end in a semicolon, and only those: "?a=1&copy=2" stays."""
    return _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)


@cache
def _markup() -> re.Pattern[str]:
    """A tag of HTML or a comment, and no other "<": "x <SRD> y" and "a <b and c> d" hold none."""
    from lxml.html.defs import tags  # type: ignore[import-untyped]

    names = "|".join(sorted({*tags, *_NEWER_TAGS} - {"s"}, key=len, reverse=True))
    attributes = rf"(?:\s+(?:[\w:@.-]+{_VALUE}|(?:{_FLAGS})\b))*"
    cut_off = rf"<(?:{names})\s+[\w-]+=[^<>]*$"
    return re.compile(rf"</?(?:{names}){attributes}\s*/?>|<!--.*?(?:-->|$)|<!doctype[^<>]*>|{cut_off}", re.I | re.S)


def _protected(text: str) -> str:
    """Every "<" that opens no tag, and every "&" that opens no entity, written so that the parser keeps it."""
    pieces: list[str] = []
    end = 0
    for tag in _markup().finditer(text):
        pieces += [text[end : tag.start()].replace("<", "&lt;"), tag[0] if tag[0].endswith(">") else ""]
        end = tag.end()
    pieces.append(text[end:].replace("<", "&lt;"))
    return re.sub(rf"&(?!{_ENTITY.pattern[1:]})", "&amp;", "".join(pieces))


def _paragraphs(markup: str) -> str:
    """Paragraphs that are set apart by line breaks alone, as their elements."""
    if _BREAKS.search(markup):
        return markup
    return re.sub(r"\n", "<br>", re.sub(r"\n[ \t]*\n\s*", "<p>", markup.strip()))
