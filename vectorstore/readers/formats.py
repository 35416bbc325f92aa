"""Files to articles, by their suffix. A new format needs a reader in READERS and its suffix in files.SUFFIXES."""

import os
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from vectorstore.articles import Article, Problem
from vectorstore.readers.article_builder import build_article
from vectorstore.readers.boilerplate import clean
from vectorstore.readers.decoding import UnreadableError, decode, read_bytes
from vectorstore.readers.files import not_a_file
from vectorstore.readers.json_document import read_json
from vectorstore.readers.json_lines import read_json_lines
from vectorstore.readers.markdown import read_markdown
from vectorstore.readers.metadata import Metadata
from vectorstore.readers.mojibake import repair_mojibake
from vectorstore.readers.webpage import read_webpage

MAX_HEADLINE = 200  # characters

Reader = Callable[[Path, str], Iterator[Article | Problem]]
"""Takes a path and the source of its articles, and yields articles and problems. Raises UnreadableError, OSError."""

_INITIALS = re.compile(r"\b(?:[A-Z]\.){2,}[\"'”’)]*$")


def read_file(path: Path) -> Iterator[Article | Problem]:
    """Yield the articles of a file, and a Problem for whatever is wrong with it. Never raises for a bad file."""
    source = os.path.realpath(path)  # not Path.resolve(), which raises for circular links
    reader = READERS.get(path.suffix.lower())
    try:
        if reason := not_a_file(path):
            raise UnreadableError(reason)
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
    """Yield the article of a text file. Its first line is the title if it looks like a headline."""
    first, _, rest = clean(text).partition("\n")
    if rest.strip() and is_headline(first):
        if clean(rest, first):
            yield from build_article(source, rest, Metadata(title=first))
        else:  # nothing but the headline, repeated: it is the text
            yield from build_article(source, first, Metadata())
    else:
        yield from build_article(source, text, Metadata())


def is_headline(line: str) -> bool:
    """Whether a line is short and does not end as a sentence does ("U.S." at the end is no sentence end)."""
    line = line.strip()
    ended = line.rstrip("\"'”’)").endswith((".", ",", ";", ":")) and not _INITIALS.search(line)
    return 0 < len(line) <= MAX_HEADLINE and not ended


def text_reader(read: Callable[[str, str], Iterator[Article | Problem]]) -> Reader:
    """A reader of files that are decoded at once, from a function of text and source."""

    def reader(path: Path, source: str) -> Iterator[Article | Problem]:
        text, warning = decode(read_bytes(path))
        if not text.strip():
            raise UnreadableError("the file is empty: expected an article")
        if warning:
            yield Problem(source, warning, kept=True)
        if read is not read_json:  # which repairs the strings of the parsed document
            text, repaired = repair_mojibake(text, source)
            if repaired:
                yield repaired
        yield from read(text, source)

    return reader


READERS: Mapping[str, Reader] = {
    ".txt": text_reader(read_text),
    ".text": text_reader(read_text),
    ".md": text_reader(read_markdown),
    ".markdown": text_reader(read_markdown),
    ".html": text_reader(read_webpage),
    ".htm": text_reader(read_webpage),
    ".xhtml": text_reader(read_webpage),
    ".json": text_reader(read_json),
    ".jsonl": read_json_lines,
    ".ndjson": read_json_lines,
}
