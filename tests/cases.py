"""Small cases for the tests of metrics: an answer made by hand, without search and model."""

from collections.abc import Sequence
from typing import Any

from assistant.answer import Answer, Citation, Statement
from assistant.composition.composing import REFUSAL
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.metric import Metric


def cite(marker: int, quote: str, *, article: str = "a", title: str = "") -> Citation:
    """A citation of an article that is its quote."""
    return Citation(marker, article, title, None, None, None, f"{article}.txt", quote, 0, len(quote))


def reply(
    text: str,
    *,
    statements: Sequence[tuple[str, tuple[int, ...]]] = (),
    citations: Sequence[Citation] = (),
    refused: bool = False,
) -> Answer:
    """An answer of this text; `statements` are (text, markers)."""
    said = tuple(Statement(words, markers, "supported") for words, markers in statements)
    return Answer("A question?", text, refused, said, tuple(citations), (), (), 0.5, "m")


def refusal(*citations: Citation) -> Answer:
    """The refusal, with the passages that it shows."""
    return reply(REFUSAL, citations=citations, refused=True)


def cited(*pairs: tuple[str, str]) -> Answer:
    """An answer of (statement, quote) pairs: each statement stands on one citation of its own, of article "a"."""
    return reply(
        " ".join(f"{said} [{n}]" for n, (said, _) in enumerate(pairs, 1)),
        statements=[(said, (n,)) for n, (said, _) in enumerate(pairs, 1)],
        citations=[cite(n, quote) for n, (_, quote) in enumerate(pairs, 1)],
    )


def case(
    answer: Answer | str | None,
    *answers: str,
    exact: Sequence[bool] | None = None,
    **question: Any,  # noqa: ANN401  (the other fields of a Question)
) -> Case:
    """A question whose accepted spellings are `answers`, and the answer to it: an Answer, its text, or None.

    Every citation is exact unless `exact` says otherwise.
    """
    given = reply(answer) if isinstance(answer, str) else answer
    all_exact = (True,) * len(given.citations) if given else ()
    return Case(
        Question("q", "A question?", answers, **question),
        Outcome("q", given, exact=all_exact if exact is None else tuple(exact)),
    )


def named(metrics: Sequence[Metric], name: str) -> Metric:
    """The metric of this name."""
    return next(metric for metric in metrics if metric.name == name)
