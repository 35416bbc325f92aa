"""Checked statements -> the Answer: markers by first use, citations, figures, conflicts. No model in sight."""

from collections.abc import Sequence

from assistant.answer import Answer, Citation, Passage, Statement
from assistant.sidebyside import conflicts, shown

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
    query: str | None = None,
    left_out: tuple[Statement, ...] = (),
    set_aside: int = 0,
    warning: str = "",
) -> Answer:
    """The answer of what was said: (text with its markers, statement), and the passages by marker.

    `query` is the question as it stands alone, where it is a follow-up ("and missiles?"); `thing` what it counts.
    """
    statements = tuple(statement for _, statement in said)
    figures = shown(statements, cited)
    figures, found = conflicts(query or question, figures, thing)
    return Answer(
        question=question,
        answer=" ".join([*([lead] if lead else []), *(text for text, _ in said)]),
        refused=False,
        statements=statements,
        citations=tuple(citation(marker, passage) for marker, passage in enumerate(cited, 1)),
        figures=tuple(item.figure for item in figures),
        conflicts=found,
        left_out=left_out,
        set_aside=set_aside,
        warning=warning,
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
