"""OpenAI's chat messages -> a question with its history; an Answer -> the text of a message, and back.

What a client sends is limited here: texts are cut, older turns dropped, and only so many sources looked up.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from threading import Event as Flag
from typing import Any

from assistant.answer import Answer, Citation
from ui.errors import UsageError
from ui.text.articles import byline
from ui.text.escaping import inline, printable
from vectorstore.index.store import Store

TURNS = 20
"""Earlier questions that a follow-up may refer to; older ones are dropped."""

LONGEST_QUESTION, LONGEST_ANSWER = 2_000, 8_000
"""Characters read of an earlier question and of its answer: more than any of ours have."""

MOST_SOURCES, LONGEST_SOURCE = 32, 2_000
"""Source lines of an earlier answer that are looked up, and the characters of one."""

PASSED_OVER = ("system", "developer", "tool", "function")
"""Roles whose messages are neither question nor answer: instructions to a model, output of a client's tools."""

_SOURCES, _NEAREST = "Sources:", "The nearest passages:"
_TAIL = re.compile(rf"\n\n({_SOURCES}|{_NEAREST})\n(?=\[1\] )")
_QUOTE = re.compile(r"\[(\d{1,4})\] .*?(?:undated|\d{4}[-\d]*): “(.+)”")


@dataclass(frozen=True)
class Message:
    """One message: its role and its text."""

    role: str
    text: str


def read(messages: object) -> list[Message]:
    """The messages of a request. Raises UsageError for anything but a list of messages of known roles.

    The last user message is the question, and must be text alone. Of all others the texts are taken and the rest,
    such as an image asked about earlier or the call of a tool, is ignored: it must not end the conversation.
    """
    if not isinstance(messages, list):
        raise UsageError(f"messages is {_kind(messages)}: expected a list such as [{{'role': 'user', 'content': '…'}}]")
    roles = [str(message.get("role")) if isinstance(message, Mapping) else "" for message in messages]
    if any(role not in ("user", "assistant", *PASSED_OVER) for role in roles):
        raise UsageError(
            "a message is not of a user, an assistant, a system or a tool: expected one of these as its role"
        )
    last = max((at for at, role in enumerate(roles) if role == "user"), default=-1)
    contents = [message.get("content") for message in messages]
    return [
        Message(role, _text(content) if at == last else _texts(content))
        for at, (role, content) in enumerate(zip(roles, contents, strict=True))
    ]


def question_and_history(
    messages: Sequence[Message], store: Store, stop: Flag | None = None
) -> tuple[str, list[Answer]]:
    """The last user message and the answers before it; setting `stop` ends the look-up of their sources.

    Raises UsageError when there is no user message.
    """
    turns: list[tuple[str, list[str]]] = []
    for message in messages:
        if message.role == "user":
            turns.append((message.text, []))
        elif message.role == "assistant" and turns:
            turns[-1][1].append(message.text)
    if not turns:
        raise UsageError("there is no user message: expected at least one; the last of them is the question")
    *before, (question, _) = turns
    before = before[-TURNS:]
    history = [_answer(earlier[:LONGEST_QUESTION], "".join(replies), None, stop) for earlier, replies in before[:-1]]
    for earlier, replies in before[-1:]:
        history.append(_answer(earlier[:LONGEST_QUESTION], "".join(replies), store, stop))
    return question, history


def tail(answer: Answer) -> str:
    """The text after the statements of an answer: its warning, and each source with its cited sentence."""
    sources = [f"[{item.marker}] {byline(item)}: “{inline(item.quote)}”" for item in answer.citations]
    head = [_NEAREST if answer.refused else _SOURCES] if sources else []
    parts = (printable(answer.warning), "\n".join(head + sources))
    return "".join(f"\n\n{part}" for part in parts if part)


def _answer(question: str, reply: str, store: Store | None, stop: Flag | None) -> Answer:
    """An earlier reply as an Answer with what a follow-up needs: text, `refused` and, given a store, citations."""
    text, head, sources = ([*_TAIL.split(reply, maxsplit=1), "", ""])[:3]
    refused = head == _NEAREST
    citations = _citations(sources, store, stop) if store and not refused else ()
    return Answer(question, text[:LONGEST_ANSWER], refused, (), citations, (), (), confidence=0.0, model="")


def _citations(sources: str, store: Store, stop: Flag | None) -> tuple[Citation, ...]:
    """The source lines of a reply whose exact words an article of the store contains: a client could invent others."""
    citations = []
    for line in islice(sources.splitlines(), MOST_SOURCES):
        quoted = _QUOTE.fullmatch(line) if len(line) <= LONGEST_SOURCE else None
        if not quoted or (stop and stop.is_set()):
            continue
        marker, quote = quoted.groups()
        words = re.compile(r"\s+".join(map(re.escape, quote.split())))
        hits = (hit.article for hit in store.search(quote, 3))
        place = next(((article, match) for article in hits if (match := words.search(article.text))), None)
        if place:
            article, match = place
            known = (article.id, article.title, article.publisher, article.published, article.url, article.source)
            citations.append(Citation(int(marker), *known, match[0], match.start(), match.end()))
    return tuple(citations)


def _text(content: object) -> str:
    """The content of the question: a text, or a list of parts with texts and nothing else."""
    parts = content if isinstance(content, list) else [content]
    if not all(isinstance(part, str) or _part(part) is not None for part in parts):
        raise UsageError("the content of a message is not text: expected a text, or parts of the type 'text'")
    return _texts(content)


def _texts(content: object) -> str:
    """All text in a content."""
    parts = content if isinstance(content, list) else [content]
    texts = [part if isinstance(part, str) else _part(part) for part in parts]
    joined = "\n".join(text for text in texts if text is not None)
    return joined.encode("utf-8", "replace").decode()  # JSON can write half a character


def _part(part: Any) -> str | None:  # noqa: ANN401  (whatever JSON holds)
    """The text of a part of a content; None for an image, a sound, a call."""
    text = part.get("text") if isinstance(part, Mapping) else None
    kinds = ("text", "input_text", "output_text")
    return text if isinstance(text, str) and isinstance(part, Mapping) and part.get("type") in kinds else None


def _kind(value: object) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"
