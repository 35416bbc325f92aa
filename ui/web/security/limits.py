"""Limits on what one visitor may send: questions and requests per minute, bytes per request.

The buckets are our own after a measurement with 100,000 visitors. The in-memory storage of the `limits` library (5.8)
has no bound (32 MB and growing; 2 MB here), takes 12 to 19 µs of CPU time a request (2 µs here), and after requests
starts a thread that walks through all visitors (20 to 160 ms). Also, a bucket lets a visitor go on in seconds where a
fixed window makes them wait for its end.
"""

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from ui.web.security.requests import header, origin, refuse, visitor

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKS = ("/v1/chat/completions", *(f"/gradio_api/{name}" for name in ("queue/join", "call/", "run/", "api/", "mcp")))
"""Beginnings of the paths to which questions are sent."""


SHARE = 4
"""All visitors of one address together may send so many times what one may: more names bring no more than that."""


@dataclass(frozen=True)
class Limits:
    """What one visitor may send. `upload_bytes` is for a body with files, `body_bytes` for any other."""

    questions_per_minute: int = 20
    upload_bytes: int = 100_000_000
    body_bytes: int = 1_000_000
    requests_per_minute: int = 1_200


class TokenBuckets:
    """A token bucket for each key: it holds `size` tokens, begins full, and refills evenly within `seconds`.

    Only the `most` keys used last are stored, so that no number of visitors fills the memory. Safe to share between
    threads.
    """

    def __init__(
        self, size: int, seconds: float, *, most: int = 10_000, clock: Callable[[], float] | None = None
    ) -> None:
        self.size, self.rate, self.most, self._clock = size, size / seconds, most, clock or time.monotonic
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = Lock()

    def take(self, key: str) -> int:
        """Take a token and return 0; without one, change nothing and return the whole seconds until there is one."""
        with self._lock:
            wait = self.wait(key)
            if not wait:
                self._buckets[key] = (self._tokens(key) - 1, self._clock())
                self._buckets.move_to_end(key)
                if len(self._buckets) > self.most:
                    self._buckets.popitem(last=False)
            return wait

    def wait(self, key: str) -> int:
        """The whole seconds until there is a token; 0 if there is one."""
        missing = 1 - self._tokens(key)
        return math.ceil(missing / self.rate) if missing > 0 else 0

    def _tokens(self, key: str) -> float:
        tokens, at = self._buckets.get(key, (self.size, 0.0))
        return min(self.size, tokens + (self._clock() - at) * self.rate)


class _VisitorBuckets:
    """A bucket for each signed-in name and for each address without a name, and a larger one for a whole address."""

    def __init__(self, a_minute: int) -> None:
        self._names, self._nameless = TokenBuckets(a_minute, 60), TokenBuckets(a_minute, 60)
        self._addresses = TokenBuckets(SHARE * a_minute, 60)

    def take(self, name: str, address: str) -> int:
        """As `TokenBuckets.take`: a token from the visitor's bucket and one from the address's, or none at all."""
        own, key = (self._names, name) if name else (self._nameless, address)
        if wait := max(own.wait(key), self._addresses.wait(address)):
            return wait
        self._addresses.take(address)
        return own.take(key)


class LimitMiddleware:
    """ASGI middleware behind `Access`: it limits bytes and, if `rated`, questions and requests per minute."""

    def __init__(self, app: "ASGIApp", limits: Limits, rated: bool) -> None:
        self.app, self.limits, self.rated = app, limits, rated
        self._requests = _VisitorBuckets(limits.requests_per_minute)
        self._questions = _VisitorBuckets(limits.questions_per_minute)

    async def __call__(self, scope: "Scope", receive: "Receive", send: "Send") -> None:
        """Pass the request on, or answer 429 (too many) or 413 (too large)."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        if self.rated and (wait := self._wait(scope)):
            message = f"too many requests within a minute: go on in {wait} s"
            return await refuse(scope, send, 429, message, [("retry-after", str(wait))])
        most = self.limits.upload_bytes if self._brings_files(scope) else self.limits.body_bytes
        declared = header(scope, "content-length")
        if declared.isdecimal() and (len(declared) > 20 or int(declared) > most):
            return await refuse(scope, send, 413, _too_large(most), [("connection", "close")])
        return await _LimitedBody(scope, receive, send, most).pass_on(self.app)

    def _wait(self, scope: "Scope") -> int:
        """Count the request; returns the seconds until it may be sent, 0: now."""
        name, where = visitor(scope).name, origin(scope)
        if wait := self._requests.take(name, where):
            return wait
        asks = scope["method"] == "POST" and scope["path"].startswith(_ASKS)
        return self._questions.take(name, where) if asks else 0

    def _brings_files(self, scope: "Scope") -> bool:
        files = header(scope, "content-type").lower().startswith("multipart/form-data")
        return files and visitor(scope).known


def _too_large(most: int) -> str:
    return f"the request is too large: expected at most {most:,} bytes; send less at a time"


class _LimitedBody:
    """A request whose bytes are counted as they arrive: a body without a declared length must not be endless."""

    def __init__(self, scope: "Scope", receive: "Receive", send: "Send", most: int) -> None:
        self._scope, self._receive, self._send, self._most = scope, receive, send, most
        self._seen = 0
        self._started = self._over_limit = False

    async def pass_on(self, app: "ASGIApp") -> None:
        """Run the app. From the first byte too many on, it receives a disconnect and its response is dropped."""
        try:
            await app(self._scope, self._receiving, self._sending)
        except Exception:
            if not self._over_limit:
                raise

    async def _receiving(self) -> "Message":
        message = await self._receive()
        self._seen += len(message.get("body", b""))
        if self._seen <= self._most:
            return message
        if not self._over_limit:
            self._over_limit = True
            if not self._started:
                await refuse(self._scope, self._send, 413, _too_large(self._most), [("connection", "close")])
        return {"type": "http.disconnect"}

    async def _sending(self, message: "Message") -> None:
        self._started = True
        if not self._over_limit:
            await self._send(message)
