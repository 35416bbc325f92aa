"""Questions with the one sentence that answers them (qa_sentences.jsonl)."""

from dataclasses import dataclass
from pathlib import Path

from training.json_rows import UNLICENSED, Record, Skipped, read_rows, texts

LICENSED = frozenset("qamr qanom qasrl_gold qadiscourse nqg_squad reqa_squad selqa qed".split())
"""Origins whose licence (CC BY, CC BY-SA, MIT, Apache-2.0) lets weights made from them ship."""

MAX_SENTENCE, MAX_QUESTION = 4_000, 2_000
"""Characters."""

DOCUMENT = 3
"""The first fields of an `id` name a document, the others a place in it: "Wiki1k:wikinews:1361108:2:2"."""


@dataclass(frozen=True)
class SentenceRow:
    """A question and the sentence that answers it.

    `answers` are the words of the sentence that answer, as several people marked them; empty where their answer is in
    words of their own. `document` names the text that the sentence is of ("" where it is not known), `place` orders the
    sentences of one document, and `others` are sentences that do not answer.
    """

    question: str
    sentence: str
    answers: tuple[str, ...]
    origin: str
    document: str = ""
    place: tuple[int, ...] = ()
    others: tuple[str, ...] = ()


def load_sentences(path: Path) -> tuple[list[SentenceRow], Skipped]:
    """The licensed rows of a file, each once, and what was skipped. Raises TrainingError as `read_rows`."""
    return read_rows(path, _row)


def _row(record: Record) -> SentenceRow | str:
    """The row, or the reason why it can't be used."""
    values = texts(record, "question", "sentence", "origin")
    if isinstance(values, str):
        return values
    question, sentence, origin = values
    if origin not in LICENSED:
        return UNLICENSED
    if not question.strip() or not sentence.strip():
        return "no question or no sentence"
    if len(sentence) > MAX_SENTENCE or len(question) > MAX_QUESTION:
        return f"a sentence over {MAX_SENTENCE:,} or a question over {MAX_QUESTION:,} characters"
    answers, others = _texts_of(record.get("answers", [])), _texts_of(record.get("others", []))
    if answers is None or others is None:
        return "answers and others must be lists of texts"
    document, place = _origin_of(record.get("id"))
    inside = tuple(answer for answer in answers if answer.strip() and answer in sentence)
    return SentenceRow(question, sentence, inside, origin, document, place, others)


def _texts_of(values: object) -> tuple[str, ...] | None:
    """The values as a tuple; None where they are no list of texts."""
    if not isinstance(values, list):
        return None
    numbered = {str(number): value for number, value in enumerate(values)}
    checked = texts(numbered, *numbered)
    return None if isinstance(checked, str) else tuple(checked)


def _origin_of(name: object) -> tuple[str, tuple[int, ...]]:
    """The document and the place in it that an `id` names; ("", ()) where there is none."""
    if not isinstance(name, str):
        return "", ()
    fields = name.split(":")
    place = tuple(int(field) if field.isdecimal() and len(field) < 10 else 0 for field in fields[DOCUMENT:])
    return (":".join(fields[:DOCUMENT]), place) if place else ("", ())
