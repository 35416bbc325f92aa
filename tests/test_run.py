import json
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from assistant.answer import Answer, Citation, Statement
from assistant.errors import EvaluationError
from assistant.evaluation.case import Outcome, Question
from assistant.evaluation.run import Run

FACTS = {"name": "test", "question_set": "abc", "model": "small", "top_k": 24, "min_confidence": None}
QUESTIONS = (
    Question("q1", "How many?", ("12", "twelve"), aliases={"12": ("a dozen",)}, gold=("a1",), evidence=("12 were.",)),
    Question("q2", "Who?", (), answerable=False, unanswerable_kind="far"),
)
ANSWER = Answer(
    question="How many?",
    answer="12 were. [1]",
    refused=False,
    statements=(Statement("12 were.", (1,), "supported"),),
    citations=(Citation(1, "a1", "Title", None, "2025-04-24", None, "/f.txt", "12 were.", 0, 8),),
    figures=(),
    conflicts=(),
    confidence=0.9,
    model="small",
    timings={"total_ms": 12.5},
)
OUTCOME = Outcome("q1", ANSWER, ("a1",), ("a2", "a1"), "12 were.", "\u2028odd", (True,), None, 5, 0.25, 100.0)


@contextmanager
def no_file_over(size: int) -> Iterator[None]:
    """A full disk, as far as this process can tell: no file may grow past `size` bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_questions_and_outcomes_come_back_as_they_were() -> None:
    for question in QUESTIONS:
        assert Question.from_dict(json.loads(json.dumps(question.to_dict()))) == question
    held_back = Outcome("q2", None, unrefused=ANSWER)
    for outcome in (OUTCOME, held_back):
        assert Outcome.from_dict(json.loads(json.dumps(outcome.to_dict()))) == outcome


def test_a_line_of_answers_is_the_answer_object_with_the_questions_id() -> None:
    line = OUTCOME.to_dict()
    assert line["id"] == "q1"
    assert {key: line[key] for key in ANSWER.to_dict()} == ANSWER.to_dict()
    assert set(line) - set(ANSWER.to_dict()) == {"id", "trace"}


def test_a_run_is_gone_on_with(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "one"
    Run.begin(folder, FACTS, QUESTIONS).add(OUTCOME)
    again = Run.begin(folder, FACTS, QUESTIONS)
    assert again.outcomes() == {"q1": OUTCOME}
    again.add(Outcome("q2", None))
    opened = Run.open(folder)
    assert opened.questions == QUESTIONS
    assert opened.facts == FACTS
    assert [case.outcome.id for case in opened.cases()] == ["q1", "q2"]


def test_a_line_cut_short_is_asked_again(tmp_path: Path) -> None:
    run = Run.begin(tmp_path / "run", FACTS, QUESTIONS)
    run.add(OUTCOME)
    with run.answers.open("ab") as file:
        file.write(b'{"id": "q2", "answ')
    assert list(run.outcomes()) == ["q1"]
    run.mend()
    run.add(Outcome("q2", None))
    assert list(run.outcomes()) == ["q1", "q2"]


@pytest.mark.parametrize(
    ("changed", "message"),
    [
        ({"question_set": "xyz"}, "holds a run with another question set (abc, now xyz): choose another folder"),
        ({"model": "large"}, "holds a run with another model (small, now large)"),
    ],
)
def test_a_folder_of_another_run_is_refused(tmp_path: Path, changed: dict[str, str], message: str) -> None:
    Run.begin(tmp_path / "run", FACTS, QUESTIONS)
    with pytest.raises(EvaluationError) as error:
        Run.begin(tmp_path / "run", {**FACTS, **changed}, QUESTIONS)
    assert message in str(error.value)


def test_a_folder_with_something_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("mine")
    with pytest.raises(EvaluationError, match="holds something else than a run"):
        Run.begin(tmp_path, FACTS, QUESTIONS)
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
    with pytest.raises(EvaluationError, match="holds no run"):
        Run.open(tmp_path)


def test_a_damaged_file_is_named(tmp_path: Path) -> None:
    run = Run.begin(tmp_path / "run", FACTS, QUESTIONS)
    run.answers.write_text("not json\n")
    with pytest.raises(EvaluationError, match=r"answers.jsonl is damaged .*: move it away"):
        run.outcomes()
    (tmp_path / "run" / "run.json").write_text("{")
    with pytest.raises(EvaluationError, match=r"run.json can't be read"):
        Run.begin(tmp_path / "run", FACTS, QUESTIONS)


def test_a_disk_that_is_full_costs_no_answer_that_was_there(tmp_path: Path) -> None:
    run = Run.begin(tmp_path / "run", FACTS, QUESTIONS)
    run.add(OUTCOME)
    size = run.answers.stat().st_size
    with no_file_over(size + 100), pytest.raises(EvaluationError) as error:
        run.add(Outcome("q2", ANSWER))
    assert "the answers so far are safe; make room, and the same command goes on" in str(error.value)
    assert run.answers.stat().st_size == size
    run.write("metrics.json", "old")
    with no_file_over(100), pytest.raises(EvaluationError, match="can't write to"):
        run.write("metrics.json", "x" * 1000)
    assert (run.folder / "metrics.json").read_text() == "old"
    run.add(Outcome("q2", ANSWER))
    assert list(run.outcomes()) == ["q1", "q2"]
