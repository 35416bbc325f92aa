"""Fits the weights of assistant/answering/weights.py, and measures them on unseen questions.

    python -m bench.reading DATA [--work DIR] [--limit N] [--adapter FILE]

DATA is the folder of the data sets. Uses the collections that bench.search and bench.eval built in the work folder, and
only the half of each family's questions that is there to tune on. What is measured is measured by five-fold
cross-validation: no question is judged by weights that were fitted on it; but what the reader heard is weighed upon
the weights as they ship, which were. Prints the tables to paste: with what ranker and reader found in the evidence,
with either, and as if neither had read it.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from assistant.answering.candidates import LEARNED, Form
from assistant.answering.confidence import confidence, logit, signals
from assistant.answering.scoring import Finding, ranked
from assistant.answering.selection import Choice, choose
from assistant.answering.weights import PLAIN, RANKED, upon_rules
from assistant.evaluation.matching import matches
from bench.fitting import NOTHING, listwise
from bench.gathering import CONVERSATIONS, FAMILIES, Example, gather_all
from bench.questions import record

REFUSALS = {"news_rtqa": 1.0, CONVERSATIONS: 1.0, "squad2": 0.03, "conflict_rgb": 0.03}
"""What a family counts for the question whether to answer at all."""

FOLDS, SEED = 5, 1
THRESHOLDS = (0.2, 0.25, 0.3, 0.33, 0.36, 0.39, 0.42, 0.45, 0.5)


WAYS: dict[str, tuple[tuple[Form, ...], Mapping[str, float]]] = {
    "both": ((), RANKED.reading),
    "the ranker": (("heard",), NOTHING),
    "the reader": (("read",), PLAIN.reading),
    "neither": (LEARNED, NOTHING),
}
"""By the models in use: the candidate forms that are left out, and the weights that are kept as they are."""


def main() -> None:
    """Gather, fit, measure, print."""
    examples = gather_all(__doc__)
    reader = any(example.reading for example in examples)
    for title, (forms, upon) in WAYS.items():
        if reader or "heard" in forms:
            print(f"\n## With {title}\n")
            report([example.without(forms) for example in examples], upon)


def folds(many: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The places to fit on and those held out, fold by fold."""
    return list(KFold(FOLDS, shuffle=True, random_state=SEED).split(np.arange(many)))


def read_unseen(examples: Sequence[Example], upon: Mapping[str, float] = NOTHING) -> list[list[Finding]]:
    """The findings of each example, the likeliest first, by weights fitted without it; those of `upon` are kept."""
    findings: list[list[Finding]] = [[] for _ in examples]
    for fitted, held in folds(len(examples)):
        table = {**upon, **listwise([examples[i].listed for i in fitted], upon)}
        for i in held:
            findings[i] = ranked(examples[i].spots, examples[i].listed.rows, table)
    return findings


def report(examples: Sequence[Example], upon: Mapping[str, float]) -> None:
    """Print both tables of weights and their cross-validated results."""
    findings = read_unseen(examples, upon)
    print("reading =", _rounded(listwise([example.listed for example in examples], upon)))
    _print_reading(examples, findings)
    rows = [_signals(example, own) for example, own in zip(examples, findings, strict=True)]
    right = _right(examples, findings)
    sure = np.zeros(len(examples))
    for fitted, held in folds(len(examples)):
        weights = upon_rules(**_confidence([rows[i] for i in fitted], [examples[i] for i in fitted], right[fitted]))
        sure[held] = [confidence(rows[i], weights) for i in held]
    print("confidence = upon_rules of", _rounded(_confidence(rows, examples, right)))
    _print_confidence(examples, sure, right)


def _signals(example: Example, findings: Sequence[Finding]) -> dict[str, float]:
    """The confidence signals: of the choice by rules alone, which decides, of the findings and of the reader."""
    query, ruled = example.question["question"], example.without(LEARNED)
    plain = ranked(ruled.spots, ruled.listed.rows, PLAIN.reading)
    choices = choose(query, example.passages, plain)
    return signals(query, choices, plain, example.passages, example.articles, example.reading, findings)


def _right(examples: Sequence[Example], findings: Sequence[list[Finding]]) -> NDArray[np.bool_]:
    """Whether each example's chosen passages contain a right answer."""
    right = []
    for example, own in zip(examples, findings, strict=True):
        choices = choose(example.question["question"], example.passages, own)
        text = " ".join(choice.passage.text for choice in choices)
        right.append(bool(example.question["answerable"]) and matches(text, example.question["answers"]))
    return np.array(right)


def _confidence(
    rows: Sequence[Mapping[str, float]], examples: Sequence[Example], right: NDArray[np.bool_]
) -> dict[str, float]:
    """What `upon_rules` takes: a logistic regression of "answerable", its logit then scaled to predict "right".

    The signals that the rules know keep their weights to each other. The second step (Platt 1999) keeps the order and
    makes the number the probability that the answer is right. In the first a family's answerable questions weigh as
    much as its unanswerable ones, so that one threshold serves all; the families whose passages are given say little
    about a collection, and count little.
    """
    family = np.array([example.family for example in examples])
    answerable = np.array([bool(example.question["answerable"]) for example in examples])
    count = np.zeros(len(examples))
    for name, weight in REFUSALS.items():
        for part in (answerable, ~answerable):
            these = (family == name) & part
            count[these] = 100 * weight / max(1, these.sum())
    known = PLAIN.confidence
    more = sorted({name for row in rows for name in row} - set(known))
    table = np.array([[logit(row, known), *(row.get(name, 0.0) for name in more)] for row in rows])
    both = count > 0
    first = LogisticRegression(C=1.0, max_iter=2000).fit(table[both], answerable[both], sample_weight=count[both])
    answers = first.decision_function(table)[:, None]
    second = LogisticRegression(C=1e6).fit(answers, right, sample_weight=[FAMILIES[name] for name in family])
    scale, (rules, *others) = float(second.coef_[0, 0]), map(float, first.coef_[0])
    constant = scale * float(first.intercept_[0]) + float(second.intercept_[0])
    fitted = {name: scale * weight for name, weight in zip(more, others, strict=True)}
    return {"scale": scale * rules, "constant": constant, **fitted}


def _print_reading(examples: Sequence[Example], findings: Sequence[list[Finding]]) -> None:
    print(
        "\n| family | answerable | right in the best sentence | right in what is said | and of a gold article "
        "| words (median) | all given |"
    )
    print("|---|---|---|---|---|---|---|")
    for family in FAMILIES:
        rows = []
        for example, own in zip(examples, findings, strict=True):
            q = example.question
            if example.family == family and q["answerable"] and example.passages:
                choices = choose(q["question"], example.passages, own)
                text = " ".join(choice.passage.text for choice in choices)
                given = float(np.mean([matches(text, [answer]) for answer in q["answers"]]))
                best = matches(choices[0].passage.text, q["answers"])
                rows.append((best, matches(text, q["answers"]), _cited(q, choices), len(text.split()), given))
        first, in_all, cited, words, all_given = (np.array(column) for column in zip(*rows, strict=True))
        print(
            f"| {family} | {len(rows)} | {first.mean():.3f} | {in_all.mean():.3f} | {cited.mean():.3f} "
            f"| {np.median(words):.0f} | {all_given.mean():.3f} |"
        )


def _cited(question: dict[str, Any], choices: Sequence[Choice]) -> bool:
    """Whether a statement has a right answer and cites a gold article, where these are known."""
    gold = question.get("gold_article_ids")
    return any(
        matches(choice.passage.text, question["answers"])
        and (not gold or record(choice.passage.article.source) in gold)
        for choice in choices
    )


def _print_confidence(examples: Sequence[Example], sure: NDArray[np.float64], right: NDArray[np.bool_]) -> None:
    print(f"\nAUROC of the confidence for 'right': {roc_auc_score(right, sure):.3f} (cross-validated)\n")
    print("| threshold | " + " | ".join(f"{family}: refused / answered" for family in FAMILIES) + " |")
    print("|---|" + "---|" * len(FAMILIES))
    for threshold in THRESHOLDS:
        cells = []
        for family in FAMILIES:
            kinds = [
                np.array([s for s, e in zip(sure, examples, strict=True) if e.family == family and _kind(e) == kind])
                for kind in ("answerable", "near", "far")
            ]
            refused = f"{(kinds[0] < threshold).mean():.3f}"
            answered = ", ".join(
                f"{kind} {(values >= threshold).mean():.3f}"
                for kind, values in zip(("near", "far"), kinds[1:], strict=True)
                if len(values)
            )
            cells.append(f"{refused} / {answered or '-'}")
        print(f"| {threshold:.2f} | {' | '.join(cells)} |")


def _kind(example: Example) -> str:
    """ "answerable", "far" or "near"; an unanswerable question of no kind is near."""
    if example.question["answerable"]:
        return "answerable"
    return "far" if (example.question.get("unanswerable_kind") or "").endswith("far") else "near"


def _rounded(weights: dict[str, float]) -> str:
    return "{" + ", ".join(f'"{name}": {round(value, 3)}' for name, value in sorted(weights.items())) + "}"


if __name__ == "__main__":
    main()
