"""The chat interface of OpenAI's API over the articles, so that other chat programs can use Dateline."""

import json
import time
from collections.abc import Callable
from threading import Event as Flag
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from ui.errors import UsageError
from ui.web.openai_messages import asked
from ui.web.openai_reply import (
    NAME,
    TROUBLE,
    Reply,
    attended,
    completion,
    each,
    error_body,
    resumed,
    status,
    streamed,
    whole,
)
from ui.web.tools import Ask

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from assistant.assistant import Assistant

AT_ONCE = 16
"""Questions that may have a thread of their own at a time; the others wait without one."""

_REFUSED = ("tools", "functions", "tool_choice", "function_call")


def add_routes(
    app: "FastAPI", assistant: "Assistant", owner: Callable[["Request"], str], ask: Ask | None = None
) -> None:
    """GET /v1/models and POST /v1/chat/completions."""
    from anyio import CapacityLimiter, to_thread
    from fastapi import Request, Response
    from fastapi.responses import JSONResponse, StreamingResponse

    limiter = CapacityLimiter(AT_ONCE)
    began = int(time.time())
    count = assistant.engine.count

    @app.get("/v1/models")
    def models(request: Request) -> dict[str, Any]:
        """The one model: the articles, as Dateline answers from them."""
        return {"object": "list", "data": [_model(began, owner(request))]}

    @app.get("/v1/models/{name:path}")
    def model(name: str, request: Request) -> Response:
        """One model by its name."""
        found = name in (NAME, assistant.engine.name)
        return JSONResponse(_model(began, owner(request)) if found else _unknown(name), 200 if found else 404)

    @app.post("/v1/chat/completions")
    async def complete(request: Request) -> Response:
        """The answer to the last user message, at once or as a stream of events."""
        try:
            body = _body(await request.body())
            if (name := body.get("model")) not in (NAME, assistant.engine.name):
                return JSONResponse(_unknown(name), 404)
            question, history = await to_thread.run_sync(asked, body.get("messages"), assistant.store, limiter=limiter)
            stop = Flag()
            events = each((ask or assistant.stream)(question, history=history, stop=stop), stop, limiter)
            said_before = [question, *(text for turn in history for text in (turn.question, turn.answer))]
            reply = Reply(f"chatcmpl-{uuid4().hex}", int(time.time()), sum(map(count, said_before)))
            if not body.get("stream"):
                found = await attended(request, whole(events))
                return JSONResponse(completion(reply, *found, count)) if found else Response(status_code=499)
            # The first event is waited for here: what is wrong with a question is told by the status.
            first = await attended(request, anext(events, None))
        except TROUBLE as error:
            return JSONResponse(error_body(error), status(error))
        usage = bool((body.get("stream_options") or {}).get("include_usage"))
        pieces = streamed(resumed(first, events), reply, count if usage else None)
        return StreamingResponse(pieces, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})


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


def _model(created: int, owner: str) -> dict[str, Any]:
    return {"id": NAME, "object": "model", "created": created, "owned_by": owner or NAME}


def _unknown(name: object) -> dict[str, Any]:
    line = f"the model is {json.dumps(name)}: expected '{NAME}'"
    return {"error": {"message": line, "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}
