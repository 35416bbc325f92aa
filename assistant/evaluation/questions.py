"""Test sets: JSON lines or a spreadsheet's CSV -> questions. A file with anything wrong in it is refused as a whole."""

import hashlib
import json
import random
from collections.abc import Iterator, Sequence
from pathlib import Path

from assistant.errors import EvaluationError
from assistant.evaluation.case import Question
from assistant.evaluation.fields import Read, WrongError, as_json, from_record, short, wrong
from assistant.evaluation.spreadsheet import csv_rows

_EXPECTED = "expected a test set, a file named .jsonl (JSON lines) or .csv (a spreadsheet)"
_EXAMPLE = 'expected an object like {"id": "q1", "question": "How many?", "answers": ["66", "sixty-six"]}'


def load(path: Path) -> tuple[Question, ...]:
    """The questions of a test set; `gold` and `context` are the articles' names as the file has them.

    Raises EvaluationError that names the first wrong line and says how many more there are.
    """
    questions, wrong = [], []
    places: dict[str, str] = {}
    for place, read in _rows(path):
        if isinstance(read, Question) and read.id in places:
            read = WrongError(f'the id "{read.id}" stands in {places[read.id]} too: expected each id once')
        if isinstance(read, Question):
            places[read.id] = place
            questions.append(read)
        else:
            wrong.append(f"{path}, {place}: {read}")
    if wrong:
        raise EvaluationError(wrong[0] + _more(len(wrong) - 1))
    if not questions:
        raise EvaluationError(f"{path}: no questions in it: expected at least one")
    return tuple(questions)


def sample(questions: Sequence[Question], limit: int | None, seed: int) -> tuple[Question, ...]:
    """`limit` questions (0 or more) drawn by `seed`, in the file's order; all with None or where there are no more."""
    if limit is None or limit >= len(questions):
        return tuple(questions)
    drawn = random.Random(seed).sample(range(len(questions)), limit)
    return tuple(questions[at] for at in sorted(drawn))


def digest(questions: Sequence[Question]) -> str:
    """16 hexadecimal digits of the SHA-256 over the questions, their order with them."""
    content = json.dumps([question.to_dict() for question in questions], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()[:16]


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise EvaluationError(f"no such file: {path}: {_EXPECTED}") from error
    except IsADirectoryError as error:
        raise EvaluationError(f"{path} is a folder: {_EXPECTED}") from error
    except OSError as error:
        raise EvaluationError(f"can't read {path} ({error.strerror}): {_EXPECTED}") from error


def _rows(path: Path) -> Iterator[Read]:
    data = _bytes(path)
    ending = path.suffix.lower()
    if ending not in (".jsonl", ".csv"):
        raise EvaluationError(f"{path} has {ending or 'nothing'} for an ending: {_EXPECTED}")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        how = "in the spreadsheet, save it as 'CSV UTF-8'" if ending == ".csv" else "save it as UTF-8"
        raise EvaluationError(f"{path}, line {line}: not UTF-8: expected UTF-8; {how}") from error
    return _json_lines(text) if ending == ".jsonl" else csv_rows(text)


def _more(count: int) -> str:
    return f" (and {count:,} more {'is' if count == 1 else 'are'} wrong)" if count else ""


def _json_lines(text: str) -> Iterator[Read]:
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield f"line {number}", _from_line(line)
            except WrongError as error:
                yield f"line {number}", error


def _from_line(line: str) -> Question:
    try:
        record = json.loads(line)
        json.dumps(record, ensure_ascii=False).encode()  # half of a surrogate pair is no text
    except json.JSONDecodeError as error:
        raise WrongError(f"not JSON ({error.msg} at column {error.colno}): {_EXAMPLE}") from error
    except (ValueError, RecursionError) as error:
        raise WrongError(f"JSON that can't be read ({short(str(error))}): {_EXAMPLE}") from error
    if not isinstance(record, dict):
        wrong(f"found {as_json(record)}: {_EXAMPLE}")
    if not record.get("question") and any(record.get(name) for name in ("text", "body", "content")):
        wrong("an article and no question: expected a test set here; articles are given with --articles")
    return from_record(record)
