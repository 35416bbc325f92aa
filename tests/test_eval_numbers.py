import pytest

from assistant.evaluation.case import Case
from assistant.evaluation.numeric import METRICS
from tests.cases import case, cite, cited, named, refusal, reply


def part(name: str, one: Case) -> tuple[float, float] | None:
    each = named(METRICS, name).each
    assert each
    return each(one)


def test_the_metrics_and_their_definitions() -> None:
    assert [(metric.name, metric.group) for metric in METRICS] == [
        ("numeric_accuracy", "numbers"),
        ("numeric_grounding", "numbers"),
    ]
    assert all(40 < len(metric.definition) < 600 for metric in METRICS)


@pytest.mark.parametrize(
    ("text", "answers", "expected"),
    [
        ("It has 1.6 million people [1].", ("1,600,000",), 1.0),
        ("Three died [1].", ("3",), 1.0),
        ("Up 79 percent [1].", ("79%",), 1.0),
        ("Up 5% [1].", ("$5",), 0.0),
        ("1,450 people [1].", ("450",), 0.0),
        ("It has 1.6 billion people [1].", ("1.6 million",), 0.0),
        ("Ten died [12].", ("12",), 0.0),
        ("Six years [1].", ("many", "6 years"), 1.0),
        ("A lot [1].", ("a lot", "many years", "6"), 0.0),
    ],
)
def test_numeric_accuracy(text: str, answers: tuple[str, ...], expected: float) -> None:
    assert part("numeric_accuracy", case(text, *answers)) == (expected, 1)


def test_numeric_accuracy_is_for_figures_alone() -> None:
    name = "numeric_accuracy"
    assert part(name, case("Kyiv.", "Kyiv")) is None
    assert part(name, case("June 29.", "June 29, 1877", "29 June")) is None
    assert part(name, case("12.", "12", all_answers=True)) is None
    assert part(name, case("12.", "12", long_form=True)) is None
    assert part(name, case("12.", "12", answerable=False)) is None
    assert part(name, case(None, "12")) is None
    assert part(name, case("12.")) is None
    assert part(name, case(reply("12", refused=True), "12")) == (0.0, 1)


def test_numeric_grounding() -> None:
    name = "numeric_grounding"
    assert part(name, case(cited(("12 of 13 died.", "Twelve died.")))) == (1, 2)
    assert part(name, case(cited(("12 of 13 died.", "Twelve died.")), answerable=False)) == (1, 2)
    assert part(name, case(cited(("They died.", "Twelve died.")))) is None
    assert part(name, case(refusal(cite(1, "12 died.")))) is None
    assert part(name, case(None)) is None


def test_numeric_grounding_is_over_all_figures() -> None:
    cases = [case(cited(("12 of 13 died.", "Twelve died."))), case(cited(("7, 8 and 9.", "7, 8, 9")))]
    assert named(METRICS, "numeric_grounding").value(cases) == pytest.approx(4 / 5)
