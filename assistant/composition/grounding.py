"""Grounding: how many of an answer's figures occur in the quotes that it cites. Needs no gold answer."""

from collections.abc import Iterable, Sequence

from assistant.answer import Answer
from assistant.quantities.numbers import numbers


def grounding(answer: Answer) -> tuple[int, int]:
    """(grounded, all): how many figures of the answer's statements occur in what the same statement cites, of how many.

    A statement cites the quotes and titles of its citations; without citations its figures are not grounded. See
    `grounded` for when a figure occurs in a text.
    """
    cited = {citation.marker: (citation.quote, citation.title) for citation in answer.citations}
    counts = [
        grounded(statement.text, [text for marker in statement.markers for text in cited.get(marker, ())])
        for statement in answer.statements
    ]
    return sum(grounded for grounded, _ in counts), sum(figures for _, figures in counts)


def grounded(text: str, quotes: Sequence[str]) -> tuple[int, int]:
    """(grounded, all): how many figures of the text occur in a quote with the same value and unit, of how many.

    Bounds ("over", "at least") and what is counted are not compared: assistant/verification/entailment.py does that.
    """
    quoted = _amounts(quotes)
    amounts = _amounts([text])
    return sum(amount in quoted for amount in amounts), len(amounts)


def _amounts(texts: Iterable[str]) -> list[tuple[float, str | None]]:
    return [(number.value, number.unit) for text in texts for number in numbers(text)]
