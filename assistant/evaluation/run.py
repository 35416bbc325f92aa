"""The folder of one evaluation: what was asked of what, the answers so far, and what was measured.

run.json         the facts: question set, collection, model, settings, code
questions.jsonl  the questions, their articles by the collection's own ids
answers.jsonl    an Outcome a line, written as the answers come
metrics.json, report.html
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError
from assistant.evaluation.case import Case, Outcome, Question

Facts = Mapping[str, str | int | float | bool | None]


class Run:
    """One run's folder. A run that was stopped goes on where it stopped: answers are only ever added."""

    def __init__(self, folder: Path, facts: Facts, questions: Sequence[Question]) -> None:
        self.folder = folder
        self.facts = facts
        self.questions = tuple(questions)

    @classmethod
    def begin(cls, folder: Path, facts: Facts, questions: Sequence[Question]) -> "Run":
        """The run of these facts in this folder, new or gone on with.

        EvaluationError for a folder that holds another run, something else, or can't be written to.
        """
        path = folder / "run.json"
        if path.exists():
            before = _read_json(path)
            if differing := [key for key in facts if before.get(key) != facts[key]]:
                key = differing[0]
                raise EvaluationError(
                    f"{folder} holds a run with another {key.replace('_', ' ')} ({before.get(key)}, now {facts[key]}): "
                    "choose another folder with --out"
                )
            return cls(folder, facts, questions)
        if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            raise EvaluationError(f"{folder} holds something else than a run: choose a new folder with --out")
        run = cls(folder, facts, questions)
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise _no_room(folder, error) from error
        run.write("questions.jsonl", "".join(_json_line(question.to_dict()) for question in questions))
        run.write("run.json", json.dumps(dict(facts), ensure_ascii=False, indent=2) + "\n")
        return run

    @classmethod
    def open(cls, folder: Path) -> "Run":
        """The run in a folder; EvaluationError where there is none."""
        if not (folder / "run.json").is_file():
            raise EvaluationError(f"{folder} holds no run: expected a folder that 'dateline eval' wrote")
        questions = [Question.from_dict(data) for data in _read_lines(folder / "questions.jsonl")]
        return cls(folder, _read_json(folder / "run.json"), questions)

    @property
    def answers(self) -> Path:
        """The path of the file of answers."""
        return self.folder / "answers.jsonl"

    def outcomes(self) -> dict[str, Outcome]:
        """What is answered so far, by question id. A last line cut short by a crash is not."""
        if not self.answers.exists():
            return {}
        return {data["id"]: Outcome.from_dict(data) for data in _read_lines(self.answers)}

    def cases(self) -> tuple[Case, ...]:
        """The questions that are answered, in the order of the set."""
        answered = self.outcomes()
        return tuple(Case(question, answered[question.id]) for question in self.questions if question.id in answered)

    def add(self, outcome: Outcome) -> None:
        """Write one answer to the end, all of it or nothing."""
        try:
            # Without a buffer: what it could not write, closing the file would try to write again.
            with self.answers.open("ab", buffering=0) as file:
                end = file.seek(0, os.SEEK_END)
                rest = _json_line(outcome.to_dict()).encode()
                try:
                    while rest:
                        rest = rest[file.write(rest) :]
                except OSError:
                    os.truncate(self.answers, end)
                    raise
        except OSError as error:
            raise _no_room(self.answers, error) from error

    def mend(self) -> None:
        """Remove a last line that was cut short, so that the next answer begins a new line."""
        if not self.answers.exists():
            return
        content = self.answers.read_bytes()
        if content and not content.endswith(b"\n"):
            os.truncate(self.answers, content.rfind(b"\n") + 1)

    def write(self, name: str, text: str) -> Path:
        """Write a file of the folder, whole or not at all; returns its path."""
        path = self.folder / name
        partial = path.with_name(f"{name}.part")
        try:
            partial.write_text(text, encoding="utf-8")
            partial.replace(path)
        except OSError as error:
            partial.unlink(missing_ok=True)
            raise _no_room(path, error) from error
        return path


def _json_line(data: Mapping[str, object]) -> str:
    return json.dumps(data, ensure_ascii=False).replace("\u2028", "\\u2028").replace("\u2029", "\\u2029") + "\n"


def _read_json(path: Path) -> dict[str, str | int | float | bool | None]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path} can't be read ({error}): choose another folder with --out") from error
    if not isinstance(data, dict):
        raise EvaluationError(f"{path} is no object: expected the facts of a run; choose another folder with --out")
    return data


def _read_lines(path: Path) -> list[dict[str, Any]]:
    """The objects of a file that a run wrote; a last line without its end is left out."""
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
        return [json.loads(line) for line in lines]
    except (OSError, ValueError) as error:
        raise EvaluationError(f"{path} is damaged ({error}): move it away and run 'dateline eval' again") from error


def _no_room(path: Path, error: OSError) -> EvaluationError:
    return EvaluationError(
        f"can't write to {path} ({error.strerror or error}): the answers so far are safe; "
        "make room, and the same command goes on where it stopped"
    )
