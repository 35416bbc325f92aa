"""A request of OpenAI's chat interface -> a question with its history, or the reply to a task of the chat program."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import TYPE_CHECKING, Any

from assistant.answer import Answer
from ui.errors import UsageError
from ui.web.api import openai_task_replies
from ui.web.api.openai_messages import question_and_history, read
from ui.web.api.openai_tasks import own_task

if TYPE_CHECKING:
    from anyio import CapacityLimiter

    from assistant.assistant import Assistant

LONGEST_COUNTED = 20_000
"""Characters of a text whose tokens are counted for the usage: more than any question may have."""

_REFUSED = ("tools", "functions", "tool_choice", "function_call")


@dataclass(frozen=True)
class ChatRequest:
    """What a request asks: a question with its history, or (`reply` is not None) a task whose reply is known already.

    `tokens` counts those of the messages that are used.
    """

    tokens: int
    question: str = ""
    history: Sequence[Answer] = ()
    reply: str | None = None


async def understood(body: dict[str, Any], assistant: "Assistant", limiter: "CapacityLimiter") -> ChatRequest:
    """The request in the body, read in a thread; a cancelled look-up of citations stops. Raises UsageError."""
    from anyio import to_thread

    stop = Flag()

    def read_body() -> ChatRequest:
        messages = read(body.get("messages"))
        if task := own_task(messages):
            reply = openai_task_replies.reply(task, body.get("response_format"))
            return ChatRequest(assistant.engine.count(task.order), reply=reply)
        _check_format(body.get("response_format"))
        question, history = question_and_history(messages, assistant.store, stop)
        earlier = (text for answer in history for text in (answer.question, answer.answer))
        tokens = sum(assistant.engine.count(text[:LONGEST_COUNTED]) for text in (question, *earlier))
        return ChatRequest(tokens, question, history)

    try:
        return await to_thread.run_sync(read_body, limiter=limiter, abandon_on_cancel=True)
    finally:
        stop.set()


def body_of(raw: bytes) -> dict[str, Any]:
    """The request's JSON object. Raises UsageError if it is none, or asks for what Dateline does not do."""
    try:
        body = json.loads(raw)
    except (ValueError, RecursionError) as error:
        raise UsageError("the request is no JSON: expected an object with 'model' and 'messages'") from error
    if not isinstance(body, dict):
        raise UsageError("the request is no JSON object: expected one with 'model' and 'messages'")
    if body.get("n") not in (None, 1):
        raise UsageError("n is not 1: there is one answer to a question; leave n out")
    if named := next((name for name in _REFUSED if body.get(name) not in (None, [], "none")), ""):
        raise UsageError(f"{named} can't be used: answers come from the articles alone; leave {named} out")
    if not isinstance(body.get("stream_options") or {}, dict):
        raise UsageError("stream_options is no object: expected one such as {'include_usage': true}")
    return body


def _check_format(wanted: object) -> None:
    """Raises UsageError for any response format but text: answers are sentences of articles."""
    kind = wanted.get("type") if isinstance(wanted, dict) else wanted
    if kind not in (None, "text"):
        shown = kind if isinstance(kind, str) and len(kind) < 40 else "not known"
        raise UsageError(
            f"response_format is {shown}: expected 'text', for an answer is sentences of articles; "
            "leave it out, and read the whole answer as JSON in the field 'dateline' of the reply"
        )
