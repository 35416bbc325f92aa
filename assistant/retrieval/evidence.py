"""Search hits -> the evidence: numbered sentences that an answer may cite, best first, within a budget of tokens."""

import math
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from assistant.answer import Passage
from assistant.language.stems import rarity, stem, words
from assistant.quantities.numbers import numbers
from assistant.query.counting import concepts
from assistant.retrieval.prompt_injection import orders
from vectorstore.articles import Article, Hit
from vectorstore.text.sentences import sentences

EMBEDDED = 48
"""Sentences whose cosine is worth computing: the best by words alone."""

MIN_WORDS, MAX_TOKENS = 4, 200
"""Words and tokens of a sentence: a shorter one is a caption, a longer one a table or a list that fills the budget."""

RERANKED, RELEVANCE = 30, 0.2
"""Sentences that the ranker reorders, and its share of their score: see adapters/MODEL_CARD.md."""

LATE, FIRST_PART = 0.03, 500
"""The weight of a sentence's lateness, subtracted from its score, and its unit in characters: see `lateness`.

News articles begin with what matters most. Follow-ups ask for details, which come later: they have no such penalty.
"""

HEADING_WORDS = 15
"""A line shorter than this that ends without a mark is a heading."""


@dataclass(frozen=True)
class _Sentence:
    article: Article
    start: int
    end: int
    text: str
    coverage: float
    hit: float


def select(
    question: str,
    hits: Sequence[Hit],
    *,
    cosines: Callable[[Sequence[str]], Sequence[float]],
    count: Callable[[str], int],
    budget: int,
    favoured: Collection[str] = (),
    follows: bool = False,
    relevance: Callable[[Sequence[Passage]], Sequence[float]] | None = None,
) -> tuple[Passage, ...]:
    """The sentences of the hits that fit the question best, numbered from 1, at most `budget` tokens in all.

    A sentence scores 0.5 · coverage + 0.3 · cosine + 0.2 · its chunk's score - LATE · lateness (without the last for
    a follow-up, `follows`), clipped to [0, 1]. Coverage is the share of the question's words, weighted by `rarity`,
    that occur in the sentence; a word that occurs only in the headline or in the sentence before counts half. 0.1 is
    added for articles with an id of `favoured` (those of the answer before), 0.05 for a number where one is asked for.
    `cosines` gives the cosine of each text with the question, `count` the tokens of a text. A sentence that occurs in
    several articles counts once. Where `relevance` gives the probability that a sentence answers, the RERANKED best
    are ordered again, with RELEVANCE as its share of the score.
    """
    wanted = {concept: rarity(word) for word in words(question) for concept in concepts(word)}
    pool = sorted(_sentences(hits, wanted), key=lambda s: (-s.coverage, -s.hit, s.article.id, s.start))
    pool = [s for s in pool if count(s.text) <= MAX_TOKENS][:EMBEDDED]
    asks_number = any(word.lower() in ("many", "much", "old", "long") for word in words(question))
    scored = []
    for sentence, cosine in zip(pool, cosines([s.text for s in pool]), strict=True):
        score = 0.5 * sentence.coverage + 0.3 * max(0.0, cosine) + 0.2 * sentence.hit
        score += 0.1 * (sentence.article.id in favoured) + 0.05 * (asks_number and bool(numbers(sentence.text)))
        score -= 0.0 if follows else LATE * lateness(sentence.start)
        scored.append((max(0.0, min(1.0, score)), cosine, sentence))
    scored.sort(key=lambda triple: (-triple[0], triple[2].article.id, triple[2].start))
    passages = [
        Passage(number, s.article, s.start, s.end, s.text, score, s.coverage, cosine)
        for number, (score, cosine, s) in enumerate(scored, 1)
    ]
    return _within(budget, count, _reordered(passages, relevance) if relevance else passages)


def excluded_sentences(passages: Sequence[Passage]) -> int:
    """How many sentences of the passages' articles are left out as instructions to a language model."""
    texts = {passage.article.id: passage.article.text for passage in passages}
    return sum(sum(orders([text[start:end] for start, end in sentences(text)])) for text in texts.values())


def lateness(start: int) -> float:
    """How late in its article a sentence begins, from the character `start`: ln(1 + start / FIRST_PART)."""
    return math.log1p(start / FIRST_PART)


def _reordered(passages: Sequence[Passage], relevance: Callable[[Sequence[Passage]], Sequence[float]]) -> list[Passage]:
    best = passages[:RERANKED]
    moved = [
        replace(p, score=(1 - RELEVANCE) * p.score + RELEVANCE * share)
        for p, share in zip(best, relevance(best), strict=True)
    ]
    return sorted(moved, key=lambda p: (-p.score, p.number))


def _within(budget: int, count: Callable[[str], int], passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """The first passages that have at most `budget` tokens, numbered from 1."""
    kept: list[Passage] = []
    for passage in passages:
        budget -= count(passage.text)
        if budget < 0:
            break
        kept.append(replace(passage, number=len(kept) + 1))
    return tuple(kept)


def _sentences(hits: Sequence[Hit], wanted: Mapping[str, float]) -> Iterable[_Sentence]:
    """The sentences of the hits that can be evidence, each once, with their coverage of the `wanted` words' weights."""
    total = sum(wanted.values()) or 1.0
    seen: set[str] = set()
    spans: dict[str, list[tuple[int, int]]] = {}
    ordering: dict[str, list[bool]] = {}
    for hit in hits:
        article = hit.article
        cut = spans.setdefault(article.id, sentences(article.text))
        if article.id not in ordering:
            ordering[article.id] = orders([article.text[start:end] for start, end in cut])
        title = concepts(article.title)
        for place, (start, end) in enumerate(cut):
            if start < hit.chunk.start or end > hit.chunk.end or ordering[article.id][place]:
                continue
            text = article.text[start:end]
            key = " ".join(map(stem, words(text)))
            if len(words(text)) < MIN_WORDS or key in seen or _is_heading(text) or text.endswith("?"):
                continue
            seen.add(key)
            own = concepts(text)
            near = title | (concepts(article.text[slice(*cut[place - 1])]) if place else frozenset())
            covered = sum(w * (1.0 if s in own else 0.5 if s in near else 0.0) for s, w in wanted.items())
            yield _Sentence(article, start, end, text, covered / total, hit.score)


def _is_heading(text: str) -> bool:
    return "\n" not in text and text[-1] not in ".!?…:;,)\"'”’»" and len(words(text)) < HEADING_WORDS
