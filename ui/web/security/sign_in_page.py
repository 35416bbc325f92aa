"""The sign-in page and its routes."""

import html
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from ui.errors import PeopleError
from ui.web.security.requests import origin, session_cookies
from ui.web.security.sessions import HOURS, Sessions
from ui.web.security.user_names import LONGEST as LONGEST_NAME
from ui.web.security.user_names import folded, skeleton, tidy, usable
from ui.web.security.users import LONGEST, SHORTEST, new_passphrase

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.responses import Response

_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in – Dateline</title>
<style>
:root {{ color-scheme: light dark; }}
body {{ font: 1.05rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 10vh auto; padding: 0 1rem; }}
label {{ display: block; margin-top: 1rem; }}
input, button {{ font: inherit; box-sizing: border-box; width: 100%; padding: .6rem; margin-top: .25rem; }}
button {{ margin-top: 1.5rem; }}
small {{ display: block; }}
code {{ font-size: 1.2em; user-select: all; }}
[role=alert] {{ border-left: .3rem solid; padding-left: .8rem; }}
</style>
</head>
<body>
<main>
<h1>Dateline</h1>
{content}
</main>
</body>
</html>
"""
_FORM = """{alert}
<form method="post" action="/sign-in">
<label for="name">Your name</label>
<input id="name" name="name" autocomplete="username" maxlength="{longest}" required value="{name}">
<label for="password">Password of this server</label>
<input id="password" name="password" type="password" autocomplete="off" required>
<label for="own">Your own passphrase</label>
<input id="own" name="own" type="password" autocomplete="current-password" maxlength="200" aria-describedby="own-hint">
<small id="own-hint">The first time leave it empty, and you are given one, or choose one of {shortest} characters
or more. From then on your name opens only with it.</small>
<button type="submit">Sign in</button>
</form>"""
_GIVEN = """<h2>{name} is your name now</h2>
<p>Your own passphrase is</p>
<p><code id="passphrase">{own}</code></p>
<p>Keep it: from now on your name and your conversations open only with it, on every device. It is not shown again.
If it is lost, who runs this server can give you another.</p>
<p><a href="/">Go on to Dateline</a></p>"""


def add_routes(app: "FastAPI", sessions: Sessions) -> None:
    """GET and POST /sign-in, POST /sign-out."""
    from anyio import to_thread
    from fastapi import Request, Response
    from fastapi.responses import RedirectResponse

    @app.get("/sign-in", include_in_schema=False)
    async def show_form() -> Response:
        return _form()

    @app.post("/sign-in", include_in_schema=False)
    async def sign_in(request: Request) -> Response:
        sent = parse_qs((await request.body()).decode("utf-8", "replace"), keep_blank_values=True)
        name, password, own = (sent.get(field, [""])[0] for field in ("name", "password", "own"))
        name, own, where = tidy(name), own.strip(), origin(request.scope)
        if not usable(name):
            return _form(400, f"The name can't be used: expected 1 to {LONGEST_NAME} printable characters.")
        wait, right = sessions.check_password(password, sessions.rules.password or sessions.rules.token or "", where)
        if wait:
            return _form(429, f"Too many wrong passwords: try again in {wait} s.", name, wait)
        if not right:
            return _form(401, "That is not the password: ask who runs this server.", name)
        async with sessions.one_at_a_time:
            refused, fresh = await to_thread.run_sync(_unlock, sessions, name, own, where)
        if refused:
            return refused
        reply = _page(_GIVEN.format(name=html.escape(name), own=html.escape(fresh))) if fresh else None
        return _with_session(reply or RedirectResponse("/", 303), sessions.issue(name), request.url.scheme == "https")

    @app.post("/sign-out", include_in_schema=False)
    async def sign_out(request: Request) -> Response:
        for session in session_cookies(request.scope):
            sessions.end(session)
        reply = RedirectResponse("/sign-in", 303)
        reply.delete_cookie("dateline_session", httponly=True, samesite="strict")
        return reply


def _unlock(sessions: Sessions, name: str, own: str, where: str) -> tuple["Response | None", str]:
    """Check or register a name: (the reply that refuses it or None, the passphrase given to a new name or "")."""
    if skeleton(name) in map(skeleton, sessions.rules.programs.values()):
        return _form(400, f"{name} is the name of a program here: choose another name.", name), ""
    try:
        if not sessions.people.has(name):
            return _register(sessions, name, own, where)
        if not own:
            return _form(401, f"{name} is somebody's name already: {_ITS_OWN}", name), ""
        if wait := sessions.passphrase_wait(name, where):
            return _form(429, f"Too many wrong passphrases: try again in {wait} s.", name, wait), ""
        if not sessions.people.opens(name, own):
            sessions.count_wrong_passphrase(name, where)
            return _form(401, f"That is not the passphrase of {name}: {_ITS_OWN}", name), ""
    except PeopleError as error:
        return _form(500, f"{error}.", name), ""
    return None, ""


_ITS_OWN = (
    "if it is yours, type its own passphrase (who runs this server gives another with 'dateline people --reset'),"
    " else choose another name."
)


def _register(sessions: Sessions, name: str, own: str, where: str) -> tuple["Response | None", str]:
    """As `_unlock`, for a name that nobody has yet."""
    if own and not SHORTEST <= len(own) <= LONGEST:
        return _form(400, f"The passphrase has {len(own)} characters: expected {SHORTEST} to {LONGEST}.", name), ""
    if own and (folded(own) == folded(name) or own == sessions.rules.password):
        return _form(400, "The passphrase is your name or the server's password: choose another.", name), ""
    if other := sessions.people.lookalike(name):
        return _form(401, f"{name} looks like the name {other}, which is taken: choose another.", name), ""
    if wait := sessions.count_new_name(where):
        return _form(429, f"Too many new names from this address: try again in {wait} s.", name, wait), ""
    own = own or new_passphrase()
    if not sessions.people.claim(name, own):
        return _form(401, f"{name} is somebody's name already: {_ITS_OWN}", name), ""
    return None, own


def _form(status: int = 200, message: str = "", name: str = "", wait: int = 0) -> "Response":
    alert = f'<p role="alert">{html.escape(message)}</p>' if message else ""
    return _page(
        _FORM.format(alert=alert, name=html.escape(name), longest=LONGEST_NAME, shortest=SHORTEST), status, wait
    )


def _page(content: str, status: int = 200, wait: int = 0) -> "Response":
    from fastapi.responses import HTMLResponse

    headers = {"Cache-Control": "no-store"} | ({"Retry-After": str(wait)} if wait else {})
    return HTMLResponse(_PAGE.format(content=content), status, headers)


def _with_session(reply: "Response", session: str, secure: bool) -> "Response":
    reply.set_cookie("dateline_session", session, max_age=HOURS * 3600, httponly=True, samesite="strict", secure=secure)
    return reply
