"""From a file to its articles. A new format is one more row of READERS, and its ending in files.SUFFIXES."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import Metadata, finish
from vectorstore.readers.boilerplate import clean
from vectorstore.readers.decoding import UnreadableError, decode, read_bytes
from vectorstore.readers.files import not_a_file
from vectorstore.readers.json_records import read_json, read_json_lines
from vectorstore.readers.markdown import read_markdown
from vectorstore.readers.mojibake import repaired
from vectorstore.readers.webpage import read_webpage

LONGEST_HEADLINE = 200  # characters

# A reader is given the path and the source its articles are to carry. It yields articles and problems, and
# raises UnreadableError where there is nothing to read at all.
Reader = Callable[[Path, str], Iterator[Article | Problem]]

_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}[\"'”’)]*$")


def read_file(path: Path) -> Iterator[Article | Problem]:
    """The articles of one file, and what was wrong with it: never an exception for a bad file or record."""
    source = os.path.realpath(path)  # and not Path.resolve(), which raises for links in a circle
    reader = READERS.get(path.suffix.lower())
    try:
        if wrong := not_a_file(path):
            raise UnreadableError(wrong)
        if reader is None:
            raise UnreadableError(
                f"no reader for {path.suffix or 'a file without an ending'}: expected {' '.join(READERS)}"
            )
        yield from reader(path, source)
    except UnreadableError as error:
        yield Problem(source, str(error))
    except OSError as error:
        yield Problem(source, f"it can't be read ({error.strerror or error}): check its permissions")


def read_text(text: str, source: str) -> Iterator[Article | Problem]:
    """The one article of a text file: the first line is its title if it looks like a headline."""
    first, _, rest = clean(text).partition("\n")
    if rest.strip() and is_headline(first):
        # A file of nothing but its headline, twice, still says something.
        yield from finish(
            source, rest if clean(rest, first) else first, Metadata(title=first if clean(rest, first) else "")
        )
    else:
        yield from finish(source, text, Metadata())


def is_headline(line: str) -> bool:
    """Short, and not ended as a sentence is (U.S. at the end is no sentence end)."""
    line = line.strip()
    ended = line.rstrip("\"'”’)").endswith((".", ",", ";", ":")) and not _INITIALS.search(line)
    return 0 < len(line) <= LONGEST_HEADLINE and not ended


def whole(read: Callable[[str, str], Iterator[Article | Problem]]) -> Reader:
    """A reader for a format whose file is one text, out of a function of text and source."""

    def reader(path: Path, source: str) -> Iterator[Article | Problem]:
        text, warning = decode(read_bytes(path))
        if not text.strip():
            raise UnreadableError("the file is empty: expected an article")
        if warning:
            yield Problem(source, warning, kept=True)
        if read is not read_json:  # whose strings are repaired when they are taken out of it
            text, mended = repaired(text, source)
            if mended:
                yield mended
        yield from read(text, source)

    return reader


READERS: Mapping[str, Reader] = {
    ".txt": whole(read_text),
    ".text": whole(read_text),
    ".md": whole(read_markdown),
    ".markdown": whole(read_markdown),
    ".html": whole(read_webpage),
    ".htm": whole(read_webpage),
    ".xhtml": whole(read_webpage),
    ".json": whole(read_json),
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}
