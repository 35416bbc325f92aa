"""Checked statements -> the Answer: markers by first use, citations, figures, conflicts. No model in sight."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer, Citation, Conflict, Figure, Passage, Statement
from assistant.composition.conflicts import conflicts, shown

REFUSAL = "The articles do not say."
NO_QUESTION = "That is no question about the articles. Ask one, such as: How many drones hit Kyiv?"
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


def with_markers(statement: Statement) -> str:
    """The statement as it stands in the answer's text: "145 drones were launched. [1]"."""
    return f"{statement.text} {''.join(f'[{marker}]' for marker in statement.markers)}".rstrip()


def compose(
    question: str,
    statements: Sequence[Statement],
    cited: Sequence[Passage],
    *,
    lead: str,
    thing: str | None,
    confidence: float,
    model: str,
    timings: dict[str, float],
    query: str | None = None,
    left_out: tuple[Statement, ...] = (),
    excluded_sentences: int = 0,
    warning: str = "",
) -> Answer:
    """The answer made of the statements, and the passages they cite, by marker.

    `query` is the question as it stands alone, where it is a follow-up ("and missiles?"); `thing` what it counts.
    """
    figures = shown(statements, cited)
    figures, found = conflicts(query or question, figures, thing)
    return Answer(
        question=question,
        answer=" ".join([*([lead] if lead else []), *map(with_markers, statements)]),
        refused=False,
        statements=tuple(statements),
        citations=tuple(citation(marker, passage) for marker, passage in enumerate(cited, 1)),
        figures=tuple(item.figure for item in figures),
        conflicts=found,
        left_out=left_out,
        short=None if lead else _short(statements, [item.figure for item in figures], found),
        excluded_sentences=excluded_sentences,
        warning=warning,
        confidence=confidence,
        model=model,
        timings=timings,
    )


def _short(statements: Sequence[Statement], figures: Sequence[Figure], found: Sequence[Conflict]) -> str | None:
    """The words that were asked for: all figures that differ, so that none hides another; else the first marked."""
    places = [place for conflict in found for place in conflict.figures]
    differing = dict.fromkeys(figures[place].text for place in places if not figures[place].headline)
    if differing:
        return "; ".join(differing)
    return next((statement.marked for statement in statements if statement.marks), None)


def no_question(question: str, *, model: str, timings: dict[str, float]) -> Answer:
    """The answer to a greeting, thanks and the like: a refusal that shows no passage, for none was searched for."""
    silent = refusal(question, (), confidence=0.0, model=model, timings=timings)
    return replace(silent, answer=NO_QUESTION)


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
