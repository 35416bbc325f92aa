"""Waiting in the line and stopping: an update for each change alone, and a stop that waits for nobody."""

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path
from typing import cast

import httpx
import pytest
from fastapi import FastAPI, Request

from assistant.assistant import Assistant
from assistant.model.engine import Engine
from assistant.model.generation import Generation
from assistant.model.generation import Request as ModelRequest
from tests.scripted import HANGS, Scripted, new, sent, until
from tests.serving import serving
from tests.slow import SLOWLY, Slow
from ui.web.api import chat_routes
from ui.web.api.page_events import Chat
from ui.web.chat.conversations import Conversations
from ui.web.chat.fair_queue import Line
from ui.web.chat.jobs import Asked, Asking
from ui.web.chat.turn import Turn
from ui.web.server import Address, launch
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store

THREADS = 50
"""More than a server of FastAPI has for all that is no coroutine."""


@pytest.fixture
def assistant() -> Iterator[Scripted]:
    scripted = Scripted()
    yield scripted
    scripted.release.set()


def test_who_waits_hears_of_a_new_place_and_of_nothing_else(assistant: Scripted) -> None:
    line = Line(at_once=1)
    asking, seen = Asking(cast(Assistant, assistant), line), []
    turn = Turn(new(), "How many boats sank?")
    with ExitStack() as stack:
        stack.enter_context(line.join("under way"))
        first = ExitStack()
        first.enter_context(line.join("first"))
        asking.begin(Asked(turn, "", "a"), lambda _: None)
        watching = threading.Thread(target=lambda: seen.extend(asking.watch(turn.id, "")))
        watching.start()
        until(lambda: (asking.now(turn.id, "") or turn).ahead == 2)
        for number in range(30):  # behind it, which changes nothing for it
            with line.join(f"behind {number}"):
                time.sleep(0.02)
        first.close()
        until(lambda: (asking.now(turn.id, "") or turn).ahead == 1)
        time.sleep(1)
    watching.join(60)
    waiting = [one.ahead for one in seen if one.state == "waiting"]
    assert waiting in ([2, 1], [0, 2, 1]), "its first state may be seen before its place is known"
    assert all(one != other for one, other in pairwise(seen))
    assert seen[-1].state == "done"


def test_the_page_gets_no_update_that_shows_the_same(assistant: Scripted, tmp_path: Path) -> None:
    line = Line(at_once=1)
    chat = Chat(Conversations(tmp_path / "c.sqlite"), Asking(cast(Assistant, assistant), line))
    shown: list[str] = []
    with line.join("under way"):
        asked = sent("How many boats sank?")
        asking = threading.Thread(target=lambda: shown.extend(one["html"] for one in chat.ask(asked, "", "b")))
        asking.start()
        until(lambda: any("1 question before yours" in html for html in shown))
        time.sleep(1)
    asking.join(60)
    assert len(shown) == len(set(shown))


def test_places_are_counted_once_for_a_change(monkeypatch: pytest.MonkeyPatch, assistant: Scripted) -> None:
    line, counted = Line(at_once=1), []
    order = Line._order
    monkeypatch.setattr(Line, "_order", lambda line: counted.append(1) or order(line))  # type: ignore[func-returns-value]
    asking = Asking(cast(Assistant, assistant), line)
    with line.join("under way"):
        turns = [Turn(new(), "How many boats sank?") for _ in range(20)]
        for number, turn in enumerate(turns):
            asking.begin(Asked(turn, "", str(number)), lambda _: None)
        until(lambda: sum(bool((asking.now(turn.id, "") or turn).ahead) for turn in turns) == 20)
        after = len(counted)
        time.sleep(1)
        assert len(counted) == after, "nothing has changed"
        for turn in turns:
            asking.stop(turn.id, "")
        until(lambda: all((asking.now(turn.id, "") or turn).over for turn in turns))
    assert after <= 2 * 21, "at each arrival once, or twice where a turn has come"


@pytest.mark.parametrize("question", [HANGS, "How many boats sank?"])
def test_a_stop_waits_neither_for_the_model_nor_for_the_line(assistant: Scripted, question: str) -> None:
    """The assistant hears nothing; the other question waits behind it."""
    asking = Asking(cast(Assistant, assistant), Line(at_once=1))
    over: list[Turn] = []
    asking.begin(Asked(Turn(new(), HANGS), "", "b"), lambda _: None)
    assert assistant.hanging.wait(60)
    if question == HANGS:
        assistant.hanging.clear()
        asking.line.at_once = 2
    turn = Turn(new(), question)
    asking.begin(Asked(turn, "", "a"), over.append)
    if question == HANGS:
        assert assistant.hanging.wait(60)
    assert asking.stop(turn.id, "")
    assert list(asking.watch(turn.id, ""))[-1].state == "stopped"
    assistant.release.set()
    assert not asking.stop(turn.id, "")
    until(lambda: not asking.line._under_way)
    assert [one.state for one in over] == ["stopped"], "what came of it later is not stored"


def test_a_stop_and_the_answer_at_once_end_it_once(assistant: Scripted) -> None:
    asking = Asking(cast(Assistant, assistant), Line(at_once=8))
    for _ in range(30):
        over: list[Turn] = []
        turn = Turn(new(), "How many boats sank?")
        asking.begin(Asked(turn, "", "a"), over.append)
        asking.stop(turn.id, "")
        last = list(asking.watch(turn.id, ""))[-1]
        assert over == [last]


def test_a_cancelled_reply_ends_though_the_model_never_comes_to_it() -> None:
    request = ModelRequest([1], 5, (), None)
    reply = Generation(request)
    threading.Timer(0.1, request.cancel.set).start()
    assert list(reply) == []


def test_a_reply_behind_another_is_cancelled_at_once(engine: Engine) -> None:
    talk, cancel = [{"role": "user", "content": "Count from one to a thousand."}], threading.Event()
    with engine.stream(talk, max_tokens=2_000) as long:  # type: ignore[arg-type]
        next(long)
        behind = engine.stream(talk, max_tokens=5, cancel=cancel)  # type: ignore[arg-type]
        cancel.set()
        assert list(behind) == []
        assert long.stats is None, "the other reply goes on"
        assert next(long)


def test_a_stop_is_heard_while_every_thread_of_the_server_is_taken(assistant: Scripted, tmp_path: Path) -> None:
    chat = Chat(Conversations(tmp_path / "c.sqlite"), Asking(cast(Assistant, assistant)))
    app, go, taken = FastAPI(), threading.Event(), []

    @app.get("/slow")
    def slow(_: Request) -> None:
        taken.append(1)
        go.wait(120)

    chat_routes.add_routes(app, chat, lambda _: "")
    asked = sent(HANGS)
    next(chat.ask(asked, "", "b"))
    with serving(app) as url, ThreadPoolExecutor(THREADS) as pool:
        for _ in range(THREADS):
            pool.submit(httpx.get, f"{url}/slow", timeout=120)
        until(lambda: len(taken) >= 40)
        try:
            assert httpx.post(f"{url}/api/turns/{asked['turn']}/stop", timeout=60).json() == {"stopped": asked["turn"]}
            assert list(chat.watch(asked, ""))[-1]["state"] == "stopped"
        finally:
            go.set()


def test_many_who_wait_take_no_thread_from_the_others(engine: Engine, embedder: Embedder, tmp_path: Path) -> None:
    Slow.gate = threading.Event()
    store = Store.open(tmp_path / "data", create=True, embedder=embedder)
    with launch(Slow(store, engine), Address()) as url, httpx.Client(base_url=url, timeout=60) as client:
        known = {each["api_name"]: each["id"] for each in client.get("/config").json()["dependencies"]}
        asked = [sent(SLOWLY + "How many?") for _ in range(THREADS)]
        for number, one in enumerate(asked):
            event = {"data": [], "event_data": one, "fn_index": known["page_ask"], "session_hash": f"s{number}"}
            assert client.post("/gradio_api/queue/join", json={**event, "trigger_id": 1}).status_code == 200
        until(lambda: all(client.get(f"/api/turns/{one['turn']}").status_code == 200 for one in asked))
        assert len(client.get("/api/conversations").json()["conversations"]) == THREADS
        for one in asked:
            assert client.post(f"/api/turns/{one['turn']}/stop").status_code == 200
    store.close()
