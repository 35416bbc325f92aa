"""One JSON record to its article, and a source for it that is unique within its file."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import build_article
from vectorstore.readers.decoding import UnreadableError
from vectorstore.readers.invisible_characters import one_line
from vectorstore.readers.json_shapes import TEXT_NAMES, flatten, has_text, record_text, unwrap_date
from vectorstore.readers.metadata import field_name, metadata_from_fields
from vectorstore.readers.mojibake import repair_mojibake

_MAX_DEPTH = 12  # of the lists and objects in which mojibake is repaired


def parse_json(text: str) -> Any:  # noqa: ANN401
    """The value of a JSON text. Raises UnreadableError."""
    try:
        return json.loads(text.lstrip("\ufeff"), strict=False)  # strict=False: raw tabs and line breaks in strings
    except json.JSONDecodeError as error:
        at = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"it is not JSON ({error.msg} at {at}): mend it or leave it out") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise UnreadableError(f"it is JSON that can't be read ({error}): mend it or leave it out") from error


class RecordKeys:
    """Gives each record of a file its source, "file#key": the key is its own id, else its place in the file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._taken: set[str] = set()
        self._warned = False

    def take(self, record: Any, place: str) -> tuple[str, Problem | None]:  # noqa: ANN401
        """The source of the record at `place` ("3", "L7"), and a warning where its id was taken already."""
        own = flatten(record).get("id") if isinstance(record, dict) else None
        own = next(iter(own.values())) if isinstance(own, dict) and len(own) == 1 else own  # MongoDB's {"$oid": ...}
        key = one_line(str(own)) if isinstance(own, (str, int)) and not isinstance(own, bool) else ""
        chosen, warning = key or place, None
        if chosen in self._taken:
            chosen = f"{chosen}@{place}"
            reason = f"id {key or place!r} is in the file twice: kept under {chosen!r}"
            warning = Problem(f"{self.source}#{chosen}", reason, kept=True)
        self._taken.add(chosen)
        return f"{self.source}#{chosen}", warning

    def test_set_warning(self) -> Iterator[Problem]:
        """One warning a file: its records are questions for `dateline eval`."""
        if not self._warned:
            yield Problem(self.source, "a test set (questions, no articles): skipped", kept=True)
        self._warned = True


def articles_from_record(record: Any, keys: RecordKeys, place: str) -> Iterator[Article | Problem]:  # noqa: ANN401
    """Yield the article of a record, or a Problem where it holds none; `place` is its place in the file."""
    source, warning = keys.take(record, place)
    if not isinstance(record, dict):
        yield Problem(source, f"found {_kind(record)}: expected an object with title and text")
        return
    if isinstance(record.get("question"), str) and not has_text(record):
        yield from keys.test_set_warning()
        return
    record, repaired = _repair(record, source)
    fields = flatten(record)
    text = record_text(fields)
    if not text.strip():
        yield Problem(source, _reason_without_text(record))
        return
    if warning:
        yield warning
    known = metadata_from_fields(fields)
    yield from build_article(source, text, replace(known, date=unwrap_date(known.date)), repaired)


def _repair(value: Any, source: str, depth: int = 0) -> tuple[Any, Problem | None]:  # noqa: ANN401
    """A value whose strings hold no mojibake, and the warning about the first repair."""
    if isinstance(value, str):
        return repair_mojibake(value, source)
    if depth > _MAX_DEPTH or not isinstance(value, (dict, list)):
        return value, None
    pairs = [(key, _repair(inner, source, depth + 1)) for key, inner in _items(value)]
    warning = next((problem for _, (_, problem) in pairs if problem), None)
    if warning is None:
        return value, None
    repaired = {key: inner for key, (inner, _) in pairs}
    return repaired if isinstance(value, dict) else list(repaired.values()), warning


def _items(value: dict[str, Any] | list[Any]) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _reason_without_text(record: Mapping[str, object]) -> str:
    name = next((key for key in record if field_name(key) in TEXT_NAMES and record[key] is not None), None)
    expected = "expected the article as a string or a list of paragraphs under text, body or content"
    if name is None:
        return f"no text: {expected}"
    return f"{one_line(name)[:40]} is {_kind(record[name])}: {expected}"


def _kind(value: object) -> str:
    """What a JSON value is, in words."""
    if isinstance(value, str):
        return "an empty string" if not value.strip() else "a string"
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
