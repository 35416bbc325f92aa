"""Makes requests of all common MCP clients acceptable to Gradio's MCP server.

The protocol's library answers 406 unless a client accepts both JSON and event streams, and Gradio redirects the path
without its final slash, which makes clients lose the body. Here the slash is added without a redirect, and a client
that does not accept event streams gets its response as JSON, as the protocol allows.
"""

import json
from typing import TYPE_CHECKING, Any

from ui.web.security.requests import header

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/gradio_api/mcp"
_STREAM = "text/event-stream"


class McpRequests:
    """ASGI middleware before Gradio's MCP server."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on in the form that the MCP server accepts."""
        if scope["type"] != "http" or scope["path"].rstrip("/") != PATH:
            return await self.app(scope, receive, send)
        scope = {**scope, "path": f"{PATH}/", "raw_path": f"{PATH}/".encode()}
        if scope["method"] != "POST":
            return await self.app(scope, receive, send)
        body = await _body(receive)
        if body is None:
            return None  # the client has disconnected
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return await _send_json(send, 400, _failed(-32700, "the body is no JSON: expected a JSON-RPC message"))
        receive = _replayed(body, receive)
        streams = _STREAM in header(scope, "accept").lower()
        others = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept"]
        scope["headers"] = [*others, (b"accept", f"application/json, {_STREAM}".encode())]
        return await self.app(scope, receive, send if streams else _AsJson(send).send)


class _AsJson:
    """Turns a response that is an event stream into JSON; any other is passed unchanged."""

    def __init__(self, send: "Send") -> None:
        self._send = send
        self._start: Message | None = None
        self._body = b""

    async def send(self, message: "Message") -> None:
        if message["type"] == "http.response.start" and _streams(message):
            self._start = message
        elif self._start is None:
            await self._send(message)
        elif message["type"] == "http.response.body":
            self._body += message.get("body", b"")
            if not message.get("more_body"):
                await self._finish(self._start)

    async def _finish(self, start: "Message") -> None:
        body = json.dumps(_reply(self._body.decode())).encode()
        dropped = (b"content-type", b"content-length", b"connection", b"cache-control")
        headers = [(name, value) for name, value in start["headers"] if name.lower() not in dropped]
        headers += [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
        await self._send({**start, "headers": headers})
        await self._send({"type": "http.response.body", "body": body})


def _streams(start: "Message") -> bool:
    return any(
        name.lower() == b"content-type" and value.decode("latin-1").startswith(_STREAM)
        for name, value in start["headers"]
    )


def _reply(events: str) -> Any:  # noqa: ANN401  (whatever JSON-RPC holds)
    """The result among the events of a stream: the last message; those before it report progress."""
    texts = []
    for event in events.replace("\r\n", "\n").split("\n\n"):
        lines = [line.removeprefix("data:").strip() for line in event.split("\n") if line.startswith("data:")]
        texts += ["\n".join(lines)] if any(lines) else []
    return json.loads(texts[-1]) if texts else _failed(-32603, "the tool gave no answer: try again")


def _failed(code: int, message: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": message}}


async def _send_json(send: "Send", status: int, value: object) -> None:
    body = json.dumps(value).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _body(receive: "Receive") -> bytes | None:
    """The body of a request (its size was limited before); None if the client disconnected."""
    body: bytes = b""
    while (message := await receive())["type"] == "http.request":
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body
    return None


def _replayed(body: bytes, receive: "Receive") -> "Receive":
    """A `receive` that returns the body once more, then what the original one returns."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_part() -> "Message":
        return parts.pop() if parts else await receive()

    return next_part
