"""Paths of Gradio's server that the page does not use and an attacker could: they are answered with 404."""

from typing import TYPE_CHECKING

from ui.web.security.requests import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST_NAME = 255
"""Bytes of one part of a path. File systems allow no longer name, and looking for such a file raises an error."""

# Gradio's own upload route keeps files in the temporary folder for good and serves them to everyone. The calls without
# a queue ("run", "api") fail at a lone surrogate; Gradio's clients use "call" and "queue".
_BLOCKED = tuple(
    f"/gradio_api/{name}"
    for name in (
        "upload", "file", "proxy", "stream", "component_server", "custom_component", "process_recording", "deep_link",
        "vibe", "undo-vibe", "run-history", "dev/", "profiling", "token", "app_id", "run/", "api/",
    )
)  # fmt: skip


class BlockedPaths:
    """ASGI middleware that answers 404 at blocked paths."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on, or answer 404."""
        if scope["type"] != "lifespan" and is_blocked(scope["path"]):
            return await refuse(scope, send, 404, "there is nothing at this address")
        return await self.app(scope, receive, send)


def is_blocked(path: str) -> bool:
    """Whether the path is one of those that Gradio should not answer, or has a part that is too long."""
    return path.startswith(_BLOCKED) or any(
        len(part.encode(errors="replace")) > LONGEST_NAME for part in path.split("/")
    )
