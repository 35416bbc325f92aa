"""The events of an answer -> OpenAI's completion, at once or as a stream; and errors in OpenAI's shape."""

import json
from collections.abc import AsyncGenerator, Awaitable, Callable, Generator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from threading import Event as Flag
from threading import Lock
from typing import TYPE_CHECKING, Any, TypeVar

from assistant.answer import Answer, Event, Finished, StatementReady
from assistant.errors import AssistantError, QuestionError
from ui.errors import BusyError, UiError, UsageError
from ui.text.escaping import printable
from ui.web.api.openai_messages import tail
from vectorstore.errors import StoreError

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from fastapi import Request

NAME = "dateline"
REPORTED_ERRORS = (AssistantError, StoreError, UiError)
"""Errors whose message is for the user."""

Result = TypeVar("Result")


@dataclass(frozen=True)
class Reply:
    """A completion: its id, when it began (seconds since 1970), and the number of tokens of the request."""

    id: str
    created: int
    prompt_tokens: int

    def head(self, kind: str) -> dict[str, Any]:
        """The fields common to all objects of the reply."""
        return {"id": self.id, "object": kind, "created": self.created, "model": NAME}

    def chunk(self, delta: Mapping[str, str], finish: str | None = None, **more: object) -> str:
        """One chunk of the stream as a server-sent event."""
        choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
        return _data({**self.head("chat.completion.chunk"), "choices": [choice], **more})

    def usage(self, completion: int) -> dict[str, int]:
        """The usage, in tokens of the model."""
        total = self.prompt_tokens + completion
        return {"prompt_tokens": self.prompt_tokens, "completion_tokens": completion, "total_tokens": total}


async def in_threads(
    events: Generator[Event, None, None], stop: Flag, limiter: "CapacityLimiter"
) -> AsyncGenerator[Event, None]:
    """The events of a blocking generator, each awaited in a thread. Closed early, it sets `stop` first."""
    from anyio import CancelScope, to_thread

    one_at_a_time = Lock()

    def step() -> Event | None:
        with one_at_a_time:
            return next(events, None)

    def close() -> None:
        with one_at_a_time:
            events.close()

    try:
        while event := await to_thread.run_sync(step, limiter=limiter, abandon_on_cancel=True):
            yield event
    finally:
        stop.set()
        with CancelScope(shield=True):
            await to_thread.run_sync(close)


async def prepended(first: Event | None, events: AsyncGenerator[Event, None]) -> AsyncGenerator[Event, None]:
    """The first event (None: there was none), then the others."""
    async with aclosing(events):
        if first:
            yield first
        async for event in events:
            yield event


async def _content(events: AsyncGenerator[Event, None]) -> AsyncGenerator[tuple[str, Answer | None], None]:
    """The message in pieces, the last one with its Answer, the others with None. Raises BusyError if it was stopped."""
    begun = False
    async with aclosing(events):
        async for event in events:
            if isinstance(event, StatementReady):
                yield ("\n" if begun else "") + printable(event.text), None
                begun = True
            elif isinstance(event, Finished):
                answer = event.answer
                yield ("" if begun else printable(answer.answer)) + tail(answer), answer
                return
    raise BusyError("the question was stopped before it was answered: ask again")


async def streamed(
    events: AsyncGenerator[Event, None], reply: Reply, count: Callable[[str], int] | None
) -> AsyncGenerator[str, None]:
    """The stream of a completion as server-sent events; with `count`, which counts tokens, also its usage."""
    yield reply.chunk({"role": "assistant", "content": ""})
    content = ""
    try:
        async with aclosing(_content(events)) as pieces:
            async for piece, answer in pieces:
                content += piece
                yield reply.chunk({"content": piece})
                if answer:
                    yield reply.chunk({}, "stop", dateline=answer.to_dict())
    except REPORTED_ERRORS as error:
        yield _data(error_body(error))
        return
    if count:
        yield _data({**reply.head("chat.completion.chunk"), "choices": [], "usage": reply.usage(count(content))})
    yield "data: [DONE]\n\n"


async def streamed_text(content: str, reply: Reply, count: Callable[[str], int] | None) -> AsyncGenerator[str, None]:
    """The same stream for a text that is known already."""
    yield reply.chunk({"role": "assistant", "content": ""})
    yield reply.chunk({"content": content})
    yield reply.chunk({}, "stop")
    if count:
        yield _data({**reply.head("chat.completion.chunk"), "choices": [], "usage": reply.usage(count(content))})
    yield "data: [DONE]\n\n"


async def collected(events: AsyncGenerator[Event, None]) -> tuple[str, Answer]:
    """The complete message and its Answer."""
    content = ""
    async with aclosing(_content(events)) as pieces:
        async for piece, answer in pieces:
            content += piece
            if answer:
                return content, answer
    raise AssertionError("the message ended without its Answer")


async def until_disconnected(request: "Request", work: Awaitable[Result]) -> Result | None:
    """The result of the work; None if the client disconnects first, which cancels the work."""
    from anyio import create_task_group

    result, failure = None, None
    async with create_task_group() as tasks:

        async def watch() -> None:
            while (await request.receive())["type"] != "http.disconnect":
                pass
            tasks.cancel_scope.cancel()

        tasks.start_soon(watch)
        try:
            result = await work
        except REPORTED_ERRORS as error:  # raised again below, outside of the task group's ExceptionGroup
            failure = error
        tasks.cancel_scope.cancel()
    if failure:
        raise failure
    return result


def completion(reply: Reply, content: str, answer: Answer | None, count: Callable[[str], int]) -> dict[str, Any]:
    """The completion as one object, without an Answer for a task's reply; `count` counts tokens."""
    message = {"role": "assistant", "content": content, "refusal": None}
    return {
        **reply.head("chat.completion"),
        "choices": [{"index": 0, "message": message, "logprobs": None, "finish_reason": "stop"}],
        "usage": reply.usage(count(content)),
        **({"dateline": answer.to_dict()} if answer else {}),
    }


def status(error: Exception) -> int:
    """The HTTP status for one of REPORTED_ERRORS."""
    return 400 if isinstance(error, QuestionError | UsageError) else 429 if isinstance(error, BusyError) else 503


def error_body(error: Exception) -> dict[str, Any]:
    """An error in OpenAI's shape."""
    kinds = {400: ("invalid_request_error", "invalid_request"), 429: ("rate_limit_error", "busy")}
    kind, code = kinds.get(status(error), ("server_error", "unavailable"))
    return {"error": {"message": str(error), "type": kind, "param": None, "code": code}}


def _data(value: Mapping[str, Any]) -> str:
    return f"data: {json.dumps(value)}\n\n"
