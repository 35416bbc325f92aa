"""Evidence -> what in it answers the question: every candidate with its share, by a linear model that can be read.

score = Σ weight · feature over the table of weights.py; share = softmax of the scores over all candidates of
the question. The weights maximise the likelihood of the right candidates (a listwise loss: Cao et al. 2007, "Learning
to Rank: From Pairwise Approach to Listwise Approach") on questions set aside for it: see bench/reading.py.
"""

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev
from typing import TYPE_CHECKING

from assistant.answer import Passage
from assistant.answering.candidates import LEARNED, Candidate, Form, candidates
from assistant.answering.model_features import Clues
from assistant.answering.weights import PLAIN
from assistant.language.stems import rarity, stem, stems, words
from assistant.query.answer_type import NUMERIC, Kind, focus, kind
from assistant.query.counting import answers_count, counted_noun, counts
from assistant.retrieval.evidence import lateness
from vectorstore.text.normalization import LETTERS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]

NONE = Clues()

READ = 8
"""Passages, the best by score: those behind hold the answer alone in 1 of 50 questions, and take as long to read."""

FAR = 15
"""Words: a word of the question further away tells nothing more."""

_FORMS: dict[Kind, tuple[Form, ...]] = {
    **dict.fromkeys(NUMERIC, ("number",)),
    "date": ("date",),
    "place": ("name",),
    "person": ("name",),
    "name": ("name", "quote"),
    "quote": ("quote",),
    "words": ("phrase",),
}
"""The forms of candidate that a kind of question asks for."""

_PLAIN: frozenset[Kind] = NUMERIC | {"date", "place", "person"}
"""The kinds that a mere run of words does not answer."""

_AGE = re.compile(r"\b(?:years?|months?|weeks?|days?)[\s-]old\b", re.IGNORECASE)
_AGED = re.compile(r"\b(?:aged?|turn(?:ed|s)?)\s+$", re.IGNORECASE)
_TIME = re.compile(
    r"\b(?:years?|months?|weeks?|days?|hours?|minutes?|seconds?|decades?|centur(?:y|ies))\b", re.IGNORECASE
)
_MONEY = re.compile(r"[$£€¥]|\b(?:dollars?|euros?|pounds?|yen|cents)\b", re.IGNORECASE)
_PERCENT = re.compile(r"%|\bper\s?cent\b", re.IGNORECASE)
_IN_FRONT_OF_PLACE = re.compile(r"\b(?:in|at|from|of|to|near)\s+(?:the\s+)?$")
_ACTS = re.compile(r"\s+(?:said|says|told|was|is|has|had|won)\b")
_POSSESSED = re.compile(r"[’']s\b")
_WORD = re.compile(rf"{LETTERS}(?:[.'’]{LETTERS})*")


@dataclass(frozen=True)
class Finding:
    """A candidate in a passage, its `score`, and `share` in [0, 1]: how much of all belief is in it."""

    passage: Passage
    candidate: Candidate
    share: float
    score: float


def read(
    question: str, passages: Sequence[Passage], embed: "Embed", clues: Clues, weights: Mapping[str, float]
) -> tuple[list[Finding], list[Finding]]:
    """The candidates of the passages, the likeliest first: by `weights` with the clues, and as if there were none.

    `embed` gives unit vectors, shape (texts, dimensions). What to say is read with the clues; whether to say anything
    is decided without the ranker's: it learnt where an answer stands, not that there is none.
    """
    spots, rows = features(question, passages, embed, clues)
    found = ranked(spots, rows, weights)
    if not clues:
        return found, found
    by_rules = [place for place, (_, candidate) in enumerate(spots) if candidate.form not in LEARNED]
    return found, ranked([spots[i] for i in by_rules], [rows[i] for i in by_rules], PLAIN.reading)


def ranked(
    spots: Sequence[tuple[Passage, Candidate]], rows: Sequence[Mapping[str, float]], weights: Mapping[str, float]
) -> list[Finding]:
    """The candidates by their scores, the likeliest first."""
    scores = [sum(weights.get(name, 0.0) * value for name, value in row.items()) for row in rows]
    top = max(scores, default=0.0)
    raised = [math.exp(score - top) for score in scores]
    total = sum(raised)
    found = [Finding(p, c, value / total, score) for (p, c), value, score in zip(spots, raised, scores, strict=True)]
    return sorted(found, key=lambda finding: (-finding.share, finding.passage.number, finding.candidate.start))


def features(
    question: str, passages: Sequence[Passage], embed: "Embed", clues: Clues = NONE
) -> tuple[list[tuple[Passage, Candidate]], list[dict[str, float]]]:
    """Every candidate of the passages and, by name, what tells whether it is the answer."""
    asked = _Asked(question)
    places = [(p, c) for p in passages[:READ] for c in _candidates(question, p, clues)]
    if asked.kind in _PLAIN and any(c.form in _FORMS[asked.kind] for _, c in places):
        places = [(p, c) for p, c in places if c.form != "phrase"]
    if not places:
        return [], []
    texts = sorted({c.text for _, c in places})
    vectors = embed([*texts, asked.focus or question, question])
    to_focus = dict(zip(texts, (vectors[:-2] @ vectors[-2]).tolist(), strict=True))
    to_question = dict(zip(texts, (vectors[:-2] @ vectors[-1]).tolist(), strict=True))
    said = {p.number: f" {' '.join(stem(w) for w in words(p.text))} " for p in passages}
    near = [asked.nearness(p.text, c) for p, c in places]
    total = sum(p.score for p in passages) or 1.0
    rows = []
    for (p, c), (distance, proximity) in zip(places, near, strict=True):
        elsewhere = sum(other.score for other in passages if f" {c.key} " in said[other.number])
        rows.append(
            {
                "sentence": 4 * p.score,
                "lateness": lateness(p.start),
                "coverage": 4 * p.coverage,
                "cosine": 4 * p.cosine,
                "likeness_to_focus": 3 * to_focus[c.text],
                "likeness_to_question": to_question[c.text],
                "proximity": proximity,
                "distance": math.log1p(distance),
                "said_elsewhere": 3 * elsewhere / total,
                "in_headline": len(stems(c.text) & stems(p.article.title)) / max(1, len(stems(c.text))),
                "repeats_question": len(stems(c.text) & asked.stems) / max(1, len(stems(c.text))),
                "words": min(6, len(c.text.split())) / 3,
                "begins_sentence": float(c.start <= 1),
                "acts": float(bool(_ACTS.match(p.text[c.end :]))),
                "owns": float(bool(_POSSESSED.match(p.text[c.end :]))),
                f"form_{c.form}": 1.0,
                **asked.fits(p.text, c),
                **clues.features(p, c),
            }
        )
    for name in ("likeness_to_focus", "likeness_to_question", "proximity"):
        _standardise(rows, name, [c.form not in LEARNED for _, c in places])
    return places, rows


def _candidates(question: str, passage: Passage, clues: Clues) -> list[Candidate]:
    """What the rules find in a passage, and then what else the clues do."""
    found = {(candidate.start, candidate.end): candidate for candidate in candidates(passage.text, question)}
    for own in clues.candidates(question, passage):
        found.setdefault((own.start, own.end), own)
    return list(found.values())


def is_right_form(question: str, finding: Finding) -> bool:
    """Whether what was found has the form that the question asks for: a number, a date, a name ..."""
    return finding.candidate.form in _FORMS[kind(question)]


def _standardise(rows: Sequence[dict[str, float]], name: str, ruled: Sequence[bool]) -> None:
    """Adds the feature's z-score among the candidates that rules found; all of them where rules found none."""
    values = [row[name] for row, by_rule in zip(rows, ruled, strict=True) if by_rule or not any(ruled)]
    mean, deviation = fmean(values), pstdev(values) or 1.0
    for row in rows:
        row[f"{name}_z"] = (row[name] - mean) / deviation


class _Asked:
    """What of the question every candidate is compared with."""

    def __init__(self, question: str) -> None:
        self.question, self.stems = question, stems(question)
        self.kind: Kind = kind(question)
        self.focus = focus(question)
        self.thing = counted_noun(question)
        self._counted: dict[str, frozenset[int]] = {}
        self.weights = {stem(w): rarity(w) for w in words(question) if stem(w) in self.stems}

    def nearness(self, sentence: str, candidate: Candidate) -> tuple[int, float]:
        """The distance in words to the nearest word of the question, and how near all of them are, by rarity."""
        spots = [(m.start(), m.end(), stem(m[0])) for m in _WORD.finditer(sentence)]
        first = next((i for i, (_, end, _) in enumerate(spots) if end > candidate.start), 0)
        last = max((i for i, (start, _, _) in enumerate(spots) if start < candidate.end), default=0)
        nearest, best = FAR, dict.fromkeys(self.weights, 0.0)
        for at, (_, _, word) in enumerate(spots):
            if word in best and not first <= at <= last:
                distance = first - at if at < first else at - last
                nearest = min(nearest, distance)
                best[word] = max(best[word], self.weights[word] / (1 + distance / 4))
        return nearest, sum(best.values()) / (sum(self.weights.values()) or 1.0)

    def counted(self, sentence: str) -> frozenset[int]:
        """Where the figures of a sentence begin that give the very count asked for."""
        if sentence not in self._counted:
            self._counted[sentence] = frozenset(n.start for n in answers_count(self.question, sentence))
        return self._counted[sentence]

    def fits(self, sentence: str, candidate: Candidate) -> dict[str, float]:
        """Whether the candidate has the form that the kind of question asks for."""
        text, form, wanted = candidate.text, candidate.form, self.kind
        before, behind = sentence[: candidate.start], sentence[candidate.end :]
        fits: dict[str, float] = {}
        if form in _FORMS[wanted]:
            fits[f"right_{'number' if wanted in NUMERIC else wanted}"] = 1.0
        elif form == "phrase":
            fits["phrase_instead"] = 1.0
        if wanted in NUMERIC and form == "number":
            old = bool(_AGE.search(text) or _AGED.search(before))
            right = {
                "age": old,
                "duration": bool(_TIME.search(text)) and not old,
                "money": bool(_MONEY.search(text)),
                "percent": bool(_PERCENT.search(text)),
                "count": bool(self.thing and counts(text, self.thing)),
            }
            fits["right_unit"] = float(right[wanted])
            if wanted == "count":
                fits["very_count"] = float(candidate.start in self.counted(sentence))
        if wanted == "person" and form == "name":
            fits["full_name"] = float(2 <= len(text.split()) <= 4)
        if wanted == "place":
            fits["behind_in"] = float(bool(_IN_FRONT_OF_PLACE.search(before)))
        if wanted == "quote":
            fits["said_of"] = float(behind[:1] in '”"')
        return fits
