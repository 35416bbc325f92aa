"""Routes for a question that is being answered: its current state, and stopping it."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ui.errors import UsageError
from ui.web.api.api_error import ApiError
from ui.web.api.request_fields import identifier

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from ui.web.api.page_events import ChatEvents


def add_routes(app: "FastAPI", chat: "ChatEvents", owner: Callable[["Request"], str]) -> None:
    """GET /api/turns/{turn} and POST /api/turns/{turn}/stop."""
    from fastapi import Request

    @app.get("/api/turns/{turn}")
    def now(turn: str, request: Request) -> dict[str, Any]:
        """The current state of a turn, for a page that has received no update for a while."""
        return chat.now(turn, owner(request))

    # A coroutine, which needs no thread: stopping must work when all threads of the server are busy.
    @app.post("/api/turns/{turn}/stop")
    async def stop(turn: str, request: Request) -> dict[str, str]:
        """Stop a turn at once, or as soon as its question arrives."""
        try:
            identifier({"turn": turn}, "turn")
        except UsageError as error:
            raise ApiError(404, str(error)) from error
        if not chat.jobs.stop(turn, owner(request)):
            raise ApiError(404, "nothing to stop: the answer is finished")
        return {"stopped": turn}
