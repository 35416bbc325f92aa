"""Whatever is sent to any address of the server: an answer in one line, no file of this machine, never a 500."""

import json
import re
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from assistant.model.engine import Engine
from tests.slow import SLOWLY, Slow
from ui.web.security.blocked_paths import is_blocked
from ui.web.server import Address, launch
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

ROOT = Path(__file__).parents[1]
DRONES = "How many drones hit Kyiv?"
NOBODY = "0" * 32
IDS = (
    NOBODY, "x", "..%2f..", "%2e%2e%2f%2e%2e%2fetc%2fpasswd", "%00", "9" * 5000, "\u202e", "%ff%fe", "' OR 1=1 --",
    "a b", "%ed%a0%80", "*",
)  # fmt: skip
BODIES = (
    b"", b"null", b"[]", b"1", b'"x"', b"{", b"\xff\xfe", b"[" * 60_000, b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    b'{"title": 1}', b'{"title": {"a": [1]}}', b'{"title": "\\ud800"}', b'{"title": NaN}',
    b'{"turn": ' + b"9" * 5000 + b"}",
    b'{"kind": ["up"]}', b'{"kind": "up", "marker": 1e999}', b'{"kind": "up", "marker": true}',
    b'{"kind": "wrong_evidence", "marker": 99999999999999999999999999}', b'{"data": "x"}', b'{"data": [{}, [], null]}',
    b'{"data": ["\\ud800"]}', b'{"model": [], "messages": "x"}', b'{"model": "dateline", "messages": [{"role": 1}]}',
)  # fmt: skip
KINDS = ("application/json", "text/plain", "multipart/form-data", "multipart/form-data; boundary=x")
CHANGES = (
    ("PATCH", f"/api/conversations/{NOBODY}"),
    ("POST", f"/api/conversations/{NOBODY}/cut"),
    ("POST", f"/api/turns/{NOBODY}/feedback"),
    ("POST", f"/api/turns/{NOBODY}/stop"),
    ("POST", "/api/articles"),
    ("POST", "/v1/chat/completions"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/call/ask"),
    ("POST", "/gradio_api/call/page_ask"),
    ("POST", "/gradio_api/run/ask"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
    ("POST", "/gradio_api/upload"),
    ("POST", "/gradio_api/component_server"),
    ("POST", "/gradio_api/mcp/"),
    ("POST", "/login"),
)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("robust") / "data"


@pytest.fixture(scope="module")
def server(engine: Engine, embedder: Embedder, data: Path) -> Iterator[httpx.Client]:
    store = Store.open(data, create=True, embedder=embedder)
    ingest([ROOT / "seeds"], store)
    with launch(Slow(store, engine), Address()) as url, httpx.Client(base_url=url, timeout=60) as client:
        yield client
    store.close()


def is_clear_error(reply: httpx.Response) -> bool:
    """Whether it says what is wrong as every address does, or as Gradio does."""
    payload = reply.json() if reply.headers.get("content-type", "").startswith("application/json") else {}
    message = payload.get("error", payload.get("detail")) if isinstance(payload, dict) else None
    return message is not None and "Traceback" not in str(message)


@pytest.mark.parametrize("id_", IDS, ids=range(len(IDS)))
def test_an_id_that_is_none(server: httpx.Client, id_: str) -> None:
    for method, path, body in (
        ("GET", "/api/conversations/{}", None),
        ("GET", "/api/conversations/{}/export", None),
        ("DELETE", "/api/conversations/{}", None),
        ("PATCH", "/api/conversations/{}", {"title": "x"}),
        ("POST", "/api/conversations/{}/restore", None),
        ("POST", "/api/conversations/{}/cut", {"turn": id_[:100]}),
        ("POST", "/api/turns/{}/feedback", {"kind": "up"}),
        ("POST", "/api/turns/{}/stop", None),
        ("GET", "/api/articles/{}", None),
        ("DELETE", "/api/articles/{}", None),
        ("POST", "/api/articles/undo/{}", None),
        ("GET", "/static/{}", None),
        ("GET", "/assets/{}", None),
        ("GET", "/gradio_api/file={}", None),
        ("GET", "/gradio_api/heartbeats/{}", None),
        ("GET", "/gradio_api/call/ask/{}", None),
    ):
        with server.stream(method, path.format(id_), json=body) as reply:
            if reply.headers["content-type"].startswith("text/event-stream"):
                continue  # Gradio waits for an event of that name
            reply.read()
        if (id_, path) == (NOBODY, "/api/turns/{}/stop"):
            assert reply.status_code == 200, "a question may still come with this id"
            continue
        assert reply.status_code in (403, 404, 405), (method, path, reply.text)
        assert is_clear_error(reply), (method, path, reply.text)


@pytest.mark.parametrize(("method", "path"), CHANGES)
def test_a_body_that_can_not_be_meant(server: httpx.Client, method: str, path: str) -> None:
    for body in BODIES:
        for kind in KINDS:
            reply = server.request(method, path, content=body, headers={"Content-Type": kind})
            assert reply.status_code < 500, (kind, body[:60], reply.text)
    assert server.get("/health").json()["status"] == "ok"


@pytest.mark.parametrize("name", ["ask", "search", "show"])
@pytest.mark.parametrize("data_", [[], [1], [None], [{"a": 1}], ["x" * 100_000], ["x", 2, 3, 4, 5]], ids=range(6))
def test_arguments_of_another_type_are_one_line(server: httpx.Client, name: str, data_: list[Any]) -> None:
    event = server.post(f"/gradio_api/call/{name}", json={"data": data_}).json()["event_id"]
    payload = server.get(f"/gradio_api/call/{name}/{event}").text
    assert payload.startswith("event: error")
    assert "object has no attribute" not in payload


@pytest.mark.parametrize("sent", [None, [], "x", 1, {"turn": 1}, {"turn": NOBODY}, {"turn": NOBODY, "conversation": 1}])
def test_what_the_page_never_sends_is_one_line(server: httpx.Client, sent: object) -> None:
    known = {each["api_name"]: each["id"] for each in server.get("/config").json()["dependencies"]}
    for name in ("page_ask", "page_watch"):
        session = f"s{time.monotonic_ns()}"
        asked = {"data": [], "event_data": sent, "fn_index": known[name], "session_hash": session, "trigger_id": 1}
        assert server.post("/gradio_api/queue/join", json=asked).status_code == 200
        payload = ""
        with server.stream("GET", f"/gradio_api/queue/data?session_hash={session}") as events:
            for line in events.iter_lines():
                payload += line
                if "process_completed" in line:
                    break
        assert "load the page again" in payload


SECRETS = ("data/conversations.sqlite", "ui/web/server.py", "ui/web/static/page.html", "pyproject.toml")


@pytest.mark.parametrize("path", ["/etc/passwd", "/proc/self/environ", *SECRETS])
def test_no_file_of_this_machine_is_given(server: httpx.Client, data: Path, path: str) -> None:
    real = {"data/conversations.sqlite": data / "conversations.sqlite"}.get(path, ROOT / path)
    server.get("/api/conversations")
    for name in (path, str(real), f"/{real}", f"../../../../../..{real}", f"file://{real}", f"..%2f..%2f..{real}"):
        for sessions in (
            "/gradio_api/file=", "/gradio_api/file/", "/gradio_api/proxy=", "/gradio_api/stream/x/x/1/", "/static/",
            "/assets/", "/svelte/", "/api/articles/", "/gradio_api/custom_component/x/", "/file=", "/",
        ):  # fmt: skip
            reply = server.get(f"{sessions}{name}")
            assert reply.status_code in (303, 307, 400, 403, 404, 405, 422), (sessions, name, reply.text[:100])


def test_nothing_can_be_left_at_gradios_own_upload(server: httpx.Client) -> None:
    reply = server.post("/gradio_api/upload", files=[("files", ("x.html", b"<script>1</script>"))])
    assert reply.status_code == 404
    assert reply.json() == {"error": "there is nothing at this address"}
    assert is_blocked("/gradio_api/upload_progress")
    assert not is_blocked("/gradio_api/queue/join")


@pytest.mark.parametrize("method", ["OPTIONS", "HEAD", "TRACE", "PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "path", ["/", "/health", "/api/conversations", "/api/articles", "/v1/models", "/config", "/gradio_api/queue/join"]
)
def test_any_method(server: httpx.Client, method: str, path: str) -> None:
    assert server.request(method, path).status_code in (200, 404, 405)


@pytest.mark.parametrize(
    "query",
    ["offset=-1", "offset=" + "9" * 19, "limit=x", "limit=0", "since=x", "since=0000-00-00", "since=99999", "q=%00",
     "q=%22" * 50, "q=NEAR(", "q=" + "a%20" * 5000, "q=%ed%a0%80", "q=*", "publisher=%00", "publisher=" + "x" * 20_000,
     "since=2025-02&until=2024"],
)  # fmt: skip
def test_any_search_of_articles(server: httpx.Client, query: str) -> None:
    reply = server.get(f"/api/articles?{query}")
    assert reply.status_code == 200 or (reply.status_code == 400 and re.fullmatch(r"[^\n]+", reply.json()["error"]))


def test_many_requests_while_a_question_runs(server: httpx.Client) -> None:
    with ThreadPoolExecutor(20) as pool:
        answer = pool.submit(lambda: server.post("/v1/chat/completions", json=asked(SLOWLY + DRONES)))
        replies = list(pool.map(lambda _: server.get("/health").json()["status"], range(200)))
        assert not answer.done()
        Slow.gate.set()
        assert "145" in json.dumps(answer.result().json())
    Slow.gate.clear()
    assert replies == ["ok"] * 200


def asked(question: str) -> dict[str, Any]:
    return {"model": "dateline", "messages": [{"role": "user", "content": question}]}
