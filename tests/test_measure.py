"""A whole run measured: 60 questions whose metrics can be counted by hand."""

import json

import pytest

from assistant.answer import Answer
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.intervals import estimate
from assistant.evaluation.measure import ALL, Measured, measure

BY_NAME = {metric.name: metric for metric in ALL}
TIMES = {"search_ms": 5.0, "total_ms": 9.0}


def case(number: int, kind: str, text: str, confidence: float, articles: int, answerable: bool = True) -> Case:
    """A question about one of `articles` articles, which is the first that is found."""
    gold = (f"article {number % articles}",)
    question = Question(f"q{number}", "How many?", ("12",) if answerable else (), answerable, kind, gold)
    answer = Answer("How many?", text, text.startswith("The articles"), (), (), (), (), confidence, "m", TIMES)
    return Case(question, Outcome(question.id, answer, ranking=gold, evidence="It was 12.", memory_mb=number))


def sixty(articles: int = 60) -> list[Case]:
    """20 numbers of which 15 are right, 10 persons that are right, 30 without an answer of which 20 are refused."""
    return [
        *(case(n, "number", "It was 12 [1]." if n < 15 else "It was 13 [1].", 0.9, articles) for n in range(20)),
        *(case(n, "person", "It was 12 [1].", 0.8, articles) for n in range(20, 30)),
        *(case(n, "person", "The articles do not say.", 0.1, articles, False) for n in range(30, 50)),
        *(case(n, "number", "It was 13 [1].", 0.6, articles, False) for n in range(50, 60)),
    ]


@pytest.fixture(scope="module")
def measured() -> Measured:
    return measure(sixty(), resamples=500)


def test_every_metric_has_its_own_name_and_a_definition() -> None:
    assert len(BY_NAME) == len(ALL)
    for metric in ALL:
        assert metric.definition.endswith("."), metric.name
        assert not metric.definition.startswith("What a Metric's"), metric.name
        assert (metric.each is None) != (metric.whole is None), metric.name


def test_the_order_of_the_report() -> None:
    groups = list(dict.fromkeys(metric.group for metric in ALL))
    assert groups == ["citations", "answers", "numbers", "refusal", "retrieval", "calibration", "running"]


def test_overall(measured: Measured) -> None:
    overall = measured.overall
    assert (measured.questions, measured.answerable, measured.clustered) == (60, 30, True)
    assert (overall["refusal_recall"].value, overall["refusal_recall"].n) == (pytest.approx(20 / 30), 30)
    assert (overall["score"].value, overall["score"].n) == (pytest.approx((25 - 5 + 20 - 10) / 60), 60)
    assert (overall["hit_at_1"].value, overall["hit_at_1"].n) == (1, 30)
    assert (overall["peak_memory_mb"].value, overall["peak_memory_mb"].low) == (59, 59)
    assert overall["total_ms_p95"].value == 9
    assert overall["auroc"].value == pytest.approx((15 * (30 + 5 / 2) + 10 * 30) / (25 * 35))


def test_what_says_nothing_is_left_out(measured: Measured) -> None:
    assert "first_token_ms_p50" not in measured.overall
    assert "tokens_per_second" not in measured.overall
    assert "false_answers_near" not in measured.overall
    assert set(measured.overall) <= set(BY_NAME)


def test_by_kind(measured: Measured) -> None:
    assert list(measured.by_kind) == ["number", "person", "unanswerable"]
    assert measured.by_kind["number"]["score"].value == pytest.approx((15 - 5) / 20)
    assert measured.by_kind["person"]["score"].value == 1
    assert measured.by_kind["unanswerable"]["score"].value == pytest.approx((20 - 10) / 30)
    assert "hit_at_1" not in measured.by_kind["unanswerable"]
    assert measured.by_kind["number"]["hit_at_1"].n == 20
    shown = {name for found in measured.by_kind.values() for name in found}
    assert {BY_NAME[name].group for name in shown} <= {"citations", "answers", "numbers", "refusal", "retrieval"}
    assert {name for name in shown if BY_NAME[name].group == "retrieval"} == {
        "hit_at_1", "mrr_at_10", "answer_in_evidence",
    }  # fmt: skip


def test_it_is_what_estimate_says(measured: Measured) -> None:
    for name in ("score", "refusal_recall", "ece", "brier"):
        assert measured.overall[name] == estimate(BY_NAME[name], sixty(), 0, 500)


def test_by_kind_it_is_what_estimate_says_of_that_kind() -> None:
    cases = sixty()
    some = [one for one in cases if not one.question.answerable]
    found = measure(cases, seed=3, resamples=2_001)
    assert found.by_kind["unanswerable"]["score"] == estimate(BY_NAME["score"], some, 3, 2_001)
    assert found.overall["score"] == estimate(BY_NAME["score"], cases, 3, 2_001)


def test_few_articles_are_told() -> None:
    assert not measure(sixty(articles=9), resamples=50).clustered
    assert measure(sixty(articles=10), resamples=50).clustered


def test_there_and_back_by_json(measured: Measured) -> None:
    data = json.loads(json.dumps(measured.to_dict()))
    assert Measured.from_dict(data) == measured
    assert set(data["overall"]["score"]) == {"value", "low", "high", "n", "method"}
    with pytest.raises(KeyError):
        Measured.from_dict({"overall": {}})
    with pytest.raises(TypeError):
        Measured.from_dict({**data, "overall": {"score": {"worth": 1}}})


def test_progress_and_the_same_again(measured: Measured) -> None:
    told: list[tuple[int, int]] = []
    assert measure(sixty(), resamples=500, progress=lambda done, total: told.append((done, total))) == measured
    assert told == [(done, len(ALL)) for done in range(len(ALL) + 1)]


def test_search_alone_says_something_of_search_alone() -> None:
    cases = [Case(one.question, Outcome(one.question.id, None, ranking=one.outcome.ranking)) for one in sixty()]
    found = measure(cases, resamples=50)
    assert {BY_NAME[name].group for name in found.overall} == {"retrieval"}


def test_no_questions() -> None:
    assert measure([]) == Measured({}, {}, False, 0, 0)
