"""Articles as JSON: one object, a list of them, {"articles": [...]}, or one object a line."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

from vectorstore.articles import Article, Problem
from vectorstore.decoding import MAX_BYTES, UnreadableError, decode
from vectorstore.drafting import finish, metadata
from vectorstore.encodings import GUESS_FROM, guess, marked_encoding
from vectorstore.mojibake import repaired
from vectorstore.visible import one_line

HOPELESS = 100  # bad lines before the first good one: then the file is of another kind

_TEXT_NAMES = ("text", "body", "content")
_HTML = re.compile(
    r"\s*<(?:!doctype|!--|html|head|body|article|section|div|p|span|h[1-6]|ul|ol|li|table|figure|img|blockquote|br"
    r"|a|b|i|em|strong)\b[^<>]*>",
    re.IGNORECASE,
)


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
    if isinstance(document, dict) and isinstance(document.get("articles"), list):
        document = document["articles"]
    records = document if isinstance(document, list) else [document]
    if not records:
        raise UnreadableError("the list in it is empty: expected at least one article")
    keys = _Keys(source)
    for index, record in enumerate(records):
        yield from _from_record(record, keys, str(index))


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
        own = record.get("id") if isinstance(record, dict) else None
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
    text = next((value for name in _TEXT_NAMES if isinstance(value := record.get(name), str) and value.strip()), None)
    if text is None and isinstance(record.get("question"), str):
        yield from keys.question()
        return
    if text is None:
        yield Problem(source, _without_text(record))
        return
    if warning:
        yield warning
    text, mended = repaired(text, source)
    if _HTML.match(text):
        from vectorstore.webpage import plain_text

        text = plain_text(text)
    yield from finish(source, text, metadata(record), mended)


def _without_text(record: Mapping[str, object]) -> str:
    name = next((name for name in _TEXT_NAMES if record.get(name) is not None), None)
    expected = "expected a string with the article under text, body or content"
    if name is None:
        return f"no text: {expected}"
    return f"{name} is {_kind(record[name])}: {expected}"


def _kind(value: object) -> str:
    if isinstance(value, str):
        return "an empty string" if not value.strip() else "a string"
    names = {dict: "an object", list: "a list", bool: "true or false", int: "a number", float: "a number"}
    return names.get(type(value), "null")
