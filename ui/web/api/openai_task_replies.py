"""Replies to the tasks of chat programs (a title, tags, ...), in the format that the program reads.

Nothing is searched and no model is asked. A title is the user's first question, cut; lists are empty, since Dateline
proposes nothing that is not in an article.
"""

import json
import re
from collections.abc import Mapping
from typing import Any

from assistant.language.lexicon import ONES, TEENS
from ui.text.escaping import inline
from ui.web.api.openai_tasks import KEYS, Task

LONGEST_TITLE = 50
_NO_TITLE = "Conversation"
_NO_SUMMARY = "There is no summary: Dateline answers questions from its articles alone."
_LISTS = {"tags": "tags", "follow-ups": "follow_ups", "queries": "queries", "tools": "tool_calls"}
_TEXTS = {"title": "title", "question": "question", "summary": "summary", "image": "prompt", "completion": "text"}
_NUMBERS = (*ONES, *TEENS)
_WORDS = re.compile(rf"\b(\d{{1,2}}|{'|'.join(_NUMBERS)})(?:[- ]or[- ](?:less|fewer))?[- ]words?\b", re.I)
_PAIR = re.compile(r"[\"'](\w{1,40})[\"']\s*:\s*(\[|\{|[\"'“]|-?\d|true|false|null|[<…\w])", re.I)


def reply(task: Task, wanted: object = None) -> str:
    """The text of the message. `wanted` is the request's response_format."""
    value = _value(task)
    kind = wanted.get("type") if isinstance(wanted, Mapping) else None
    form = _form_of_schema(wanted) if kind == "json_schema" else None
    form = form or _form_in(task)
    if form is not None:
        return json.dumps({key: _fitting(key, empty, task, value) for key, empty in form.items()}, ensure_ascii=False)
    if kind in ("json_object", "json_schema") or re.search(r"\bjson\b", task.order, re.I):
        if isinstance(value, list) and re.search(r"\b(?:array|list)\b", task.order, re.I):
            return json.dumps(value)
        return json.dumps({(_LISTS | _TEXTS).get(task.kind, "text"): value}, ensure_ascii=False)
    return value if isinstance(value, str) else ""


def title(questions: tuple[str, ...], words: int = 0) -> str:
    """The first question, cut at a word to at most LONGEST_TITLE characters and, if given, so many words."""
    question = inline(questions[0]) if questions else ""
    kept: list[str] = []
    for word in question.split():
        if (words and len(kept) == words) or len(" ".join([*kept, word])) > LONGEST_TITLE:
            break
        kept.append(word)
    cut = " ".join(kept) or question[:LONGEST_TITLE]
    return (cut if cut == question else f"{cut.rstrip(',;:.–—-')}…") or _NO_TITLE


def _value(task: Task) -> str | list[Any]:
    if task.kind in _LISTS:
        return []
    if task.kind == "title":
        return title(task.questions, _most_words(task.order))
    if task.kind == "question":
        return inline(task.questions[-1])[:2_000] if task.questions else ""
    return _NO_SUMMARY if task.kind == "summary" else ""


def _fitting(key: str, empty: object, task: Task, value: str | list[Any]) -> object:
    """The value for a key of the form: the task's value where the key names it, else the empty value of its type."""
    if isinstance(value, str) and value and re.search("title|name|topic|head|subject|summary|question", key, re.I):
        return [value] if isinstance(empty, list) else value
    return "" if isinstance(empty, str) and task.kind in _LISTS else empty


def _most_words(order: str) -> int:
    """The most words that the order allows a title, 0 if it sets no limit."""
    counts = [count.lower() for count in _WORDS.findall(order)]
    numbers = [int(count) if count.isdecimal() else _NUMBERS.index(count) + 1 for count in counts]
    return numbers[0] if numbers else 0


def _form_in(task: Task) -> dict[str, object] | None:
    """The keys of the JSON object that the order shows, each with the empty value of its type; None without one.

    Of several objects the first that has a key of the task, else the first.
    """
    forms: list[dict[str, object]] = []
    for match in re.finditer(r"\{(?=\s*[\"']\w{1,40}[\"']\s*:)", task.order):
        form = {key: _empty_value(begin) for key, begin in _PAIR.findall(_inside(task.order, match.end()))}
        if any(key.lower() in KEYS.get(task.kind, ()) for key in form):
            return form
        forms += [form] if form else []
    return forms[0] if forms else None


def _inside(text: str, start: int) -> str:
    """The text from `start` to the closing brace, without the contents of nested brackets."""
    depth, kept = 0, []
    for sign in text[start : start + 4_000]:
        if sign in "]}":
            depth -= 1
            if depth < 0:
                break
        if depth == 0:
            kept.append(sign)
        if sign in "[{":
            depth += 1
    return "".join(kept)


def _empty_value(begin: str) -> object:
    kinds: dict[str, object] = {"[": [], "{": {}, "t": False, "f": False, "n": None}
    return 0 if begin.lstrip("-").isdecimal() else kinds.get(begin[0].lower() if len(begin) != 1 else begin, "")


def _form_of_schema(wanted: object) -> dict[str, object] | None:
    """The same for a JSON schema; None unless it describes an object."""
    outer = wanted.get("json_schema") if isinstance(wanted, Mapping) else None
    schema = outer.get("schema") if isinstance(outer, Mapping) else None
    fields = schema.get("properties") if isinstance(schema, Mapping) else None
    if not isinstance(fields, Mapping):
        return None
    kinds: dict[object, object] = {"array": [], "object": {}, "boolean": False, "integer": 0, "number": 0}
    types = {str(key): field.get("type") if isinstance(field, Mapping) else None for key, field in fields.items()}
    return {key: kinds.get(kind, "") if isinstance(kind, str) else "" for key, kind in types.items()}
