"""JSON-LD: the articles that a page describes for search engines, with their texts, wherever they are nested."""

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from vectorstore.readers.html_text import plain

# What a page names beside its own articles.
_OTHERS = ("mentions", "citation", "relatedLink", "isBasedOn", "isPartOf", "about", "comment", "review", "publisher")
_MARKS = re.compile(r"^\s*(?://|/\*)?\s*(?:<!\[CDATA\[|<!--)(?:\s*\*/)?|(?://|/\*)?\s*(?:\]\]>|-->)\s*(?:\*/)?\s*$")
_TRAILING_COMMA = re.compile(r",(?=\s*[}\]])")


@dataclass(frozen=True)
class LinkedArticle:
    """An article in JSON-LD: its fields with publisher and author looked up, its text, whether it is free to read."""

    fields: Mapping[str, object]
    text: str
    free: bool


def linked_articles(tree: Any) -> list[LinkedArticle]:  # noqa: ANN401
    """All articles in a page's JSON-LD, in their order."""
    things = list(_things(tree))
    by_id = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str) and len(thing) > 1}
    return [_article(thing, by_id) for thing in things if _is_article(thing)]


def _things(tree: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401
    """Every object of every script; the posts of a live blog stay within it."""
    for script in tree.iter("script"):
        if "ld+json" not in (script.get("type") or "").lower():
            continue
        waiting = [_loads(script.text or "")]
        while waiting:
            found = waiting.pop(0)
            if isinstance(found, list):
                waiting[:0] = found
            elif isinstance(found, dict):
                yield found
                kept = (*_OTHERS, "liveBlogUpdate") if _is_article(found) else _OTHERS
                waiting[:0] = [value for key, value in found.items() if key not in kept]


def _loads(script: str) -> Any:  # noqa: ANN401
    """The JSON of a script, without CDATA and comment marks; None for none (the meta elements say the same)."""
    script = _MARKS.sub("", _MARKS.sub("", script)).strip().rstrip(";")
    for text in (script, _TRAILING_COMMA.sub("", script), html.unescape(script)):
        try:
            return json.loads(text, strict=False)
        except (ValueError, RecursionError):
            continue
    return None


def _is_article(thing: Mapping[str, Any]) -> bool:
    kind = thing.get("@type")
    kinds = kind if isinstance(kind, list) else [kind]
    return any(
        isinstance(name, str) and name.endswith(("Article", "Posting")) and name != "JobPosting" for name in kinds
    )


def _article(thing: Mapping[str, Any], by_id: Mapping[str, object]) -> LinkedArticle:
    fields = {name: _unescaped(_looked_up(value, by_id)) for name, value in thing.items()}
    posts = thing.get("liveBlogUpdate")
    texts = [_text(thing), *(_post(post) for post in (posts if isinstance(posts, list) else [posts]))]
    free = str(thing.get("isAccessibleForFree", "true")).lower().rsplit("/", 1)[-1] != "false"
    return LinkedArticle(fields, "\n\n".join(filter(None, texts)), free)


def _post(post: object) -> str:
    """A post of a live blog: its headline and its text."""
    if not isinstance(post, dict):
        return ""
    headline = post.get("headline") if isinstance(post.get("headline"), str) else ""
    return "\n\n".join(filter(None, (plain(headline or ""), _text(post) or _string(post.get("description")))))


def _text(thing: Mapping[str, Any]) -> str:
    return _string(thing.get("articleBody")) or _string(thing.get("text"))


def _string(value: object) -> str:
    if isinstance(value, list):
        return "\n\n".join(filter(None, map(_string, value)))
    return plain(value).strip() if isinstance(value, str) else ""


def _looked_up(value: object, by_id: Mapping[str, object]) -> object:
    if isinstance(value, list):
        return [_looked_up(item, by_id) if isinstance(item, dict) else item for item in value]
    if isinstance(value, dict) and "name" not in value and isinstance(value.get("@id"), str):
        return by_id.get(value["@id"], value)
    return value


def _unescaped(value: object) -> object:
    if isinstance(value, str):
        return html.unescape(value)
    if isinstance(value, dict) and isinstance(value.get("name"), str):
        return {**value, "name": html.unescape(value["name"])}
    return value
