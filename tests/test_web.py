"""The chat page: a real server on this machine, a real assistant behind it, asked over loopback."""

import os
import re
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise
from pathlib import Path

import pytest
from gradio_client import Client

from assistant.answer import Answer, Citation
from assistant.assistant import Assistant
from assistant.model.engine import Engine
from ui.errors import ServerError
from ui.log import QuestionLog
from ui.web.server import launch, sources_html
from vectorstore.ingest import ingest
from vectorstore.store import Store

SEEDS = sorted((Path(__file__).parent.parent / "seeds").glob("*.txt"))
DRONES = "How many drones hit Kyiv?"


@pytest.fixture(scope="module")
def assistant(engine: Engine, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    store = Store.open(tmp_path_factory.mktemp("data"), create=True)
    ingest(SEEDS, store)
    yield Assistant(store, engine)
    store.close()


@pytest.fixture(scope="module")
def log(tmp_path_factory: pytest.TempPathFactory) -> QuestionLog:
    return QuestionLog(tmp_path_factory.mktemp("log") / "questions.sqlite")


@pytest.fixture(scope="module")
def url(assistant: Assistant, log: QuestionLog) -> Iterator[str]:
    with launch(assistant, "127.0.0.1", 0, log) as url:
        yield url


def ask(client: Client, question: str) -> tuple[str, str]:
    reply, sources = client.predict(question, api_name="/chat")
    return reply, sources


def test_an_answer_with_its_sources(url: str) -> None:
    reply, sources = ask(Client(url, verbose=False), DRONES)
    markers = set(map(int, re.findall(r"\[(\d+)\]", reply)))
    assert "145" in reply + sources
    assert markers
    assert markers == set(map(int, re.findall(r'<li value="(\d+)">', sources)))


def test_statements_come_one_after_the_other(url: str) -> None:
    told = list(Client(url, verbose=False).submit(DRONES, api_name="/chat"))
    assert len(told) >= 2
    assert all(later.startswith(earlier) for (earlier, _), (later, _) in pairwise(told))
    assert [sources != "" for _, sources in told] == [False] * (len(told) - 1) + [True]


def test_a_conversation_is_logged_as_one_and_another_is_not(url: str, log: QuestionLog) -> None:
    client = Client(url, verbose=False)
    ask(client, DRONES)
    ask(client, "And how many died?")
    ask(Client(url, verbose=False), DRONES)
    first, second, other = log.recent(3)
    assert [entry.answer.question for entry in (first, second, other)] == [
        DRONES,
        "And how many died?",
        DRONES,
    ]
    assert first.conversation == second.conversation != other.conversation


def test_what_can_not_be_asked_is_one_clear_line(url: str, log: QuestionLog) -> None:
    before = log.recent(1)
    reply, sources = ask(Client(url, verbose=False), "x" * 100_000)
    assert "100,000" in reply
    assert "Traceback" not in reply
    assert sources == ""
    assert log.recent(1) == before


def test_several_at_once_get_their_own_answers(url: str) -> None:
    questions = [DRONES, "Who won the 1998 football world cup in France?", DRONES]
    with ThreadPoolExecutor(3) as pool:
        replies = list(pool.map(lambda question: ask(Client(url, verbose=False), question), questions))
    assert replies[0] == replies[2]
    assert replies[1][0] == "The articles do not say."
    assert replies[1][0] != replies[0][0]


def test_nothing_is_sent_to_the_makers_of_gradio(url: str) -> None:
    config = Client(url, verbose=False).config
    assert os.environ["GRADIO_ANALYTICS_ENABLED"] == "False"
    assert config["analytics_enabled"] is False
    assert config.get("run_history") in (None, False)


def test_only_this_machine_reaches_it(url: str) -> None:
    port = int(url.rsplit(":", 1)[1])
    with socket.socket() as elsewhere:
        elsewhere.settimeout(2)
        # Another of this machine's own addresses: a server on all of them would answer.
        assert elsewhere.connect_ex(("127.0.0.2", port)) != 0


def test_a_taken_port_is_one_clear_line(assistant: Assistant) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = rf"port {port} \(Address already in use\): choose another"
        with pytest.raises(ServerError, match=said), launch(assistant, "127.0.0.1", port):
            pass


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])
def test_it_is_not_served_to_others(assistant: Assistant, host: str) -> None:
    with pytest.raises(ServerError, match="it has no password"), launch(assistant, host, 0):
        pass


def test_an_articles_words_never_become_html() -> None:
    nasty = "<script>alert(1)</script>\x1b[2J\"'&"
    citation = Citation(1, "ab", nasty, nasty, nasty, nasty, nasty, nasty, 0, 1)
    shown = sources_html(Answer("q", "a", False, (), (citation,), (), (), 1.0, "m"))
    assert "<script" not in shown
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "\x1b" not in shown
    assert sources_html(Answer("q", "a", True, (), (), (), (), 0.0, "m")) == ""
