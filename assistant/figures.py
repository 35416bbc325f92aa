"""Numbers in text: their value, their bound ("over", "at least") and what is counted."""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.stems import stem

_UNITS = dict(
    zip(
        "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
        " seventeen eighteen nineteen".split(),
        range(1, 20),
        strict=True,
    )
)
_TENS = {word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)}
_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "million": 1_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
    "k": 1_000,
    "m": 1_000_000,
    "b": 1_000_000_000,
    "bn": 1_000_000_000,
    "tn": 1_000_000_000_000,
    "dozen": 12,
}
_BOUND_WORDS = {
    "over": "over|more than|above|in excess of|upwards of",
    "at least": "at least|no fewer than|no less than|not fewer than|not less than",
    "up to": "up to|as many as|at most|no more than|not more than",
    "under": "fewer than|less than|under|below",
    "about": "about|around|roughly|approximately|some",
    "nearly": "nearly|almost|close to",
    "between": "between",
}
_BOUNDS = {words: bound for bound, line in _BOUND_WORDS.items() for words in line.split("|")}
_BOUNDS_BEHIND = {
    "+": "at least",
    "-plus": "at least",
    "or more": "at least",
    "or fewer": "up to",
    "or less": "up to",
    "or so": "about",
}
# (?a:...): without it "ſeven" and "mıllion" match too, since Unicode folds their letters to s and i.
_SMALL = rf"(?a:(?:{'|'.join(_TENS)})(?:[-\s](?:{'|'.join(list(_UNITS)[:9])})\b)?|{'|'.join(_UNITS)})"
_SCALE = r"(?a:hundred|thousand|million|billion|trillion|dozen)"
_NUMBER = re.compile(
    rf"""(?<![\w.,$£€¥])(?P<minus>[-−]|(?a:minus)\s)?(?P<currency>(?a:US|A|C|NZ|HK)?[$£€¥])?
    (?:(?P<digits>\d{{1,3}}(?:,\d{{3}}){{1,4}}(?:\.\d+)?|\d{{1,15}}(?:\.\d+)?)
      |(?P<words>\b(?:{_SMALL}|(?:half\s)?a(?=\s{_SCALE}\b))\b))
    (?P<fraction>[½¼¾⅓⅔]|\sand\sa\shalf\b)?
    (?P<ordinal>st|nd|rd|th)?
    (?P<scale>(?:[-\s]?{_SCALE}\b|(?a:k|m|b|bn|tn)\b){{0,2}})
    (?:(?<=hundred)\s(?:and\s)?(?P<rest>{_SMALL})\b(?P<scale_of_all>\s{_SCALE}\b)?)?
    (?P<percent>\s?%|\s?per\s?cent\b)?
    (?P<behind>\+|-plus\b|\s+or\s+(?a:more|fewer|less|so)\b)?
    (?![\d]|,\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_NAME = re.compile(r"(?<!\w)[^\W\d_]+-$")
"""What stands before the number of a name: "COVID-19", "F-16"."""

_BOUND = re.compile(
    rf"\b((?a:{'|'.join(sorted(_BOUNDS, key=len, reverse=True)).replace(' ', chr(92) + 's+')}))"
    r"\s+(?:an?\s+estimated\s+)?$",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*[-–]\s*|\s+(?:to|or)\s+", re.IGNORECASE)
_NEXT_WORD = re.compile(r"[\s-]*([^\W\d_]+(?:['’.-][^\W\d_]+)*)")
_ENDS = frozenset(
    """a an the of in on at by to for from with within into across during after before since until while when that
    which who whose where as is are was were be been being had has have will would could can may might it its
    he she they his her their this these those or but than so if not per about over more less least up""".split()
)
_COUNTED_WORDS = 5


@dataclass(frozen=True)
class Number:
    """A number in a text: `text` is `whole[start:start + len(text)]`, from its bound to what is counted.

    `end` is where the number itself ends. `value` has the scale in it ("1.6 million" is 1600000.0); `bound` is
    "over", "at least", "up to", "under", "about", "nearly", "between" (both ends of "10 to 20") or None;
    `unit` is "%", a currency sign or None; `counted` is what follows ("ballistic and cruise missiles"), or None.
    """

    start: int
    end: int
    text: str
    value: float
    bound: str | None
    unit: str | None
    counted: str | None

    def counts(self, thing: str) -> bool:
        """Whether one of the words behind the number is `thing`, in singular or plural."""
        wanted = stem(thing)
        return any(stem(word) == wanted for word in re.split(r"[\s-]+", self.counted or ""))


def numbers(text: str) -> list[Number]:
    """All numbers of a text, in order. A year is a number too; "one" counts only with a scale ("one million").

    The digits of a name ("F-16") are none, nor are more than 15 digits in a row.
    """
    found = []
    for match in _NUMBER.finditer(text):
        if (match["words"] or "").lower() == "one" and not match["scale"]:
            continue
        if _NAME.search(text, max(0, match.start() - 20), match.start()):
            continue
        bound = _BOUND.search(text, max(0, match.start() - 40), match.start())
        start = bound.start(1) if bound else match.start()
        end = match.end() if match["percent"] else _counted_end(text, match.end())
        found.append(
            Number(
                start=start,
                end=match.end(),
                text=text[start:end],
                value=_value(match),
                bound=_BOUNDS[_plain(bound[1])] if bound else _BOUNDS_BEHIND.get(_plain(match["behind"] or "")),
                unit="%" if match["percent"] else (match["currency"] or "").upper().removeprefix("US") or None,
                counted=text[match.end() : end].strip(" -\n\t") or None,
            )
        )
    return _ranges(text, found)


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def _ranges(text: str, found: Sequence[Number]) -> list[Number]:
    """Both ends of a range get the bound "between": neither of them is what the text asserts."""
    ends = set()
    for place, (low, high) in enumerate(pairwise(found)):
        joint = text[low.start + len(low.text) : high.start]
        if _TO.fullmatch(joint) or (low.bound == "between" and joint.strip().lower() == "and"):
            ends |= {place, place + 1}
    return [replace(number, bound="between") if place in ends else number for place, number in enumerate(found)]


def _value(match: re.Match[str]) -> float:
    value = float(match["digits"].replace(",", "")) if match["digits"] else _small(match["words"])
    if match["fraction"]:
        value += unicodedata.numeric(match["fraction"]) if len(match["fraction"]) == 1 else 0.5
    value = _scaled(value, match["scale"])
    if match["rest"]:
        value = _scaled(value + _small(match["rest"]), match["scale_of_all"] or "")
    return -value if match["minus"] else value


def _small(words: str) -> float:
    """ "twenty-one" is 21; "a" before a scale is 1, "half a" 0.5."""
    values: dict[str, float] = {**_UNITS, **_TENS, "a": 1, "half": -0.5}
    return float(sum(values[word] for word in re.split(r"[-\s]", words.lower())))


def _scaled(value: float, scales: str) -> float:
    for scale in re.findall(r"[a-z]+", scales.lower()):
        value *= _SCALES[scale]
    return value


def _counted_end(text: str, at: int) -> int:
    """Where the words behind a number end: before a function word, a verb's helper or a mark."""
    words: list[str] = []
    end = at
    while len(words) < _COUNTED_WORDS and (match := _NEXT_WORD.match(text, at)):
        word = match[1].lower()
        if word in _ENDS or (word == "and" and not _goes_on(text, match.end(), words)):
            break
        words.append(word)
        at = match.end()
        end = end if word == "and" else at
    return end


def _goes_on(text: str, at: int, words: list[str]) -> bool:
    """Whether the "and" joins two kinds of the thing counted ("ballistic and cruise missiles")."""
    behind = text[at : at + 30].lstrip().lower()
    another = _NUMBER.match(behind) or any(behind.startswith(f"{bound} ") for bound in _BOUNDS)
    return len(words) == 1 and not another
