"""Near-duplicates: one sentence of a news agency in the articles of several publishers is one source, not several."""

from collections.abc import Sequence
from itertools import combinations

from assistant.language.stems import stem, stems, words
from assistant.quantities.mentions import amounts

SHINGLE = 3
"""Consecutive words of a shingle."""

ALIKE = 0.6
"""Two sentences with this Jaccard similarity of their shingles are near-duplicates (Broder 1997)."""

CONTAINED, SHORTEST = 0.9, 5
"""So is a sentence with this share of its shingles in a longer one, if it has at least SHORTEST: a shortened copy."""


def groups(texts: Sequence[str]) -> tuple[tuple[int, ...], ...]:
    """Indices of the texts, grouped by near-duplicates, in the order of each group's first text.

    Words are compared by their stems, so that small edits don't count. But one of two near-duplicates must have all
    figures and names of the other: "14 killed" after "12 killed" is news, and so is another winner of the same race.
    """
    shingles = [_shingles(text) for text in texts]
    figures = [{(number.value, number.bound) for number in amounts(text)} for text in texts]
    names = [{stem(word) for word in words(text) if word[0].isupper() and stems(word)} for text in texts]
    head = list(range(len(texts)))
    for one, other in combinations(range(len(texts)), 2):
        same = any(figures[a] <= figures[b] and names[a] <= names[b] for a, b in ((one, other), (other, one)))
        if same and head[one] != head[other] and _alike(shingles[one], shingles[other]):
            joined, gone = sorted((head[one], head[other]))
            head = [joined if place == gone else place for place in head]
    return tuple(tuple(place for place in range(len(texts)) if head[place] == first) for first in sorted(set(head)))


def _shingles(text: str) -> frozenset[tuple[str, ...]]:
    plain = [stem(word) for word in words(text)]
    return frozenset(tuple(plain[at : at + SHINGLE]) for at in range(max(1, len(plain) - SHINGLE + 1)) if plain)


def _alike(one: frozenset[tuple[str, ...]], other: frozenset[tuple[str, ...]]) -> bool:
    if not one or not other:
        return False
    shared, shorter = len(one & other), min(len(one), len(other))
    return shared / len(one | other) >= ALIKE or (shorter >= SHORTEST and shared / shorter >= CONTAINED)
