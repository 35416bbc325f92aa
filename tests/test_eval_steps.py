"""Calibrating: the threshold that was fitted goes into the user's settings, where it helps."""

from pathlib import Path

import pytest

from assistant.answer import Answer
from assistant.answering.weights import BOTH
from assistant.errors import EvaluationError
from assistant.evaluation.case import Outcome, Question
from assistant.evaluation.run import Run
from ui.commands.eval_steps import fit_threshold
from ui.settings import Settings, load_settings


def a_run(folder: Path, *, right_above: float, count: int = 60) -> Run:
    """Confidences spread over [0, 1); answers are right above a confidence, below it the question has no answer."""
    questions, outcomes = [], []
    for n in range(count):
        confidence = n / count
        answerable = confidence >= right_above
        questions.append(Question(f"q{n}", "How many?", ("12",) if answerable else (), answerable))
        answer = Answer("How many?", "12 were.", False, (), (), (), (), confidence, "m")
        outcomes.append(Outcome(f"q{n}", answer))
    run = Run.begin(folder, {"name": "test"}, questions)
    for outcome in outcomes:
        run.add(outcome)
    return run


@pytest.fixture(autouse=True)
def settings_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    path = tmp_path / "config.toml"
    path.write_text("# mine\ntop_k = 30  # more\n")
    monkeypatch.setenv("DATELINE_CONFIG", str(path))
    return path


def test_a_better_threshold_is_stored_and_used(
    tmp_path: Path, settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit_threshold(a_run(tmp_path / "run", right_above=0.8), Settings())
    assert "calibrated: threshold 0.7" in capsys.readouterr().err
    stored, origins = load_settings({})
    assert 0.78 < (stored.min_confidence or 0) <= 0.8
    assert origins["min_confidence"] == str(settings_file)
    assert "# mine\ntop_k = 30  # more\n" in settings_file.read_text()


def test_a_threshold_that_is_no_better_is_not_stored(
    tmp_path: Path, settings_file: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    fit_threshold(a_run(tmp_path / "run", right_above=BOTH.min_confidence), Settings())
    assert "not calibrated" in capsys.readouterr().err
    assert settings_file.read_text() == "# mine\ntop_k = 30  # more\n"


def test_too_few_questions_are_refused(tmp_path: Path, settings_file: Path) -> None:
    with pytest.raises(EvaluationError, match="30"):
        fit_threshold(a_run(tmp_path / "run", right_above=0.5, count=20), Settings())
    assert settings_file.read_text() == "# mine\ntop_k = 30  # more\n"
