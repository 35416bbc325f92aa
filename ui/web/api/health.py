"""The health check of the server."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from vectorstore.index.store import Store


def add_routes(app: "FastAPI", store: "Store", model: str | None, known: Callable[["Request"], bool]) -> None:
    """Add GET /health. `model` is the name of the loaded model or None; `known` tells who may see more than "ok"."""
    from importlib.metadata import version

    from fastapi import Request

    @app.get("/health")
    def health(request: Request) -> dict[str, Any]:
        """The state of the server; with version, model and counts for visitors who have signed in."""
        if not known(request):
            return {"status": "ok"}
        return {
            "status": "ok",
            "version": version("dateline"),
            "model": model,
            "articles": store.library.count(),
            "passages": store.library.chunk_count(),
        }
