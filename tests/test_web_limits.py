"""How much one visitor may ask and send, on a real server."""

from collections.abc import Iterator
from contextlib import suppress

import httpx
import pytest
from fastapi import FastAPI, Request

from tests.serving import serving
from ui.web.security.install import protect
from ui.web.security.limits import Limits, TokenBuckets
from ui.web.security.rules import Rules

pytestmark = pytest.mark.usefixtures("still_limits")

TOKEN = {"Authorization": "Bearer a-token"}
LIMITS = Limits(questions_per_minute=2, upload_bytes=5_000, body_bytes=1_000, requests_per_minute=6)


class Clock:
    """Seconds that pass when a test says so."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def app_with(rules: Rules) -> FastAPI:
    app = FastAPI()

    @app.post("/v1/chat/completions")
    @app.post("/gradio_api/run/ask")
    @app.post("/api/echo")
    async def echo(request: Request) -> dict[str, int]:
        return {"bytes": len(await request.body())}

    @app.post("/api/form")
    async def form(request: Request) -> dict[str, int]:
        async with request.form() as sent:
            return {"fields": len(sent)}

    protect(app, rules, LIMITS)
    return app


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with serving(app_with(Rules())) as url:
        yield url


@pytest.fixture
def closed() -> Iterator[httpx.Client]:
    rules = Rules(password="a password", token="a-token")
    with serving(app_with(rules)) as url, httpx.Client(base_url=url) as client:
        yield client


def test_a_bucket_fills_again_evenly() -> None:
    clock = Clock()
    bucket = TokenBuckets(3, 60, clock=clock)
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 20]
    assert bucket.take("b") == 0
    clock.now += 19
    assert bucket.take("a") == bucket.wait("a") == 1
    clock.now += 1
    assert [bucket.take("a") for _ in range(2)] == [0, 20]
    clock.now += 10_000
    assert [bucket.take("a") for _ in range(4)] == [0, 0, 0, 20]


def test_the_memory_of_visitors_is_bounded() -> None:
    bucket = TokenBuckets(2, 60, most=100, clock=Clock())
    bucket.take("first")
    for number in range(1_000):
        bucket.take(str(number))
        bucket.wait(f"only looked at {number}")
        bucket.take("regular") if number % 50 == 0 else None
    assert len(bucket._buckets) == 100
    assert bucket.wait("regular"), "who comes again and again is not forgotten"
    assert not bucket.wait("first")


def test_no_rate_without_a_password(url: str) -> None:
    replies = [httpx.post(f"{url}/v1/chat/completions").status_code for _ in range(10)]
    assert replies == [200] * 10


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/gradio_api/run/ask"])
def test_questions_within_a_minute(closed: httpx.Client, path: str) -> None:
    assert [closed.post(path, headers=TOKEN).status_code for _ in range(3)] == [200, 200, 429]
    late = closed.post(path, headers=TOKEN)
    assert 0 < int(late.headers["retry-after"]) <= 30
    assert "too many requests" in str(late.json()["error"])
    assert "default-src" in late.headers["content-security-policy"]
    assert closed.post("/api/echo", headers=TOKEN).status_code == 200, "what is no question goes on"


def test_each_person_has_a_bucket(closed: httpx.Client) -> None:
    assert [closed.post("/v1/chat/completions", headers=TOKEN).status_code for _ in range(3)] == [200, 200, 429]
    closed.post("/sign-in", data={"name": "Ada", "password": "a password"})
    assert closed.post("/v1/chat/completions").status_code == 200


def test_requests_within_a_minute(closed: httpx.Client) -> None:
    replies = [closed.post("/api/echo", headers=TOKEN).status_code for _ in range(8)]
    assert replies == [200] * 6 + [429] * 2


def chunked(size: int, piece: int = 100) -> Iterator[bytes]:
    """A body without a declared length."""
    for _ in range(size // piece):
        yield b"x" * piece


@pytest.mark.parametrize("declared", [True, False])
def test_a_body_up_to_the_limit(url: str, declared: bool) -> None:
    body = b"x" * 1_000 if declared else chunked(1_000)
    assert httpx.post(f"{url}/api/echo", content=body).json() == {"bytes": 1_000}


@pytest.mark.parametrize(
    ("path", "declared"),
    [("/api/echo", True), ("/api/echo", False), ("/api/form", True), ("/api/form", False), ("/nothing", True)],
)
def test_a_body_over_the_limit(url: str, path: str, declared: bool) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = httpx.post(f"{url}{path}", content=b"x" * 1_001 if declared else chunked(1_100), headers=form)
    assert reply.status_code == 413
    assert "expected at most 1,000 bytes" in reply.json()["error"]
    assert "default-src" in reply.headers["content-security-policy"]


def test_files_may_be_larger(url: str) -> None:
    def upload(size: int) -> httpx.Response:
        return httpx.post(f"{url}/api/form", files={"file": ("a.txt", b"x" * size)})

    assert upload(4_000).json() == {"fields": 1}
    assert upload(6_000).status_code == 413


def test_files_of_an_unknown_visitor_may_not(closed: httpx.Client) -> None:
    files = {"file": ("a.txt", b"x" * 2_000)}
    assert closed.post("/sign-in", files=files).status_code == 413
    assert closed.post("/api/form", files=files, headers=TOKEN).status_code == 200


def test_an_endless_upload_is_cut_off(url: str) -> None:
    def endless() -> Iterator[bytes]:
        yield b'--edge\r\nContent-Disposition: form-data; name="f"; filename="a.txt"\r\n\r\n'
        while True:
            yield b"x" * 1_000

    headers = {"Content-Type": "multipart/form-data; boundary=edge"}
    with suppress(httpx.WriteError, httpx.ReadError):  # the server hung up before all was written
        assert httpx.post(f"{url}/api/form", content=endless(), headers=headers, timeout=60).status_code == 413
    assert httpx.post(f"{url}/api/echo", content=b"x").json() == {"bytes": 1}
