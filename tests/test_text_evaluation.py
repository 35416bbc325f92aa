import re

import pytest

from assistant.answer import Answer
from assistant.evaluation.case import Question
from assistant.evaluation.compare import Comparison, Difference, Flip
from assistant.evaluation.measure import Measured
from assistant.evaluation.metric import Estimate, Metric
from ui.text import evaluation
from ui.text.style import Style

METRICS = (
    Metric("correct_and_cited", "citations", each=lambda _: None),
    Metric("correct", "answers", each=lambda _: None),
    Metric("hit_at_1", "retrieval", each=lambda _: None),
    Metric("bm25_hit_at_1", "retrieval", each=lambda _: None),
    Metric("total_ms_p50", "running", whole=lambda _: None, better=None, unit="ms"),
    Metric("peak_memory_mb", "running", whole=lambda _: None, better=None, unit="MB"),
)


def an_estimate(value: float, low: float, high: float, n: int = 40) -> Estimate:
    return Estimate(value, low, high, n, "bootstrap")


RUN = Measured(
    overall={
        "correct_and_cited": an_estimate(0.412, 0.3, 0.52),
        "correct": an_estimate(0.5, 0.35, 1.0),
        "hit_at_1": an_estimate(0.875, 0.7399, 0.94),
        "bm25_hit_at_1": an_estimate(0.75, 0.6, 0.86),
        "total_ms_p50": an_estimate(2273.4, 1811.0, 2595.0),
        "peak_memory_mb": an_estimate(912.3, 912.3, 912.3, 1),
    },
    by_kind={
        "number": {"correct": an_estimate(0.6, 0, 1, 25), "correct_and_cited": an_estimate(0.52, 0, 1, 25)},
        "unanswerable": {"false_answers": an_estimate(0.1, 0, 1, 10)},
    },
    clustered=True,
    questions=50,
    answerable=40,
)
DIFFERENCE = Difference(
    "correct_and_cited", 0.41, 0.53, 0.12, 0.02, 0.21, 1234, "mcnemar", 0.001, 0.003, True, "share", "A share."
)
SAME = Difference("exact_match", 0.2, 0.2, 0.0, 0.0, 0.0, 100, "mcnemar", 1.0, 1.0, None)
TIMES = Difference("total_ms_p50", 2500.0, 900.0, -1600.0, None, None, 100, None, None, None, None, "ms")


def a_flip(question: str, gained: bool) -> Flip:
    answer = Answer("q?", "It is.", False, (), (), (), (), 0.5, "m", {})
    return Flip(Question("q", question), answer, answer, gained)


def a_comparison(*flips: Flip, unpaired: int = 0) -> Comparison:
    return Comparison((DIFFERENCE, SAME, TIMES), flips, "correct_and_cited", 100, unpaired)


@pytest.mark.parametrize(
    ("value", "unit", "change", "said"),
    [
        (0.4123, "share", False, ".412"),
        (1.0, "share", False, "1.000"),
        (0.9996, "share", False, "1.000"),
        (-0.0762, "share", True, "-.076"),
        (0.0762, "share", True, "+.076"),
        (-0.0001, "share", True, ".000"),
        (-0.425, "points", False, "-.425"),
        (2273.4, "ms", False, "2,273"),
        (912.3, "MB", False, "912"),
        (11.0, "words", False, "11.0"),
        (None, "share", False, "–"),
    ],
)
def test_values(value: float | None, unit: str, change: bool, said: str) -> None:
    assert evaluation.value_text(value, unit, change) == said


def test_a_measured_run() -> None:
    assert (
        evaluation.measured_run(RUN, METRICS)
        == """\
50 questions, 40 of them answerable

Citations                     value          95% interval       n
correct_and_cited              .412          [.300, .520]      40

Answers                       value          95% interval       n
correct                        .500         [.350, 1.000]      40

Search                         ours          95% interval       n   BM25 alone
hit_at_1                       .875          [.740, .940]      40         .750

Time and memory               value          95% interval       n
total_ms_p50                  2,273        [1,811, 2,595]      40
peak_memory_mb                  912                             1

By kind                      n            correct  correct_and_cited      false_answers
number                      25               .600               .520                  –
unanswerable                10                  –                  –               .100

95% intervals by articles; n: how many questions the value is of."""
    )


def test_a_run_of_search_alone_has_its_kinds_too() -> None:
    found = an_estimate(0.875, 0.7, 0.9, 8)
    run = Measured({"hit_at_1": found}, {"number": {"hit_at_1": found}, "who": {"hit_at_1": found}}, False, 16, 16)
    shown = evaluation.measured_run(run, METRICS)
    assert (
        "By kind                      n           hit_at_1\nnumber                       8               .875" in shown
    )
    assert shown.endswith("95% intervals by questions; n: how many questions the value is of.")
    assert "BM25" not in shown


def test_one_kind_alone_is_no_table() -> None:
    found = an_estimate(0.5, 0.4, 0.6)
    assert "By kind" not in evaluation.measured_run(
        Measured({"correct": found}, {"x": {"correct": found}}, True, 9, 9), METRICS
    )


def test_a_comparison() -> None:
    flips = (a_flip("Who won?", True), a_flip("Who lost?", False), a_flip("How\nmany?", True))
    assert (
        evaluation.comparison_of_runs(a_comparison(*flips, unpaired=2), "before", "after")
        == """\
B answers 12 more of 100 answerable questions rightly with a supporting citation; the difference is beyond chance \
(p = 0.003). The other measure tested does not differ beyond chance.

A: before
B: after
100 questions in both, 2 answered in one only and left out

Beyond chance                    A       B    B - A        95% interval       n        p  better
correct_and_cited             .410    .530    +.120      [+.020, +.210]   1,234    0.003  B

The same
exact_match

Not tested                       A       B    B - A        95% interval       n        p  better
total_ms_p50                 2,500     900   -1,600                         100        –  –

A better in correct_and_cited: 1
  Who lost?

B better in correct_and_cited: 2
  Who won?
  How many?"""
    )


def test_many_flips_are_cut_short() -> None:
    shown = evaluation.comparison_of_runs(a_comparison(*[a_flip(f"Who won {n}?", True) for n in range(25)]), "a", "b")
    assert shown.endswith("  Who won 19?\n  and 5 more, in the page")


def test_lines_fit_a_hundred_columns() -> None:
    wide = a_comparison(a_flip("How many? " * 30, True))
    lines = evaluation.comparison_of_runs(wide, "before", "after", Style(width=100)).splitlines()
    lines += evaluation.measured_run(RUN, METRICS).splitlines()
    assert max(map(len, lines)) <= 100
    assert any(line.endswith("…") for line in lines)


def test_a_gate() -> None:
    assert evaluation.gate_result(()) == "gate: every limit is kept"
    assert evaluation.gate_result(("a is 1", "b is 2")) == "gate: 2 limits missed\n  a is 1\n  b is 2"
    assert evaluation.gate_result(("a is 1",)) == "gate: 1 limit missed\n  a is 1"


def test_colour_adds_nothing_but_colour() -> None:
    how = Style(color=True)
    flip = a_flip("Who won?", True)
    pairs = [
        (evaluation.measured_run(RUN, METRICS), evaluation.measured_run(RUN, METRICS, how)),
        (
            evaluation.comparison_of_runs(a_comparison(flip), "a", "b"),
            evaluation.comparison_of_runs(a_comparison(flip), "a", "b", how),
        ),
        (evaluation.gate_result(("x",)), evaluation.gate_result(("x",), how)),
    ]
    for plain, colored in pairs:
        assert "\x1b[1m" in colored
        assert re.sub(r"\x1b\[[012]m", "", colored) == plain


def test_control_characters_are_made_visible() -> None:
    attack = "\x1b]0;owned\x07\x1b[2Jred\x9b31m"
    found = an_estimate(0.5, 0.4, 0.6)
    run = Measured({"correct": found}, {attack: {"correct": found}, "other": {"correct": found}}, True, 9, 9)
    for shown in (
        evaluation.comparison_of_runs(a_comparison(a_flip(attack, True)), attack, attack),
        evaluation.measured_run(run, METRICS),
        evaluation.gate_result((attack,)),
    ):
        assert "red" in shown
        assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f]", shown)
