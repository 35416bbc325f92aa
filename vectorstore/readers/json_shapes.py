"""Bring the shapes in which programs write articles as JSON to flat records with known field names.

WordPress wraps texts ({"rendered": ...}), Elasticsearch and others the whole record ({"_source": {...}}), editors write
lists of blocks, MongoDB writes objects for dates, and services put the list of records into a field of any name.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from vectorstore.readers.html_text import strip_markup
from vectorstore.readers.metadata import field_name

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
_MAX_DEPTH = 12  # no editor nests its blocks deeper

Record = Mapping[str, Any]


def find_records(document: object) -> list[tuple[str, object]]:
    """(key, record) for all records of a document: a list, an object of lists, an object of records, or one record."""
    if isinstance(document, list):
        return _numbered(document)
    if not isinstance(document, dict) or has_text(document) or _unwrap(document):
        return [("0", document)]
    lists = dict(_lists(document))
    if len(lists) == 1:
        return _numbered(next(iter(lists.values())))
    if lists:
        return [(f"{name}.{key}", record) for name, records in lists.items() for key, record in _numbered(records)]
    if isinstance(document.get("articles"), list):
        return _numbered(document["articles"])
    named: list[tuple[str, object]] = [(str(key), value) for key, value in document.items() if is_article(value)]
    return named or _rows(document) or [("0", document)]


def flatten(record: Record) -> dict[str, Any]:
    """A record's fields by their normalised names, unwrapped; its own fields take precedence over its wrapper's."""
    levels: list[Record] = []
    level: Record | None = record
    while level is not None and len(levels) < _MAX_DEPTH:
        details = [value for key, value in level.items() if field_name(key) in _DETAILS and isinstance(value, dict)]
        levels = [level, *details, *levels]
        level = None if has_text(level) else _unwrap(level)
    fields: dict[str, Any] = {}
    for level in levels:
        for key, value in level.items():
            if value not in (None, "", []):
                fields.setdefault(field_name(key), value)
    return fields


def record_text(fields: Record) -> str:
    """The article's text in flattened fields; "" for none."""
    return next((text for name in TEXT_NAMES if (text := value_text(fields.get(name))).strip()), "")


def has_text(record: Record) -> bool:
    """Whether one of the record's own fields holds an article's text."""
    return any(_has_words(value) for key, value in record.items() if field_name(key) in TEXT_NAMES)


def is_article(value: object) -> bool:
    """Whether a value is a record with an article's text, wrapped or not."""
    return isinstance(value, dict) and (has_text(value) or _unwrap(value) is not None)


def value_text(value: object, depth: int = 0) -> str:
    """The text of a string (plain or HTML), a list of paragraphs, or the nested blocks of an editor."""
    if isinstance(value, str):
        return strip_markup(value)
    if depth > _MAX_DEPTH:
        return ""
    if isinstance(value, dict):
        return next((text for inner in _inner(value) if (text := value_text(inner, depth + 1)).strip()), "")
    if not isinstance(value, list):
        return ""
    inline = depth > 0 and all(isinstance(item, dict) and _is_inline(item) for item in value)
    pieces = [value_text(item, depth + 1) for item in value]
    return "".join(pieces) if inline else "\n\n".join(piece for piece in pieces if piece.strip())


def unwrap_date(value: object) -> object:
    """A date out of the objects that databases write for one, as {"$date": ...}; any other value as it is."""
    for _ in range(3):
        if isinstance(value, dict):
            named = {field_name(key): inner for key, inner in value.items()}
            value = next((named[name] for name in _DATES if name in named), value)
    return value[0] if isinstance(value, list) and len(value) == 1 else value


def _has_words(value: object, depth: int = 0) -> bool:
    """Whether `value_text` would give any text, without converting it."""
    if isinstance(value, str):
        return bool(value.strip())
    if depth > _MAX_DEPTH:
        return False
    inner = _inner(value) if isinstance(value, dict) else value if isinstance(value, list) else ()
    return any(_has_words(item, depth + 1) for item in inner)


def _inner(value: Record) -> list[Any]:
    named = {field_name(key): inner for key, inner in value.items()}
    return [named[name] for name in _INNER if name in named]


def _unwrap(record: Record) -> Record | None:
    """The record that an object wraps, under a usual name or as its only member with text; None for none."""
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
    """Yield (path, list) for the lists of articles in an object, however deeply nested."""
    queue: list[tuple[str, Record]] = [("", document)]
    while queue:
        path, level = queue.pop(0)
        for key, value in level.items():
            name = f"{path}.{key}".lstrip(".")
            if isinstance(value, dict):
                queue.append((name, value))
            elif isinstance(value, list) and any(map(is_article, value)):
                yield name, value


def _rows(document: Record) -> list[tuple[str, object]]:
    """The rows of a table written by column, as pandas does: {"title": {"0": ..., "1": ...}, "text": {...}}."""
    texts = [value for key, value in document.items() if field_name(key) in TEXT_NAMES]
    if not texts or not all(isinstance(column, dict) for column in document.values()):
        return []
    return [(key, {name: column.get(key) for name, column in document.items()}) for key in texts[0]]
