"""The figures of an answer with their provenance, and the groups of figures that differ, newest first."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from assistant.answer import Conflict, Figure, Passage, Statement
from assistant.composition.headlines import disagreeing, in_body
from assistant.composition.provenance import provenance_of
from assistant.composition.same_event import Same, Sourced, same_event
from assistant.quantities.event_dates import When
from assistant.quantities.events import counted_event, status
from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import Number
from assistant.query.counting import answers_count, counts
from assistant.retrieval.near_duplicates import groups

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


@dataclass(frozen=True)
class Shown:
    """A figure as the answer shows it, and the number of the passage that it comes from."""

    figure: Figure
    number: Number
    passage: Passage
    when: When | None


def shown(statements: Sequence[Statement], cited: Sequence[Passage]) -> list[Shown]:
    """The numbers that the statements show, in the order of the text; `cited` are the passages by marker."""
    copies = {
        place + 1: tuple(other + 1 for other in group if other != place)
        for group in groups([passage.text for passage in cited])
        for place in group
    }
    return [
        _shown(number, marker, cited[marker - 1], copies[marker])
        for statement in statements
        for marker in statement.markers[:1]
        for number in amounts(statement.text)
    ]


def _shown(stated: Number, marker: int, passage: Passage, copies: tuple[int, ...]) -> Shown:
    there = [
        n for n in amounts(passage.text) if (n.value, n.bound, n.unit) == (stated.value, stated.bound, stated.unit)
    ]
    number = next((n for n in there if n.text == stated.text), there[0] if there else None)
    figure = Figure(stated.text, stated.value, stated.bound, stated.counted, marker, stated.unit, copies=copies)
    if number is None:
        return Shown(figure, stated, passage, None)
    provenance = provenance_of(number, passage)
    when = provenance.event
    figure = replace(
        figure,
        event=counted_event(passage.text, number),
        status=status(passage.text, number),
        said_by=provenance.said_by,
        event_date=(when.day or when.words) if when else None,
        as_of=provenance.as_of,
    )
    return Shown(figure, number, passage, when)


def conflicts(query: str, figures: list[Shown], counted: str | None) -> tuple[list[Shown], tuple[Conflict, ...]]:
    """The figures that count `counted` and differ in value or bound, by event; and all figures with their headlines'.

    If some figures give the very count that was asked for (killed), the others (injured) are not compared with them.
    Near-duplicates of one wire text count once. A headline that its article's figure contradicts adds a figure.
    """
    if counted is None:
        return figures, ()
    differing = []
    for rivals in _rivals(query, figures, counted):
        titles = _headlines(rivals)
        together = [*_independent(rivals), *titles]
        figures = [*figures, *titles]
        if _differ(together):
            together.sort(key=_newest_first)
            verdict, because = _same_event(together)
            differing.append(Conflict(counted, tuple(figures.index(item) for item in together), verdict, because))
    return figures, tuple(differing)


def _rivals(query: str, figures: Sequence[Shown], counted: str) -> list[list[Shown]]:
    """The figures that count the same, by event. One whose sentence names no event may belong to any."""
    counting = [item for item in figures if item.number in counts(item.passage.text, counted)]
    exact = [item for item in figures if item.number in answers_count(query, item.passage.text)]
    if exact:
        sure = {item.figure.marker for item in exact}
        vague = [item for item in counting if item.figure.event is None and item.figure.marker not in sure]
        return [[*exact, *vague]]
    every = dict.fromkeys(item.figure.event for item in counting if item.figure.event)
    if len(every) < 2:
        return [counting]
    return [[item for item in counting if item.figure.event == event] for event in every]


def _independent(rivals: Sequence[Shown]) -> list[Shown]:
    """One figure of each group of near-duplicates: that of the newest."""
    kept: list[Shown] = []
    for item in sorted(rivals, key=_newest_first):
        copied = any(other.figure.marker in item.figure.copies and _value(other) == _value(item) for other in kept)
        if not copied:
            kept.append(item)
    return kept


def _differ(together: Sequence[Shown]) -> bool:
    return any(
        _value(one) != _value(other) and (one.figure.marker != other.figure.marker or other.figure.headline)
        for place, one in enumerate(together)
        for other in together[place + 1 :]
    )


def _value(item: Shown) -> tuple[float, str | None]:
    return item.figure.value, item.figure.bound


def _headlines(rivals: Sequence[Shown]) -> list[Shown]:
    """The figures of these articles' headlines that their own texts contradict."""
    by_article: dict[str, Shown] = {}
    for item in rivals:
        article = item.passage.article
        same = [(other.number, other.figure.event) for other in rivals if other.passage.article.id == article.id]
        number = disagreeing(article.title, same)
        if number and article.id not in by_article and not in_body(article, number):
            figure = Figure(
                number.text,
                number.value,
                number.bound,
                number.counted,
                item.figure.marker,
                event=item.figure.event,
                as_of=item.figure.as_of,
                headline=True,
            )
            by_article[article.id] = Shown(figure, number, item.passage, item.when)
    return list(by_article.values())


def _newest_first(item: Shown) -> tuple[bool, int, int, bool]:
    day = _day(item)
    return day is None, -(day or date.min).toordinal(), item.figure.marker, item.figure.headline


def _day(item: Shown) -> date | None:
    """The day to sort by: of `as_of`, its year, or of publication."""
    for text in (item.figure.as_of or "", item.passage.article.published or ""):
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            if year := _YEAR.search(text):
                return date(int(year[0]), 1, 1)
    return None


def _same_event(together: Sequence[Shown]) -> tuple[Same, str]:
    body = {item.passage.article.id: Sourced(item.passage, item.when) for item in together}
    if len(body) == 1:
        return "same", "headline and text are of one article"
    return same_event([Sourced(item.passage, item.when) for item in together if not item.figure.headline])
