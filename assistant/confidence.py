"""How sure Dateline is that what it would say is right: a number in [0, 1] that decides on warning and refusal."""

import math
from collections.abc import Mapping, Sequence

from assistant.answer import Passage
from assistant.choosing import Choice
from assistant.clues import FLOOR
from assistant.counting import counted_thing, counts
from assistant.reader import Heard
from assistant.reading import Finding, is_right_form
from assistant.stems import rarity, stem, stems, words

SURE = 0.5
"""Below it an answer comes with a warning: it is as likely wrong as right."""

WARNING = "Not sure that this answers the question: check the sentences cited."


_SCALED = ("cosine", "best_coverage", "score", "words_in_article")
"""Signals that weigh otherwise the more articles there are: among thousands a likeness is there by chance."""


def confidence(signals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The probability that the first choice is right, 1 / (1 + exp(-Σ weight · signal)); 0.0 without any choice."""
    if len(signals) == 1:
        return 0.0
    logit = sum(weights.get(name, 0.0) * value for name, value in signals.items())
    return round(1 / (1 + math.exp(-logit)), 3)


def signals(
    query: str,
    choices: Sequence[Choice],
    findings: Sequence[Finding],
    passages: Sequence[Passage],
    articles: int,
    heard: Heard | None = None,
) -> dict[str, float]:
    """What tells how sure an answer is, by name; "constant" alone without any choice.

    `articles` is how many were searched, `heard` what the reader says.
    """
    if not choices:
        return {"constant": 1.0}
    first, thing = choices[0].passage, counted_thing(query)
    found = {
        "coverage": first.coverage,
        "cosine": first.cosine,
        "best_coverage": max(p.coverage for p in passages),
        "best_cosine": max(p.cosine for p in passages),
        "score": max((f.score for f in findings if f.passage.number == first.number), default=0.0) / 10,
        "words": math.log(len(words(query))),
        "uncounted": float(thing is not None and not any(counts(p.text, thing) for p in passages)),
        "right_form": float(any(f.candidate.text == choices[0].answer and is_right_form(query, f) for f in findings)),
        **_found(query, first),
        **_heard(choices[0], heard),
    }
    many = math.log10(max(1, articles))
    scaled = {f"{name}*articles": found[name] * many for name in _SCALED}
    return {"constant": 1.0, "articles": many, **found, **scaled}


def _found(query: str, passage: Passage) -> dict[str, float]:
    """The shares of the question's words, by rarity, in the passage's article; of its names also in the passage."""
    article = stems(passage.article.title) | stems(passage.article.text)
    here = stems(passage.article.title) | stems(passage.text)
    asked = {stem(word): rarity(word) for word in words(query) if stems(word)}
    names = {stem(w): rarity(w) for w in words(query)[1:] if stems(w) and (w[0].isupper() or w[0].isdigit())}
    return {
        "words_in_article": _share(asked, article),
        "has_names": float(bool(names)),
        "names_in_article": _share(names, article),
        "names_in_passage": _share(names, here),
    }


def _heard(choice: Choice, heard: Heard | None) -> dict[str, float]:
    """How much rather the reader would say nothing, and whether it says the same."""
    if heard is None:
        return {}
    said, passage = stems(choice.answer), choice.passage
    here = [stems(passage.text[w.start : w.end]) for w in heard.words if w.passage == passage.number]
    return {
        "silence": max(FLOOR, heard.silence) / 4,
        "belief": heard.belief,
        "hears_same": float(any(said & words for words in here)),
        "hears_here": float(bool(here)),
    }


def _share(asked: Mapping[str, float], there: frozenset[str]) -> float:
    total = sum(asked.values())
    return sum(weight for word, weight in asked.items() if word in there) / total if total else 0.0
