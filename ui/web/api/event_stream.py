"""A response of server-sent events whose source is closed when the response ends, however it ends."""

from collections.abc import AsyncGenerator
from typing import Any

from anyio import CancelScope
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send


class EventStream(StreamingResponse):
    """Sends `content`, and at the end closes it and the `source` that it is made from, if it has one.

    Starlette cancels the sending when the client disconnects, and leaves the generators to the garbage collector:
    until it comes to them a model would go on for nobody.
    """

    def __init__(self, content: AsyncGenerator[str, None], source: AsyncGenerator[Any, None] | None = None) -> None:
        super().__init__(content, media_type="text/event-stream", headers={"Cache-Control": "no-cache"})
        self._content, self._source = content, source

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Sends the response."""
        try:
            await super().__call__(scope, receive, send)
        finally:
            with CancelScope(shield=True):
                await self._content.aclose()
                if self._source:
                    await self._source.aclose()
