"""Fractions in words: "two-thirds", "a quarter of", "half of"; and the counts "a couple of", "a pair of"."""

import re
from dataclasses import dataclass

from assistant.language.lexicon import ONES, ORDINALS, SCALES, alternatives

_NUMERATORS = {**ONES, "a": 1}
_DENOMINATORS = {"half": 2, "quarter": 4} | {word: value for word, value in ORDINALS.items() if 3 <= value <= 10}
_PLURALS = {**{f"{word}s": value for word, value in _DENOMINATORS.items()}, "halves": 2}
_SCALES = {word: value for word, value in SCALES.items() if word not in ("lakh", "lac", "crore", "trillion")}
_TOP, _BOTTOM, _SCALE = map(alternatives, (_NUMERATORS, (*_DENOMINATORS, *_PLURALS), _SCALES))
_FRACTION = re.compile(
    rf"""\b(?:(?P<top>(?a:{_TOP}))(?:-(?P<bottom>(?a:{_BOTTOM}))\b(?!-)|\s(?P<bottom_of>(?a:{_BOTTOM}))\b(?=\s+of\b))
    |(?P<half>half)(?=\s+(?:of|the|its|their|all|our)\b))(?:\s+of\s+an?\s+(?P<scale>(?a:{_SCALE}))\b)?
    |\ba\s+(?:(?P<couple>couple)|pair)\s+of\b(?:\s+(?P<pairs>(?a:{_SCALE}))\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_FRACTION = re.compile(
    r"\b(?:the|this|that|each|either|first|second|other|latter|final|last|opening)\s+$", re.IGNORECASE
)
"""In front of "half" these make a period or a team of it: "the first half of the year"."""


@dataclass(frozen=True)
class Fraction:
    """text[start:end] is a fraction in percent (unit "%": "a quarter of" is 25), or a count (unit None).

    Counts are "a quarter of a million" (250000), "a pair of" (2) and "a couple of" (2, and `about`).
    """

    start: int
    end: int
    value: float
    unit: str | None
    about: bool


def fractions(text: str) -> list[Fraction]:
    """All fractions in words of a text, in order. "The first half of the year" is none."""
    parsed = []
    for match in _FRACTION.finditer(text):
        if match["half"] and _NO_FRACTION.search(text, max(0, match.start() - 12), match.start()):
            continue
        scale = _SCALES.get((match["scale"] or match["pairs"] or "").lower())
        if match["top"] or match["half"]:
            fraction = 0.5 if match["half"] else _value(match)
            value, unit = (fraction * scale, None) if scale else (100 * fraction, "%")
        else:
            value, unit = 2.0 * (scale or 1), None
        parsed.append(Fraction(match.start(), match.end(), value, unit, bool(match["couple"])))
    return parsed


def _value(match: re.Match[str]) -> float:
    bottom = (match["bottom"] or match["bottom_of"]).lower()
    return _NUMERATORS[match["top"].lower()] / (_DENOMINATORS.get(bottom) or _PLURALS[bottom])
