"""Refusal metrics over eight answers, counted by hand."""

import pytest

from assistant.answer import Answer
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.metric import Metric
from assistant.evaluation.refusals import METRICS, points

BY_NAME = {metric.name: metric for metric in METRICS}
REFUSED = "The articles do not say."
ANSWERABLE = Question("a", "How many?", answers=("12",))
NEAR = Question("n", "How many?", answerable=False, unanswerable_kind="not_in_corpus_near")
FAR = Question("f", "How many?", answerable=False, unanswerable_kind="far")


def case(question: Question, text: str | None, evidence: str = "") -> Case:
    answer = Answer("How many?", text, text == REFUSED, (), (), (), (), 0.5, "m") if text else None
    return Case(question, Outcome(question.id, answer, evidence=evidence))


CASES = [
    case(ANSWERABLE, "It was 12 [1].", "It was 12."),
    case(ANSWERABLE, "It was 13 [1].", "It was 12."),
    case(ANSWERABLE, REFUSED, "It was 12."),
    case(ANSWERABLE, REFUSED, "It rained."),
    case(ANSWERABLE, "The articles do not say how many were hurt. 12 died [1].", "12 died."),
    case(NEAR, REFUSED),
    case(NEAR, "The articles do not say how many were hurt. 13 died [1]."),
    case(NEAR, "It was 13 [1]."),
    case(FAR, "It was 14 [1]."),
    case(ANSWERABLE, None, "It was 12."),
    case(NEAR, None),
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("refusal_precision", 2 / 4),  # two refused in vain, two rightly; the right abstaining one is left out
        ("refusal_recall", 2 / 4),
        ("refusal_f1", 4 / (4 + 2 + 2)),
        ("over_refusal", 2 / 5),
        ("refused_with_evidence", 1 / 4),
        ("false_answers", 2 / 4),
        ("false_answers_near", 1 / 3),
        ("false_answers_far", 1 / 1),
        ("score", (1 - 1 + 0 + 0 + 1 + 1 + 1 - 1 - 1) / 9),
    ],
)
def test_value(name: str, value: float) -> None:
    assert BY_NAME[name].value(CASES) == pytest.approx(value)


def test_all_are_there_and_their_better_ways() -> None:
    assert [metric.name for metric in METRICS if metric.better == "higher"] == [
        "refusal_precision", "refusal_recall", "refusal_f1", "score",
    ]  # fmt: skip
    assert [metric.name for metric in METRICS if metric.better == "lower"] == [
        "over_refusal", "refused_with_evidence", "false_answers", "false_answers_near", "false_answers_far",
    ]  # fmt: skip
    assert BY_NAME["score"].unit == "points"
    assert {metric.group for metric in METRICS} == {"refusal"}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_is_defined_and_silent_without_answers(metric: Metric) -> None:
    assert metric.definition.endswith(".")
    assert metric.value([case(ANSWERABLE, None), case(NEAR, None), case(FAR, None)]) is None


def test_f1_is_the_harmonic_mean() -> None:
    some = [*CASES, case(FAR, REFUSED), case(FAR, REFUSED), case(ANSWERABLE, REFUSED)]
    precision, recall = (BY_NAME[name].value(some) for name in ("refusal_precision", "refusal_recall"))
    assert (precision, recall) == (pytest.approx(4 / 7), pytest.approx(4 / 6))
    assert BY_NAME["refusal_f1"].value(some) == pytest.approx(8 / 13)


def test_points() -> None:
    assert [points(one) for one in CASES[:9]] == [1, -1, 0, 0, 1, 1, 1, -1, -1]


def test_yes_and_no_are_not_refused_with_evidence() -> None:
    question = Question("y", "Did it?", answers=("yes",))
    assert BY_NAME["refused_with_evidence"].value([case(question, REFUSED, "Yes, it did.")]) is None
    assert BY_NAME["over_refusal"].value([case(question, REFUSED, "Yes, it did.")]) == 1
