"""What a request says of itself: headers, origin, session cookies, the visitor that `Access` found."""

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
    """Who asks. `known`: may use the server.

    `name` is the one that was proven, folded (names.py), and `origin` the address it comes from; both are "" on a
    server without a password, where nobody is told from another.
    """

    name: str = ""
    known: bool = False
    origin: str = ""


_CURRENT: ContextVar[Visitor | None] = ContextVar("visitor", default=None)


def current() -> Visitor:
    """Who made the request that this thread or coroutine works for."""
    return _CURRENT.get() or Visitor()


def visitor(scope: "Scope") -> Visitor:
    """Who sent this request; nobody known where no `Access` stands before the app."""
    found = scope.get(_VISITOR)
    return found if isinstance(found, Visitor) else Visitor()


def owner(request: "Request") -> str:
    """Whose the conversations are: the proven name of a person or a program; "" on a server without a password."""
    return visitor(request.scope).name


def known(request: "Request") -> bool:
    """Whether the visitor has signed in, or nobody has to."""
    return visitor(request.scope).known


def with_visitor(scope: "Scope", found: Visitor) -> "Scope":
    """The request for the app behind `Access`, which `visitor`, `owner`, `known` and `current` then know."""
    _CURRENT.set(found)
    return {**scope, _VISITOR: found}


def headers(scope: "Scope", name: str) -> list[str]:
    """All values of a header, in the order they came."""
    return [value.decode("latin-1") for key, value in scope["headers"] if key == name.encode()]


def header(scope: "Scope", name: str) -> str:
    """The first value of a header, "" without one."""
    return next(iter(headers(scope, name)), "")


def origin(scope: "Scope") -> str:
    """The address a request came from; of IPv6 the network, of which everyone has a whole one of addresses."""
    text = str((scope.get("client") or ("",))[0])
    try:
        found = ip_address(text)
    except ValueError:
        return text
    if found.version == 4:
        return text
    return str(found.ipv4_mapped or ip_network((found.packed, 64), strict=False))


def session_cookies(scope: "Scope") -> list[str]:
    """What the browser sent as our cookie."""
    pairs = (pair.strip().partition("=") for line in headers(scope, "cookie") for pair in line.split(";"))
    return [value for key, _, value in pairs if key == "dateline_session"]


async def refuse(scope: "Scope", send: "Send", status: int, line: str, more: Iterable[tuple[str, str]] = ()) -> None:
    """Answer with {"error": line} instead of the app, in OpenAI's shape below /v1; a websocket is closed unopened."""
    if scope["type"] == "websocket":
        return await send({"type": "websocket.close", "code": 1008, "reason": line})
    openai = {"message": line, "type": "invalid_request_error", "param": None, "code": None}
    body = json.dumps({"error": openai if scope["path"].startswith("/v1/") else line}).encode()
    fields = [("content-type", "application/json"), ("content-length", str(len(body))), *more]
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": encoded})
    return await send({"type": "http.response.body", "body": body if scope["method"] != "HEAD" else b""})
