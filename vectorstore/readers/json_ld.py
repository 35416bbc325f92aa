"""JSON-LD: the articles (schema.org) that a page describes for search engines, wherever they are nested."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vectorstore.readers.html_text import strip_markup

# Properties whose articles are not the page's own.
_FOREIGN = ("mentions", "citation", "relatedLink", "isBasedOn", "isPartOf", "about", "comment", "review", "publisher")
_MARKS = re.compile(r"^\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


@dataclass(frozen=True)
class LinkedArticle:
    """An article in JSON-LD: its fields, with "@id" references resolved, its text, and whether it is free to read."""

    fields: Mapping[str, object]
    text: str
    free: bool


def linked_articles(tree: Any) -> list[LinkedArticle]:  # noqa: ANN401
    """All articles in a page's JSON-LD, in document order."""
    nodes = list(_nodes(tree))
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and len(node) > 1}
    return [_article(node, by_id) for node in nodes if _is_article(node)]


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Yield every object of every script, except those inside _FOREIGN properties and the posts of live blogs."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        queue = [_loads(script.text or "")]
        while queue:
            node = queue.pop(0)
            if isinstance(node, list):
                queue[:0] = node
            elif isinstance(node, dict):
                yield node
                skipped = (*_FOREIGN, "liveBlogUpdate") if _is_article(node) else _FOREIGN
                queue[:0] = [value for key, value in node.items() if key not in skipped]


def _loads(script: str) -> Any:  # noqa: ANN401
    """The JSON of a script, without CDATA and comment marks; None for invalid JSON."""
    script = _MARKS.sub("", _MARKS.sub("", script)).strip().rstrip(";")
    for text in (script, _TRAILING_COMMA.sub("", script), html.unescape(script)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _is_article(node: Mapping[str, Any]) -> bool:
    kind = node.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(
        isinstance(name, str) and name.endswith(("Article", "Posting")) and name != "JobPosting" for name in kinds
    )


def _article(node: Mapping[str, Any], by_id: Mapping[str, object]) -> LinkedArticle:
    fields = {name: _unescaped(_resolved(value, by_id)) for name, value in node.items()}
    posts = node.get("liveBlogUpdate")
    texts = [_text(node), *(_post(post) for post in (posts if isinstance(posts, list) else [posts]))]
    free = str(node.get("isAccessibleForFree", "true")).lower().rsplit("/", 1)[-1] != "false"
    return LinkedArticle(fields, "\n\n".join(filter(None, texts)), free)


def _post(post: object) -> str:
    """The text of a post of a live blog: its headline and its body; "" for none."""
    if not isinstance(post, dict):
        return ""
    headline = post.get("headline") if isinstance(post.get("headline"), str) else ""
    return "\n\n".join(filter(None, (strip_markup(headline or ""), _text(post) or _string(post.get("description")))))


def _text(node: Mapping[str, Any]) -> str:
    """The body of an article; "" for none."""
    return _string(node.get("articleBody")) or _string(node.get("text"))


def _string(value: object) -> str:
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_string, value)))
    return strip_markup(value).strip() if isinstance(value, str) else ""


def _resolved(value: object, by_id: Mapping[str, object]) -> object:
    """A value with references to other nodes ({"@id": ...}) replaced by those."""
    if isinstance(value, list):
        return [_resolved(item, by_id) if isinstance(item, dict) else item for item in value]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _unescaped(value: object) -> object:
    """A string, or the name in an object, without HTML entities."""
    if isinstance(value, str):
        return html.unescape(value)
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return {**value, "name": html.unescape(value["name"])}
    return value
