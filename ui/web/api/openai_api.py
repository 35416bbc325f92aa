"""The chat interface of OpenAI's API over the articles, for other chat programs."""

import time
from collections.abc import Callable
from threading import Event as Flag
from typing import TYPE_CHECKING
from uuid import uuid4

from ui.web.api import openai_models
from ui.web.api.openai_models import unknown_model
from ui.web.api.openai_reply import (
    NAME,
    REPORTED_ERRORS,
    Reply,
    collected,
    completion,
    error_body,
    in_threads,
    prepended,
    status,
    streamed,
    streamed_text,
    until_disconnected,
)
from ui.web.api.openai_request import body_of, understood
from ui.web.api.tools import Ask

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

    from assistant.assistant import Assistant

AT_ONCE = 16
"""Questions that may occupy a thread at a time; further ones wait without one."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PATHS = {"chat/completions": "POST", "models": "GET"}


def add_routes(
    app: "FastAPI", assistant: "Assistant", owner: Callable[["Request"], str], ask: Ask | None = None
) -> None:
    """Add GET /v1/models and POST /v1/chat/completions; other paths under /v1 answer 404 or 405."""
    openai_models.add_routes(app, assistant.engine.name, owner)
    _add_completions(app, assistant, ask or assistant.stream)
    _add_other_addresses(app)


def _add_completions(app: "FastAPI", assistant: "Assistant", ask: Ask) -> None:
    from anyio import CapacityLimiter
    from fastapi import Request, Response
    from fastapi.responses import JSONResponse

    from ui.web.api.event_stream import EventStream

    limiter = CapacityLimiter(AT_ONCE)
    count = assistant.engine.count

    def task_response(text: str, reply: Reply, usage: Callable[[str], int] | None, stream: bool) -> Response:
        if stream:
            return EventStream(streamed_text(text, reply, usage))
        return JSONResponse(completion(reply, text, None, count))

    @app.post("/v1/chat/completions")
    @app.post("/v1/chat/completions/")
    async def complete(request: Request) -> Response:
        """The answer to the last user message, at once or as a stream of events."""
        try:
            body = body_of(await request.body())
            if (name := body.get("model")) not in (NAME, assistant.engine.name):
                return JSONResponse(unknown_model(name), 404)
            asked = await until_disconnected(request, understood(body, assistant, limiter))
            if asked is None:
                return Response(status_code=499)
            reply = Reply(f"chatcmpl-{uuid4().hex}", int(time.time()), asked.tokens)
            usage = count if (body.get("stream_options") or {}).get("include_usage") else None
            if asked.reply is not None:
                return task_response(asked.reply, reply, usage, bool(body.get("stream")))
            stop = Flag()
            events = in_threads(ask(asked.question, history=asked.history, stop=stop), stop, limiter)
            if not body.get("stream"):
                result = await until_disconnected(request, collected(events))
                return JSONResponse(completion(reply, *result, count)) if result else Response(status_code=499)
            # The first event is awaited here, so that an error of the question becomes the status of the response.
            first = await until_disconnected(request, anext(events, None))
        except REPORTED_ERRORS as error:
            return JSONResponse(error_body(error), status(error))
        return EventStream(streamed(prepended(first, events), reply, usage), events)


def _add_other_addresses(app: "FastAPI") -> None:
    """All other paths under /v1: errors in OpenAI's shape, the only one that its clients read."""
    from fastapi import Request, Response

    @app.api_route("/v1", methods=list(METHODS))
    @app.api_route("/v1/{path:path}", methods=list(METHODS))
    def nothing(request: Request, path: str = "") -> Response:
        """An unknown path, or an unknown method of a known one."""
        return _not_found(request.method, path.strip("/"))


def _not_found(method: str, path: str) -> "JSONResponse":
    """404; 405 where the path has another method; for OPTIONS the allowed methods."""
    from fastapi.responses import JSONResponse

    known = "models" if path.startswith("models/") else path
    allowed = _PATHS.get(known, "")
    headers = {"Allow": f"{allowed}, OPTIONS"} if allowed else {}
    if method == "OPTIONS":
        return JSONResponse({}, 200, headers or {"Allow": "OPTIONS"})
    shown = f"{method} /v1/{path}"[:80]
    message = f"there is no {shown}: expected POST /v1/chat/completions or GET /v1/models"
    code = "method_not_allowed" if allowed else "not_found"
    error = {"message": message, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": error}, 405 if allowed else 404, headers)
