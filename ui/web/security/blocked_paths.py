"""The doors of Gradio's server that the page has no use for, shut: whoever comes in could only do harm there."""

from typing import TYPE_CHECKING

from ui.web.security.requests import refuse

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

LONGEST_NAME = 255
"""Bytes of a part of an address: no file has a longer name, and to look for one fails."""

# What is uploaded by Gradio's own route lies in the temporary folder for good, and is served to everyone. The calls
# without a queue ("run", "api") fail at half a character; Gradio's clients use "call" and "queue".
_SHUT = tuple(
    f"/gradio_api/{name}"
    for name in (
        "upload", "file", "proxy", "stream", "component_server", "custom_component", "process_recording", "deep_link",
        "vibe", "undo-vibe", "run-history", "dev/", "profiling", "token", "app_id", "run/", "api/",
    )
)  # fmt: skip


class Shut:
    """The ASGI middleware that answers 404 at these addresses."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Hands the request on, or says that nothing is there."""
        if scope["type"] != "lifespan" and is_shut(scope["path"]):
            return await refuse(scope, send, 404, "there is nothing at this address")
        return await self.app(scope, receive, send)


def is_shut(path: str) -> bool:
    """Whether nothing is to be found at this path."""
    return path.startswith(_SHUT) or any(len(part.encode(errors="replace")) > LONGEST_NAME for part in path.split("/"))
