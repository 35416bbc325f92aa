"""Articles from JSON lines: one JSON object a line, in a file of any size."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import IO, Any

from vectorstore.articles import Article, Problem
from vectorstore.readers.decoding import MAX_BYTES, UnreadableError, decode
from vectorstore.readers.encodings import GUESS_BYTES, encoding_at_start, guess_encoding
from vectorstore.readers.json_records import RecordKeys, articles_from_record, parse_json

MAX_BAD_LINES = 100  # before the first good one: then the file is no JSON lines, and is given up

NumberedLine = tuple[int, str | bytes | None]
"""The number of a line, from 1, and its content; None for a line over MAX_BYTES."""


def read_json_lines(path: Path, source: str) -> Iterator[Article | Problem]:
    """Yield the articles of a file, with one line in memory at a time. Raises UnreadableError, OSError."""
    with path.open("rb") as file:
        head = file.read(65_536)
    if not head:
        raise UnreadableError("the file is empty: expected one JSON object a line")
    encoding = encoding_at_start(head)
    if encoding == "utf-8-sig":
        encoding = None  # decoded line by line, so that a damaged line costs only itself
    if encoding is None and b"\0" in head:
        raise UnreadableError("it holds binary data, not text: expected one JSON object a line")
    with path.open("rb") if encoding is None else path.open(encoding=encoding, newline="\n") as opened:
        yield from read_lines(_numbered(opened), source, None if encoding else _fallback_codec(path))


def read_lines(lines: Iterable[NumberedLine], source: str, codec: str | None = None) -> Iterator[Article | Problem]:
    """Yield the articles of numbered lines, and a Problem for each bad one.

    `codec` is for lines that are not UTF-8. Raises UnreadableError where there is no line, and after MAX_BAD_LINES.
    """
    keys = RecordKeys(source)
    good = bad = 0
    warned = False  # one warning for a codec that was guessed for the whole file
    for number, line in lines:
        place = f"{source}#L{number}"
        try:
            if line is None:
                raise UnreadableError(f"more than {MAX_BYTES / 1e6:.0f} MB in one line: expected one article a line")
            text, warning = (line, None) if isinstance(line, str) else decode(line, codec)
            if not text.strip():
                continue
            record = parse_json(text)
        except UnreadableError as error:
            bad += 1
            yield Problem(place, f"line {number}: {error}; the other lines are read")
            if bad == MAX_BAD_LINES and not good:
                raise UnreadableError(
                    f"none of the first {bad} lines is a JSON object: expected one a line;"
                    " one JSON document over many lines is to be named .json"
                ) from error
            continue
        good += 1
        if warning and not (codec and warned):
            warned = True
            yield Problem(place, f"line {number}: {warning}", kept=True)
        yield from articles_from_record(record, keys, f"L{number}")
    if not good and not bad:
        raise UnreadableError("the file is empty: expected one JSON object a line")


def _fallback_codec(path: Path) -> str | None:
    """The codec of the lines that are not UTF-8, guessed from all of them: one line is too short to guess from."""
    sample = b""
    with path.open("rb") as file:
        for _, line in _numbered(file):
            if isinstance(line, bytes) and not line.isascii() and not _is_utf_8(line):
                sample += line
            if len(sample) > GUESS_BYTES:
                break
    return next(guess_encoding(sample), None) if sample else None


def _is_utf_8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _numbered(file: IO[Any]) -> Iterator[NumberedLine]:
    """Number the lines of a file. Raises UnreadableError where they are not in the file's declared encoding."""
    number = 0
    try:
        while line := file.readline(MAX_BYTES):
            number += 1
            complete = len(line) < MAX_BYTES
            yield number, line if complete else None
            while not complete and (rest := file.readline(1_000_000)):
                complete = len(rest) < 1_000_000
    except UnicodeDecodeError as error:
        raise UnreadableError(
            f"after line {number} it is not {error.encoding}, the encoding of its byte order mark: save it as UTF-8"
        ) from error
