"""Questions with the passage that answers them (train.jsonl), of origins whose licences let weights ship."""

from dataclasses import dataclass
from pathlib import Path

from training.json_rows import UNLICENSED, Record, Skipped, read_rows, texts

LICENSED = ("squadshifts/", "squad2-train-part")
"""Origins whose licence (CC BY-SA, CC BY) lets weights made from them ship: all other rows are passed over."""

MAX_PASSAGE, MAX_QUESTION = 20_000, 2_000
"""Characters."""


@dataclass(frozen=True)
class Row:
    """A question, a passage and the words of the passage that answer it, "" where it does not."""

    question: str
    passage: str
    answer: str
    origin: str


def load_rows(path: Path) -> tuple[list[Row], Skipped]:
    """The licensed rows of train.jsonl, each once, and what was skipped. Raises TrainingError as `read_rows`."""
    return read_rows(path, _row)


def _row(record: Record) -> Row | str:
    """The row, or the reason why it can't be used."""
    values = texts(record, "question", "passage", "answer", "origin")
    if isinstance(values, str):
        return values
    row = Row(*values)
    if not row.origin.startswith(LICENSED):
        return UNLICENSED
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
