"""Routes for conversations (list, open, rename, delete, cut, export) and for feedback on answers."""

import json
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any, cast, get_args

from ui.errors import ConversationsError, NoConversationError, UsageError
from ui.web.api.api_error import ApiError
from ui.web.chat.conversations import Conversations
from ui.web.chat.database import storable
from ui.web.chat.exporting import file_name, json_text, markdown
from ui.web.chat.feedback import Kind, store
from ui.web.chat.turn import Turn

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse

LONGEST_TITLE = 200
LONGEST_QUERY = 200
LONGEST_NOTE = 2000
_LONGEST_BODY = 64_000
"""Bytes: enough for two notes and a title with each character escaped."""

_EXPORTS = {"markdown": ("md", "text/markdown", markdown), "json": ("json", "application/json", json_text)}


Now = Callable[[str, str], Turn | None]
"""`Jobs.now`, called with turn id and owner: the current state of a recent turn, None for any other."""


def add_routes(
    app: "FastAPI",
    conversations: Conversations,
    owner: "Callable[[Request], str]",
    now: Now = lambda _turn, _owner: None,
) -> None:
    """Add the routes under /api/conversations, and /api/turns/{turn}/feedback. Each sees one owner's rows alone.

    `now` gives the current state of a turn that is being answered, of which the file has only the question.
    """
    app.add_exception_handler(NoConversationError, _error_response)
    app.add_exception_handler(ConversationsError, _error_response)
    _add_reading(app, conversations, owner, now)
    _add_changing(app, conversations, owner)
    _add_feedback(app, conversations, owner)


def _add_reading(app: "FastAPI", conversations: Conversations, owner: "Callable[[Request], str]", now: Now) -> None:
    from fastapi import Request
    from fastapi.responses import Response

    @app.get("/api/conversations")
    def listed(request: Request, q: str = "") -> dict[str, Any]:
        query = _at_most(q, LONGEST_QUERY, "the search")
        return {"conversations": [asdict(entry) for entry in conversations.list(owner(request), query)]}

    @app.get("/api/conversations/{conversation}")
    def opened(conversation: str, request: Request) -> dict[str, Any]:
        from ui.web.html.answer_html import turn_html

        kept = conversations.turns(conversation, owner(request))
        turns = [turn if turn.over else now(turn.id, owner(request)) or turn for turn in kept]
        shown = [{"id": t.id, "question": t.question, "html": turn_html(t), "state": t.state} for t in turns]
        return {"id": conversation, "title": conversations.get(conversation, owner(request)).title, "turns": shown}

    @app.get("/api/conversations/{conversation}/export", response_model=None)
    def exported(conversation: str, request: Request, format: str = "markdown") -> Response:
        if format not in _EXPORTS:
            raise ApiError(400, f"the format is {_short(format)}: expected one of {', '.join(_EXPORTS)}")
        ending, kind, write = _EXPORTS[format]
        about, turns = (
            conversations.get(conversation, owner(request)),
            conversations.turns(conversation, owner(request)),
        )
        return Response(
            write(about, turns),
            media_type=f"{kind}; charset=utf-8",
            headers={
                "Content-Disposition": f'attachment; filename="{file_name(about, ending)}"',
                "X-Content-Type-Options": "nosniff",
            },
        )


def _add_changing(app: "FastAPI", conversations: Conversations, owner: "Callable[[Request], str]") -> None:
    from fastapi import Depends, Request

    body_of = _body_reader()

    @app.patch("/api/conversations/{conversation}")
    def renamed(
        conversation: str, request: Request, body: Annotated[dict[str, Any], Depends(body_of)]
    ) -> dict[str, Any]:
        title = _text(body, "title", LONGEST_TITLE)
        if not title.strip():
            raise ApiError(400, "the title is empty: expected a few words")
        conversations.rename(conversation, owner(request), title)
        return asdict(conversations.get(conversation, owner(request)))

    @app.delete("/api/conversations/{conversation}")
    def deleted(conversation: str, request: Request) -> dict[str, str]:
        conversations.delete(conversation, owner(request))
        return {"deleted": conversation}

    @app.post("/api/conversations/{conversation}/restore")
    def restored(conversation: str, request: Request) -> dict[str, Any]:
        conversations.restore(conversation, owner(request))
        return asdict(conversations.get(conversation, owner(request)))

    @app.post("/api/conversations/{conversation}/cut")
    def cut(conversation: str, request: Request, body: Annotated[dict[str, Any], Depends(body_of)]) -> dict[str, Any]:
        conversations.cut(conversation, owner(request), _text(body, "turn", LONGEST_TITLE))
        return asdict(conversations.get(conversation, owner(request)))


def _add_feedback(app: "FastAPI", conversations: Conversations, owner: "Callable[[Request], str]") -> None:
    from fastapi import Depends, Request

    body_of = _body_reader()

    @app.post("/api/turns/{turn}/feedback")
    def reported(turn: str, request: Request, body: Annotated[dict[str, Any], Depends(body_of)]) -> dict[str, str]:
        kind, marker = body.get("kind"), body.get("marker")
        if kind not in get_args(Kind):
            raise ApiError(400, f"the kind is {_short(kind)}: expected one of {', '.join(get_args(Kind))}")
        if marker is not None and type(marker) is not int:
            raise ApiError(400, f"the marker is {_short(marker)}: expected the number of a source")
        conversations.retry_unsaved()
        note, right_answer = (_text(body, name, LONGEST_NOTE) for name in ("note", "right_answer"))
        try:
            store(
                conversations.file,
                owner(request),
                turn,
                cast(Kind, kind),
                marker=marker,
                note=note,
                right_answer=right_answer,
            )
        except UsageError as error:
            raise ApiError(400, str(error)) from error
        return {"kept": cast(str, kind)}


def _body_reader() -> "Callable[[Request], Awaitable[dict[str, Any]]]":
    """A FastAPI dependency that reads the body as a JSON object. It raises ApiError for anything else."""
    from fastapi import Request

    # FastAPI evaluates this annotation, so it must be the class itself and not a string.
    async def read(request: Request) -> dict[str, Any]:
        data = b""
        async for part in request.stream():
            data += part
            if len(data) > _LONGEST_BODY:
                raise ApiError(413, f"more than {_LONGEST_BODY:,} bytes were sent: expected a short JSON object")
        try:
            body = json.loads(data)
        except (ValueError, RecursionError) as error:
            raise ApiError(400, "what was sent is no JSON: expected an object like {}") from error
        if not isinstance(body, dict):
            raise ApiError(400, "what was sent is no object: expected one like {}")
        return body

    return read


def _error_response(_request: "Request", error: Exception) -> "JSONResponse":
    from fastapi.responses import JSONResponse

    return JSONResponse({"error": str(error)}, 404 if isinstance(error, NoConversationError) else 500)


def _text(body: Mapping[str, Any], name: str, longest: int) -> str:
    """The text of a field, "" where it is missing. Raises ApiError for another type or a longer text."""
    value = body.get(name)
    if value is not None and not isinstance(value, str):
        raise ApiError(400, f"'{name}' is {_short(value)}: expected a text")
    return storable(_at_most(value or "", longest, f"'{name}'"))


def _at_most(text: str, longest: int, what: str) -> str:
    if len(text) > longest:
        raise ApiError(400, f"{what} has {len(text):,} characters: expected at most {longest:,}")
    return text


def _short(value: object) -> str:
    """The value as JSON, at most 40 characters of it."""
    text = json.dumps(value)
    return text if len(text) <= 40 else f"{text[:39]}…"
