"""Fits the weights of assistant/weights.py, and says how well they do on unseen questions.

    python -m bench.reading DATA [--work DIR] [--limit N] [--without-ranker]

DATA is the folder of the data sets. Uses the collections that bench.search and bench.eval built in the work folder, and
only the half of each family's questions that is there to tune on. What is measured is measured by five-fold
cross-validation: no question is judged by weights that were fitted on it. Prints the tables to paste.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from numpy.typing import NDArray
from rich.console import Console
from rich.progress import track
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from assistant.answer import Passage
from assistant.assistant import Assistant
from assistant.candidates import Candidate
from assistant.choosing import choose
from assistant.confidence import signals
from assistant.evaluation.matching import places, says
from assistant.followup import standalone
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from assistant.ranker.packaged import find_ranker
from assistant.reading import Finding, features, ranked
from bench.fitting import Listed, listwise
from bench.followups import QUESTIONS
from bench.questions import load, record, tuning
from vectorstore.articles import Filters
from vectorstore.store import Store

CONVERSATIONS = "conversations"
FAMILIES = {"news_rtqa": 1.0, "squad2": 0.6, "conflict_rgb": 0.6, "conflict_ramdocs": 0.6, CONVERSATIONS: 2.0}
"""Families and what a question of each counts: Dateline is for news, asked in one's own words of a few articles."""

REFUSALS = {"news_rtqa": 1.0, CONVERSATIONS: 1.0, "squad2": 0.03, "conflict_rgb": 0.03}
"""What a family counts for the question whether to answer at all."""

FOLDS, SEED = 5, 1
THRESHOLDS = (0.2, 0.25, 0.3, 0.33, 0.36, 0.39, 0.42, 0.45, 0.5)


@dataclass(frozen=True)
class Example:
    """A question with its evidence and what was read in it."""

    family: str
    question: dict[str, Any]
    passages: tuple[Passage, ...]
    spots: Sequence[tuple[Passage, Candidate]]
    listed: Listed
    articles: int


def main() -> None:
    """Gather, fit, measure, print."""
    report(asked_for(__doc__))


def asked_for(description: str | None) -> list[Example]:
    """The examples of all families that the arguments of the command ask for."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    parser.add_argument(
        "--limit", type=int, default=None, metavar="N", help="the first N questions of each family only"
    )
    parser.add_argument("--without-ranker", action="store_true", help="the weights for answers without it")
    arguments = parser.parse_args()
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    examples: list[Example] = []
    with Engine(model) as engine:
        for family in FAMILIES:
            examples += gather(
                family, arguments.data, arguments.work, engine, arguments.limit, ranked=not arguments.without_ranker
            )
    return examples


def gather(
    family: str, data: Path, work: Path, engine: Engine, limit: int | None = None, *, ranked: bool = True
) -> list[Example]:
    """The tuning half of a family, each question with its evidence and features."""
    path = QUESTIONS if family == CONVERSATIONS else data / "dev" / family / "questions.jsonl"
    questions = [q for q in load(path) if tuning(q)][:limit]
    if family == CONVERSATIONS:
        questions = _with_and_without(questions)
    folder = {"news_rtqa": "collection", CONVERSATIONS: f"{CONVERSATIONS}/collection"}.get(family, family)
    store = Store.open(work / folder)
    try:
        ids = {record(article.source): article.id for article in store.library.articles()}
        assistant = Assistant(store, engine, ranker=find_ranker(store.embedder) if ranked else None)
        console = Console(stderr=True)
        return [_example(family, q, assistant, ids) for q in track(questions, family, console=console)]
    finally:
        store.close()


def _with_and_without(questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last questions as they are meant, each also asked of all articles but those that answer it."""
    asked = [{**q, "question": standalone(q["question"], q["history"])} for q in questions]
    return asked + [{**q, "answerable": False, "without": q["gold_article_ids"]} for q in asked if q["answerable"]]


def _example(family: str, question: dict[str, Any], assistant: Assistant, ids: dict[str, str]) -> Example:
    among = tuple(ids[name] for name in question.get("context_article_ids", ()) if name in ids)
    if without := question.get("without"):
        among = tuple(article for name, article in ids.items() if name not in without)
    passages = assistant.evidence(question["question"], Filters(article_ids=among))
    articles = assistant.store.library.count(Filters(article_ids=among))
    spots, rows = features(question["question"], passages, assistant.store.embedder.embed, assistant.ranker)
    gold = {p.number: places(p.text, question["answers"]) for p in passages}
    right = [any(c.start <= start and end <= c.end for start, end in gold[p.number]) for p, c in spots]
    return Example(
        family, question, passages, spots, Listed(rows, np.array(right, dtype=bool), FAMILIES[family]), articles
    )


def folds(many: int) -> list[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """The places to fit on and those held out, fold by fold."""
    return list(KFold(FOLDS, shuffle=True, random_state=SEED).split(np.arange(many)))


def read_unseen(examples: Sequence[Example]) -> list[list[Finding]]:
    """What is read in the evidence of each, the likeliest first, by weights that were fitted without it."""
    findings: list[list[Finding]] = [[] for _ in examples]
    for fitted, held in folds(len(examples)):
        table = listwise([examples[i].listed for i in fitted])
        for i in held:
            findings[i] = ranked(examples[i].spots, examples[i].listed.rows, table)
    return findings


def report(examples: Sequence[Example]) -> None:
    """Print both tables of weights, and what cross-validation says of them."""
    findings = read_unseen(examples)
    print("reading =", _rounded(listwise([example.listed for example in examples])))
    _print_reading(examples, findings)
    rows, right = _signals(examples, findings)
    names = ["constant", *sorted({name for row in rows for name in row} - {"constant"})]
    values = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    sure = np.zeros(len(examples))
    for fitted, held in folds(len(examples)):
        weights = _confidence(values[fitted], [examples[i] for i in fitted], right[fitted])
        sure[held] = 1 / (1 + np.exp(-values[held] @ weights))
    fit = _confidence(values, examples, right)
    print("confidence =", _rounded(dict(zip(names, map(float, fit), strict=True))))
    _print_confidence(examples, sure, right)


def _signals(
    examples: Sequence[Example], findings: Sequence[list[Finding]]
) -> tuple[list[dict[str, float]], NDArray[np.bool_]]:
    rows, right = [], []
    for example, found in zip(examples, findings, strict=True):
        query = example.question["question"]
        choices = choose(query, example.passages, found)
        rows.append(signals(query, choices, found, example.passages, example.articles))
        said = " ".join(choice.text for choice in choices)
        right.append(bool(example.question["answerable"]) and says(said, example.question["answers"]))
    return rows, np.array(right)


def _confidence(
    table: NDArray[np.float64], examples: Sequence[Example], right: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """The weights of the signals: a logistic regression of "answerable", its logit then scaled to predict "right".

    The second step (Platt 1999) keeps the order and makes the number the probability that the answer is right.
    In the first a family's answerable questions weigh as much as its unanswerable ones, so that one threshold
    serves all; the families whose passages are given say little about a collection, and count little.
    """
    family = np.array([example.family for example in examples])
    answerable = np.array([bool(example.question["answerable"]) for example in examples])
    count = np.zeros(len(examples))
    for name, weight in REFUSALS.items():
        for part in (answerable, ~answerable):
            these = (family == name) & part
            count[these] = 100 * weight / max(1, these.sum())
    both = count > 0
    first = LogisticRegression(C=1.0, fit_intercept=False, max_iter=2000)
    first.fit(table[both], answerable[both], sample_weight=count[both])
    logit = (table @ first.coef_[0])[:, None]
    second = LogisticRegression(C=1e6).fit(logit, right, sample_weight=[FAMILIES[name] for name in family])
    weights = first.coef_[0] * second.coef_[0, 0]
    weights[0] += second.intercept_[0]  # the constant
    return np.asarray(weights, dtype=np.float64)


def _print_reading(examples: Sequence[Example], findings: Sequence[list[Finding]]) -> None:
    print("\n| family | answerable | right in the best sentence | right in what is said | words (median) | all given |")
    print("|---|---|---|---|---|---|")
    for family in FAMILIES:
        rows = []
        for example, found in zip(examples, findings, strict=True):
            q = example.question
            if example.family == family and q["answerable"] and example.passages:
                choices = choose(q["question"], example.passages, found)
                said = " ".join(choice.text for choice in choices)
                given = float(np.mean([says(said, [answer]) for answer in q["answers"]]))
                best = says(choices[0].passage.text, q["answers"])
                rows.append((best, says(said, q["answers"]), len(said.split()), given))
        first, all_said, words, all_given = (np.array(column) for column in zip(*rows, strict=True))
        print(
            f"| {family} | {len(rows)} | {first.mean():.3f} | {all_said.mean():.3f} | {np.median(words):.0f} "
            f"| {all_given.mean():.3f} |"
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
