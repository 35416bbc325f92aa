import json
from pathlib import Path

import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.gate import Drop, Gate, check, read_gate
from assistant.evaluation.metric import Metric

METRICS = (
    Metric("correct_and_cited", "citations", each=lambda _: None),
    Metric("correct", "answers", each=lambda _: None),
    Metric("wrong_alone", "answers", each=lambda _: None, better="lower"),
    Metric("words", "answers", each=lambda _: None, better=None, unit="words"),
)
WHOLE = """
reference = "before/metrics.json"
[floors]
correct_and_cited = 0.40
[ceilings]
wrong_alone = 0.05
words = 40
[drops]
correct_and_cited = 0.03
wrong_alone = 0
"""


def a_gate(folder: Path, text: str, **reference: object) -> Gate:
    path = folder / "gate.toml"
    path.write_text(text, encoding="utf-8")
    if reference:
        (folder / "before").mkdir()
        (folder / "before/metrics.json").write_text(json.dumps({"overall": reference}))
    return read_gate(path, METRICS)


def an_estimate(value: float) -> dict[str, object]:
    return {"value": value, "low": 0.0, "high": 1.0, "n": 9, "method": "wilson"}


def test_a_gate_is_read_with_its_reference(tmp_path: Path) -> None:
    gate = a_gate(tmp_path, WHOLE, correct_and_cited=an_estimate(0.41), wrong_alone=an_estimate(0.02))
    assert gate.floors == {"correct_and_cited": 0.4}
    assert gate.ceilings == {"wrong_alone": 0.05, "words": 40.0}
    assert gate.drops == {"correct_and_cited": Drop(0.41, 0.03, False), "wrong_alone": Drop(0.02, 0.0, True)}


def test_dateline_s_own_metrics_are_known(tmp_path: Path) -> None:
    path = tmp_path / "gate.toml"
    path.write_text("[floors]\ncorrect_and_cited = 0.4\n[ceilings]\nover_refusal = 0.3\n")
    assert read_gate(path) == Gate({"correct_and_cited": 0.4}, {"over_refusal": 0.3}, {})


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[floors", r"gate\.toml is no TOML \(.*\): mend it$"),
        ("[flors]\ncorrect = 1", r"the file has an unknown name 'flors': did you mean floors\?$"),
        ("refrence = 'x'", r"the file has an unknown name 'refrence': did you mean reference\?$"),
        ("[floors]\ncorect = 0.4", r"\[floors\] has an unknown name 'corect': did you mean correct\?$"),
        (
            "[drops]\nzzz = 0.4",
            r"\[drops\] has an unknown name 'zzz': expected one of correct_and_cited, correct, wrong_alone, words$",
        ),
        ("[floors]\ncorrect = '0.4'", r"correct under \[floors\] is '0.4', expected a number$"),
        ("[floors]\ncorrect = true", r"correct under \[floors\] is True, expected a number$"),
        ("[ceilings]\ncorrect = nan", r"correct under \[ceilings\] is nan, expected a number$"),
        ("floors = 0.4", r"floors is 0.4, expected a table: write \[floors\]$"),
        ("[drops]\ncorrect = 0.4", r"correct under \[drops\] needs a reference, and no reference is named$"),
        ("[drops]\ncorrect = -0.1", r"correct under \[drops\] is -0.1, expected 0 or more$"),
        ("reference = 3\n[drops]\ncorrect = 0.4", r"reference is 3, expected the path of a metrics\.json$"),
        ("reference = 'no.json'\n[drops]\ncorrect = 0.4", r"can't read .*no\.json \(No such file or directory\)"),
        ("reference = '.'\n[drops]\ncorrect = 0.4", r"can't read .* \(Is a directory\): expected a file of JSON$"),
        ("reference = 'gate.toml'\n[drops]\ncorrect = 0.4", r"gate\.toml is no JSON \(.*\): mend it$"),
        ("", r"gate\.toml limits nothing: expected a metric under \[floors\], \[ceilings\] or \[drops\]$"),
        ("[floors]", r"gate\.toml limits nothing"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(EvaluationError, match=message) as raised:
        a_gate(tmp_path, text)
    assert "\n" not in str(raised.value)


def test_a_gate_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"no\.toml \(No such file or directory\): expected a file of TOML$"):
        read_gate(tmp_path / "no.toml", METRICS)


def test_a_reference_without_the_metric(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"correct_and_cited under .* the reference lacks it$"):
        a_gate(tmp_path, WHOLE, wrong_alone=an_estimate(0.02))


@pytest.mark.parametrize(("content", "message"), [("[]", "holds no object"), ('{"run": {}}', "has no 'overall'")])
def test_a_reference_that_is_no_metrics_json(tmp_path: Path, content: str, message: str) -> None:
    (tmp_path / "r.json").write_text(content)
    with pytest.raises(EvaluationError, match=f"{message}: expected a metrics.json that 'dateline eval' wrote$"):
        a_gate(tmp_path, "reference = 'r.json'\n[drops]\ncorrect = 0.1")


def test_a_metric_of_which_no_way_is_up_can_not_drop(tmp_path: Path) -> None:
    text = "reference = 'before/metrics.json'\n[drops]\nwords = 3"
    with pytest.raises(EvaluationError, match=r"words is neither better nor worse: put it under \[ceilings\]$"):
        a_gate(tmp_path, text, words=20)


def test_floors_and_ceilings() -> None:
    gate = Gate({"correct": 0.4}, {"wrong_alone": 0.05, "total_ms_p95": 4000.0}, {})
    assert check(gate, {"correct": 0.4, "wrong_alone": 0.05, "total_ms_p95": 3999.0}) == ()
    assert check(gate, {"correct": 0.31, "wrong_alone": 0.061, "total_ms_p95": 4321.0}) == (
        "correct is 0.31, the floor is 0.40",
        "wrong_alone is 0.06, the ceiling is 0.05",
        "total_ms_p95 is 4,321.00, the ceiling is 4,000.00",
    )


def test_as_many_decimals_as_tell_the_two_apart() -> None:
    assert check(Gate({"correct": 0.4}, {}, {}), {"correct": 0.3999}) == ("correct is 0.3999, the floor is 0.4000",)


def test_drops() -> None:
    gate = Gate({}, {}, {"correct": Drop(0.41, 0.03, False), "wrong_alone": Drop(0.05, 0.02, True)})
    # 0.41 - 0.38 and 0.07 - 0.05 are a little more than 0.03 and 0.02 in binary; they are allowed.
    assert check(gate, {"correct": 0.38, "wrong_alone": 0.07}) == ()
    assert check(gate, {"correct": 0.9, "wrong_alone": 0.0}) == ()
    assert check(gate, {"correct": 0.36, "wrong_alone": 0.1}) == (
        "correct is 0.36, 0.05 below the reference's 0.41; at most 0.03 is allowed",
        "wrong_alone is 0.10, 0.05 above the reference's 0.05; at most 0.02 is allowed",
    )


def test_what_was_not_measured_fails_and_is_said_once() -> None:
    gate = Gate({"correct": 0.4}, {"wrong_alone": 0.05}, {"correct": Drop(0.41, 0.03, False)})
    assert check(gate, {}) == ("correct was not measured", "wrong_alone was not measured")
