"""Markdown to an article: front matter, the first heading as title, the rest as plain text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import build_article
from vectorstore.readers.boilerplate import is_boilerplate
from vectorstore.readers.invisible_characters import strip_invisible
from vectorstore.readers.metadata import metadata_from_fields

if TYPE_CHECKING:
    from markdown_it.token import Token


def read_markdown(text: str, source: str) -> Iterator[Article | Problem]:
    """Yield the article of a Markdown file, and a warning where its front matter can't be read."""
    from markdown_it import MarkdownIt

    fields, body, warning = _front_matter(strip_invisible(text))
    if warning:
        yield Problem(source, warning, kept=True)
    tokens = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").parse(body)
    heading, plain = _render(tokens)
    known = metadata_from_fields(fields)
    if known.title:
        plain = f"{heading}\n\n{plain}" if heading else plain  # build_article() drops it where it repeats the title
    else:
        known = replace(known, title=heading)
    yield from build_article(source, plain, known)


def _front_matter(text: str) -> tuple[Mapping[str, object], str, str | None]:
    """The fields of the front matter, the text after it, and a warning where it is no YAML."""
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    text = text.lstrip()
    if not handler.detect(text):
        return {}, text, None
    try:
        # BaseLoader keeps every value a string, so that a date stays as it was written, even 31 February.
        head, body = handler.split(text)
        fields = handler.load(head, Loader=yaml.BaseLoader)
    except ValueError:  # one "---" line only: a rule, not front matter
        return {}, text, None
    except (yaml.YAMLError, RecursionError) as error:
        problem = getattr(error, "problem", None) or "not YAML"
        return {}, body, f"the front matter can't be read ({problem}): the article is kept without it"
    return (fields, body, None) if isinstance(fields, dict) else ({}, text, None)


def _render(tokens: Sequence["Token"]) -> tuple[str, str]:
    """The heading at the top ("" for none), and the rest as plain text: blank lines between blocks, not list items."""
    heading: str | None = None
    blocks: list[str] = []
    rows: list[str] = []  # of the list or table being rendered
    markers: list[str] = []
    depth = 0
    for place, token in enumerate(tokens):
        if token.tag in ("ul", "ol", "table"):
            depth += token.nesting
            if depth == 0:
                blocks.append("\n".join(rows))
                rows, markers = [], []
        elif token.type == "list_item_open":
            markers.append(f"{token.info}{token.markup} " if token.info else "- ")
        elif token.type == "tr_open":
            rows.append(_row(tokens, place))
        elif (text := _block(token)) and tokens[place - 1].type not in ("th_open", "td_open"):
            if heading is None and tokens[place - 1].type == "heading_open" and not (blocks or rows):
                heading = text
            elif depth:
                rows.append((markers.pop() if markers else "") + text)
            else:
                blocks.append(text)
    return heading or "", "\n\n".join(blocks)


def _block(token: "Token") -> str:
    """The text of a block token; "" for one that only opens or closes a block."""
    if token.type == "inline":
        # Boilerplate lines are dropped before the lines of a paragraph are joined: later they could not be recognised.
        return " ".join(line for line in _inline(token.children or ()).split("\n") if not is_boilerplate(line)).strip()
    if token.type in ("fence", "code_block"):
        return token.content.rstrip("\n")
    if token.type == "html_block":
        from vectorstore.readers.html_text import html_to_text

        return html_to_text(token.content)
    return ""


def _inline(tokens: Sequence["Token"]) -> str:
    """The text of inline tokens, without Markdown's marks; line breaks are kept."""
    words = {"softbreak": "\n", "hardbreak": "\n", "image": "", "html_inline": ""}
    return "".join(words.get(token.type, token.content) for token in tokens)


def _row(tokens: Sequence["Token"], start: int) -> str:
    """The cells of the table row that begins at token `start`, separated by " | "."""
    cells = []
    for token in tokens[start:]:
        if token.type == "tr_close":
            break
        if token.type == "inline":
            cells.append(_inline(token.children or ()))
    return " | ".join(cells)
