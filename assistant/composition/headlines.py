"""A headline's figure that its own article contradicts: "Dozens Dead" over "at least 12 people killed"."""

from collections.abc import Collection

from assistant.quantities.events import counted_event
from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import Number
from vectorstore.articles import Article
from vectorstore.text.sentences import sentences


def disagreeing(title: str, body_figures: Collection[tuple[Number, str | None]]) -> Number | None:
    """The first figure of the title that counts the same as those of the body and contradicts them all; else None.

    `body_figures` are the body's figures with their events. Two figures count the same if they are of the same event
    or, without an event, of the same noun. They agree if they are equal or the body's bound allows both.
    """
    for number in amounts(title):
        if number.unit:
            continue
        event = counted_event(title, number)
        same = [
            other
            for other, its in body_figures
            if (event and event == its) or (not event and not its and _noun(number, other))
        ]
        if same and not any(_fits(number, other) for other in same):
            return number
    return None


def in_body(article: Article, number: Number) -> bool:
    """Whether some sentence of the article itself gives its title's figure for the same event."""
    event = counted_event(article.title, number)
    for line in article.text.splitlines():
        if line.strip() == article.title.strip():
            continue
        for start, end in sentences(line):
            text = line[start:end]
            same = [n for n in amounts(text) if (n.value, n.bound, n.unit) == (number.value, number.bound, number.unit)]
            if any(counted_event(text, other) == event for other in same):
                return True
    return False


def _noun(number: Number, other: Number) -> bool:
    return any(other.counts(word) for word in (number.counted or "").split())


def _fits(headline: Number, body: Number) -> bool:
    """Whether both can be true as they stand: "more than 10" and 12, "dozens" and 45, but not "dozens" and 12.

    "At least 12" leaves more open, but who writes it counted 12; so it doesn't support "dozens" or 30.
    """
    if headline.value == body.value:
        return True
    if headline.bound in (None, "between"):
        return body.bound in ("about", "nearly") and abs(headline.value - body.value) <= 0.1 * body.value
    if headline.bound in ("up to", "under"):
        return body.value <= headline.value
    if headline.bound in ("about", "nearly"):
        return abs(headline.value - body.value) <= 0.1 * headline.value
    return body.value >= headline.value
