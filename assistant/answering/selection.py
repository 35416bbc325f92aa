"""Findings -> the passages that the answer quotes, and which words of each were asked for."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.answer import Passage
from assistant.answering.scoring import Finding
from assistant.language.stems import stems
from assistant.language.synonyms import lacks_kind
from assistant.query.counting import answers_count, counted_noun, counts, other_count, silence
from assistant.retrieval.near_duplicates import groups

MOST = 5
"""Passages an answer speaks of."""

NEAR_BEST = 0.1
"""Another article's answer is given too if its passage has this share of the best one's weight: bench/choices.py."""

WHOLE = 0.7
"""So is that of a passage that has this share of the question's words: it speaks of the very thing."""

NEAR_COUNT = 0.65
"""Another article's figure is set beside the first if its passage scores this share of the best one's."""

TRUST = 4.0
"""How much a passage's own score counts beside the belief in its candidates: bench/reading.py."""


@dataclass(frozen=True)
class Choice:
    """A passage that the answer quotes, and which of its characters were asked for; `start == end`: none of them."""

    passage: Passage
    start: int = 0
    end: int = 0

    @property
    def answer(self) -> str:
        """The words that were asked for; "" where the passage as a whole is the answer."""
        return self.passage.text[self.start : self.end]


def choose(query: str, passages: Sequence[Passage], findings: Sequence[Finding]) -> list[Choice]:
    """The best choice of each article that has an answer of its own, at most MOST, the likeliest first.

    For a count those are the figures that count the very thing; if no article has one, those that count it in
    another way, so that the reader sees what there is. Copies of one wire text are one article.
    """
    weights = weigh(passages, findings)
    ranked = sorted(passages, key=lambda passage: (-weights[passage.number], passage.number))
    figures = _figures(query, ranked)
    if figures:
        return figures
    best: dict[int, Choice] = {}
    for finding in findings:
        place = (finding.candidate.start, finding.candidate.end)
        best.setdefault(finding.passage.number, Choice(finding.passage, *place))
    chosen: list[Choice] = []
    for passage in _one_of_each(ranked):
        near = not chosen or weights[passage.number] >= NEAR_BEST * weights[ranked[0].number]
        if len(chosen) == MOST or not (near or passage.coverage >= WHOLE):
            continue
        choice = best.get(passage.number, Choice(passage))
        if not chosen or not _repeats(choice, chosen):
            chosen.append(choice)
    return chosen


def weigh(passages: Sequence[Passage], findings: Sequence[Finding]) -> dict[int, float]:
    """By the passage's number: (Σ shares of its candidates + 0.0001) · exp(4 · its score)."""
    belief = dict.fromkeys((passage.number for passage in passages), 1e-4)
    for finding in findings:
        belief[finding.passage.number] += finding.share
    return {passage.number: belief[passage.number] * math.exp(TRUST * passage.score) for passage in passages}


def _figures(query: str, ranked: Sequence[Passage]) -> list[Choice]:
    """The choices for a question that counts something: each article's best figure; none if no passage counts it."""
    thing = counted_noun(query)
    if thing is None:
        return []
    exact = [(passage, found) for passage in ranked if (found := answers_count(query, passage.text))]
    other = [(passage, found) for passage in ranked if (found := counts(passage.text, thing))]
    asked = stems(query)
    figures = {p.number: max(found, key=lambda number: len(stems(number.text) & asked)) for p, found in exact or other}
    counting = _one_of_each([passage for passage, _ in exact or other])
    floor = NEAR_COUNT * max((passage.score for passage in counting), default=0.0)
    kept = [(passage, figures[passage.number]) for passage in counting[:MOST] if passage.score >= floor]
    return [Choice(passage, figure.start, figure.start + len(figure.text)) for passage, figure in kept]


def _one_of_each(ranked: Sequence[Passage]) -> list[Passage]:
    """The best passage of each article, and of each wire text."""
    of_article: dict[str, Passage] = {}
    for passage in ranked:
        of_article.setdefault(passage.article.id, passage)
    kept = list(of_article.values())
    return [kept[group[0]] for group in groups([passage.text for passage in kept])]


def _repeats(choice: Choice, chosen: Sequence[Choice]) -> bool:
    """Whether its answer stands already in what is quoted."""
    said = [stems(other.passage.text) for other in chosen]
    return any(stems(choice.answer) <= there for there in said)


def lead_of(question: str, query: str, choices: Sequence[Choice]) -> str:
    """What stands in front: that no article gives the count asked for, if all that is said counts something else."""
    thing = counted_noun(query)
    sentences = [choice.passage.text for choice in choices]
    other = thing and all(counts(text, thing) and other_count(query, text) for text in sentences)
    unnamed = thing and sentences and all(lacks_kind(question, text) for text in sentences)
    return silence(question) if other or unnamed else ""
