"""A page's elements: parsed, and with a gap wherever a style sheet may set two pieces of text apart."""

import re
from typing import Any

from vectorstore.readers.invisible_characters import visible

# What stands between two of these is no word's middle. Any other element may lie within a word ("<b>un</b>known").
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|button|caption|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure"
    "|footer|form|h[1-6r]|header|html|legend|li|main|nav|[ou]l|option|p|pre|section|select|summary|t[dhr]|table|tbody"
    "|tfoot|thead"
)
_INLINE = ("span", "font", "a", "b", "strong", "em", "i", "small", "big", "label", "time", "cite", "u", "bdi", "data")
_SENTENCE = re.compile(r".{24,}[.!?…:][\"'”’»)\]]*", re.DOTALL)
_SENTENCE_END = re.compile(r"[^\W\dA-Z_][.!?…:;][\"'”’»)\]]*$|\d[.!?…;][\"'”’»)\]]*$|[!?…][\"'”’»)\]]*$")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def parse(text: str) -> Any:  # noqa: ANN401 - an lxml element
    """The page's tree; None for one without an element."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    try:
        # As bytes: lxml refuses a string that declares an encoding, as XHTML does.
        return document_fromstring(
            visible(text).encode(errors="replace"), parser=HTMLParser(encoding="utf-8", remove_comments=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def is_block(element: Any) -> bool:  # noqa: ANN401
    """Whether the text before, in and behind an element is set apart."""
    return isinstance(element.tag, str) and bool(_BLOCKS.fullmatch(element.tag))


def words_of(element: Any) -> str:  # noqa: ANN401
    """All text of an element on one line, as it runs."""
    return " ".join("".join(element.itertext("*")).split())


def set_apart(tree: Any) -> None:  # noqa: ANN401
    """Part what would run together: elements of a page's own naming, spans that are paragraphs, words, figures."""
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        if "-" in element.tag and not len(element) and _SENTENCE_END.search(words_of(element)):
            element.tag = "div"
            if element.getparent().tag == "p":
                element.getparent().tag = "div"
        elif element.tag == "sup" and (element.text or "").isdigit() and _before(element)[-1:].isdigit():
            element.text = str(element.text).translate(_SUPERSCRIPT)  # 10⁶ and not 106
        _paragraphs(element)
    _spaces(tree)


def _before(element: Any) -> str:  # noqa: ANN401
    previous = element.getprevious()
    return str((element.getparent().text if previous is None else previous.tail) or "")


def _paragraphs(parent: Any) -> None:  # noqa: ANN401
    """Children that are whole sentences each, one right behind the other, are paragraphs."""
    children = [child for child in parent if child.tag in _INLINE]
    if len(children) < 2 or parent.tag in _INLINE:
        return
    whole = [child for child in children if _SENTENCE.fullmatch(words_of(child))]
    touching = [child for child in whole if not child.tail and child.getnext() is not None]
    if len(whole) < 2 or not any(child.getnext() in whole for child in touching):
        return
    if parent.tag == "p":
        parent.tag = "div"
    for child in whole:
        child.tag = "p"


def _spaces(tree: Any) -> None:  # noqa: ANN401
    """A space where two pieces of text meet at the edge of an element and are not one word."""
    from lxml import etree

    last = ""  # the piece of text before; "" behind a block or white space
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if is_block(element):
            last = ""
        name = "text" if event == "start" else "tail"
        text = getattr(element, name)
        if text:
            if last and _meet(last, text):
                setattr(element, name, f" {text}")
            last = "" if text[-1].isspace() else text[-200:]


def _meet(before: str, after: str) -> bool:
    """Whether a gap belongs between two pieces of text: they are two sentences, two words or two figures."""
    last, first = before[-1], after[0]
    if first.isspace():
        return False
    if _SENTENCE_END.search(before[-6:]):
        return first.isupper() or (first.isdigit() and not last.isdigit() and before[-2:-1].isalpha()) or first in "“«‘"
    kinds = "".join("N" if char.isdecimal() else "L" if char.isalpha() else "-" for char in (last, first))
    if kinds == "NN" or (kinds == "NL" and " " in after.strip()):
        return True
    if kinds == "LN":
        return len(before.split()[-1]) > 3
    if kinds == "LL":
        return len(before.split()[-1]) > 2 and ((last.islower() and first.isupper()) or _phrases(before, after))
    return False


def _phrases(before: str, after: str) -> bool:
    """Whether both are several words, so that no word lies across the edge."""
    return " " in before.strip() and " " in after.strip() and not before[-1:].islower()
