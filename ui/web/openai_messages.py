"""OpenAI's chat messages -> a question with its history; an Answer -> the text of a message, and back."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from assistant.answer import Answer, Citation
from ui.errors import UsageError
from ui.render import byline, one_line, printable
from vectorstore.store import Store

TURNS = 20
"""Questions before the last one that count for what a follow-up means; older ones are forgotten."""

_SOURCES, _NEAREST = "Sources:", "The nearest passages:"
_TAIL = re.compile(rf"\n\n({_SOURCES}|{_NEAREST})\n(?=\[1\] )")
_QUOTE = re.compile(r"^\[(\d+)\] .*?(?:undated|\d{4}[-\d]*): “(.+)”$", re.MULTILINE)


def asked(messages: object, store: Store) -> tuple[str, list[Answer]]:
    """The last user message, and what was asked and answered before it. What speaks for a system is passed over.

    Raises UsageError for anything but a list of messages with text in them.
    """
    if not isinstance(messages, list):
        raise UsageError(f"messages is {_kind(messages)}: expected a list such as [{{'role': 'user', 'content': '…'}}]")
    turns: list[tuple[str, str]] = []
    for message in messages:
        role = message.get("role") if isinstance(message, dict) else None
        if role == "user":
            turns.append((_text(message.get("content")), ""))
        elif role == "assistant" and turns:
            question, said = turns[-1]
            turns[-1] = question, said + _text(message.get("content") or "")
        elif role not in ("system", "developer", "assistant"):
            raise UsageError("a message is not of a user, an assistant or a system: expected one of these as its role")
    if not turns:
        raise UsageError("there is no user message: expected at least one; the last of them is the question")
    *before, (question, _) = turns
    return question, [_answer(*turn, store if turn == before[-1] else None) for turn in before[-TURNS:]]


def tail(answer: Answer) -> str:
    """What stands below the statements of an answer: its warning, and each source with the sentence it is cited for."""
    sources = [f"[{item.marker}] {byline(item)}: “{one_line(item.quote)}”" for item in answer.citations]
    head = [_NEAREST if answer.refused else _SOURCES] if sources else []
    parts = (printable(answer.warning), "\n".join(head + sources))
    return "".join(f"\n\n{part}" for part in parts if part)


def _answer(question: str, said: str, store: Store | None) -> Answer:
    """An earlier answer as far as a follow-up needs it: text, whether it refused, and (with a store) its citations."""
    text, head, sources = ([*_TAIL.split(said, maxsplit=1), "", ""])[:3]
    refused = head == _NEAREST
    citations = _citations(sources, store) if store and not refused else ()
    return Answer(question, text, refused, (), citations, (), (), confidence=0.0, model="")


def _citations(sources: str, store: Store) -> tuple[Citation, ...]:
    """The sources of a message, as far as the store has an article with these very words: a client may write any."""
    found = []
    for marker, quote in _QUOTE.findall(sources):
        words = re.compile(r"\s+".join(map(re.escape, quote.split())))
        hits = (hit.article for hit in store.search(quote, 3))
        place = next(((article, match) for article in hits if (match := words.search(article.text))), None)
        if place:
            article, match = place
            known = (article.id, article.title, article.publisher, article.published, article.url, article.source)
            found.append(Citation(int(marker), *known, match[0], match.start(), match.end()))
    return tuple(found)


def _text(content: object) -> str:
    """The content of a message: a text, or a list of parts with texts."""
    if isinstance(content, str):
        return content.encode("utf-8", "replace").decode()  # JSON can write half a character
    parts: Sequence[Any] = content if isinstance(content, list) else [content]
    texts = [part.get("text") if isinstance(part, Mapping) and part.get("type") == "text" else None for part in parts]
    if not all(isinstance(text, str) for text in texts):
        raise UsageError("the content of a message is not text: expected a text, or parts of the type 'text'")
    return _text("\n".join(map(str, texts)))


def _kind(value: object) -> str:
    return "missing" if value is None else f"a {type(value).__name__}"
