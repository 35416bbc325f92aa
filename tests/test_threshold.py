"""Fitting the refusal threshold, counted by hand."""

import pytest

from assistant.answer import Answer
from assistant.errors import EvaluationError
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.threshold import fit


def case(number: int, confidence: float, text: str, answerable: bool = True, held_back: bool = False) -> Case:
    question = Question(f"q{number}", "How many?", answers=("12",) if answerable else (), answerable=answerable)
    answer = Answer("How many?", text, False, (), (), (), (), confidence, "m")
    refusal = Answer("How many?", "The articles do not say.", True, (), (), (), (), confidence, "m")
    return Case(question, Outcome(question.id, refusal, unrefused=answer) if held_back else Outcome("q", answer))


def right(count: int, confidence: float, start: int) -> list[Case]:
    return [case(start + n, confidence, "It was 12.") for n in range(count)]


def wrong(count: int, confidence: float, start: int) -> list[Case]:
    return [case(start + n, confidence, "It was 13.") for n in range(count)]


def unanswerable(count: int, confidence: float, start: int, text: str = "It was 13.") -> list[Case]:
    return [case(start + n, confidence, text, answerable=False) for n in range(count)]


def test_between_what_is_right_and_what_has_no_answer() -> None:
    fitted = fit(right(20, 0.8, 0) + unanswerable(20, 0.4, 20), 0.9)
    assert fitted.threshold == pytest.approx(0.6)
    assert (fitted.score, fitted.score_now, fitted.validated) == (1.0, 0.5, 1.0)
    assert (fitted.n, fitted.answerable) == (40, 20)


def test_the_score_at_the_threshold_in_use() -> None:
    cases = right(10, 0.8, 0) + wrong(10, 0.6, 10) + unanswerable(20, 0.4, 20)
    assert fit(cases, 0.0).score_now == pytest.approx((10 - 10 - 20) / 40)
    assert fit(cases, 0.4).score_now == pytest.approx(-20 / 40)  # 0.4 itself is still answered
    assert fit(cases, 0.5).score_now == pytest.approx((10 - 10 + 20) / 40)
    assert fit(cases, 0.8).score_now == pytest.approx((10 + 0 + 20) / 40)
    assert fit(cases, 0.0).threshold == pytest.approx(0.7)


def test_of_equally_good_ones_the_middle_of_the_widest_run() -> None:
    # One right and one wrong at 0.5: to answer them or not is one. Candidates 0.4 and 0.6 are both best.
    cases = right(15, 0.7, 0) + right(1, 0.5, 15) + wrong(1, 0.5, 16) + unanswerable(15, 0.3, 17)
    assert fit(cases, 0.5).threshold == pytest.approx(0.5)
    # Best at 0.2..0.3 and at 0.4..0.9: between them one lost, then one gained.
    runs = unanswerable(15, 0.2, 0) + right(1, 0.3, 15) + wrong(1, 0.4, 16) + right(15, 0.9, 17)
    assert fit(runs, 0.5).threshold == pytest.approx(0.65)


def test_never_and_always_to_refuse() -> None:
    assert fit(right(29, 0.2, 0) + unanswerable(1, 0.9, 29), 0.5).threshold == 0
    always = fit(wrong(20, 0.9, 0) + unanswerable(20, 0.8, 20), 0.5)
    assert (always.threshold, always.score) == (1, 0.5)


def test_no_threshold_refuses_full_confidence() -> None:
    fitted = fit(wrong(20, 1.0, 0) + unanswerable(20, 0.5, 20), 0.5)
    assert (fitted.threshold, fitted.score) == (0.75, 0.0)


def test_an_answer_that_says_it_abstains_does_so_at_any_threshold() -> None:
    silent = "The articles do not say how many were hurt. 13 died [1]."
    cases = right(15, 0.2, 0) + unanswerable(15, 0.8, 15, silent)
    assert (fit(cases, 0.5).threshold, fit(cases, 0.5).score, fit(cases, 0.0).score_now) == (0.0, 1.0, 1.0)


def test_what_was_held_back_counts_as_given() -> None:
    held_back = [case(n, 0.4, "It was 12.", held_back=True) for n in range(15)]
    fitted = fit(held_back + unanswerable(15, 0.2, 15), 0.5)
    assert fitted.threshold == pytest.approx(0.3)
    assert (fitted.score, fitted.score_now) == (1.0, 0.5)


def test_validated_is_on_cases_it_was_not_fitted_on() -> None:
    # Confidence is noise here: what fits these cases does not hold for the others.
    cases = [
        case(n, round((n * 0.618) % 1, 3), "It was 12." if n % 2 else "It was 13.", answerable=bool(n % 3))
        for n in range(60)
    ]
    fitted = fit(cases, 0.5)
    assert fitted.validated < fitted.score
    assert fit(cases, 0.5) == fitted


@pytest.mark.parametrize(
    ("cases", "message"),
    [
        (right(10, 0.5, 0) + unanswerable(19, 0.5, 10), "29 answered questions, expected at least 30"),
        ([], "0 answered questions"),
        (right(30, 0.5, 0), "only answerable questions, expected both kinds"),
        (unanswerable(30, 0.5, 0), "no answerable questions, expected both kinds"),
        ([Case(Question(f"q{n}", "Who?"), Outcome(f"q{n}", None)) for n in range(30)], "0 answered questions"),
    ],
    ids=["too few", "none", "all answerable", "none answerable", "search alone"],
)
def test_what_it_cannot_be_fitted_to(cases: list[Case], message: str) -> None:
    with pytest.raises(EvaluationError, match=message) as raised:
        fit(cases, 0.5)
    assert "\n" not in str(raised.value)
