"""Checked statements -> the Answer: markers by first use, citations, figures, conflicts. No model in sight."""

from collections.abc import Sequence
from itertools import combinations

from assistant.answer import Answer, Citation, Conflict, Figure, Passage, Statement
from assistant.counting import counts, events, other_count
from assistant.figures import numbers

REFUSAL = "The articles do not say."
NEAREST = 3
"""Passages that a refusal shows."""


def citation(marker: int, passage: Passage) -> Citation:
    """The citation of a passage: its exact words and where they stand."""
    article = passage.article
    return Citation(
        marker=marker,
        article_id=article.id,
        title=article.title,
        publisher=article.publisher,
        published=article.published,
        url=article.url,
        source=article.source,
        quote=passage.text,
        start=passage.start,
        end=passage.end,
    )


def figures(statements: Sequence[Statement]) -> tuple[Figure, ...]:
    """The numbers that the statements show, in the order of the text."""
    return tuple(
        Figure(number.text, number.value, number.bound, number.counted, marker)
        for statement in statements
        for marker in statement.markers[:1]
        for number in numbers(statement.text)
    )


def conflicts(question: str, shown: Sequence[Figure], thing: str | None) -> tuple[Conflict, ...]:
    """The figures of different citations that count `thing` and differ in value or bound.

    A figure that says itself that it is another count ("more than 100 injured" of the killed) is no rival.
    """
    if thing is None:
        return ()
    rivals = [
        place
        for place, figure in enumerate(shown)
        if counts(figure.text, thing) and not (events(figure.text) and other_count(question, figure.text))
    ]
    differ = any(
        shown[a].marker != shown[b].marker and (shown[a].value, shown[a].bound) != (shown[b].value, shown[b].bound)
        for a, b in combinations(rivals, 2)
    )
    return (Conflict(thing, tuple(rivals)),) if differ else ()


def compose(
    question: str,
    said: Sequence[tuple[str, Statement]],
    cited: Sequence[Passage],
    *,
    lead: str,
    thing: str | None,
    confidence: float,
    model: str,
    timings: dict[str, float],
) -> Answer:
    """The answer of what was said: (text with its markers, statement), and the passages by marker."""
    statements = tuple(statement for _, statement in said)
    shown = figures(statements)
    return Answer(
        question=question,
        answer=" ".join([*([lead] if lead else []), *(text for text, _ in said)]),
        refused=False,
        statements=statements,
        citations=tuple(citation(marker, passage) for marker, passage in enumerate(cited, 1)),
        figures=shown,
        conflicts=conflicts(question, shown, thing),
        confidence=confidence,
        model=model,
        timings=timings,
    )


def refusal(
    question: str, nearest: Sequence[Passage], *, confidence: float, model: str, timings: dict[str, float]
) -> Answer:
    """The answer that the articles do not say, with the nearest passages."""
    return Answer(
        question=question,
        answer=REFUSAL,
        refused=True,
        statements=(),
        citations=tuple(citation(n, passage) for n, passage in enumerate(nearest[:NEAREST], 1)),
        figures=(),
        conflicts=(),
        confidence=confidence,
        model=model,
        timings=timings,
    )
