"""How many of an answer's figures stand in the words that it cites. Needs no gold answer: daily use shows it too."""

from collections.abc import Iterable, Sequence

from assistant.answer import Answer
from assistant.quantities.numbers import numbers


def grounding(answer: Answer) -> tuple[int, int]:
    """How many figures of the answer's statements stand in what the same statement cites, and how many there are.

    What it cites are the quotes and titles of its citations; the figures of a statement without any are not
    grounded. See `grounded` for when a figure stands in a text.
    """
    cited = {citation.marker: (citation.quote, citation.title) for citation in answer.citations}
    counts = [
        grounded(statement.text, [text for marker in statement.markers for text in cited.get(marker, ())])
        for statement in answer.statements
    ]
    return sum(there for there, _ in counts), sum(said for _, said in counts)


def grounded(text: str, quotes: Sequence[str]) -> tuple[int, int]:
    """How many of the text's figures stand in one of the quotes with the same value and unit, and how many it has.

    Bounds ("over", "at least") and what is counted are not compared: assistant/verification/entailment.py does that.
    """
    there = _amounts(quotes)
    said = _amounts([text])
    return sum(amount in there for amount in said), len(said)


def _amounts(texts: Iterable[str]) -> list[tuple[float, str | None]]:
    return [(number.value, number.unit) for text in texts for number in numbers(text)]
