"""Times and memory, counted by hand."""

import pytest

from assistant.answer import Answer
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.metric import Metric
from assistant.evaluation.running import METRICS

BY_NAME = {metric.name: metric for metric in METRICS}


def case(timings: dict[str, float], tokens: int = 0, seconds: float = 0.0, memory: float | None = None) -> Case:
    answer = Answer("Who?", "Ann.", False, (), (), (), (), 0.5, "m", timings)
    outcome = Outcome("q", answer, written_tokens=tokens, writing_seconds=seconds, memory_mb=memory)
    return Case(Question("q", "Who?"), outcome)


CASES = [
    case({"search_ms": 10.0, "first_token_ms": 50.0, "total_ms": 100.0}, 10, 1.0, 300.0),
    case({"search_ms": 20.0, "first_token_ms": 70.0, "total_ms": 200.0}, 30, 1.0, 500.0),
    case({"search_ms": 60.0, "total_ms": 60.0}, memory=400.0),
]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("search_ms_p50", 20),
        ("search_ms_p95", 56),  # 1.9 of two steps: 20 + 0.9 · 40
        ("first_token_ms_p50", 60),  # a refusal has no first token
        ("first_token_ms_p95", 69),
        ("total_ms_p50", 100),
        ("total_ms_p95", 190),
        ("tokens_per_second", 20),
        ("peak_memory_mb", 500),
    ],
)
def test_value(name: str, value: float) -> None:
    assert BY_NAME[name].value(CASES) == pytest.approx(value)


def test_units_and_no_way_up() -> None:
    assert [metric.unit for metric in METRICS] == ["ms"] * 6 + ["tokens/s", "MB"]
    assert {(metric.group, metric.better) for metric in METRICS} == {("running", None)}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_is_defined_and_silent_without_answers(metric: Metric) -> None:
    assert metric.definition.endswith(".")
    assert metric.value([Case(Question("q", "Who?"), Outcome("q", None))]) is None


def test_the_percentiles_are_told_apart() -> None:
    assert "percentile 50" in BY_NAME["total_ms_p50"].definition
    assert "percentile 95" in BY_NAME["total_ms_p95"].definition
