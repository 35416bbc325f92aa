"""Requests of MCP clients, so that every client in use is understood.

The protocol's library answers 406 unless a client names both JSON and event streams, and Gradio redirects the address
without its last slash, at which clients lose the body. Here the slash is added without a redirect, and a client that
does not ask for an event stream is answered in JSON, as the protocol allows.
"""

import json
from typing import TYPE_CHECKING, Any

from ui.web.security.requests import header

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

PATH = "/gradio_api/mcp"
_STREAM = "text/event-stream"


class McpRequests:
    """The ASGI middleware before Gradio's MCP server."""

    def __init__(self, app: "ASGIApp") -> None:
        self.app = app

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Hands the request on, in the form that the MCP server takes."""
        if scope["type"] != "http" or scope["path"].rstrip("/") != PATH:
            return await self.app(scope, receive, send)
        scope = {**scope, "path": f"{PATH}/", "raw_path": f"{PATH}/".encode()}
        if scope["method"] != "POST":
            return await self.app(scope, receive, send)
        body = await _whole(receive)
        if body is None:
            return None  # whoever asked has left
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return await _send_json(send, 400, _failed(-32700, "the body is no JSON: expected a JSON-RPC message"))
        receive = _again(body, receive)
        streams = _STREAM in header(scope, "accept").lower()
        others = [(name, value) for name, value in scope["headers"] if name.lower() != b"accept"]
        scope["headers"] = [*others, (b"accept", f"application/json, {_STREAM}".encode())]
        return await self.app(scope, receive, send if streams else _AsJson(send).send)


class _AsJson:
    """One reply that is sent as JSON though it comes as a stream of events. Any other passes as it is."""

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
    """The answer among the events of a stream: the last message, for what comes before it tells of progress."""
    texts = []
    for event in events.replace("\r\n", "\n").split("\n\n"):
        lines = [line.removeprefix("data:").strip() for line in event.split("\n") if line.startswith("data:")]
        texts += ["\n".join(lines)] if any(lines) else []
    return json.loads(texts[-1]) if texts else _failed(-32603, "the tool gave no answer: try again")


def _failed(code: int, line: str) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": None, "error": {"code": code, "message": line}}


async def _send_json(send: "Send", status: int, value: object) -> None:
    body = json.dumps(value).encode()
    headers = [(b"content-type", b"application/json"), (b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _whole(receive: "Receive") -> bytes | None:
    """The body of a request, whose size is limited before; None if it ended too early."""
    body: bytes = b""
    while (message := await receive())["type"] == "http.request":
        body += bytes(message.get("body", b""))
        if not message.get("more_body"):
            return body
    return None


def _again(body: bytes, receive: "Receive") -> "Receive":
    """What hands on the body that was read, and then whatever comes."""
    parts: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def next_part() -> "Message":
        return parts.pop() if parts else await receive()

    return next_part
