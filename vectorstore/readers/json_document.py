"""Articles from one JSON document: an article, a list of them, or an object that holds lists of them."""

from collections.abc import Iterator

from vectorstore.articles import Article, Problem
from vectorstore.readers.decoding import UnreadableError
from vectorstore.readers.invisible_characters import one_line
from vectorstore.readers.json_lines import read_lines
from vectorstore.readers.json_records import RecordKeys, articles_from_record, parse_json
from vectorstore.readers.json_shapes import find_records


def read_json(text: str, source: str) -> Iterator[Article | Problem]:
    """Yield the articles of a document, and those of JSON lines under a .json name. Raises UnreadableError."""
    try:
        document = parse_json(text)
    except UnreadableError:
        if not _is_json_lines(text):
            raise
        yield from read_lines(enumerate(text.split("\n"), 1), source)
        return
    records = find_records(document)
    if not records:
        raise UnreadableError("the list in it is empty: expected at least one article")
    keys = RecordKeys(source)
    for key, record in records:
        yield from articles_from_record(record, keys, one_line(key))


def _is_json_lines(text: str) -> bool:
    """Whether the first of several lines is a JSON object of its own."""
    first = text.lstrip("\ufeff \t\r\n").split("\n", 1)[0]
    try:
        return len(first) < len(text.strip()) and isinstance(parse_json(first), dict)
    except UnreadableError:
        return False
