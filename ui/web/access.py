"""Who may speak to the server: pages of its own host alone and, where there is a password, who has signed in."""

import hmac
import json
import re
from collections.abc import Iterable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from ipaddress import ip_address, ip_network
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ui.errors import ServerError
from ui.web.names import folded
from ui.web.security_headers import with_security

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.types import ASGIApp, Receive, Scope, Send

    from ui.web.limits import Limits
    from ui.web.people import People
    from ui.web.sign_in import Door

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
ANY_ADDRESS = frozenset({"0.0.0.0", "::"})
OPEN = frozenset({"/sign-in", "/health"})
"""Paths that answer without signing in."""

TOKEN_NAME = "token"
"""The name of the program that has the one token without a name."""

_VISITOR = "dateline.visitor"
_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:/?#@\[\]\s]+)(?::[0-9]{1,5})?")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f.]*:[0-9a-f:.]*")


@dataclass(frozen=True)
class Rules:
    """`hosts` are the names the server goes by, without ports; "0.0.0.0" and "::" stand for every address in digits.

    Without password and token everyone who reaches the server may use it. The token is for programs, the password
    for people; where there is no password, the token is theirs too. `tokens` are names of programs by the token that
    each has of its own. Raises ServerError for an empty one.
    """

    hosts: frozenset[str] = LOOPBACK
    password: str | None = None
    token: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if "" in (self.password, self.token, *self.tokens):
            raise ServerError("the password or token is empty: expected some characters, or leave it out")

    @property
    def open(self) -> bool:
        """Whether nobody has to sign in."""
        return self.password is None and not self.programs

    @property
    def programs(self) -> Mapping[str, str]:
        """The names of all programs by their tokens."""
        return {**({self.token: TOKEN_NAME} if self.token else {}), **self.tokens}


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


def protect(app: "FastAPI", rules: Rules, limits: "Limits", people: "People | None" = None) -> None:
    """Put all of it before an app: `Access` first, then the limits; the sign-in pages where there is a password."""
    from ui.web import sign_in, sign_in_page
    from ui.web.limits import Limited

    door = sign_in.Door(rules, people=people)
    if not rules.open:
        sign_in_page.add_routes(app, door)
    app.add_middleware(Limited, limits=limits, rated=not rules.open)
    app.add_middleware(Access, rules=rules, door=door)


class Access:
    """The ASGI middleware that stands before everything. Streams pass through as they come."""

    def __init__(self, app: "ASGIApp", rules: Rules, door: "Door") -> None:
        self.app, self.rules, self.door = app, rules, door

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Hands the request on, with its `Visitor`, or refuses it."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        send = with_security(send)
        if line := self._foreign(scope):
            return await refuse(scope, send, 403, line)
        wait, name = self._signed_in(scope)
        if wait:
            line = "too many wrong tokens: try again later"
            return await refuse(scope, send, 429, line, [("retry-after", str(wait))])
        if name is None and scope["path"] not in OPEN:
            if (
                scope["type"] == "http"
                and scope["method"] in ("GET", "HEAD")
                and "text/html" in header(scope, "accept")
            ):
                return await refuse(scope, send, 303, "sign in first", [("location", "/sign-in")])
            line = "sign in first, or send the header 'Authorization: Bearer TOKEN'"
            return await refuse(scope, send, 401, line, [("www-authenticate", "Bearer")])
        found = Visitor(name or "", name is not None, "" if self.rules.open else origin(scope))
        _CURRENT.set(found)
        return await self.app({**scope, _VISITOR: found}, receive, send)

    def _foreign(self, scope: "Scope") -> str:
        """Why the request is not from a page of this server, or for another; "" if it is ours.

        A page elsewhere may have its own name lead to this machine (DNS rebinding): then the Host is that name.
        """
        named = headers(scope, "host")
        found = _HOST.fullmatch(named[0].lower()) if len(named) == 1 else None
        host = found[1].strip("[]") if found else ""
        every = self.rules.hosts & ANY_ADDRESS and _ADDRESS.fullmatch(host)
        if not (host in self.rules.hosts or every):
            return f"this server is not {host or 'without a name'}: use the address it showed at its start"
        if any(urlsplit(origin).netloc.lower() != named[0].lower() for origin in headers(scope, "origin")):
            return "a page of another server may not use this one: open the page of this server itself"
        return ""

    def _signed_in(self, scope: "Scope") -> tuple[int, str | None]:
        """The visitor's name, None if not signed in; and the seconds to wait after too many wrong tokens, else 0."""
        if self.rules.open:
            return 0, ""
        for cookie in session_cookies(scope):
            if (name := self.door.name(cookie)) is not None:
                return 0, folded(name)
        kind, _, token = header(scope, "authorization").partition(" ")
        if not self.rules.programs or kind.lower() != "bearer":
            return 0, None
        return self.door.program(token.strip(), origin(scope))


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


def same(given: str, secret: str) -> bool:
    """Whether the two are equal, in a time that does not tell how much of them is."""
    return hmac.compare_digest(given.encode(errors="surrogatepass"), secret.encode(errors="surrogatepass"))


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
