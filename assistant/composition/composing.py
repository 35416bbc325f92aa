"""Verified statements -> the Answer, with its citations, figures and conflicts. Uses no model."""

from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Answer, Citation, Conflict, Figure, Passage, Statement
from assistant.composition.conflicts import conflicts, shown

REFUSAL = "The articles do not say."
NO_QUESTION = "That is no question about the articles. Ask one, such as: How many drones hit Kyiv?"
NEAREST = 3
"""Passages that a refusal shows."""


def citation(marker: int, passage: Passage) -> Citation:
    """The citation of a passage: its exact words, and their offsets in the article."""
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
    """The statement as the answer's text shows it: "145 drones were launched. [1]"."""
    return f"{statement.text} {''.join(f'[{marker}]' for marker in statement.markers)}".rstrip()


def compose(
    question: str,
    statements: Sequence[Statement],
    cited: Sequence[Passage],
    *,
    lead: str,
    counted: str | None,
    confidence: float,
    model: str,
    timings: dict[str, float],
    query: str | None = None,
    left_out: tuple[Statement, ...] = (),
    excluded_sentences: int = 0,
    warning: str = "",
) -> Answer:
    """The Answer made of verified statements; marker n of a statement cites `cited[n - 1]`.

    `lead` is the sentence in front of the statements, "" for none. `query` is the question in its standalone form, of
    which `counted` is what it asks to count, None where it asks for no count. The rest goes into the Answer as it is.
    """
    figures = shown(statements, cited)
    figures, differing = conflicts(query or question, figures, counted)
    return Answer(
        question=question,
        answer=" ".join([*([lead] if lead else []), *map(with_markers, statements)]),
        refused=False,
        statements=tuple(statements),
        citations=tuple(citation(marker, passage) for marker, passage in enumerate(cited, 1)),
        figures=tuple(item.figure for item in figures),
        conflicts=differing,
        left_out=left_out,
        short=None if lead else _short(statements, [item.figure for item in figures], differing),
        excluded_sentences=excluded_sentences,
        warning=warning,
        confidence=confidence,
        model=model,
        timings=timings,
    )


def _short(statements: Sequence[Statement], figures: Sequence[Figure], differing: Sequence[Conflict]) -> str | None:
    """The words that were asked for: all figures that differ, so that none hides another; else the first marked."""
    places = [place for conflict in differing for place in conflict.figures]
    values = dict.fromkeys(figures[place].text for place in places if not figures[place].headline)
    if values:
        return "; ".join(values)
    return next((statement.marked for statement in statements if statement.marks), None)


def no_question(question: str, *, model: str, timings: dict[str, float]) -> Answer:
    """The answer to a greeting, thanks and the like: a refusal that shows no passage, for none was searched for."""
    empty = refusal(question, (), confidence=0.0, model=model, timings=timings)
    return replace(empty, answer=NO_QUESTION)


def refusal(
    question: str,
    nearest: Sequence[Passage],
    *,
    confidence: float,
    model: str,
    timings: dict[str, float],
    excluded_sentences: int = 0,
) -> Answer:
    """The answer that the articles do not say it, citing the NEAREST first passages of the evidence."""
    return Answer(
        question=question,
        answer=REFUSAL,
        refused=True,
        statements=(),
        citations=tuple(citation(n, passage) for n, passage in enumerate(nearest[:NEAREST], 1)),
        figures=(),
        conflicts=(),
        excluded_sentences=excluded_sentences,
        confidence=confidence,
        model=model,
        timings=timings,
    )
