"""Numbers in text: their value, their bound ("over", "at least") and what is counted."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from assistant.language.lexicon import MONTH, ORDINALS, SCALES, alternatives
from assistant.language.stems import stem
from assistant.quantities.fractions import fractions
from assistant.quantities.number_words import NUMBER, currency_of, scale_of, value_of
from assistant.quantities.units import is_aged, is_length, unit_behind
from vectorstore.text.digits import JOINT, unambiguous_numbers
from vectorstore.text.normalization import NormalizedText, normalize

_BOUND_WORDS = {
    "over": "over|more than|above|in excess of|upwards of|greater than",
    "at least": "at least|no fewer than|no less than|not fewer than|not less than",
    "up to": "up to|as many as|at most|no more than|not more than",
    "under": "fewer than|less than|under|below",
    "about": "about|around|roughly|approximately|some",
    "nearly": "nearly|almost|close to",
    "between": "between",
}
_BOUNDS = {words: bound for bound, spellings in _BOUND_WORDS.items() for words in spellings.split("|")}
_BOUNDS_BEHIND = {
    "+": "at least",
    "-plus": "at least",
    "or more": "at least",
    "or fewer": "up to",
    "or less": "up to",
    "or so": "about",
}
_MONTH_BEHIND = re.compile(rf"\s+(?:of\s+)?(?:{MONTH})\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(rf"\b(?:{MONTH})\b\.?\s+(?:the\s+)?$", re.IGNORECASE)
_NAME = re.compile(r"(?<!\w)[^\W\d_]+-$")
"""The beginning of a name with a number: "COVID-19", "F-16"."""

_ORDINAL_BEHIND = re.compile(
    rf"-(?:{alternatives(word for word, value in ORDINALS.items() if value < 10)})\b", re.IGNORECASE
)
"""Behind "twenty" this makes an ordinal of it, which is read in assistant/quantities/mentions.py."""

_BOUND = re.compile(
    rf"\b((?a:{alternatives(_BOUNDS)}))"
    r"\s+(?:an?\s+estimated\s+)?$",
    re.IGNORECASE,
)
_TO = re.compile(r"\s*[-–]\s*|\s+(?:to|or)\s+", re.IGNORECASE)
_NEXT_WORD = re.compile(r"[\s-]*([^\W\d_]+(?:['’.-][^\W\d_]+)*)")
_ENDS = frozenset(
    """a an the of in on at by to for from with within into across during after before since until while when that
    which who whose where as is are was were be been being had has have will would could can may might it its
    he she they his her their this these those or but than so if not per about over more less least up
    instead alone altogether also already still now then""".split()
)
_COUNTED_WORDS = 5


@dataclass(frozen=True)
class Number:
    """A number in a text: `text` is `whole[start:start + len(text)]`, from its bound to what is counted.

    `end` is where the number itself ends. `value` has the scale in it ("1.6 million" is 1600000.0); `bound` is
    "over", "at least", "up to", "under", "about", "nearly", "between" (both ends of "10 to 20") or None;
    `unit` is "%", a currency sign ("5 dollars" has "$"), "km", "°C" or another unit of assistant/quantities/units.py,
    "years old" for an age, "th" for an ordinal that is no date ("50th"), or None; `counted` is what follows, words
    of the unit with it ("ballistic and cruise missiles", "kilometres"), or None.
    """

    start: int
    end: int
    text: str
    value: float
    bound: str | None
    unit: str | None
    counted: str | None

    def counts(self, noun: str) -> bool:
        """Whether one of the words counted is `noun`, in singular or plural, or `noun` is the number's unit."""
        if self.unit == "th":
            return False
        if self.unit and unit_behind(noun, 0) == (self.unit, len(noun)):
            return True
        wanted = stem(noun)
        return any(stem(word) == wanted for word in re.split(r"[\s-]+", self.counted or ""))


def numbers(text: str) -> list[Number]:
    """All numbers of a text, in order, years among them; "one" only with a scale ("one million").

    A fraction in words is a percentage ("a quarter of" is 25%). Digits of a name ("F-16") are no number, nor are more
    than 15 digits in a row. "Dozens" and "fiftieth" are read in assistant/quantities/mentions.py.
    """
    return in_plain_form(text, _numbers)


def in_plain_form(text: str, parse: Callable[[str], list[Number]]) -> list[Number]:
    """The numbers that `parse` reads in the plain form of a text ("mil\u00adlion"), with the text's own offsets."""
    read = normalize(text)
    return parse(text) if read.text == text else [_at_origin(number, read, text) for number in parse(read.text)]


def _at_origin(number: Number, read: NormalizedText, text: str) -> Number:
    start, stop = read.origin(number.start), read.origin(number.start + len(number.text))
    counted = number.counted
    if counted:
        at = number.start + number.text.rindex(counted)
        counted = text[read.origin(at) : read.origin(at + len(counted))]
    return replace(number, start=start, end=read.origin(number.end), text=text[start:stop], counted=counted)


def _numbers(text: str) -> list[Number]:
    parts = [
        numbered(text, part.start, part.end, part.value, unit=part.unit, bound="about" if part.about else None)
        for part in fractions(text)
    ]
    taken = {place for part in parts for place in range(part.start, part.end)}
    matches = {match.end(): match for match in NUMBER.finditer(unambiguous_numbers(text)) if match.start() not in taken}
    plain_numbers = [number for match in matches.values() if (number := _number(text, match))]
    return _ranges(text, sorted([*parts, *plain_numbers], key=lambda number: number.end), matches)


def numbered(text: str, start: int, end: int, value: float, *, unit: str | None, bound: str | None) -> Number:
    """The Number at text[start:end], with its unit and what it counts. A bound in front of it comes before `bound`."""
    before = _BOUND.search(text, max(0, start - 40), start)
    begins = before.start(1) if before else start
    behind, unit_end = unit_behind(text, end)
    sign = text[end:unit_end].lstrip().startswith(("°", "€", "£", "₹"))
    ends = end if unit == "%" else max(_counted_end(text, end), unit_end if sign else end)
    return Number(
        start=begins,
        end=end,
        text=text[begins:ends],
        value=value,
        bound=_BOUNDS[_plain(before[1])] if before else bound,
        unit=unit or behind or ("years old" if is_aged(text, begins) else None),
        counted=text[unit_end if sign else end : ends].strip(" -\n\t") or None,
    )


def _number(text: str, match: re.Match[str]) -> Number | None:
    if (match["words"] or "").lower() == "one" and not match["scale"]:
        return None
    if _NAME.search(text, max(0, match.start() - 20), match.start()) or _ORDINAL_BEHIND.match(text, match.end()):
        return None
    unit = "%" if match["percent"] else currency_of(match)
    value = value_of(match)
    if match["ordinal"] and not unit and not _is_date(text, match):
        unit = "th"
    if match["scale"] == "m" and not unit and is_length(text, match.start(), match.end()):
        value, unit = value / SCALES["million"], "m"
    behind = _BOUNDS_BEHIND.get(_plain(match["behind"] or ""))
    return numbered(text, match.start(), match.end(), value, unit=unit, bound=behind)


def _is_date(text: str, match: re.Match[str]) -> bool:
    """Whether an ordinal is the day of a date, by the month beside it: "17th of June"."""
    return bool(
        _MONTH_BEHIND.match(text, match.end()) or _MONTH_BEFORE.search(text, max(0, match.start() - 16), match.start())
    )


def _plain(words: str) -> str:
    return " ".join(words.lower().split())


def _ranges(text: str, read: Sequence[Number], matches: Mapping[int, re.Match[str]]) -> list[Number]:
    """The numbers, where both ends of a range have the bound "between" and share its unit and scale.

    The lower end of "5–7 million pounds" is 5 million pounds, and its text is the whole range.
    """
    ends = list(read)
    for place, (low, high) in enumerate(pairwise(read)):
        joint = text[low.start + len(low.text) : high.start]
        if _TO.fullmatch(joint) or (low.bound == "between" and joint.strip().lower() == "and"):
            lower = replace(
                ends[place],
                bound="between",
                unit=low.unit or high.unit,
                value=low.value * _shared_scale(joint, matches.get(low.end), matches.get(high.end)),
            )
            if low.counted is None:
                lower = replace(lower, text=text[low.start : high.start + len(high.text)], counted=high.counted)
            ends[place : place + 2] = [lower, replace(high, bound="between", unit=high.unit or low.unit)]
    return ends


def _shared_scale(joint: str, low: re.Match[str] | None, high: re.Match[str] | None) -> float:
    """The factor that the lower end takes from the upper one in "5–7 million", "12-15,000"; 1 in "500 to 2 million"."""
    if not low or not high or low["scale"] or low["ordinal"] or low["percent"] or JOINT in (low["digits"] or ""):
        return 1.0
    scale = scale_of(high, groups=not joint.strip(" -–"))
    return scale if abs(value_of(low)) < abs(value_of(high)) / scale else 1.0


def _counted_end(text: str, at: int) -> int:
    """Where the words counted end: before a function word, an auxiliary verb or a mark."""
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
    """Whether the "and" joins two kinds of what is counted ("ballistic and cruise missiles")."""
    behind = text[at : at + 30].lstrip().lower()
    another = NUMBER.match(behind) or any(behind.startswith(f"{bound} ") for bound in _BOUNDS)
    return len(words) == 1 and not another
