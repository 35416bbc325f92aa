"""HTML to an element tree, with white space wherever a browser shows two pieces of text apart.

trafilatura joins the text of neighbouring inline elements: without `separate_text` 19 of the 217 tests of pages and
formats fail.
"""

import re
from typing import Any

from vectorstore.readers.invisible_characters import strip_invisible

# A word never goes on across the edge of a block. Any other element may be inside a word ("<b>un</b>known").
_BLOCKS = re.compile(
    "address|article|aside|blockquote|body|br|button|caption|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure"
    "|footer|form|h[1-6r]|header|html|legend|li|main|nav|[ou]l|option|p|pre|section|select|summary|t[dhr]|table|tbody"
    "|tfoot|thead"
)
_INLINE = ("span", "font", "a", "b", "strong", "em", "i", "small", "big", "label", "time", "cite", "u", "bdi", "data")
_SENTENCE = re.compile(r".{24,}[.!?…:][\"'”’»)\]]*", re.DOTALL)
_SENTENCE_END = re.compile(r"[^\W\dA-Z_][.!?…:;][\"'”’»)\]]*$|\d[.!?…;][\"'”’»)\]]*$|[!?…][\"'”’»)\]]*$")
_SUPERSCRIPT = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def parse_html(text: str) -> Any:  # noqa: ANN401 - an lxml element
    """The element tree of a page or a piece of HTML; None for one without any element."""
    from lxml import etree  # type: ignore[import-untyped]
    from lxml.html import HTMLParser, document_fromstring  # type: ignore[import-untyped]

    try:
        # As bytes: lxml refuses a string that declares an encoding, as XHTML does.
        return document_fromstring(
            strip_invisible(text).encode(errors="replace"), parser=HTMLParser(encoding="utf-8", remove_comments=True)
        )
    except (etree.ParserError, etree.XMLSyntaxError):
        return None


def is_block(element: Any) -> bool:  # noqa: ANN401
    """Whether an element is shown as a block, apart from the text before and after it."""
    return isinstance(element.tag, str) and bool(_BLOCKS.fullmatch(element.tag))


def text_content(element: Any) -> str:  # noqa: ANN401
    """All text of an element on one line, with single spaces."""
    return " ".join("".join(element.itertext("*")).split())


def separate_text(tree: Any) -> None:  # noqa: ANN401
    """Change the tree so that text extraction does not join what a browser shows apart.

    Custom elements and spans that hold whole sentences become blocks, exponents become superscript characters, and
    words, sentences and numbers in neighbouring elements get a space between them.
    """
    for element in list(tree.iter()):
        if not isinstance(element.tag, str):
            continue
        if "-" in element.tag and not len(element) and _SENTENCE_END.search(text_content(element)):
            element.tag = "div"
            if element.getparent().tag == "p":
                element.getparent().tag = "div"
        elif element.tag == "sup" and (element.text or "").isdigit() and _text_before(element)[-1:].isdigit():
            element.text = str(element.text).translate(_SUPERSCRIPT)  # 10⁶ and not 106
        _spans_to_paragraphs(element)
    _insert_spaces(tree)


def _text_before(element: Any) -> str:  # noqa: ANN401
    previous = element.getprevious()
    return str((element.getparent().text if previous is None else previous.tail) or "")


def _spans_to_paragraphs(parent: Any) -> None:  # noqa: ANN401
    """Make paragraphs of inline children that follow one another without a gap and are each a whole sentence."""
    children = [child for child in parent if child.tag in _INLINE]
    if len(children) < 2 or parent.tag in _INLINE:
        return
    sentences = [child for child in children if _SENTENCE.fullmatch(text_content(child))]
    touching = [child for child in sentences if not child.tail and child.getnext() is not None]
    if len(sentences) < 2 or not any(child.getnext() in sentences for child in touching):
        return
    if parent.tag == "p":
        parent.tag = "div"
    for child in sentences:
        child.tag = "p"


def _insert_spaces(tree: Any) -> None:  # noqa: ANN401
    """Insert a space where two pieces of text meet at the edge of an element and are not one word."""
    from lxml import etree

    last = ""  # the end of the text before; "" after a block or white space
    for event, element in etree.iterwalk(tree, events=("start", "end", "comment", "pi")):
        if is_block(element):
            last = ""
        name = "text" if event == "start" else "tail"
        text = getattr(element, name)
        if text:
            if last and _needs_space(last, text):
                setattr(element, name, f" {text}")
            last = "" if text[-1].isspace() else text[-200:]


def _needs_space(before: str, after: str) -> bool:
    """Whether two neighbouring pieces of text are two sentences, two words or two numbers, and not one word."""
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
        return len(before.split()[-1]) > 2 and ((last.islower() and first.isupper()) or _are_phrases(before, after))
    return False


def _are_phrases(before: str, after: str) -> bool:
    """Whether both are several words, and the first does not end in the middle of one."""
    return " " in before.strip() and " " in after.strip() and not before[-1:].islower()
