"""The chain's reply as an Answer: its markers, its sentences, whether it refuses. Needs no LangChain."""

import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant.answer import Citation, Statement
from assistant.errors import EvaluationError

_MARKER = re.compile(r"\[(\d[\d,\s]*)\]")
# A sentence takes the markers behind its full stop with it: "It rained. [1]". "J. Smith" and "Mr. Smith" go on.
_SENTENCE = re.compile(
    r"\S.*?(?:(?<!\b[A-Z])(?<!\b[MD][rs])[.!?][\"”’')]*(?:\s*\[\d[\d,\s]*\])*(?=\s+[\"“‘'(]?[A-Z0-9]|\s*$)|$)",
    re.MULTILINE,
)
_NOT_KNOWING = re.compile(
    r"""\b(?: do(?:es)?(?:n't|\ not)\ say
    | (?:articles?|sources?|texts?|passages?|context|documents?|information)\b[^.]{0,40}
      \bdo(?:es)?(?:n't|\ not)\ (?:contain|mention|provide|specify|include|state|answer|give)
    | not\ (?:mentioned|specified|stated|provided)
    | not\ (?:named|given|found|available)\ in\ the\ (?:articles?|sources?|texts?|passages?|context)
    | no\ (?:information|mention)
    | I\ (?:don't|do\ not)\ know
    | (?:can't|cannot|can\ not|unable\ to)\ (?:answer|be\ answered|determine|be\ determined)
    | not\ enough\ information )\b""",
    re.IGNORECASE | re.VERBOSE,
)


def markers(text: str) -> tuple[int, ...]:
    """The numbers in square brackets, in their order, each once: "[2] [1, 2]" has 2 and 1."""
    in_article = (int(number) for group in _MARKER.findall(text) for number in re.findall(r"\d+", group))
    return tuple(dict.fromkeys(in_article))


def statements(text: str) -> tuple[Statement, ...]:
    """The sentences of an answer with the markers in each. "unsupported": the chain checks none."""
    return tuple(Statement(s, markers(s), "unsupported") for s in map(str.strip, _SENTENCE.findall(text)))


def refuses(text: str) -> bool:
    """Whether the text has one of the usual phrases of a refusal."""
    return bool(_NOT_KNOWING.search(text.replace("’", "'")))


def placed(text: str, chunk: str, start: int) -> tuple[int, bool]:
    """The offset of the chunk in the article: `start` if it is right, else the first; and whether it is there."""
    if start < 0 or not text.startswith(chunk, start):
        start = text.find(chunk)
    return (start, True) if start >= 0 else (0, False)


@dataclass(frozen=True)
class Stored:
    """An article as the collection has it."""

    id: str
    source: str
    title: str
    text: str
    publisher: str | None
    published: str | None
    url: str | None


def read_articles(collection: Path) -> dict[str, Stored]:
    """The articles by id, in the library's order: both systems see the same cleaned text."""
    path = collection.resolve() / "library.sqlite"
    if not path.is_file():
        raise EvaluationError(f"{collection} holds no library.sqlite: expected the folder that 'dateline ingest' wrote")
    library = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        rows = library.execute(
            "SELECT id, source, title, text, publisher, published, url FROM articles ORDER BY rowid"
        ).fetchall()
    finally:
        library.close()
    return {row[0]: Stored(*row) for row in rows}


def cited(text: str, sources: Sequence[tuple[Stored, str, int]]) -> tuple[tuple[Citation, ...], tuple[bool, ...]]:
    """A citation for each marker of the text that has a source (article, chunk, offset); and are the quotes exact?"""
    citations, exact = [], []
    for marker in sorted(n for n in markers(text) if 1 <= n <= len(sources)):
        article, chunk, offset = sources[marker - 1]
        start, in_article = placed(article.text, chunk, offset)
        about = (article.id, article.title, article.publisher, article.published, article.url, article.source)
        citations.append(Citation(marker, *about, quote=chunk, start=start, end=start + len(chunk)))
        exact.append(in_article)
    return tuple(citations), tuple(exact)
