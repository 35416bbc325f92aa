"""The rows to train on: questions with their passages, from origins whose licences allow weights to be shipped."""

import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from training.errors import TrainingError

LICENSED = ("squadshifts/", "squad2-train-part")
"""Origins whose licence (CC BY-SA, CC BY) lets weights made from them ship: all other rows are passed over."""

MAX_PASSAGE, MAX_QUESTION = 20_000, 2_000
"""Characters."""

SHOWN = 5
"""Line numbers shown for the rows skipped for one reason, at most."""

_HALF = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Row:
    """A question, a passage and the words of the passage that answer it, "" where it does not."""

    question: str
    passage: str
    answer: str
    origin: str


@dataclass
class Skipped:
    """Rows that were not taken: the numbers of their lines by reason."""

    reasons: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __str__(self) -> str:
        """One line a reason: "3 rows skipped: the answer is not in the passage (lines 4, 9, 12)"."""
        return "\n".join(_summary(reason, lines) for reason, lines in self.reasons.items())


def load_rows(path: Path) -> tuple[list[Row], Skipped]:
    """The licensed rows of a file of JSON lines (gzip or plain), each once, and what was skipped.

    Raises TrainingError when the file can't be read to its end or has no row to train on.
    """
    rows: dict[Row, None] = {}
    skipped = Skipped()
    number = 0
    try:
        for number, line in _lines(path):
            row = _row(line)
            if isinstance(row, Row) and row in rows:
                row = "the same as an earlier one"
            if isinstance(row, str):
                skipped.reasons[row].append(number)
            else:
                rows[row] = None
    except FileNotFoundError as error:
        raise TrainingError(f"There is no {path}. Name the folder of the data sets, which has it.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise TrainingError(f"{path} can't be read behind line {number} ({error}). Get it anew.") from error
    if not rows:
        reason = str(skipped).splitlines()[0] if skipped.reasons else "it is empty"
        raise TrainingError(f"{path} has no row to train on ({reason}). Expected JSON objects, one a line.")
    return list(rows), skipped


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, 1):
            yield number, line.decode("utf-8", "replace")


def _row(line: str) -> Row | str:
    """The row, or the reason why it can't be used."""
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON"
    names = ("question", "passage", "answer", "origin")
    texts = [record[name] for name in names if isinstance(record, dict) and isinstance(record.get(name), str)]
    if len(texts) < len(names):
        return "question, passage, answer and origin must be texts"
    if any(map(_HALF.search, texts)):
        return "half a character (a lone surrogate)"
    row = Row(*texts)
    if not row.origin.startswith(LICENSED):
        return "its origin's licence does not let weights ship"
    if not row.question.strip() or not row.passage.strip():
        return "no question or no passage"
    if row.answer and not row.answer.strip():
        return "an answer of white space"
    if len(row.passage) > MAX_PASSAGE or len(row.question) > MAX_QUESTION:
        return f"a passage over {MAX_PASSAGE:,} or a question over {MAX_QUESTION:,} characters"
    if row.answer not in row.passage:
        return "the answer is not in the passage"
    if bool(record.get("answerable", bool(row.answer))) != bool(row.answer):
        return "answerable, and no answer, or the other way round"
    return row


def _summary(reason: str, lines: list[int]) -> str:
    rows, line = ("row", "line") if len(lines) == 1 else ("rows", "lines")
    first = ", ".join(map(str, lines[:SHOWN])) + ", …" * (len(lines) > SHOWN)
    return f"{len(lines):,} {rows} skipped: {reason} ({line} {first})"
