"""Whether quotes support a statement, by rules: a deterministic substitute for the NLI model of ALCE.

It shares no rule with assistant/verification, which decides what is shown and would judge itself here.
"""

import re
from collections.abc import Iterator, Sequence

from assistant.composition.grounding import grounded
from assistant.language.stems import rarity, stem, stems, words
from assistant.quantities.numbers import numbers
from vectorstore.text.sentences import sentences
from vectorstore.text.words import STOP_WORDS

MIN_SHARE = 0.75
"""Of a statement's words that are neither figures nor names, by rarity: with so many it is supported. Our own."""

_NEGATIONS = frozenset("not no never without neither nor none nobody cannot".split())
_CLAUSE = re.compile(r"[,;:()–—]|\b(?:but|while|although|though|whereas|because|which|who|that|and)\b", re.IGNORECASE)


def supports(statement: str, quotes: Sequence[str], titles: Sequence[str] = ()) -> bool:
    """Whether the quotes, with their titles, support the statement.

    1. Every figure of the statement occurs in them with its value and unit.
    2. Every name occurs in them, up to its ending: a capitalised word that does not begin a sentence. (What begins
       one may be any word: it counts under 3.)
    3. So do its other words that carry meaning, by rarity, for at least `MIN_SHARE` of their weight.
    4. A statement with a negation needs one in the quotes. One without must not have all of its words in a
       quoted sentence that denies them: in which a clause with a negation has one of them.
    """
    if not quotes or not stems(statement):
        return False
    grounded_figures, figures = grounded(statement, (*quotes, *titles))
    if grounded_figures < figures:
        return False
    names, others = _parts(statement)
    known = stems("\n".join((*quotes, *titles)))
    if not {stem(name) for name in names} <= known:
        return False
    weights = {stem(word): rarity(word) for word in others}
    covered = sum(weight for word, weight in weights.items() if word in known)
    return covered >= MIN_SHARE * sum(weights.values()) and _negated_alike(statement, quotes)


def _parts(statement: str) -> tuple[list[str], list[str]]:
    """The statement's names, with what else has a digit that is no figure ("F-16"), and its other words."""
    names: list[str] = []
    others: list[str] = []
    plain = _without_figures(statement)
    openings = {len(words(plain[:start])) for start, _ in sentences(plain)}
    for place, word in enumerate(words(plain)):
        if word.lower() in STOP_WORDS:
            continue
        named = (place not in openings and word[0].isupper()) or any(char.isdigit() for char in word)
        (names if named else others).append(word)
    return names, others


def _without_figures(text: str) -> str:
    """The text with a stop word for each figure, so that what begins the sentence still does."""
    for number in reversed(numbers(text)):
        text = f"{text[: number.start]} some {text[number.end :]}"
    return text


def _negated_alike(statement: str, quotes: Sequence[str]) -> bool:
    if _negated(statement):
        return any(_negated(quote) for quote in quotes)
    claimed = stems(statement)
    covering = [sentence for quote in quotes for sentence in _sentences(quote) if claimed <= stems(sentence)]
    return not covering or not all(_denies(sentence, claimed) for sentence in covering)


def _denies(sentence: str, claimed: frozenset[str]) -> bool:
    """Whether a clause with a negation has one of the claimed stems."""
    return any(_negated(clause) and claimed & stems(clause) for clause in _CLAUSE.split(sentence))


def _negated(text: str) -> bool:
    lowered = [word.lower().replace("’", "'") for word in words(text)]
    return any(word in _NEGATIONS or word.endswith("n't") for word in lowered)


def _sentences(text: str) -> Iterator[str]:
    return (text[start:end] for start, end in sentences(text))
