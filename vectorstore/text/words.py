"""Tokens for BM25: words normalised, numbers as one token; and questions as FTS5 expressions."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from vectorstore.text.digits import plain_numbers
from vectorstore.text.lexicon import STOP_WORDS
from vectorstore.text.normalization import folded, normalized_text

VERSION = 2
"""The version of `index_text`, kept in the library file: change it when the same text would be indexed differently."""

_WORD = re.compile(r"(?P<decimal>\d+\.\d+(?![^\W_]|[.'-][^\W_]))|[^\W_]+(?:['.-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_BETWEEN = re.compile(r"['. \u00a0-]")

SPLIT_WORDS, SHORTEST, LONGEST = 24, 5, 20
"""In a question, at most SPLIT_WORDS words of SHORTEST to LONGEST letters are searched as two words, too."""


class Part(NamedTuple):
    """A word, or a part of a compound, with its offsets in the normal form of its text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class QueryWord:
    """A word of a question in normal form, with its other spellings, joined with a neighbour or split in two.

    "cease" next to "fire" is also "ceasefire"; "ceasefire" is also "cease fire".
    """

    text: str
    others: tuple[str, ...] = ()


def index_text(text: str) -> str:
    """A text as it is indexed: its words, separated by spaces.

    A compound is indexed in parts and joined: "cease-fire" as "cease fire ceasefire".
    """
    return " ".join(word for parts in _words(_normalized(text)) for word in _with_joined([part[0] for part in parts]))


def parse_query(question: str) -> list[QueryWord]:
    """The words of a question, in order, each once, without stop words unless there are no others."""
    text = _normalized(question)
    parts = [part for word in _words(text) for part in word]
    about = [part for part in parts if part.text not in STOP_WORDS] or parts
    others: dict[str, dict[str, None]] = {}
    for place, part in enumerate(about):
        own = others.setdefault(part.text, {})
        own |= dict.fromkeys(_in_two(part.text) if place < SPLIT_WORDS else ())
    for one, other in pairwise(about):
        if _BETWEEN.fullmatch(text, one.end, other.start) and not (one.text[-1].isdigit() and other.text[0].isdigit()):
            for part in (one, other):
                others[part.text][one.text + other.text] = None
    return [QueryWord(word, tuple(own)) for word, own in others.items()]


def query_words(question: str) -> list[str]:
    """The words of `parse_query` without their other spellings."""
    return [word.text for word in parse_query(question)]


def match_expression(words: Sequence[QueryWord]) -> str:
    """An FTS5 expression that matches any of the words, in any spelling."""
    texts = dict.fromkeys(text for word in words for text in (word.text, *word.others))
    return " OR ".join(map(quoted, texts)) or '""'


def quoted(words: str) -> str:
    """An FTS5 phrase of these words, so that no word of a question is parsed as syntax."""
    return f'"{words}"'


def _normalized(text: str) -> str:
    return folded(plain_numbers(normalized_text(text)))


def _words(text: str) -> Iterator[list[Part]]:
    """Yield the parts of each word of a normalised text."""
    for match in _WORD.finditer(text):
        start, word = match.start(), match[0].removesuffix("'s")
        if _INITIALS.fullmatch(word):
            yield [Part(word.replace(".", ""), start, start + len(word))]
        elif match["decimal"]:
            yield [Part(word, start, start + len(word))]
        else:
            yield [Part(m[0], start + m.start(), start + m.end()) for m in _PART.finditer(word)]


def _with_joined(parts: list[str]) -> list[str]:
    """The parts of a compound, and the parts joined, unless digits would meet: "5-7" is not 57."""
    joins = len(parts) > 1 and not any(one[-1].isdigit() and other[0].isdigit() for one, other in pairwise(parts))
    return [*parts, "".join(parts)] if joins else parts


def _in_two(word: str) -> list[str]:
    """The ways to split a word in two: "cease fire", "o brien". Most occur in no text, and match nothing."""
    if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
        return []
    pairs = ((word[:at], word[at:]) for at in range(1 if word[0] in "deo" else 2, len(word) - 1))
    return [f"{one} {other}" for one, other in pairs if not STOP_WORDS & {one, other}]
