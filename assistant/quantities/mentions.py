"""Amounts in words that are no plain number: "dozens", "hundreds of thousands", "several hundred", "fiftieth"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from assistant.language.lexicon import ORDINALS, SCALES, alternatives
from assistant.quantities.numbers import Number, in_plain_form, numbered, numbers

_LEAST = {"tens": 20, "scores": 40} | {f"{word}s": 2 * value for word, value in SCALES.items() if word != "lac"}
_MULTIPLIED = "dozen hundred thousand million lakh crore".split()
_VAGUE = re.compile(
    rf"""\b(?:(?P<many>(?:tens|hundreds)\s+of\s+(?:thousands|millions|billions)
      |dozens|hundreds|thousands|millions|billions|lakhs|crores|tens(?=\s+of)
      |scores(?=\s+(?:of|more|dead|killed|injured|wounded|hurt|missing)\b))
      |(?P<several>several|a\s+few|many)\s+(?P<scale>{alternatives(_MULTIPLIED)}))\b(?:\s+of\b(?!\s+(?:the|these|those)\b))?""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_ORDINAL = re.compile(
    rf"\b(?:{alternatives(word for word, value in ORDINALS.items() if value > 2)})\b", re.IGNORECASE | re.ASCII
)


def amounts(text: str) -> list[Number]:
    """The numbers of a text and its amounts in words, in order, none inside another.

    A vague amount has the word itself as its bound ("dozens"; "several hundred" is "hundreds", "tens of
    thousands" keeps both; "over dozens" is "over dozens") and the least that it can mean as its value: 24, two
    dozen. So "dozens injured" stands beside "more than 100 injured" as another figure, equals only "dozens", and
    must not be shown as 24. An ordinal in words from "third" up is that of its digits: "fiftieth" is "50th".
    "First" and "second" are words.
    """
    return list(_amounts_of(text))


@lru_cache(maxsize=4_096)
def _amounts_of(text: str) -> tuple[Number, ...]:
    """Cached, since one question asks for the amounts of the same sentences several times."""
    return tuple(in_plain_form(text, _amounts))


def _amounts(text: str) -> list[Number]:
    plain = numbers(text)
    taken = {place for number in plain for place in range(number.start, number.end)}
    more = [number for number in (*_vague(text), *_ordinals(text)) if number.end - 1 not in taken]
    return sorted([*plain, *more], key=lambda number: number.end)


def _vague(text: str) -> Iterator[Number]:
    for match in _VAGUE.finditer(text):
        word = " ".join((match["many"] or f"{match['scale']}s").lower().split())
        first, _, of = word.partition(" of ")
        least = float(_LEAST[first] * (_LEAST[of] / 2 if of else 1))
        number = numbered(text, match.start(), match.end(), least, unit=None, bound=None)
        yield replace(number, bound=f"{number.bound} {word}" if number.bound else word)


def _ordinals(text: str) -> Iterator[Number]:
    for match in _ORDINAL.finditer(text):
        value = float(ORDINALS[match[0].lower()])
        yield numbered(text, match.start(), match.end(), value, unit="th", bound=None)
