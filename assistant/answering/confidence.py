"""How sure Dateline is that what it would say is right: a number in [0, 1] that decides on warning and refusal."""

import math
from collections.abc import Mapping, Sequence

from assistant.answer import Passage
from assistant.answering.reader import Heard
from assistant.answering.scoring import Finding, is_right_form
from assistant.answering.selection import Choice
from assistant.language.stems import proper, rarity, stem, stems, words
from assistant.query.counting import counted_noun, counts

SURE = 0.5
"""Below it an answer comes with a warning: it is as likely wrong as right."""

WARNING = "Not sure that this answers the question: check the sentences cited."


_SCALED = ("cosine", "best_coverage", "score", "words_in_article")
"""Signals that weigh otherwise the more articles there are: among thousands a likeness is there by chance."""


def confidence(signals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The probability that the first choice is right, 1 / (1 + exp(-Σ weight · signal)); 0.0 without any choice."""
    if len(signals) == 1:
        return 0.0
    return round(1 / (1 + math.exp(-logit(signals, weights))), 3)


def logit(signals: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """Σ weight · signal; a signal without a weight counts nothing."""
    return sum(weights.get(name, 0.0) * value for name, value in signals.items())


def signals(
    query: str,
    choices: Sequence[Choice],
    findings: Sequence[Finding],
    passages: Sequence[Passage],
    articles: int,
    heard: Heard | None = None,
    learned: Sequence[Finding] = (),
) -> dict[str, float]:
    """What tells how sure an answer is, by name; "constant" alone without any choice.

    `choices` and `findings` are those of the rules alone. `articles` is how many were searched, `heard` what the reader
    says, `learned` the findings of all models at work, the likeliest first.
    """
    if not choices:
        return {"constant": 1.0}
    first, thing = choices[0].passage, counted_noun(query)
    found = {
        "coverage": first.coverage,
        "cosine": first.cosine,
        "best_coverage": max(p.coverage for p in passages),
        "best_cosine": max(p.cosine for p in passages),
        "score": max((f.score for f in findings if f.passage.number == first.number), default=0.0) / 10,
        "words": math.log(len(words(query))),
        "uncounted": float(thing is not None and not any(counts(p.text, thing) for p in passages)),
        "right_form": float(any(f.candidate.text == choices[0].answer and is_right_form(query, f) for f in findings)),
        "share": learned[0].share if learned else 0.0,
        **_found(query, first),
        **({"belief": heard.belief} if heard else {}),
    }
    many = math.log10(max(1, articles))
    scaled = {f"{name}*articles": found[name] * many for name in _SCALED}
    return {"constant": 1.0, "articles": many, **found, **scaled}


def _found(query: str, passage: Passage) -> dict[str, float]:
    """The shares of the question's words, by rarity, in the passage's article; of its names also in the passage."""
    article = stems(passage.article.title) | stems(passage.article.text)
    here = stems(passage.article.title) | stems(passage.text)
    asked = {stem(word): rarity(word) for word in words(query) if stems(word)}
    names = {stem(w): rarity(w) for w in proper(query) if stems(w)}
    return {
        "words_in_article": _share(asked, article),
        "has_names": float(bool(names)),
        "names_in_article": _share(names, article),
        "names_in_passage": _share(names, here),
    }


def _share(asked: Mapping[str, float], there: frozenset[str]) -> float:
    total = sum(asked.values())
    return sum(weight for word, weight in asked.items() if word in there) / total if total else 0.0
