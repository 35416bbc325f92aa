"""Parts of a whole in words: "two-thirds", "a quarter of", "half of"; and "a couple of", "a pair of"."""

import re
from dataclasses import dataclass

_TOPS = {word: n for n, word in enumerate("one two three four five six seven eight nine".split(), 1)} | {"a": 1}
_BOTTOMS = {
    "half": 2, "halves": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10,
}  # fmt: skip
_SCALES = {"dozen": 12, "hundred": 100, "thousand": 1_000, "million": 1_000_000, "billion": 1_000_000_000}
_TOP, _BOTTOM = "|".join(_TOPS), "|".join(f"{word}s?" for word in _BOTTOMS)
_FRACTION = re.compile(
    rf"""\b(?:(?P<top>(?a:{_TOP}))(?:-(?P<bottom>(?a:{_BOTTOM}))\b(?!-)|\s(?P<bottom_of>(?a:{_BOTTOM}))\b(?=\s+of\b))
    |(?P<half>half)(?=\s+(?:of|the|its|their|all|our)\b))(?:\s+of\s+an?\s+(?P<scale>(?a:{"|".join(_SCALES)}))\b)?
    |\ba\s+(?:(?P<couple>couple)|pair)\s+of\b(?:\s+(?P<pairs>(?a:{"|".join(_SCALES)}))\b)?""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_PART = re.compile(
    r"\b(?:the|this|that|each|either|first|second|other|latter|final|last|opening)\s+$", re.IGNORECASE
)


@dataclass(frozen=True)
class Fraction:
    """text[start:end] is a part in percent (unit "%": "a quarter of" is 25), or a count (unit None).

    Counts are "a quarter of a million" (250000), "a pair of" (2) and "a couple of" (2, and `about`).
    """

    start: int
    end: int
    value: float
    unit: str | None
    about: bool


def fractions(text: str) -> list[Fraction]:
    """All parts of a whole in a text, in order. "The first half of the year" is none."""
    found = []
    for match in _FRACTION.finditer(text):
        if match["half"] and _NO_PART.search(text, max(0, match.start() - 12), match.start()):
            continue
        part = 0.5 if match["half"] else _part(match)
        scale = _SCALES.get((match["scale"] or match["pairs"] or "").lower())
        if match["top"] or match["half"]:
            value, unit = (part * scale, None) if scale else (100 * part, "%")
        else:
            value, unit = 2.0 * (scale or 1), None
        found.append(Fraction(match.start(), match.end(), value, unit, bool(match["couple"])))
    return found


def _part(match: re.Match[str]) -> float:
    bottom = (match["bottom"] or match["bottom_of"] or "").lower()
    below = _BOTTOMS.get(bottom) or _BOTTOMS.get(bottom.removesuffix("s"))
    return _TOPS[match["top"].lower()] / below if below else 0.0
