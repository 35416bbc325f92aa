"""Signing in with a name and the server's password, and out again."""

import base64
import hashlib
import hmac
import html
import secrets
import time
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ui.web.access import Rules, address, same, session_cookies
from ui.web.limits import Buckets

if TYPE_CHECKING:
    from fastapi import FastAPI

HOURS = 12
TRIES, MINUTES = 5, 5
"""Wrong passwords or tokens from one address, and the time in which so many are let pass."""

LONGEST_NAME = 60
_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in – Dateline</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.5 system-ui, sans-serif; max-width: 22rem; margin: 12vh auto; padding: 0 1rem; }}
label {{ display: block; margin-top: 1rem; }}
input, button {{ font: inherit; box-sizing: border-box; width: 100%; padding: .6rem; margin-top: .25rem; }}
button {{ margin-top: 1.5rem; }}
[role=alert] {{ border-left: .3rem solid; padding-left: .8rem; }}
</style>
</head>
<body>
<main>
<h1>Dateline</h1>
{told}
<form method="post" action="/sign-in">
<label for="name">Your name</label>
<input id="name" name="name" autocomplete="username" maxlength="{longest}" required value="{name}">
<label for="password">Password</label>
<input id="password" name="password" type="password" autocomplete="current-password" required>
<button type="submit">Sign in</button>
</form>
</main>
</body>
</html>
"""


class Door:
    """Gives out signed sessions and knows them again until the server ends, `HOURS` have passed or they are ended."""

    def __init__(self, rules: Rules, tries: Buckets | None = None) -> None:
        self.rules = rules
        self._key = secrets.token_bytes(32)
        self._tries = tries or Buckets(TRIES, MINUTES * 60)
        self._ended: dict[str, float] = {}

    def admits(self, given: str, secret: str, address: str) -> tuple[int, bool]:
        """Whether the secret is right; before it, the seconds to wait after too many wrong ones, else 0."""
        if wait := self._tries.wait(address):
            return wait, False
        right = same(given, secret)
        if not right:
            self._tries.take(address)
        return 0, right

    def session(self, name: str) -> str:
        """A session for the cookie: name, end and a random part, signed."""
        ends = f"{time.time() + HOURS * 3600:.0f}"
        said = f"{base64.urlsafe_b64encode(name.encode()).decode().rstrip('=')}.{ends}.{secrets.token_hex(8)}"
        return f"{said}.{self._signature(said)}"

    def name(self, session: str) -> str | None:
        """The name in a session; None unless it is one of ours and still good."""
        said, _, signature = session.rpartition(".")
        if not same(signature, self._signature(said)) or session in self._ended:
            return None
        name, ends, _ = said.split(".")
        return base64.urlsafe_b64decode(name + "==").decode() if float(ends) > time.time() else None

    def end(self, session: str) -> None:
        """Makes a session worthless, also for one who has a copy of it."""
        if self.name(session) is not None:
            now = time.time()
            self._ended = {old: until for old, until in self._ended.items() if until > now}
            self._ended[session] = now + HOURS * 3600

    def _signature(self, said: str) -> str:
        return hmac.new(self._key, said.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def add_routes(app: "FastAPI", door: Door) -> None:
    """GET and POST /sign-in, POST /sign-out."""
    from fastapi import Request, Response
    from fastapi.responses import HTMLResponse, RedirectResponse

    def page(status: int = 200, told: str = "", name: str = "", wait: int = 0) -> Response:
        alert = f'<p role="alert">{html.escape(told)}</p>' if told else ""
        text = _PAGE.format(told=alert, name=html.escape(name), longest=LONGEST_NAME)
        return HTMLResponse(text, status, {"Cache-Control": "no-store"} | ({"Retry-After": str(wait)} if wait else {}))

    @app.get("/sign-in", include_in_schema=False)
    async def show_form() -> Response:
        return page()

    @app.post("/sign-in", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        form = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        name, password = (form.get(field, [""])[0] for field in ("name", "password"))
        name = name.strip()
        if not 1 <= len(name) <= LONGEST_NAME or not name.isprintable():
            return page(400, f"The name can't be used: expected 1 to {LONGEST_NAME} printable characters.")
        secret = door.rules.password or door.rules.token or ""
        wait, right = door.admits(password, secret, address(request.scope))
        if wait:
            return page(429, f"Too many wrong passwords: try again in {wait} s.", name, wait)
        if not right:
            return page(401, "That is not the password: ask who runs this server.", name)
        reply = RedirectResponse("/", 303)
        secure = request.url.scheme == "https"
        reply.set_cookie(
            "dateline_session",
            door.session(name),
            max_age=HOURS * 3600,
            httponly=True,
            samesite="strict",
            secure=secure,
        )
        return reply

    @app.post("/sign-out", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        for session in session_cookies(request.scope):
            door.end(session)
        reply = RedirectResponse("/sign-in", 303)
        reply.delete_cookie("dateline_session", httponly=True, samesite="strict")
        return reply
