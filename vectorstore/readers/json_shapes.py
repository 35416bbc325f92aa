"""The shapes in which programs write articles as JSON, brought to flat records of known names.

WordPress wraps texts ({"rendered": ...}), Elasticsearch and others the whole record ({"_source": {...}}), editors write
lists of blocks, MongoDB objects for dates; services put a list of records below some name of their own.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from vectorstore.readers.article_builder import field_name
from vectorstore.readers.html_text import plain

TEXT_NAMES = ("text", "body", "content", "articlebody", "contenthtml", "contenttext", "contentencoded", "bodyhtml",
              "bodytext", "fulltext", "maintext", "articletext", "pagecontent", "rawtext", "html", "plaintext", "story",
              "paragraphs", "blocks")  # fmt: skip
_INNER = ("rendered", "html", "plaintext", "plain", "text", "value", "content", "children", "blocks", "data", "body",
          "paragraphs", "main", "default", "#text", "$t", "cdata")  # fmt: skip
_DATES = ("$date", "$numberlong", "$numberint", "iso", "seconds", "value", "date", "datetime", "rendered")
_WRAPPERS = ("source", "doc", "document", "attributes", "fields", "node", "article", "item", "post", "entry", "record",
             "data")  # fmt: skip
_DETAILS = ("metadata", "meta", "fields", "attributes", "properties", "frontmatter")
_INLINE_TYPES = ("text", "link", "a", "strong", "em", "bold", "italic", "hyperlink", "mention", None)
_DEEPEST = 12  # no editor nests its blocks deeper

Record = Mapping[str, Any]


def records_of(document: object) -> list[tuple[str, object]]:
    """(key, record) of all records in a document: a list of them, an object that holds lists, one by name, or one."""
    if isinstance(document, list):
        return _numbered(document)
    if not isinstance(document, dict) or has_text(document) or _wrapped(document):
        return [("0", document)]
    lists = dict(_lists(document))
    if len(lists) == 1:
        return _numbered(next(iter(lists.values())))
    if lists:
        return [(f"{name}.{key}", record) for name, found in lists.items() for key, record in _numbered(found)]
    if isinstance(document.get("articles"), list):
        return _numbered(document["articles"])
    named: list[tuple[str, object]] = [(str(key), value) for key, value in document.items() if is_article(value)]
    return named or _rows(document) or [("0", document)]


def flat(record: Record) -> dict[str, Any]:
    """A record's fields under plain names, out of what wraps it; the record's own come before its wrapper's."""
    levels: list[Record] = []
    level: Record | None = record
    while level is not None and len(levels) < _DEEPEST:
        details = [value for key, value in level.items() if field_name(key) in _DETAILS and isinstance(value, dict)]
        levels = [level, *details, *levels]
        level = None if has_text(level) else _wrapped(level)
    fields: dict[str, Any] = {}
    for level in levels:
        for key, value in level.items():
            if value not in (None, "", []):
                fields.setdefault(field_name(key), value)
    return fields


def text_in(fields: Record) -> str:
    """The article's words in flat fields; "" for none."""
    return next((text for name in TEXT_NAMES if (text := text_of_value(fields.get(name))).strip()), "")


def has_text(record: Record) -> bool:
    """Whether one of the record's own fields holds an article's words."""
    return any(_says_something(value) for key, value in record.items() if field_name(key) in TEXT_NAMES)


def is_article(value: object) -> bool:
    """Whether a value is a record with text, wrapped or not."""
    return isinstance(value, dict) and (has_text(value) or _wrapped(value) is not None)


def text_of_value(value: object, depth: int = 0) -> str:
    """The words of a string of text or HTML, a list of paragraphs, or an editor's blocks."""
    if isinstance(value, str):
        return plain(value)
    if depth > _DEEPEST:
        return ""
    if isinstance(value, dict):
        return next((text for inner in _inner(value) if (text := text_of_value(inner, depth + 1)).strip()), "")
    if not isinstance(value, list):
        return ""
    inline = depth > 0 and all(isinstance(item, dict) and _is_inline(item) for item in value)
    pieces = [text_of_value(item, depth + 1) for item in value]
    return "".join(pieces) if inline else "\n\n".join(piece for piece in pieces if piece.strip())


def date_in(value: object) -> object:
    """A date out of the objects that databases write for one."""
    for _ in range(3):
        if isinstance(value, dict):
            named = {field_name(key): inner for key, inner in value.items()}
            value = next((named[name] for name in _DATES if name in named), value)
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _says_something(value: object, depth: int = 0) -> bool:
    """Whether `text_of_value` would find words, without reading them."""
    if isinstance(value, str):
        return bool(value.strip())
    if depth > _DEEPEST:
        return False
    inner = _inner(value) if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_says_something(item, depth + 1) for item in inner)


def _inner(value: Record) -> list[Any]:
    named = {field_name(key): inner for key, inner in value.items()}
    return [named[name] for name in _INNER if name in named]


def _wrapped(record: Record) -> Record | None:
    """The record that an object wraps, under a name that is usual for it or as its only one with text."""
    inner = {field_name(key): value for key, value in record.items() if isinstance(value, dict) and is_article(value)}
    usual = next((inner[name] for name in _WRAPPERS if name in inner), None)
    if usual is None and len(inner) == 1 and len(record) > 1:
        return next(iter(inner.values()))
    return usual


def _is_inline(item: Record) -> bool:
    return item.get("type") in _INLINE_TYPES and isinstance(item.get("text", item.get("value")), str)


def _numbered(records: list[Any]) -> list[tuple[str, object]]:
    return [(str(index), record) for index, record in enumerate(records)]


def _lists(document: Record) -> Iterator[tuple[str, list[Any]]]:
    """The lists that hold articles, with their names, in an object, however it wraps them."""
    waiting: list[tuple[str, Record]] = [("", document)]
    while waiting:
        path, found = waiting.pop(0)
        for key, value in found.items():
            name = f"{path}.{key}".lstrip(".")
            if isinstance(value, dict):
                waiting.append((name, value))
            elif isinstance(value, list) and any(map(is_article, value)):
                yield name, value


def _rows(document: Record) -> list[tuple[str, object]]:
    """A table written column by column, as pandas does: {"title": {"0": ..., "1": ...}, "text": {...}}."""
    texts = [value for key, value in document.items() if field_name(key) in TEXT_NAMES]
    if not texts or not all(isinstance(column, dict) for column in document.values()):
        return []
    return [(key, {name: column.get(key) for name, column in document.items()}) for key in texts[0]]
