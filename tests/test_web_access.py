"""Who may speak to the server: a real one, asked over loopback; in a real browser: browser/test_sign_in.py."""

import threading
import time
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI, Request, WebSocket
from fastapi.responses import StreamingResponse

from tests.serving import serving
from ui.errors import ServerError
from ui.web.security import requests
from ui.web.security.access import Access
from ui.web.security.install import protect
from ui.web.security.limits import Limits, TokenBuckets
from ui.web.security.rules import LOOPBACK, Rules
from ui.web.security.sessions import TRIES, Sessions

pytestmark = pytest.mark.usefixtures("still_limits")

PAGE = {"Accept": "text/html"}
PASSWORD, TOKEN = "correct horse", "a-long-token"
FIRST_READ = threading.Event()
"""Set when the client has read the first piece of a stream, whose next piece the server keeps back until then."""


def app_with(rules: Rules, **limits: int) -> FastAPI:
    app = FastAPI()

    @app.get("/")
    def page() -> str:
        return "the page"

    @app.get("/health")
    def health(request: Request) -> dict[str, Any]:
        return {"known": requests.known(request)}

    @app.api_route("/who", methods=["GET", "POST"])
    def who(request: Request) -> dict[str, str]:
        return {"owner": requests.owner(request)}

    @app.get("/slow")
    def slow() -> StreamingResponse:
        def pieces() -> Iterator[str]:
            yield "first"
            yield "last" if FIRST_READ.wait(60) else "too late"

        return StreamingResponse(pieces())

    @app.websocket("/socket")
    async def socket(websocket: WebSocket) -> None:
        await websocket.accept()
        await websocket.send_text("hello")
        await websocket.close()

    protect(app, rules, Limits(**limits))
    return app


@pytest.fixture(scope="module")
def open_url() -> Iterator[str]:
    with serving(app_with(Rules())) as url:
        yield url


@pytest.fixture
def closed() -> Iterator[httpx.Client]:
    rules = Rules(password=PASSWORD, token=TOKEN)
    with serving(app_with(rules)) as url, httpx.Client(base_url=url) as client:
        yield client


OWN = "nine green bottles"
"""The passphrase of a name's own."""


def sign_in(
    client: httpx.Client, password: str = PASSWORD, name: str = "Ada Lovelace", own: str = OWN
) -> httpx.Response:
    return client.post("/sign-in", data={"name": name, "password": password, "own": own})


def test_open_on_loopback(open_url: str) -> None:
    assert httpx.get(f"{open_url}/who").json() == {"owner": ""}
    assert httpx.get(f"{open_url}/health").json() == {"known": True}
    assert httpx.get(f"{open_url}/sign-in").status_code == 404


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost:1234", "LOCALHOST", "[::1]:7860", "[::1]"])
def test_its_own_names_are_answered(open_url: str, host: str) -> None:
    assert httpx.get(f"{open_url}/who", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    ["evil.example", "localhost.evil.example", "127.0.0.1.evil.example:80", "127.0.0.1@evil.example", "192.168.0.7",
     "localhost:80:80", "", "evil.example, localhost"],
)  # fmt: skip
def test_another_name_is_refused(open_url: str, host: str) -> None:
    reply = httpx.get(f"{open_url}/who", headers={"Host": host})
    assert reply.status_code == 403
    assert "this server is not" in reply.json()["error"]


def test_every_address_in_digits_but_no_other_name() -> None:
    guard = Access(FastAPI(), Rules(LOOPBACK | {"0.0.0.0"}), Sessions(Rules()))

    def foreign(host: str) -> str:
        return guard._foreign({"headers": [(b"host", host.encode())]})

    assert not foreign("192.168.0.7:7860")
    assert not foreign("[2001:db8::7]:7860")
    assert foreign("abc.de")
    assert foreign("1.2.3.4.evil.example")


@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
@pytest.mark.parametrize("origin", ["http://evil.example", "null", "http://127.0.0.1:1", "file://"])
def test_a_page_of_another_server_is_refused(open_url: str, origin: str, method: str) -> None:
    assert httpx.request(method, f"{open_url}/who", headers={"Origin": origin}).status_code == 403


def test_its_own_page_is_not(open_url: str) -> None:
    assert httpx.post(f"{open_url}/who", headers={"Origin": open_url}).status_code == 200


def test_every_response_has_the_security_headers(open_url: str) -> None:
    refused = httpx.get(f"{open_url}/who", headers={"Host": "evil.example"})
    for reply in (httpx.get(f"{open_url}/who"), httpx.get(f"{open_url}/nothing"), refused):
        assert "frame-ancestors 'none'" in reply.headers["content-security-policy"]
        assert reply.headers["x-content-type-options"] == "nosniff"
        assert reply.headers["referrer-policy"] == "same-origin"


def test_a_stream_comes_as_it_is_made(open_url: str) -> None:
    with httpx.stream("GET", f"{open_url}/slow", timeout=90) as reply:
        pieces = reply.iter_text()
        assert next(pieces) == "first"
        FIRST_READ.set()
        assert "".join(pieces) == "last"


def test_a_websocket_passes_only_from_its_own_page(open_url: str) -> None:
    from websockets.exceptions import InvalidStatus
    from websockets.sync.client import connect

    address = open_url.replace("http", "ws") + "/socket"
    with connect(address, origin=open_url, proxy=None) as socket:  # type: ignore[arg-type]
        assert socket.recv() == "hello"
    with pytest.raises(InvalidStatus, match="403"):
        connect(address, origin="http://evil.example", proxy=None)  # type: ignore[arg-type]


def test_without_signing_in(closed: httpx.Client) -> None:
    page = closed.get("/", headers=PAGE)
    assert (page.status_code, page.headers["location"]) == (303, "/sign-in")
    for method, path in (("GET", "/who"), ("POST", "/"), ("GET", "/health/"), ("GET", "//health"), ("GET", "/docs")):
        reply = closed.request(method, path)
        assert reply.status_code == 401
        assert "sign in first" in reply.json()["error"]
    assert closed.get("/health").json() == {"known": False}


def test_signing_in_and_out(closed: httpx.Client) -> None:
    form = closed.get("/sign-in")
    assert form.status_code == 200
    assert '<label for="password">' in form.text
    assert sign_in(closed).status_code == 200
    closed.cookies.clear()
    reply = sign_in(closed)
    assert (reply.status_code, reply.headers["location"]) == (303, "/")
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert closed.get("/who").json() == {"owner": "adalovelace"}
    assert closed.get("/health").json() == {"known": True}
    stolen = closed.cookies["dateline_session"]
    assert closed.post("/sign-out").status_code == 303
    assert closed.get("/who").status_code == 401
    assert closed.get("/who", headers={"Cookie": f"dateline_session={stolen}"}).status_code == 401


def test_a_session_can_not_be_made_up(closed: httpx.Client) -> None:
    sign_in(closed)
    genuine = closed.cookies["dateline_session"]
    payload, issued, signature = genuine.split(".")
    later = f"{payload}.{issued[:-1]}{'A' if issued[-1] != 'A' else 'B'}.{signature}"
    other = f"WyJCb2IiLCIiLCIwIl0.{issued}.{signature}"
    closed.cookies.clear()
    for made_up in (later, other, genuine[:-1], "", ".", "a.b.c.d", "ä.1.2.3"):
        headers = {"Cookie": f"dateline_session={made_up}".encode()}
        assert closed.get("/who", headers=headers).status_code == 401  # type: ignore[arg-type]
    assert closed.get("/who", headers={"Cookie": f"a=b; dateline_session={genuine}"}).status_code == 200


def test_a_session_ends_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions = Sessions(Rules(password=PASSWORD))
    session = sessions.issue("Žofie ❤")
    assert sessions.name(session) == "Žofie ❤"
    now = time.time()
    monkeypatch.setattr(time, "time", lambda: now + 12 * 3600 + 1)
    assert sessions.name(session) is None
    assert Sessions(Rules(password=PASSWORD)).name(session) is None


def test_an_ended_session_written_otherwise_stays_ended() -> None:
    sessions = Sessions(Rules(password=PASSWORD))
    session = sessions.issue("Ada")
    sessions.end(session)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    assert {sessions.name(session[:-1] + letter) for letter in letters} == {None}
    assert sessions.name(sessions.issue("Ada")) == "Ada"


def test_a_token(closed: httpx.Client) -> None:
    assert closed.get("/who", headers={"Authorization": f"Bearer {TOKEN}"}).json() == {"owner": "token"}
    assert closed.get("/who", headers={"Authorization": f"bearer  {TOKEN}"}).status_code == 200
    for wrong in (f"Bearer {TOKEN}x", "Bearer", f"Basic {TOKEN}", TOKEN, f"Bearer {PASSWORD}"):
        assert closed.get("/who", headers={"Authorization": wrong}).status_code == 401


def test_wrong_passwords(closed: httpx.Client) -> None:
    for _ in range(TRIES):
        reply = sign_in(closed, "guess")
        assert reply.status_code == 401
        assert "That is not the password" in reply.text
    for password in ("guess", PASSWORD):
        late = sign_in(closed, password)
        assert late.status_code == 429
        assert 0 < int(late.headers["retry-after"]) <= 60
    reply = closed.get("/who", headers={"Authorization": f"Bearer {TOKEN}"})
    assert reply.status_code == 429, "tokens can't be guessed instead"


@pytest.mark.parametrize("name", ["", "   ", "x" * 61, "a\nb", "a\u202eb", "a\x00b"])
def test_a_name_that_can_not_be_used(closed: httpx.Client, name: str) -> None:
    assert sign_in(closed, name=name).status_code == 400


def test_a_name_is_shown_as_text(closed: httpx.Client) -> None:
    reply = sign_in(closed, "guess", name='"><script>alert(1)</script>')
    assert "<script>" not in reply.text
    assert "&lt;script&gt;" in reply.text


def test_the_token_alone_is_the_password_too() -> None:
    with serving(app_with(Rules(token=TOKEN))) as url, httpx.Client(base_url=url) as client:
        assert sign_in(client, "").status_code == 401
        assert sign_in(client, TOKEN).status_code == 200


def test_an_empty_password_is_none() -> None:
    with pytest.raises(ServerError, match="empty"):
        Rules(password="")


def test_tries_from_another_address_go_on() -> None:
    sessions = Sessions(Rules(password=PASSWORD), TokenBuckets(1, 60))
    assert sessions.check_password("x", PASSWORD, "10.0.0.1") == (0, False)
    assert sessions.check_password(PASSWORD, PASSWORD, "10.0.0.1") == (60, False)
    assert sessions.check_password(PASSWORD, PASSWORD, "10.0.0.2") == (0, True)
