"""The chat interface of OpenAI's API over the articles, so that other chat programs can use Dateline."""

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Event as Flag
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assistant.answer import Answer
from ui.errors import UsageError
from ui.web.api import openai_task_replies
from ui.web.api.openai_messages import asked, read
from ui.web.api.openai_reply import (
    NAME,
    REPORTED_ERRORS,
    Reply,
    completion,
    each,
    error_body,
    prepended,
    spoken,
    status,
    streamed,
    until_disconnected,
    whole,
)
from ui.web.api.openai_tasks import own_task
from ui.web.api.tools import Ask

if TYPE_CHECKING:
    from anyio import CapacityLimiter
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

    from assistant.assistant import Assistant

AT_ONCE = 16
"""Questions that may have a thread of their own at a time; the others wait without one."""

LONGEST_COUNTED = 20_000
"""Characters of a text whose tokens are counted for the usage: more than any question may have."""

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_PATHS = {"chat/completions": "POST", "models": "GET"}
_REFUSED = ("tools", "functions", "tool_choice", "function_call")


@dataclass(frozen=True)
class _Asked:
    """What a request comes to: a question with its history, or the reply to what a program asks for itself."""

    tokens: int
    question: str = ""
    history: Sequence[Answer] = ()
    said: str | None = None


def add_routes(
    app: "FastAPI", assistant: "Assistant", owner: Callable[["Request"], str], ask: Ask | None = None
) -> None:
    """GET /v1/models and POST /v1/chat/completions; all else below /v1 says that it is not there."""
    _add_models(app, assistant.engine.name, owner)
    _add_completions(app, assistant, ask or assistant.stream)
    _add_other_addresses(app)


def _add_models(app: "FastAPI", engine: str, owner: Callable[["Request"], str]) -> None:
    from fastapi import Request, Response
    from fastapi.responses import JSONResponse

    began = int(time.time())

    @app.get("/v1/models")
    @app.get("/v1/models/")
    def models(request: Request) -> dict[str, Any]:
        """The one model: the articles, as Dateline answers from them."""
        return {"object": "list", "data": [_model(began, owner(request))]}

    @app.get("/v1/models/{name:path}")
    def model(name: str, request: Request) -> Response:
        """One model by its name."""
        found = name in (NAME, engine)
        return JSONResponse(_model(began, owner(request)) if found else _unknown(name), 200 if found else 404)


def _add_completions(app: "FastAPI", assistant: "Assistant", ask: Ask) -> None:
    from anyio import CapacityLimiter
    from fastapi import Request, Response
    from fastapi.responses import JSONResponse, StreamingResponse

    limiter = CapacityLimiter(AT_ONCE)
    count = assistant.engine.count
    as_events: Any = {"media_type": "text/event-stream", "headers": {"Cache-Control": "no-cache"}}

    def told(said: str, reply: Reply, usage: Callable[[str], int] | None, stream: bool) -> Response:
        if stream:
            return StreamingResponse(spoken(said, reply, usage), **as_events)
        return JSONResponse(completion(reply, said, None, count))

    @app.post("/v1/chat/completions")
    @app.post("/v1/chat/completions/")
    async def complete(request: Request) -> Response:
        """The answer to the last user message, at once or as a stream of events."""
        try:
            body = _body(await request.body())
            if (name := body.get("model")) not in (NAME, assistant.engine.name):
                return JSONResponse(_unknown(name), 404)
            understood = await until_disconnected(request, _understood(body, assistant, limiter))
            if understood is None:
                return Response(status_code=499)
            reply = Reply(f"chatcmpl-{uuid4().hex}", int(time.time()), understood.tokens)
            usage = count if (body.get("stream_options") or {}).get("include_usage") else None
            if understood.said is not None:
                return told(understood.said, reply, usage, bool(body.get("stream")))
            stop = Flag()
            events = each(ask(understood.question, history=understood.history, stop=stop), stop, limiter)
            if not body.get("stream"):
                found = await until_disconnected(request, whole(events))
                return JSONResponse(completion(reply, *found, count)) if found else Response(status_code=499)
            # The first event is waited for here: what is wrong with a question is told by the status.
            first = await until_disconnected(request, anext(events, None))
        except REPORTED_ERRORS as error:
            return JSONResponse(error_body(error), status(error))
        return StreamingResponse(streamed(prepended(first, events), reply, usage), **as_events)


def _add_other_addresses(app: "FastAPI") -> None:
    """All else below /v1 is not there, told as OpenAI tells it: its clients read nothing else."""
    from fastapi import Request, Response

    @app.api_route("/v1", methods=list(METHODS))
    @app.api_route("/v1/{path:path}", methods=list(METHODS))
    def nothing(request: Request, path: str = "") -> Response:
        """Another address, or another method than the address has."""
        return _not_here(request.method, path.strip("/"))


async def _understood(body: dict[str, Any], assistant: "Assistant", limiter: "CapacityLimiter") -> _Asked:
    """What the request asks for. Left early, it ends the look-up of what the client says we cited."""
    from anyio import to_thread

    stop = Flag()

    def understood() -> _Asked:
        messages = read(body.get("messages"))
        if task := own_task(messages):
            said = openai_task_replies.reply(task, body.get("response_format"))
            return _Asked(assistant.engine.count(task.order), said=said)
        _check_format(body.get("response_format"))
        question, history = asked(messages, assistant.store, stop)
        before = (text for turn in history for text in (turn.question, turn.answer))
        tokens = sum(assistant.engine.count(text[:LONGEST_COUNTED]) for text in (question, *before))
        return _Asked(tokens, question, history)

    try:
        return await to_thread.run_sync(understood, limiter=limiter, abandon_on_cancel=True)
    finally:
        stop.set()


def _body(raw: bytes) -> dict[str, Any]:
    """The request; UsageError for what is none, or asks for what Dateline does not do."""
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
    """Raises UsageError for a form that answers do not have: they are sentences of articles."""
    kind = wanted.get("type") if isinstance(wanted, dict) else wanted
    if kind not in (None, "text"):
        found = kind if isinstance(kind, str) and len(kind) < 40 else "not known"
        raise UsageError(
            f"response_format is {found}: expected 'text', for an answer is sentences of articles; "
            "leave it out, and read the whole answer as JSON in the field 'dateline' of the reply"
        )


def _not_here(method: str, path: str) -> "JSONResponse":
    """404, or 405 for another method than the address has; a browser that asks what it may do is told."""
    from fastapi.responses import JSONResponse

    known = "models" if path.startswith("models/") else path
    allowed = _PATHS.get(known, "")
    headers = {"Allow": f"{allowed}, OPTIONS"} if allowed else {}
    if method == "OPTIONS":
        return JSONResponse({}, 200, headers or {"Allow": "OPTIONS"})
    shown = f"{method} /v1/{path}"[:80]
    line = f"there is no {shown}: expected POST /v1/chat/completions or GET /v1/models"
    code = "method_not_allowed" if allowed else "not_found"
    error = {"message": line, "type": "invalid_request_error", "param": None, "code": code}
    return JSONResponse({"error": error}, 405 if allowed else 404, headers)


def _model(created: int, owner: str) -> dict[str, Any]:
    return {"id": NAME, "object": "model", "created": created, "owned_by": owner or NAME}


def _unknown(name: object) -> dict[str, Any]:
    shown = json.dumps(name)
    line = f"the model is {shown if len(shown) <= 80 else f'{shown[:80]}…'}: expected '{NAME}'"
    return {"error": {"message": line, "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}
