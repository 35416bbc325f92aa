"""Amounts in words that are no plain number: "dozens", "hundreds of thousands", "several hundred", "fiftieth"."""

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache

from assistant.quantities.numbers import Number, in_plain_form, numbered, numbers

_LEAST = {
    "tens": 20,
    "dozens": 24,
    "scores": 40,
    "hundreds": 200,
    "thousands": 2_000,
    "millions": 2_000_000,
    "billions": 2_000_000_000,
    "lakhs": 200_000,
    "crores": 20_000_000,
}
_PLURALS = {scale: f"{scale}s" for scale in "dozen hundred thousand million lakh crore".split()}
_VAGUE = re.compile(
    r"""\b(?:(?P<many>(?:tens|hundreds)\s+of\s+(?:thousands|millions|billions)
      |dozens|hundreds|thousands|millions|billions|lakhs|crores|tens(?=\s+of)
      |scores(?=\s+(?:of|more|dead|killed|injured|wounded|hurt|missing)\b))
      |(?P<several>several|a\s+few|many)\s+(?P<scale>dozen|hundred|thousand|million|lakh|crore))\b(?:\s+of\b(?!\s+(?:the|these|those)\b))?""",
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_ONES = "third fourth fifth sixth seventh eighth ninth".split()
_TEENS = """tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth
    nineteenth""".split()
_TENS = "twent thirt fort fift sixt sevent eight ninet".split()
_ORDINALS = (
    dict(enumerate([*_ONES, *_TEENS], 3))
    | {10 * n: f"{word}ieth" for n, word in enumerate(_TENS, 2)}
    | {
        10 * n + m: f"{word}y-{one}"
        for n, word in enumerate(_TENS, 2)
        for m, one in enumerate(["first", "second", *_ONES], 1)
    }
    | {100: "hundredth", 1000: "thousandth"}
)
_VALUES = {word: value for value, word in _ORDINALS.items()}
_ORDINAL = re.compile(rf"\b(?:{'|'.join(sorted(_VALUES, key=len, reverse=True))})\b", re.IGNORECASE | re.ASCII)


def amounts(text: str) -> list[Number]:
    """The numbers of a text and its amounts in words, in order, none inside another.

    A vague amount has the word itself as its bound ("dozens"; "several hundred" is "hundreds", "tens of
    thousands" keeps both; "over dozens" is "over dozens") and the least that it can mean as its value: 24, two
    dozen. So "dozens injured" stands beside "more than 100 injured" as another figure, equals only "dozens", and
    must not be shown as 24. An ordinal in words from "third" up is that of its digits: "fiftieth" is "50th".
    "First" and "second" are words.
    """
    return list(_read(text))


@lru_cache(maxsize=4_096)
def _read(text: str) -> tuple[Number, ...]:
    """The amounts of a text, looked for once: a count asks several questions of the same sentences."""
    return tuple(in_plain_form(text, _amounts))


def _amounts(text: str) -> list[Number]:
    found = numbers(text)
    taken = {place for number in found for place in range(number.start, number.end)}
    more = [number for number in (*_vague(text), *_ordinals(text)) if number.end - 1 not in taken]
    return sorted([*found, *more], key=lambda number: number.end)


def _vague(text: str) -> Iterator[Number]:
    for match in _VAGUE.finditer(text):
        word = " ".join((match["many"] or _PLURALS[match["scale"].lower()]).lower().split())
        first, _, of = word.partition(" of ")
        least = float(_LEAST[first] * (_LEAST[of] / 2 if of else 1))
        number = numbered(text, match.start(), match.end(), least, unit=None, bound=None)
        yield replace(number, bound=f"{number.bound} {word}" if number.bound else word)


def _ordinals(text: str) -> Iterator[Number]:
    for match in _ORDINAL.finditer(text):
        yield numbered(text, match.start(), match.end(), float(_VALUES[match[0].lower()]), unit="th", bound=None)
