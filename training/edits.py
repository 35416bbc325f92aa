"""Exchanges: a sentence that says another fact than the given one, by one change in one place.

Each takes the sentence, a source of chance and the names that may be put in; it gives None where the sentence has
nothing of its kind to exchange. The same seed gives the same exchange. The tables are in training/edit_words.py.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from random import Random

from assistant.language.lexicon import NAMED_DAY, NAMED_MONTH, alternatives
from training.edit_words import (
    AUXILIARIES,
    BOUNDS,
    COUNTS,
    DAY_NAMES,
    FIGURE,
    MONTH_NAMES,
    NAME,
    NOT_NAMES,
    PRONOUNS,
    RANKS,
    ROUND,
    SPEAKER_FIRST,
    SPEAKER_LAST,
    SPEAKERS,
    UNITS,
)  # fmt: skip
from training.figures import another_day, another_number

Exchange = Callable[[str, Random, Sequence[str]], str | None]

_UNIT = re.compile(rf"\b(?:{alternatives(UNITS)})\b", re.IGNORECASE)
_BOUND = re.compile(rf"\b(?:{alternatives(BOUNDS)})\b(?= \S*\d| (?:{alternatives(COUNTS)})\b)", re.IGNORECASE)
_AUXILIARY = re.compile(rf"\b(?:{'|'.join(AUXILIARIES)})\b(?! not\b| never\b|n?['’]t\b)")
_NEGATION = re.compile(r"\bnot (?!only\b)|\bnever |\bno longer |\b(?:wo|ca)n['’]t\b|(?<=[a-z])n['’]t\b|(?<=can)not\b")
_POSITIVE = {"wo": "will", "ca": "can"}
_NEAR_MONTH = re.compile(rf"(?:{NAMED_MONTH}) \Z")
_MONTH_BEHIND = re.compile(rf" (?:of )?(?:{NAMED_MONTH})\b")
_SUBJECT = re.compile(
    r"((?:(?:The|A|An) [a-z]+(?: [a-z]+)?|(?:(?:The|A|An) )?[A-Z][\w’'-]+)(?: [A-Z][\w’'-]+)*) "
    rf"(?=(?:{'|'.join(AUXILIARIES)}|said|[a-z]+ed)\b)"
)


def figure(sentence: str, draw: Random, _names: Sequence[str] = ()) -> str | None:
    """Another number in place of one: as digits, as a number word, or as a rank."""
    matches = list(FIGURE.finditer(sentence))
    if not matches:
        return None
    match = draw.choice(matches)
    old = match[0]
    for words in (COUNTS, RANKS, ROUND):
        if old.lower() in words:
            return _replaced(sentence, match, draw.choice([word for word in words if word != old.lower()]))
    dated = _NEAR_MONTH.search(sentence[: match.start()]) or _MONTH_BEHIND.match(sentence, match.end())
    new = another_day(old, draw) if dated else another_number(old, draw)
    return _replaced(sentence, match, new) if new and new != old else None


def name(sentence: str, draw: Random, names: Sequence[str] = ()) -> str | None:
    """Another of `names` in place of a name, without a word of it, with as many words where there is such a one.

    The first word of the sentence counts as a name only if it is one of `names`.
    """
    spans = [span for span in _names(sentence) if span[0] > 0 or sentence[slice(*span)] in names]
    if not spans:
        return None
    start, end = draw.choice(spans)
    words = sentence[start:end].split()
    others = [other for other in names if not {*words} & {*other.split()}]
    alike = [other for other in others if len(other.split()) == len(words)]
    return sentence[:start] + draw.choice(alike or others) + sentence[end:] if others else None


def day(sentence: str, draw: Random, _names: Sequence[str] = ()) -> str | None:
    """Another month in place of a month, or another day of the week in place of one."""
    for pattern, words in draw.sample([(NAMED_MONTH, MONTH_NAMES), (NAMED_DAY, DAY_NAMES)], 2):
        if matches := list(re.finditer(rf"\b(?:{pattern})\b", sentence)):
            match = draw.choice(matches)
            return _replaced(sentence, match, draw.choice([word for word in words if word != match[0]]))
    return None


def unit(sentence: str, draw: Random, _names: Sequence[str] = ()) -> str | None:
    """Another unit, kind, direction or outcome: "billion" for "million", "killed" for "injured"."""
    return _by_table(sentence, draw, _UNIT, UNITS)


def bound(sentence: str, draw: Random, _names: Sequence[str] = ()) -> str | None:
    """Another bound of a figure: "at most" for "at least"."""
    return _by_table(sentence, draw, _BOUND, BOUNDS)


def negation(sentence: str, draw: Random, _names: Sequence[str] = ()) -> str | None:
    """A negation taken out where there is one (in four cases of five), else one put in behind an auxiliary verb."""
    if (match := _NEGATION.search(sentence)) and draw.random() < 0.8:
        return _replaced(sentence, match, _POSITIVE.get(match[0][:2], ""), as_it_is=True)
    matches = list(_AUXILIARY.finditer(sentence))[:2]
    if not matches:
        return None
    match = draw.choice(matches)
    words = ("not",) if match[0] in ("do", "does", "did") else ("not", "not", "never")
    return f"{sentence[: match.end()]} {draw.choice(words)}{sentence[match.end() :]}"


def source(sentence: str, draw: Random, names: Sequence[str] = ()) -> str | None:
    """Another speaker of what is reported: one of `names` or of SPEAKERS."""
    match = SPEAKER_FIRST.fullmatch(sentence) or SPEAKER_LAST.fullmatch(sentence)
    if not match:
        return None
    own = {*match["who"].lower().split()}
    others = [other for other in (*names, *SPEAKERS) if not own & {*other.lower().split()}]
    if not others:
        return None
    new = draw.choice(others)
    if match.start("who") > 0 and new in SPEAKERS:
        new = new.lower()
    return sentence[: match.start("who")] + new + sentence[match.end("who") :]


EXCHANGES: Mapping[str, Exchange] = {
    "figure": figure, "name": name, "day": day, "unit": unit, "bound": bound, "negation": negation, "source": source,
}  # fmt: skip
"""The exchanges by their names."""


def merged(sentence: str, draw: Random, others: Sequence[str]) -> str | None:
    """The sentence with the subject of another of its text: two facts run together as one.

    None where it, or each of the `others`, does not begin with a noun of its own and a verb.
    """
    own = _subject(sentence)
    subjects = [subject for other in others if (subject := _subject(other)) and subject != own]
    return draw.choice(subjects) + sentence[len(own) :] if own and subjects else None


def names_in(sentences: Sequence[str]) -> list[str]:
    """The names in some sentences, each once, in their order; a single word that begins a sentence is not counted."""
    return list(
        dict.fromkeys(
            sentence[start:end]
            for sentence in sentences
            for start, end in _names(sentence)
            if start > 0 or " " in sentence[:end]
        )
    )


def _names(sentence: str) -> list[tuple[int, int]]:
    """The characters of the names in a sentence, and of its first word; without an article or the like in front."""
    spans = []
    for match in NAME.finditer(sentence):
        first, _, rest = match[0].partition(" ")
        start = match.end() - len(rest) if first in NOT_NAMES else match.start()
        if sentence[start : match.end()] not in (*NOT_NAMES, ""):
            spans.append((start, match.end()))
    return spans


def _subject(sentence: str) -> str:
    match = _SUBJECT.match(sentence)
    return match[1] if match and match[1] not in PRONOUNS else ""


def _by_table(sentence: str, draw: Random, words: re.Pattern[str], table: Mapping[str, tuple[str, ...]]) -> str | None:
    matches = list(words.finditer(sentence))
    if not matches:
        return None
    match = draw.choice(matches)
    return _replaced(sentence, match, draw.choice(table[" ".join(match[0].lower().split())]))


def _replaced(sentence: str, match: re.Match[str], new: str, *, as_it_is: bool = False) -> str:
    """The sentence with `new` for the match, with a capital where that had one."""
    if not as_it_is and match[0][:1].isupper():
        new = new[:1].upper() + new[1:]
    return sentence[: match.start()] + new + sentence[match.end() :]
