"""A conversation that a chat program quotes in a message to the model, and its user's messages."""

import json
import re
from collections.abc import Sequence

_TAGGED = re.compile(
    r"<(chat_?history|conversation|messages|transcript|history|dialogue?|chat)>(.*?)(?:</\1>|\Z)", re.S | re.I
)
_LINE = re.compile(r"^[^\w\n]{0,8}(user|human|assistant|ai|bot|model|response)\b[^\w\n:]{0,4}:", re.I | re.M)
_USER_LINE = re.compile(r"^[^\w\n]{0,8}(?:user|human)\b[^\w\n:]{0,4}:[\s\"“*]*([^\n]+)", re.I | re.M)
_USER_JSON = re.compile(r"\"role\"\s*:\s*\"user\"\s*,\s*\"\w+\"\s*:\s*(\"(?:[^\"\\]|\\.)*\")")
_USER_XML = re.compile(r"<[^<>\n]{0,40}\buser\b[^<>\n]{0,40}>\s*([^<]+)", re.I)
_HANDED = re.compile(
    r"\b(?:query|message|prompt|question|request|text|input)\b[^\n:.]{0,20}:\s*[-=`\"'“<>#*\s]*([^\n]+)",
    re.IGNORECASE,
)
_QUESTION = re.compile(r"[^\n:\"“`]{8,}\?")
_ROUND = re.compile(r"^[\s\"'“”`*#>_-]+|[\s\"'“”`*_-]+$")


def without_conversation(text: str) -> str:
    """The text without a conversation between tags."""
    return _TAGGED.sub(" ", text)


def hands_over(text: str) -> bool:
    """Whether a text contains "Query: ..." or the like, followed by what a user wrote."""
    return bool(_HANDED.search(text))


def holds_conversation(text: str) -> bool:
    """Whether a text contains a conversation: between tags, as lines of both roles, or as JSON."""
    sides = {match[1].lower() in ("user", "human") for match in _LINE.finditer(text)}
    return bool(_TAGGED.search(text)) or sides == {True, False} or bool(_USER_JSON.search(text))


def user_questions(text: str, kind: str, before: tuple[str, ...]) -> tuple[str, ...]:
    """The user's questions: in the quoted conversation, else `before`, else the message that the text hands over."""
    handed = tuple(_HANDED.findall(text)[-1:] or _QUESTION.findall(text)[-1:])
    quoted = user_messages(text)
    if kind == "question":
        return quoted + _bare(handed)
    return quoted or before or _bare(handed)


def user_messages(text: str) -> tuple[str, ...]:
    """The user's messages in the conversation that a text quotes."""
    tagged = _TAGGED.search(text)
    inside = tagged[2] if tagged else text
    as_json = [_unescaped(match) for match in _USER_JSON.findall(inside)]
    return _bare(as_json or _USER_LINE.findall(inside) or _USER_XML.findall(inside))


def _unescaped(quoted: str) -> str:
    """The value of a JSON string; the text itself if it is none."""
    try:
        return str(json.loads(quoted, strict=False)).encode("utf-8", "replace").decode()
    except ValueError:
        return quoted


def _bare(lines: Sequence[str]) -> tuple[str, ...]:
    """The lines without surrounding quotation marks and markup."""
    return tuple(bare for line in lines if (bare := _ROUND.sub("", line)))
