"""Whether two figures are of the same event, judged by their articles' dates, places and names."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations
from typing import Literal

from assistant.answer import Passage
from assistant.quantities.event_dates import MONTHS, WEEKDAYS, When

Same = Literal["same", "different", "unknown"]

NIGHT = timedelta(days=1)
"""What happened overnight may be dated on either of two days."""

WEEK = timedelta(days=7)
"""A weekday without a date is at most so long ago."""

_DAYS = "|".join(name.title() for name in WEEKDAYS)
_TIME = (
    rf"(?:(?:{_DAYS}|{'|'.join(name.title() for name in MONTHS)}|{'|'.join(name[:3].title() for name in MONTHS)})\b)"
)
_NAME = re.compile(rf"(?<![\w’'-])(?!{_TIME})[A-Z][^\W_]{{2,}}")
_PLACE = re.compile(rf"\b(?:in|on|at|near|over)\s+(?!{_TIME})((?:[A-Z][\w-]+)(?:\s+[A-Z][\w-]+){{0,2}})")


@dataclass(frozen=True)
class Sourced:
    """A figure's passage, and when its event was."""

    passage: Passage
    when: When | None


def same_event(sourced: Sequence[Sourced]) -> tuple[Same, str]:
    """Whether all figures are of one event, and a short phrase with the reason ("" if unknown).

    "different" if any two are; "same" only if all are dated to the same day and have a name in common.
    """
    verdicts = [_pair(one, other) for one, other in combinations(sourced, 2)]
    for verdict, because in verdicts:
        if verdict == "different":
            return verdict, because
    if verdicts and all(verdict == "same" for verdict, _ in verdicts):
        return verdicts[0]
    return "unknown", ""


def _pair(one: Sourced, other: Sourced) -> tuple[Same, str]:
    if one.passage.article.id == other.passage.article.id:
        return "unknown", ""
    here, there = _foreign(one, other), _foreign(other, one)
    if here and there:
        return "different", f"one is of {here}, the other of {there}"
    first, second = _span(one), _span(other)
    if first is None or second is None:
        return "unknown", ""
    early, late = sorted((first, second))
    exact = early[0] == early[1] and late[0] == late[1]
    if late[0] - early[1] > NIGHT:
        return "different", _apart(early[0], late[0], exact)
    if exact and early == late and not here and not there and _names(one) & _names(other):
        return "same", f"both texts date it {early[0].isoformat()}"
    return "unknown", ""


def _foreign(one: Sourced, other: Sourced) -> str | None:
    """The first place in a figure's sentence that the other article never names."""
    article = other.passage.article
    elsewhere = set(_NAME.findall(f"{article.title}\n{article.text}"))
    places = (match[1] for match in _PLACE.finditer(one.passage.text))
    return next((place for place in places if not elsewhere & set(_NAME.findall(place))), None)


def _span(sourced: Sourced) -> tuple[date, date] | None:
    """The first and the last day on which the event may have been; None if the text does not show it."""
    when = sourced.when
    try:
        if when and when.day:
            return date.fromisoformat(when.day), date.fromisoformat(when.day)
        published = date.fromisoformat((sourced.passage.article.published or "")[:10])
    except ValueError:
        return None
    return (published - WEEK, published) if when and when.fresh else None


def _apart(early: date, late: date, exact: bool) -> str:
    if exact:
        return f"the texts date them {early.isoformat()} and {late.isoformat()}"
    days = (late - early).days
    far = f"{days // 30} months" if days >= 60 else f"{days // 7} weeks" if days >= 14 else f"{days} days"
    return f"each article tells of the days before it, and they are {far} apart"


def _names(sourced: Sourced) -> set[str]:
    """The names in a figure's sentence and in its article's title."""
    return set(_NAME.findall(f". {sourced.passage.text}\n{sourced.passage.article.title}"))
