"""The models of OpenAI's API: one, named "dateline"."""

import json
import time
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ui.web.api.openai_reply import NAME

if TYPE_CHECKING:
    from fastapi import FastAPI, Request


def add_routes(app: "FastAPI", engine: str, owner: Callable[["Request"], str]) -> None:
    """Add GET /v1/models and GET /v1/models/NAME; `engine` is the model's own name, accepted as an alias."""
    from fastapi import Request, Response
    from fastapi.responses import JSONResponse

    began = int(time.time())

    @app.get("/v1/models")
    @app.get("/v1/models/")
    def models(request: Request) -> dict[str, Any]:
        """The list of the one model."""
        return {"object": "list", "data": [_model(began, owner(request))]}

    @app.get("/v1/models/{name:path}")
    def model(name: str, request: Request) -> Response:
        """One model by its name."""
        known = name in (NAME, engine)
        return JSONResponse(_model(began, owner(request)) if known else unknown_model(name), 200 if known else 404)


def _model(created: int, owner: str) -> dict[str, Any]:
    return {"id": NAME, "object": "model", "created": created, "owned_by": owner or NAME}


def unknown_model(name: object) -> dict[str, Any]:
    """The error body for a model that is not served, in OpenAI's shape."""
    shown = json.dumps(name)
    message = f"the model is {shown if len(shown) <= 80 else f'{shown[:80]}…'}: expected '{NAME}'"
    return {"error": {"message": message, "type": "invalid_request_error", "param": "model", "code": "model_not_found"}}
