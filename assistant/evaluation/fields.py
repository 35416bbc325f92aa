"""The fields of one question, checked: a record of JSON or a spreadsheet's row -> Question."""

import json
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from assistant.evaluation.case import Question


class WrongError(ValueError):
    """What is wrong with one line, in words."""


Read = tuple[str, Question | WrongError]
"""The place in the file ("line 7", "row 7"), and the question or what is wrong with it."""


def from_record(record: Mapping[str, Any]) -> Question:
    """A question from the fields of JSON lines; null is as good as no field."""
    answers, answerable = _texts(record, "answers"), _flag(record, "answerable", True)
    if answerable and not answers:
        wrong('no "answers": expected a list like ["66", "sixty-six"], or "answerable": false')
    mode = _text(record, "answers_mode") or "any"
    if mode not in ("all", "any"):
        wrong(f'"answers_mode" is {as_json(mode)}: expected "any" (one of the answers will do) or "all" of them')
    identity = str(record["id"]) if type(record.get("id")) is int else _text(record, "id")
    return Question(
        id=" ".join((identity or wrong('no "id": expected a text like "q1"')).split()),
        question=_text(record, "question") or wrong('no "question": expected a text like "How many?"'),
        answers=answers,
        answerable=answerable,
        kind=_text(record, "kind") or "other",
        gold=_texts(record, "gold_article_ids"),
        evidence=_texts(record, "evidence"),
        context=_texts(record, "context_article_ids"),
        history=_texts(record, "history"),
        wrong_answers=_texts(record, "wrong_answers"),
        aliases=_aliases(record, answers),
        all_answers=mode == "all",
        long_form=_flag(record, "long_form", False),
        unanswerable_kind=_text(record, "unanswerable_kind"),
    )


def _text(record: Mapping[str, Any], name: str) -> str | None:
    value = record.get(name)
    if value is not None and not isinstance(value, str):
        wrong(f'"{name}" is {as_json(value)}: expected a text between quotation marks')
    return value.strip() or None if value else None


def _flag(record: Mapping[str, Any], name: str, default: bool) -> bool:
    value = default if record.get(name) is None else record[name]
    return value if isinstance(value, bool) else wrong(f'"{name}" is {as_json(value)}: expected true or false')


def _texts(record: Mapping[str, Any], name: str) -> tuple[str, ...]:
    value = [] if record.get(name) is None else record[name]
    if isinstance(value, list) and name.endswith("_ids"):  # articles may have numbers for ids
        value = [str(item) if type(item) is int else item for item in value]
    if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
        wrong(f'"{name}" is {as_json(value)}: expected a list of texts, like ["66", "sixty-six"]')
    return tuple(item.strip() for item in value)


def _aliases(record: Mapping[str, Any], answers: Sequence[str]) -> dict[str, tuple[str, ...]] | None:
    aliases = record.get("answer_aliases") or {}
    if not isinstance(aliases, dict) or not {answer.strip() for answer in aliases} <= set(answers):
        expected = 'spellings of the answers, like {"66": ["sixty-six"]}'
        wrong(f'"answer_aliases" is {as_json(aliases)}: expected {expected}')
    return {answer.strip(): _texts(aliases, answer) for answer in aliases} or None


def wrong(message: str) -> NoReturn:
    """Raise WrongError with this message."""
    raise WrongError(message)


def as_json(value: object) -> str:
    """The value as JSON, at most 100 characters of it."""
    return short(json.dumps(value, ensure_ascii=False))


def short(text: str) -> str:
    """The text, at most 100 characters of it."""
    return text if len(text) <= 100 else f"{text[:99]}…"
