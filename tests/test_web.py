"""The server of the chat page: a real one on this machine, a real assistant behind it, asked over loopback."""

import os
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from gradio_client import Client

from assistant.assistant import Assistant
from assistant.model.engine import Engine
from ui.errors import ServerError
from ui.web.server import Address, launch
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
DRONES = "How many drones hit Kyiv?"


@pytest.fixture(scope="module")
def assistant(engine: Engine, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    store = Store.open(tmp_path_factory.mktemp("data"), create=True, embedder=embedder)
    ingest(SEEDS, store)
    yield Assistant(store, engine)
    store.close()


@pytest.fixture(scope="module")
def url(assistant: Assistant) -> Iterator[str]:
    with launch(assistant, Address()) as url:
        yield url


def test_the_page_is_there_and_the_collection_behind_it(url: str) -> None:
    page = httpx.get(url, headers={"Accept": "text/html"})
    assert page.headers["content-security-policy"].startswith("default-src 'self'")
    assert "Dateline" in page.text
    assert httpx.get(f"{url}/health").json()["articles"] == 2


def test_programs_ask_through_gradios_api(url: str) -> None:
    answer = Client(url, verbose=False).predict(DRONES, api_name="/ask")
    assert "145" in answer["answer"]
    assert answer["citations"][0]["quote"]


def test_several_at_once_get_their_own_answers(url: str) -> None:
    questions = [DRONES, "Who won the 1998 football world cup in France?", DRONES]

    def ask(question: str) -> str:
        return str(Client(url, verbose=False).predict(question, api_name="/ask")["answer"])

    with ThreadPoolExecutor(3) as pool:
        replies = list(pool.map(ask, questions))
    assert replies[0] == replies[2]
    assert replies[1] == "The articles do not say."
    assert replies[1] != replies[0]


def test_the_pages_own_events_are_no_api(url: str) -> None:
    named = httpx.get(f"{url}/gradio_api/info").json()["named_endpoints"]
    assert set(named) == {"/ask", "/search", "/show"}


def test_nothing_is_sent_to_the_makers_of_gradio(url: str) -> None:
    config = Client(url, verbose=False).config
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert config["analytics_enabled"] is False
    assert config.get("run_history") in (None, False)


def test_a_page_elsewhere_can_not_use_it(url: str) -> None:
    assert httpx.get(url, headers={"Host": "evil.example"}).status_code == 403
    foreign = {"Origin": "http://evil.example"}
    assert httpx.post(f"{url}/api/turns/{'0' * 32}/stop", headers=foreign).status_code == 403
    assert httpx.post(f"{url}/api/turns/{'0' * 32}/stop").status_code == 200


def test_only_this_machine_reaches_it(url: str) -> None:
    port = int(url.rsplit(":", 1)[1])
    with socket.socket() as elsewhere:
        elsewhere.settimeout(2)
        # Another of this machine's own addresses: a server on all of them would answer.
        assert elsewhere.connect_ex(("127.0.0.2", port)) != 0


def test_the_port_is_free_again_when_it_ends(assistant: Assistant) -> None:
    with launch(assistant, Address()) as url:
        port = int(url.rsplit(":", 1)[1])
    with launch(assistant, Address(port=port)) as again:
        assert httpx.get(f"{again}/health").json()["status"] == "ok"


def test_a_taken_port_is_one_clear_line(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        message = rf"port {port} \(Address already in use\): choose another"
        with pytest.raises(ServerError, match=message), launch(assistant, Address(port=port)):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_it_is_not_served_to_others_without_a_password(assistant: Assistant, host: str) -> None:
    with pytest.raises(ServerError, match="it has no password"), launch(assistant, Address(host)):
        pass


def test_a_public_name_needs_a_password_too_and_is_then_answered(assistant: Assistant) -> None:
    with pytest.raises(ServerError, match=r"news\.example\.org: it has no password"):
        launch(assistant, Address(public_host="news.example.org")).__enter__()
    with launch(assistant, Address(public_host="News.example.org", password="let me in")) as url:
        assert httpx.get(f"{url}/health", headers={"Host": "news.example.org"}).status_code == 200
        assert httpx.get(f"{url}/health", headers={"Host": "other.example.org"}).status_code == 403


def test_with_a_password_it_is_served_to_who_signs_in(assistant: Assistant) -> None:
    with launch(assistant, Address("0.0.0.0", password="let me in", token="a token")) as url:
        near = url.replace("0.0.0.0", "127.0.0.1")
        with httpx.Client(base_url=near, follow_redirects=True) as browser:
            assert "Sign in" in browser.get("/", headers={"Accept": "text/html"}).text
            assert browser.get("/api/conversations").status_code == 401
            signed = browser.post("/sign-in", data={"name": "Ann", "password": "let me in"})
            assert signed.status_code == 200
            assert browser.get("/api/conversations").json() == {"conversations": []}
        bearer = {"Authorization": "Bearer a token"}
        assert httpx.get(f"{near}/v1/models", headers=bearer).json()["data"][0]["id"] == "dateline"
        assert httpx.get(f"{near}/v1/models").status_code == 401
        assert httpx.post(f"{near}/gradio_api/queue/join", json={}).status_code == 401
