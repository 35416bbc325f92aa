"""Markdown to an article: front matter, the first heading as title, the rest as plain text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import finish, metadata
from vectorstore.readers.boilerplate import is_furniture
from vectorstore.readers.invisible_characters import visible

if TYPE_CHECKING:
    from markdown_it.token import Token


def read_markdown(text: str, source: str) -> Iterator[Article | Problem]:
    """The one article of a Markdown file."""
    from markdown_it import MarkdownIt

    fields, body, warning = _front_matter(visible(text))
    if warning:
        yield Problem(source, warning, kept=True)
    tokens = MarkdownIt("commonmark", {"maxNesting": 100}).enable("table").parse(body)
    heading, plain = _render(tokens)
    known = metadata(fields)
    if known.title:
        plain = f"{heading}\n\n{plain}" if heading else plain  # finish() drops it where it is the title again
    else:
        known = replace(known, title=heading)
    yield from finish(source, plain, known)


def _front_matter(text: str) -> tuple[Mapping[str, object], str, str | None]:
    import yaml
    from frontmatter.default_handlers import YAMLHandler

    handler = YAMLHandler()
    text = text.lstrip()
    if not handler.detect(text):
        return {}, text, None
    try:
        # BaseLoader makes strings of everything: a date stays as it was written, 31 February too.
        head, body = handler.split(text)
        fields = handler.load(head, Loader=yaml.BaseLoader)
    except ValueError:  # one "---" line only: a rule, not front matter
        return {}, text, None
    except (yaml.YAMLError, RecursionError) as error:
        problem = getattr(error, "problem", None) or "not YAML"
        return {}, body, f"the front matter can't be read ({problem}): the article is kept without it"
    return (fields, body, None) if isinstance(fields, dict) else ({}, text, None)


def _render(tokens: Sequence["Token"]) -> tuple[str, str]:
    """The first heading, and the rest as plain text: a blank line between blocks, none between list items."""
    heading: str | None = None
    blocks: list[str] = []
    rows: list[str] = []  # of the list or the table being read
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
    """What a block token says; "" for one that only opens or closes."""
    if token.type == "inline":
        # The lines are joined here, where furniture can still be told from the paragraph it clings to.
        return " ".join(line for line in _inline(token.children or ()).split("\n") if not is_furniture(line)).strip()
    if token.type in ("fence", "code_block"):
        return token.content.rstrip("\n")
    if token.type == "html_block":
        from vectorstore.readers.html_text import plain_text

        return plain_text(token.content)
    return ""


def _inline(tokens: Sequence["Token"]) -> str:
    """The words of a paragraph, without the marks; a line for a line."""
    words = {"softbreak": "\n", "hardbreak": "\n", "image": "", "html_inline": ""}
    return "".join(words.get(token.type, token.content) for token in tokens)


def _row(tokens: Sequence["Token"], start: int) -> str:
    cells = []
    for token in tokens[start:]:
        if token.type == "tr_close":
            break
        if token.type == "inline":
            cells.append(_inline(token.children or ()))
    return " | ".join(cells)
