"""A piece of a question ("And in June?") -> the question before it with that piece in the place of its like."""

import re

from assistant.language.lexicon import NAMED_DAY, NAMED_MONTH
from assistant.language.stems import stems

_CALENDAR = rf"(?:{NAMED_MONTH}|{NAMED_DAY}|spring|summer|autumn|winter|(?:19|20)\d\d)"
_DATE = re.compile(rf"\b{_CALENDAR}\b")
_SPAN = r"(?:year|month|week|day|night|morning|evening|season|quarter)"
_WHEN = re.compile(
    rf"(?:\b(?:in|on|at|during|since|by|before|after)\s+)?(?:\bthe\s+)?(?:\b{_CALENDAR}\b"
    rf"|\b(?:this|last|next)\s+{_SPAN}\b|\b[\w-]+\s+{_SPAN}s?\s+(?:ago|earlier|later|before)\b"
    rf"|\b{_SPAN}\s+(?:before|after|earlier|later)\b|\b(?:yesterday|today|tomorrow|tonight)\b)"
)
"""When something is: "in June", "five years ago", "the year before"."""

_NAME = r"[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)*"
_KINDS = ("in|at|on|near|around|off", "before|ahead of|prior to", "after|since|following", "from", "by", "during",
          "for", "against", "to", "of", "about", "with", "under")  # fmt: skip
"""Prepositions, those on one line for another: "before the vote" is asked instead of "ahead of the debate"."""

_ANY = "|".join(_KINDS)
_OPENS = re.compile(rf"^(?:{_ANY})\b", re.IGNORECASE)
_OF_PLACE = re.compile(rf"^(?:{_KINDS[0]}|by|during|from|for|against)\b", re.IGNORECASE)
_SUBJECT = re.compile(
    r"\b(?:did|do|does|will|would|can|could|has|have|had|is|was|are|were)\s+"
    rf"(?P<phrase>(?:the\s+|an?\s+)?{_NAME}|the\s+[a-z]\w*)"
)
_A_PHRASE = re.compile(r"^(?:the|an?|his|her|its|their)\s|^[A-Z]")
_ONE = re.compile(r"\s+ones?$", re.IGNORECASE)


def is_date(word: str) -> bool:
    """Whether a word is a month, a weekday, a season or a year."""
    return bool(_DATE.fullmatch(word))


def is_piece(fragment: str) -> bool:
    """Whether a text says where, when or with whom, by a preposition or by a time: no thing of its own."""
    return bool(_OPENS.match(fragment) or _WHEN.fullmatch(fragment))


def instead(fragment: str, before: str) -> str | None:
    """The question `before` asked of `fragment`; None where it has nothing of that kind.

    A month takes a month's place, "in Paris" that of "in New York", "to cars" that of "to lorries", "the king"
    or "Macron" that of who did it. A time or a place where there is none comes last.
    """
    before = before.rstrip(" ?.!")
    asked = _dated(fragment, before) or _timed(fragment, before)
    if not asked and _OPENS.match(fragment):
        asked = _placed(fragment, before)
    elif not asked and _A_PHRASE.match(fragment):
        asked = _named(_ONE.sub("", fragment), before)
    return f"{asked}?" if asked else None


def _dated(fragment: str, before: str) -> str | None:
    new, old = _DATE.search(fragment), _DATE.search(before)
    if not new or not old:
        return None
    asked = before[: old.start()] + new[0] + before[old.end() :]
    other = _ONE.sub("", fragment).replace(new[0], " ").split()
    missing = [word for word in other if stems(word) and not stems(word) <= stems(asked)]
    return f"{asked} ({' '.join(missing)})" if missing else asked


def _timed(fragment: str, before: str) -> str | None:
    if not _WHEN.fullmatch(fragment):
        return None
    old = _WHEN.search(before)
    return f"{before[: old.start()]}{fragment}{before[old.end() :]}" if old else f"{before} {fragment}"


def _placed(fragment: str, before: str) -> str | None:
    kind = next(kind for kind in _KINDS if re.match(rf"(?:{kind})\b", fragment, re.IGNORECASE))
    named = re.search(r"[A-Z]", fragment[1:])
    thing = _NAME if named else rf"(?!{_ANY})[a-z][\w'’-]*(?:\s+(?!(?:{_ANY})\b)[a-z][\w'’-]*)*"
    like = list(re.finditer(rf"\b(?:{kind})\s+(?:the\s+|an?\s+)?{thing}", before))
    if like:
        return before[: like[-1].start()] + fragment + before[like[-1].end() :]
    return f"{before} {fragment}" if _OF_PLACE.match(fragment) else None


def _named(phrase: str, before: str) -> str | None:
    if subject := _SUBJECT.search(before):
        return before[: subject.start("phrase")] + phrase + before[subject.end("phrase") :]
    names = list(re.finditer(rf"(?<=\s){_NAME}", before))
    if phrase[0].isupper() and len(names) == 1:
        return before[: names[0].start()] + phrase + before[names[0].end() :]
    return None
