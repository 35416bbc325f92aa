"""Calibration metrics: by hand, and against scikit-learn."""

import numpy as np
import pytest

from assistant.answer import Answer
from assistant.evaluation.calibration import METRICS, reliability, risk_coverage
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.metric import Metric

BY_NAME = {metric.name: metric for metric in METRICS}


def answer(confidence: float, right: bool, refused: bool = False) -> Answer:
    return Answer("How many?", "It was 12." if right else "It was 13.", refused, (), (), (), (), confidence, "m")


def case(confidence: float, right: bool, answerable: bool = True) -> Case:
    question = Question("q", "How many?", answers=("12",), answerable=answerable)
    return Case(question, Outcome("q", answer(confidence, right)))


FOUR = [case(0.95, True), case(0.92, False), case(0.3, True), case(0.25, False)]


def value(name: str, cases: list[Case]) -> float | None:
    return BY_NAME[name].value(cases)


def test_the_names_in_order() -> None:
    assert [(metric.name, metric.better) for metric in METRICS] == [
        ("ece", "lower"),
        ("brier", "lower"),
        ("auroc", "higher"),
        ("accuracy_at_50", "higher"),
        ("accuracy_at_70", "higher"),
        ("accuracy_at_90", "higher"),
    ]


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_is_defined_and_silent_without_answers(metric: Metric) -> None:
    assert metric.definition.endswith(".")
    assert metric.definition != Metric.__doc__
    assert metric.value([Case(Question("q", "Who?"), Outcome("q", None))]) is None
    assert metric.value([]) is None


def test_ece_by_hand() -> None:
    # (0.9, 1]: mean confidence 0.935, accuracy 0.5, two answers; (0.2, 0.3]: 0.275, 0.5, two answers.
    assert value("ece", FOUR) == pytest.approx(0.5 * 0.435 + 0.5 * 0.225)
    # 0.3 and 0.31 are in two bins: |1 - 0.3| and |0 - 0.31|, each half.
    assert value("ece", [case(0.3, True), case(0.31, False)]) == pytest.approx(0.505)
    assert value("ece", [case(0.0, False), case(1.0, True)]) == 0


def test_brier_by_hand() -> None:
    assert value("brier", FOUR) == pytest.approx((0.0025 + 0.8464 + 0.49 + 0.0625) / 4)


def test_auroc_by_hand() -> None:
    assert value("auroc", FOUR) == pytest.approx(3 / 4)
    assert value("auroc", [case(0.5, True), case(0.5, False)]) == 0.5
    assert value("auroc", [case(0.5, True), case(0.7, True)]) is None
    assert value("auroc", [case(0.5, False), case(0.7, False)]) is None


@pytest.mark.parametrize("decimals", [1, 3])
def test_auroc_is_that_of_scikit_learn(decimals: int) -> None:
    from sklearn.metrics import roc_auc_score

    random = np.random.default_rng(decimals)
    confidence = random.random(200).round(decimals)
    right = random.random(200) < confidence
    found = value("auroc", [case(float(c), bool(r)) for c, r in zip(confidence, right, strict=True)])
    assert found == pytest.approx(roc_auc_score(right, confidence), abs=1e-12)


def test_accuracy_of_the_most_confident() -> None:
    ten = [case(1 - place / 10, place < 6) for place in range(10)]
    assert value("accuracy_at_50", ten) == 1
    assert value("accuracy_at_70", ten) == pytest.approx(6 / 7)
    assert value("accuracy_at_90", ten) == pytest.approx(6 / 9)
    # Of three, half is two: rounded up.
    assert value("accuracy_at_50", [case(0.9, True), case(0.8, False), case(0.7, True)]) == 0.5


def test_ties_at_the_cut_are_averaged() -> None:
    # Two of four: the right one at 0.9, and one of three at 0.5 of which one is right.
    tied = [case(0.5, False), case(0.9, True), case(0.5, True), case(0.5, False)]
    assert value("accuracy_at_50", tied) == pytest.approx((1 + 1 / 3) / 2)
    assert value("accuracy_at_50", tied[::-1]) == pytest.approx((1 + 1 / 3) / 2)


def test_what_was_held_back_counts_as_given() -> None:
    question = Question("q", "How many?", answers=("12",))
    held_back = Case(question, Outcome("q", answer(0.2, False, refused=True), unrefused=answer(0.2, True)))
    assert value("brier", [held_back]) == pytest.approx(0.64)


def test_to_the_unanswerable_no_answer_is_right() -> None:
    assert value("brier", [case(0.9, True, answerable=False)]) == pytest.approx(0.81)


def test_reliability() -> None:
    low, high = reliability(FOUR)
    assert low == pytest.approx((0.275, 0.5, 2))
    assert high == pytest.approx((0.935, 0.5, 2))
    assert reliability([case(0.0, False), case(0.05, True), case(1.0, True)]) == [(0.025, 0.5, 2), (1.0, 1.0, 1)]
    assert reliability([]) == []


def test_risk_coverage() -> None:
    cases = [case(0.9, True), case(0.5, False), case(0.5, True), case(0.1, False)]
    assert risk_coverage(cases) == [(0.25, 0.0), (0.75, pytest.approx(1 / 3)), (1.0, 0.5)]
    assert risk_coverage([]) == []
