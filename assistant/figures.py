"""Numbers in text: their value, their bound ("over", "at least") and what is counted."""

import re
from dataclasses import dataclass

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
    "bn": 1_000_000_000,
    "dozen": 12,
}
_BOUNDS = {
    "over": "over",
    "more than": "over",
    "above": "over",
    "at least": "at least",
    "no fewer than": "at least",
    "no less than": "at least",
    "up to": "up to",
    "as many as": "up to",
    "at most": "up to",
    "no more than": "up to",
    "fewer than": "under",
    "less than": "under",
    "under": "under",
    "below": "under",
    "about": "about",
    "around": "about",
    "roughly": "about",
    "approximately": "about",
    "some": "about",
    "nearly": "nearly",
    "almost": "nearly",
}
_SMALL = "|".join([*_TENS, *_UNITS])
_NUMBER = re.compile(
    rf"""(?<![\w.,])(?P<currency>[$£€])?
    (?:(?P<digits>\d{{1,3}}(?:,\d{{3}})+(?:\.\d+)?|\d+(?:\.\d+)?)
      |(?P<words>\b(?:(?:{_SMALL})(?:[-\s](?:{_SMALL}))?|a(?=\s(?:dozen|hundred|thousand|million|billion)\b))\b))
    (?P<ordinal>st|nd|rd|th)?
    (?P<scale>(?:[-\s]?(?:hundred|thousand|million|billion|trillion|dozen)\b|(?:k|m|bn)\b)*)
    (?P<percent>\s?%|\s?per\s?cent\b)?
    (?![\d]|,\d)""",
    re.VERBOSE | re.IGNORECASE,
)
_BOUND = re.compile(
    rf"\b({'|'.join(sorted(_BOUNDS, key=len, reverse=True))})\s+(?:an?\s+estimated\s+)?$", re.IGNORECASE
)
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

    `end` is where the number itself ends. `value` has the scale in it ("1.6 million" is 1600000.0); `unit` is
    "%", a currency sign or None; `counted` is what follows ("ballistic and cruise missiles"), or None.
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
    """All numbers of a text, in order. A year is a number too; "one" counts only with a scale ("one million")."""
    found = []
    for match in _NUMBER.finditer(text):
        if (match["words"] or "").lower() == "one" and not match["scale"]:
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
                bound=_BOUNDS[bound[1].lower()] if bound else None,
                unit="%" if match["percent"] else match["currency"],
                counted=text[match.end() : end].strip(" -") or None,
            )
        )
    return found


def _value(match: re.Match[str]) -> float:
    if match["digits"]:
        value = float(match["digits"].replace(",", ""))
    else:
        small = {**_UNITS, **_TENS, "a": 1}
        value = float(sum(small[word] for word in re.split(r"[-\s]", match["words"].lower())))
    for scale in re.findall(r"[a-z]+", match["scale"].lower()):
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
