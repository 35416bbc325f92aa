"""Articles as JSON: one object, a list of them, an object that holds lists of them, or one object a line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import field_name, finish, metadata
from vectorstore.readers.decoding import MAX_BYTES, UnreadableError, decode
from vectorstore.readers.encodings import GUESS_FROM, guess, marked_encoding
from vectorstore.readers.invisible_characters import one_line
from vectorstore.readers.json_shapes import TEXT_NAMES, date_in, flat, has_text, records_of, text_in
from vectorstore.readers.mojibake import repaired

_DEEPEST = 12  # of what is looked through for mojibake
HOPELESS = 100  # bad lines before the first good one: then the file is of another kind


def read_json(text: str, source: str) -> Iterator[Article | Problem]:
    """The articles of one JSON document. Raises UnreadableError where it is none."""
    try:
        document = _loads(text)
    except UnreadableError:
        if not _is_lines(text):
            raise
        lines = enumerate(text.split("\n"), 1)  # JSON lines under a .json name
        yield from _from_lines(lines, source)
        return
    records = records_of(document)
    if not records:
        raise UnreadableError("the list in it is empty: expected at least one article")
    keys = _Keys(source)
    for key, record in records:
        yield from _from_record(record, keys, one_line(key))


def read_json_lines(path: Path, source: str) -> Iterator[Article | Problem]:
    """The articles of a file of JSON lines, however long: one line is in memory at a time."""
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head:
        raise UnreadableError("the file is empty: expected one JSON object a line")
    encoding = marked_encoding(head)
    if encoding == "utf-8-sig":
        encoding = None  # a line of it may be damaged, and then costs only itself
    if encoding is None and b"\0" in head:
        raise UnreadableError("it holds binary data, not text: expected one JSON object a line")
    with path.open("rb") if encoding is None else path.open(encoding=encoding, newline="\n") as opened:
        yield from _from_lines(_lines(opened), source, None if encoding else _codec_of_lines(path))


def _codec_of_lines(path: Path) -> str | None:
    """The codec of those lines that are not UTF-8, guessed from all of them: one line is too short for a guess."""
    sample = b""
    with path.open("rb") as file:
        for _, line in _lines(file):
            if isinstance(line, bytes) and not line.isascii() and not _is_utf_8(line):
                sample += line
            if len(sample) > GUESS_FROM:
                break
    return next(guess(sample), None) if sample else None


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _lines(file: IO[Any]) -> Iterator[tuple[int, str | bytes | None]]:
    """Line numbers from 1 and lines; None for a line over MAX_BYTES, which is passed over."""
    number = 0
    try:
        while line := file.readline(MAX_BYTES):
            number += 1
            whole = len(line) < MAX_BYTES
            yield number, line if whole else None
            while not whole and (rest := file.readline(1_000_000)):
                whole = len(rest) < 1_000_000
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"after line {number} it is not {error.encoding}, as it says at its start: save it as UTF-8"
        ) from error


def _from_lines(
    lines: Iterable[tuple[int, str | bytes | None]], source: str, codec: str | None = None
) -> Iterator[Article | Problem]:
    keys = _Keys(source)
    good = bad = 0
    told = False  # the guessed encoding of a file is said once
    for number, line in lines:
        where = f"{source}#L{number}"
        try:
            if line is None:
                raise UnreadableError(f"more than {MAX_BYTES / 1e6:.0f} MB in one line: expected one article a line")
            text, warning = (line, None) if isinstance(line, str) else decode(line, codec)
            if not text.strip():
                continue
            record = _loads(text)
        except UnreadableError as error:
            bad += 1
            yield Problem(where, f"line {number}: {error}; the other lines are read")
            if bad == HOPELESS and not good:
                raise UnreadableError(
                    f"none of the first {bad} lines is a JSON object: expected one a line;"
                    " one JSON document over many lines is to be named .json"
                ) from error
            continue
        good += 1
        if warning and not (codec and told):
            told = True
            yield Problem(where, f"line {number}: {warning}", kept=True)
        yield from _from_record(record, keys, f"L{number}")
    if not good and not bad:
        raise UnreadableError("the file is empty: expected one JSON object a line")


def _is_lines(text: str) -> bool:
    first = text.lstrip("\ufeff \t\r\n").split("\n", 1)[0]
    try:
        return len(first) < len(text.strip()) and isinstance(_loads(first), dict)
    except UnreadableError:
        return False


def _loads(text: str) -> Any:  # noqa: ANN401
    try:
        return json.loads(text.lstrip("\ufeff"), strict=False)  # strict=False: raw tabs and breaks in strings
    except json.JSONDecodeError as error:
        at = f"column {error.colno}" if error.lineno == 1 else f"line {error.lineno}, column {error.colno}"
        raise UnreadableError(f"it is not JSON ({error.msg} at {at}): mend it or leave it out") from error
    except (ValueError, RecursionError) as error:  # a number of thousands of digits, thousands of brackets
        raise UnreadableError(f"it is JSON that can't be read ({error}): mend it or leave it out") from error


class _Keys:
    """What stands behind the "#" of each record's source: unique within one file."""

    def __init__(self, source: str) -> None:
        self.source = source
        self._taken: set[str] = set()
        self._questions = False

    def take(self, record: Any, place: str) -> tuple[str, Problem | None]:  # noqa: ANN401
        own = flat(record).get("id") if isinstance(record, dict) else None
        own = next(iter(own.values())) if isinstance(own, dict) and len(own) == 1 else own  # MongoDB's {"$oid": ...}
        key = one_line(str(own)) if isinstance(own, (str, int)) and not isinstance(own, bool) else ""
        chosen, warning = key or place, None
        if chosen in self._taken:
            chosen = f"{chosen}@{place}"
            reason = f"id {key or place!r} stands twice in the file: kept under {chosen!r}"
            warning = Problem(f"{self.source}#{chosen}", reason, kept=True)
        self._taken.add(chosen)
        return f"{self.source}#{chosen}", warning

    def question(self) -> Iterator[Problem]:
        """A record of a test set for `dateline eval`: said once for the whole file, and nothing failed."""
        if not self._questions:
            yield Problem(self.source, "a test set (questions, no articles): skipped", kept=True)
        self._questions = True


def _from_record(record: Any, keys: _Keys, place: str) -> Iterator[Article | Problem]:  # noqa: ANN401
    source, warning = keys.take(record, place)
    if not isinstance(record, dict):
        yield Problem(source, f"found {_kind(record)}: expected an object with title and text")
        return
    if isinstance(record.get("question"), str) and not has_text(record):
        yield from keys.question()
        return
    record, mended = _repaired(record, source)
    fields = flat(record)
    text = text_in(fields)
    if not text.strip():
        yield Problem(source, _without_text(record))
        return
    if warning:
        yield warning
    known = metadata(fields)
    yield from finish(source, text, replace(known, date=date_in(known.date)), mended)


def _repaired(value: Any, source: str, depth: int = 0) -> tuple[Any, Problem | None]:  # noqa: ANN401
    """A record whose strings hold no mojibake, and the warning that says so."""
    if isinstance(value, str):
        return repaired(value, source)
    if depth > _DEEPEST or not isinstance(value, (dict, list)):
        return value, None
    pairs = [(key, _repaired(inner, source, depth + 1)) for key, inner in _items(value)]
    warning = next((found for _, (_, found) in pairs if found), None)
    if warning is None:
        return value, None
    mended = {key: inner for key, (inner, _) in pairs}
    return mended if isinstance(value, dict) else list(mended.values()), warning


def _items(value: dict[str, Any] | list[Any]) -> Iterable[tuple[Any, Any]]:
    return value.items() if isinstance(value, dict) else enumerate(value)


def _without_text(record: Mapping[str, object]) -> str:
    name = next((key for key in record if field_name(key) in TEXT_NAMES and record[key] is not None), None)
    expected = "expected the article as a string or a list of paragraphs under text, body or content"
    if name is None:
        return f"no text: {expected}"
    return f"{one_line(name)[:40]} is {_kind(record[name])}: {expected}"


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "an empty string" if not value.strip() else "a string"
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
