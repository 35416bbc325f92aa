"""ASGI middleware before everything else: it refuses other hosts and, with a password, visitors who did not sign in."""

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from ui.web.security.requests import Visitor, header, headers, origin, refuse, session_cookies, with_visitor
from ui.web.security.response_headers import with_security
from ui.web.security.rules import ANY_ADDRESS, Rules
from ui.web.security.sessions import Sessions
from ui.web.security.user_names import folded

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Receive, Scope, Send

OPEN = frozenset({"/sign-in", "/health"})
"""Paths that need no signing in."""

_HOST = re.compile(r"(\[[0-9a-f:.]+\]|[^:/?#@\[\]\s]+)(?::[0-9]{1,5})?")
_ADDRESS = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){3}|[0-9a-f.]*:[0-9a-f:.]*")


class Access:
    """The outermost ASGI middleware. Streams pass through unbuffered."""

    def __init__(self, app: "ASGIApp", rules: Rules, sessions: "Sessions") -> None:
        self.app, self.rules, self.sessions = app, rules, sessions

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on with its `Visitor`, or refuse it."""
        if scope["type"] == "lifespan":
            return await self.app(scope, receive, send)
        send = with_security(send)
        if reason := self._foreign(scope):
            return await refuse(scope, send, 403, reason)
        wait, name = self._signed_in(scope)
        if wait:
            message = "too many wrong tokens: try again later"
            return await refuse(scope, send, 429, message, [("retry-after", str(wait))])
        if name is None and scope["path"] not in OPEN:
            if (
                scope["type"] == "http"
                and scope["method"] in ("GET", "HEAD")
                and "text/html" in header(scope, "accept")
            ):
                return await refuse(scope, send, 303, "sign in first", [("location", "/sign-in")])
            message = "sign in first, or send the header 'Authorization: Bearer TOKEN'"
            return await refuse(scope, send, 401, message, [("www-authenticate", "Bearer")])
        who = Visitor(name or "", name is not None, "" if self.rules.open else origin(scope))
        return await self.app(with_visitor(scope, who), receive, send)

    def _foreign(self, scope: "Scope") -> str:
        """Why the request is for another host or from a page of another server; "" if neither.

        A foreign page can have its own name resolve to this machine (DNS rebinding); the Host header is then that name.
        """
        named = headers(scope, "host")
        match = _HOST.fullmatch(named[0].lower()) if len(named) == 1 else None
        host = match[1].strip("[]") if match else ""
        any_address = self.rules.hosts & ANY_ADDRESS and _ADDRESS.fullmatch(host)
        if not (host in self.rules.hosts or any_address):
            return f"this server is not {host or 'without a name'}: use the address it showed at its start"
        if any(urlsplit(origin).netloc.lower() != named[0].lower() for origin in headers(scope, "origin")):
            return "a page of another server may not use this one: open the page of this server itself"
        return ""

    def _signed_in(self, scope: "Scope") -> tuple[int, str | None]:
        """(seconds to wait after too many wrong tokens, else 0; the visitor's name, None if not signed in)."""
        if self.rules.open:
            return 0, ""
        for cookie in session_cookies(scope):
            if (name := self.sessions.name(cookie)) is not None:
                return 0, folded(name)
        kind, _, token = header(scope, "authorization").partition(" ")
        if not self.rules.programs or kind.lower() != "bearer":
            return 0, None
        return self.sessions.program(token.strip(), origin(scope))
