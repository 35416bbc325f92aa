"""The refusal threshold that suits a user's own articles: fitted on questions whose answers are known."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise

from assistant.errors import EvaluationError
from assistant.evaluation.case import Case
from assistant.evaluation.refusals import points

FEWEST_CASES = 30
_FOLDS = 5


@dataclass(frozen=True)
class Fitted:
    """A threshold and its worth: mean scores in [-1, 1], +1 right or rightly refused, 0 refused in vain, -1 wrong.

    `score` is that of `threshold` on the cases it was fitted on, `validated` that on cases it was not fitted on
    (5-fold cross-validation), `score_now` that of the threshold in use. Of `n` cases `answerable` have an answer.
    """

    threshold: float
    score: float
    score_now: float
    validated: float
    n: int
    answerable: int


@dataclass(frozen=True)
class _Choice:
    """What a case is worth if its answer is given and if it is refused."""

    confidence: float
    given: int
    refused: int
    fold: int


def fit(cases: Sequence[Case], now: float) -> Fitted:
    """The threshold with the best mean score, where answers of at least that confidence are given.

    `now` is the threshold in use. An answer that itself begins by saying that the articles do not say it abstains
    at any threshold. Raises EvaluationError for too few cases, and where none or all of them are answerable.
    """
    choices = [choice for case in cases if (choice := _choice(case)) is not None]
    answerable = sum(not choice.refused for choice in choices)
    if len(choices) < FEWEST_CASES:
        raise EvaluationError(
            f"the test set has {len(choices)} answered questions, expected at least {FEWEST_CASES} to fit "
            "a threshold to: add questions"
        )
    if answerable in (0, len(choices)):
        present, missing = ("no", "with") if not answerable else ("only", "without")
        raise EvaluationError(
            f"the test set has {present} answerable questions, expected both kinds to fit a threshold to: "
            f"add questions {missing} an answer in the articles"
        )
    threshold = _best(choices)
    return Fitted(
        threshold=threshold,
        score=_score(choices, threshold),
        score_now=_score(choices, now),
        validated=_validated(choices),
        n=len(choices),
        answerable=answerable,
    )


def _choice(case: Case) -> _Choice | None:
    answer = case.outcome.unrefused or case.outcome.answer
    if answer is None:
        return None
    return _Choice(
        confidence=answer.confidence,
        given=points(replace(case, outcome=replace(case.outcome, answer=answer))),
        refused=int(not case.question.answerable),
        fold=int(hashlib.sha256(case.question.id.encode()).hexdigest(), 16) % _FOLDS,
    )


def _worth(choice: _Choice, threshold: float) -> int:
    return choice.given if choice.confidence >= threshold else choice.refused


def _score(choices: Sequence[_Choice], threshold: float) -> float:
    return sum(_worth(choice, threshold) for choice in choices) / len(choices)


def _best(choices: Sequence[_Choice]) -> float:
    """Of 0, 1 and the middles between neighbouring confidences, the best; of a run of best ones, its middle.

    Of several runs the widest, measured between the confidences where it begins and ends.
    """
    changes: dict[float, int] = {}
    for choice in choices:
        changes[choice.confidence] = changes.get(choice.confidence, 0) + choice.refused - choice.given
    distinct = sorted(changes)
    candidates = [0.0, *((low + high) / 2 for low, high in pairwise(distinct)), 1.0]
    given = sum(choice.given for choice in choices)
    totals = list(accumulate((changes[confidence] for confidence in distinct), initial=given))
    if distinct[-1] == 1:
        # No threshold refuses a confidence of 1: the last candidate does what the one before it does.
        candidates, totals = candidates[:-1], totals[:-1]
    edges, best = [0.0, *distinct, 1.0], max(totals)
    runs: list[list[int]] = []
    for place in (place for place, total in enumerate(totals) if total == best):
        if runs and runs[-1][-1] == place - 1:
            runs[-1].append(place)
        else:
            runs.append([place])
    widest = max(runs, key=lambda run: edges[run[-1] + 1] - edges[run[0]])
    return (candidates[widest[0]] + candidates[widest[-1]]) / 2


def _validated(choices: Sequence[_Choice]) -> float:
    """The mean score of each fold's cases at the threshold fitted on the other folds."""
    total = 0
    for fold in range(_FOLDS):
        others = [choice for choice in choices if choice.fold != fold]
        if len(others) < len(choices):
            threshold = _best(others)
            total += sum(_worth(choice, threshold) for choice in choices if choice.fold == fold)
    return total / len(choices)
