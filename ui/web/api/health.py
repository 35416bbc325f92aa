"""Whether the server is up, and over what it answers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from vectorstore.index.store import Store


def add_routes(app: "FastAPI", store: "Store", model: str | None, known: Callable[["Request"], bool]) -> None:
    """GET /health. `model` is its name, None where none could be loaded; `known`: who hears more than "ok"."""
    from importlib.metadata import version

    from fastapi import Request

    @app.get("/health")
    def health(request: Request) -> dict[str, Any]:
        """The state of the server; version, model and counts for those who have signed in."""
        if not known(request):
            return {"status": "ok"}
        return {
            "status": "ok",
            "version": version("dateline"),
            "model": model,
            "articles": store.library.count(),
            "passages": store.library.chunk_count(),
        }
