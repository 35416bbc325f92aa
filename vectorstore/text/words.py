"""Text as BM25 sees it: words in one spelling, numbers as one token; and a question as an FTS5 expression."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from vectorstore.text.digits import plain_numbers
from vectorstore.text.lexicon import STOP_WORDS
from vectorstore.text.normalization import folded, readable

VERSION = 2
"""Of what `indexed` writes: change it when the same text would be written in another way. Kept in the library file."""

_WORD = re.compile(r"(?P<decimal>\d+\.\d+(?![^\W_]|[.'-][^\W_]))|[^\W_]+(?:['.-][^\W_]+)*")
_PART = re.compile(r"[^\W_]+")
_INITIALS = re.compile(r"[^\W\d_](?:\.[^\W\d_])+")
_BESIDE = re.compile(r"['. \u00a0-]")

SPLIT_WORDS, SHORTEST, LONGEST = 24, 5, 20
"""Of a question: so many words, with so many letters, are looked for as two words too."""


class Part(NamedTuple):
    """A word, or a part of one, where it stands in the normal form of its text."""

    text: str
    start: int
    end: int


@dataclass(frozen=True)
class QueryWord:
    """A word of a question in its normal form, and other spellings of it, alone or with a word beside it.

    "cease", beside "fire", is also "ceasefire"; "ceasefire" is also "cease fire".
    """

    text: str
    others: tuple[str, ...] = ()


def indexed(text: str) -> str:
    """What of a text is indexed: its words with spaces between them.

    A word of several parts stands there in parts and as one: "cease-fire" as "cease fire ceasefire".
    """
    return " ".join(word for parts in _words(_spelled(text)) for word in _with_whole([part[0] for part in parts]))


def query(question: str) -> list[QueryWord]:
    """The words of a question that say what it is about, in order, each once; all of them if none does."""
    spelled = _spelled(question)
    found = [part for parts in _words(spelled) for part in parts]
    about = [part for part in found if part.text not in STOP_WORDS] or found
    others: dict[str, dict[str, None]] = {}
    for place, part in enumerate(about):
        own = others.setdefault(part.text, {})
        own |= dict.fromkeys(_in_two(part.text) if place < SPLIT_WORDS else ())
    for one, other in pairwise(about):
        if _BESIDE.fullmatch(spelled, one.end, other.start) and not (
            one.text[-1].isdigit() and other.text[0].isdigit()
        ):
            for part in (one, other):
                others[part.text][one.text + other.text] = None
    return [QueryWord(word, tuple(own)) for word, own in others.items()]


def query_words(question: str) -> list[str]:
    """The words of a question that say what it is about, in their normal form, in order, each once."""
    return [word.text for word in query(question)]


def match_expression(words: Sequence[QueryWord]) -> str:
    """An FTS5 expression: any of the words, in any spelling."""
    texts = dict.fromkeys(text for word in words for text in (word.text, *word.others))
    return " OR ".join(map(quoted, texts)) or '""'


def quoted(words: str) -> str:
    """Words as an FTS5 phrase, so that nothing in a question is taken for syntax."""
    return f'"{words}"'


def _spelled(text: str) -> str:
    return folded(plain_numbers(readable(text)))


def _words(spelled: str) -> Iterator[list[Part]]:
    """The words of a text in its normal form, each in its parts."""
    for match in _WORD.finditer(spelled):
        start, word = match.start(), match[0].removesuffix("'s")
        if _INITIALS.fullmatch(word):
            yield [Part(word.replace(".", ""), start, start + len(word))]
        elif match["decimal"]:
            yield [Part(word, start, start + len(word))]
        else:
            yield [Part(m[0], start + m.start(), start + m.end()) for m in _PART.finditer(word)]


def _with_whole(parts: list[str]) -> list[str]:
    """The parts of a word, and the word as one; not of digits alone: "5-7" is not 57."""
    joins = len(parts) > 1 and not any(one[-1].isdigit() and other[0].isdigit() for one, other in pairwise(parts))
    return [*parts, "".join(parts)] if joins else parts


def _in_two(word: str) -> list[str]:
    """A word as each two words that it may be: "cease fire", "o brien". Most stand in no text, and find nothing."""
    if not SHORTEST <= len(word) <= LONGEST or not word.isalpha():
        return []
    pairs = ((word[:at], word[at:]) for at in range(1 if word[0] in "deo" else 2, len(word) - 1))
    return [f"{one} {other}" for one, other in pairs if not STOP_WORDS & {one, other}]
