"""Reading a request: headers, origin, session cookies, and the visitor that `Access` recognised."""

import json
from collections.abc import Iterable
from contextvars import ContextVar
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.types import Scope, Send

_VISITOR = "dateline.visitor"


@dataclass(frozen=True)
class Visitor:
    """Who sent a request. `known`: they may use the server.

    `name` is the signed-in name, folded (`user_names.folded`), and `origin` the address it comes from. Both are "" on
    a server without a password, where visitors are not distinguished.
    """

    name: str = ""
    known: bool = False
    origin: str = ""


_CURRENT: ContextVar[Visitor | None] = ContextVar("visitor", default=None)


def current() -> Visitor:
    """The visitor whose request this thread or coroutine handles."""
    return _CURRENT.get() or Visitor()


def visitor(scope: "Scope") -> Visitor:
    """The visitor of this request; an unknown one where no `Access` comes before the app."""
    recognised = scope.get(_VISITOR)
    return recognised if isinstance(recognised, Visitor) else Visitor()


def owner(request: "Request") -> str:
    """The owner of the conversations: the signed-in person or program; "" on a server without a password."""
    return visitor(request.scope).name


def known(request: "Request") -> bool:
    """Whether the visitor has signed in, or nobody has to."""
    return visitor(request.scope).known


def with_visitor(scope: "Scope", who: Visitor) -> "Scope":
    """The request with its visitor, for `visitor`, `owner`, `known` and `current`."""
    _CURRENT.set(who)
    return {**scope, _VISITOR: who}


def headers(scope: "Scope", name: str) -> list[str]:
    """All values of a header, in their order."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name.encode()]


def header(scope: "Scope", name: str) -> str:
    """The first value of a header, "" without one."""
    return next(iter(headers(scope, name)), "")


def origin(scope: "Scope") -> str:
    """The address a request came from; for IPv6 its /64 network, since one visitor usually has a whole one."""
    text = str((scope.get("client") or ("",))[0])
    try:
        address = ip_address(text)
    except ValueError:
        return text
    if address.version == 4:
        return text
    return str(address.ipv4_mapped or ip_network((address.packed, 64), strict=False))


def session_cookies(scope: "Scope") -> list[str]:
    """The values of our session cookie."""
    pairs = (pair.strip().partition("=") for value in headers(scope, "cookie") for pair in value.split(";"))
    return [value for key, _, value in pairs if key == "dateline_session"]


async def refuse(scope: "Scope", send: "Send", status: int, message: str, more: Iterable[tuple[str, str]] = ()) -> None:
    """Answer {"error": message} instead of the app, in OpenAI's shape under /v1. A websocket is closed unopened.

    `more` are further response headers.
    """
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008, "reason": message})
    openai = {"message": message, "type": "invalid_request_error", "param": None, "code": None}
    body = json.dumps({"error": openai if scope["path"].startswith("/v1/") else message}).encode()
    fields = [("content-type", "application/json"), ("content-length", str(len(body))), *more]
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    return await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
