"""The questions under way: answered in threads of their own, watched, stopped; kept by the chat flow."""

import threading
import time
from pathlib import Path
from uuid import uuid4

import pytest

from assistant.assistant import Assistant
from assistant.model.engine import Engine
from assistant.model.missing import MissingModel
from tests.scripted import until
from ui.log import QuestionLog
from ui.web.api.page_events import ChatEvents
from ui.web.chat.conversations import Conversations
from ui.web.chat.fair_queue import FairQueue
from ui.web.chat.job import Job
from ui.web.chat.jobs import Jobs
from ui.web.chat.turn import Turn
from vectorstore.index.store import Store

DRONES = "How many drones hit Kyiv?"


def new() -> str:
    return uuid4().hex


@pytest.fixture(scope="module")
def assistant(seed_store: Store, engine: Engine) -> Assistant:
    return Assistant(seed_store, engine)


@pytest.fixture
def jobs(assistant: Assistant) -> Jobs:
    return Jobs(assistant)


@pytest.fixture
def chat(jobs: Jobs, tmp_path: Path) -> ChatEvents:
    return ChatEvents(Conversations(tmp_path / "c.sqlite"), jobs, QuestionLog(tmp_path / "q.sqlite"))


def question(text: str = DRONES, conversation: str = "", **more: object) -> dict[str, object]:
    return {"turn": new(), "conversation": conversation or new(), "question": text, **more}


def test_a_turn_grows_and_ends_with_its_answer(jobs: Jobs) -> None:
    over: list[Turn] = []
    turn = Turn(new(), DRONES)
    jobs.begin(Job(turn, "", "a"), over.append)
    seen = list(jobs.watch(turn.id, ""))
    assert seen[-1].state == "done"
    assert seen[-1].answer
    assert "145" in seen[-1].answer.answer
    assert over == [seen[-1]]
    writing = [one for one in seen if one.passages]
    assert writing[0].state == "writing"
    assert writing[0].statements == ()
    assert list(jobs.watch(turn.id, "")) == [seen[-1]], "a page whose last update was lost asks again"
    assert list(jobs.watch(turn.id, "ben")) == []


def test_it_is_answered_when_nobody_watches(jobs: Jobs) -> None:
    over: list[Turn] = []
    jobs.begin(Job(Turn(new(), DRONES), "", "a"), over.append)
    until(lambda: bool(over))
    assert over[0].answer


def test_a_stop_ends_it_at_once_and_only_for_its_owner(assistant: Assistant, monkeypatch: pytest.MonkeyPatch) -> None:
    jobs, over = Jobs(assistant), threading.Event()
    turn = Turn(new(), DRONES)
    searched, go = threading.Event(), threading.Event()
    real = assistant.evidence

    def slow(*args: object, **options: object) -> object:
        searched.set()
        go.wait(60)
        return real(*args, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(assistant, "evidence", slow)
    jobs.begin(Job(turn, "ann", "a"), lambda _: over.set())
    assert searched.wait(60)
    assert not jobs.stop(turn.id, "ben")
    assert jobs.stop(turn.id, "ann")
    go.set()
    assert list(jobs.watch(turn.id, "ann"))[-1].state == "stopped"
    assert over.wait(60)
    assert not jobs.stop(turn.id, "ann")


def test_a_stop_before_the_question_is_for_that_question_of_that_owner(jobs: Jobs) -> None:
    turn, another = Turn(new(), DRONES), Turn(new(), DRONES)
    assert jobs.stop(turn.id, "ann")
    assert jobs.stop(another.id, "ben")
    ended = {}
    for asked in (turn, another):
        jobs.begin(Job(asked, "ann", "a"), lambda _: None)
        ended[asked.id] = list(jobs.watch(asked.id, "ann"))[-1].state
    assert ended == {turn.id: "stopped", another.id: "done"}


def test_who_waits_is_told_how_many_come_first_and_can_stop_waiting(assistant: Assistant) -> None:
    queue = FairQueue(at_once=1)
    jobs = Jobs(assistant, queue)
    turn = Turn(new(), DRONES)
    with queue.join("other"):
        jobs.begin(Job(turn, "", "a"), lambda _: None)
        watched = jobs.watch(turn.id, "")
        ahead = next(one.ahead for one in watched if one.ahead)
        assert ahead == 1
        jobs.stop(turn.id, "")
        assert list(watched)[-1].state == "stopped"


def test_an_unforeseen_error_is_one_line_and_the_line_goes_on(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    jobs, turn = Jobs(assistant, FairQueue(at_once=1)), Turn(new(), DRONES)
    monkeypatch.setattr(assistant, "evidence", lambda *_, **__: 1 / 0)
    jobs.begin(Job(turn, "", "a"), lambda _: None)
    last = list(jobs.watch(turn.id, ""))[-1]
    assert (last.state, "ZeroDivision" in last.error) == ("failed", False)
    assert "ZeroDivisionError" in caplog.text
    monkeypatch.undo()
    turn = Turn(new(), DRONES)
    jobs.begin(Job(turn, "", "a"), lambda _: None)
    assert list(jobs.watch(turn.id, ""))[-1].state == "done"


def test_without_a_model_the_sources_are_found_and_the_line_says_what_to_do(seed_store: Store) -> None:
    jobs, turn = Jobs(Assistant(seed_store, MissingModel("no model here: get one"))), Turn(new(), DRONES)
    jobs.begin(Job(turn, "", "a"), lambda _: None)
    last = list(jobs.watch(turn.id, ""))[-1]
    assert (last.state, last.error) == ("failed", "no model here: get one")
    assert last.passages


def test_programs_wait_in_the_same_line(assistant: Assistant) -> None:
    queue, stop = FairQueue(at_once=1), threading.Event()
    jobs = Jobs(assistant, queue)
    events: list[object] = []
    with queue.join("a person"):
        thread = threading.Thread(target=lambda: events.extend(jobs.stream(DRONES, stop=stop)))
        thread.start()
        time.sleep(0.3)
        assert events == []
        stop.set()
        thread.join(60)
    assert events == []
    assert len(list(jobs.stream(DRONES))) >= 3


def test_the_page_sees_the_turn_grow_and_the_conversation_keeps_it(chat: ChatEvents) -> None:
    data = question()
    shown = list(chat.ask(data, "ann", "b1"))
    assert {one["turn"] for one in shown} == {data["turn"]}
    assert {one["conversation"] for one in shown} == {data["conversation"]}
    assert shown[-1]["state"] == "done"
    assert shown[-1]["title"] == DRONES
    assert "145" in shown[-1]["html"]
    (kept,) = chat.conversations.turns(str(data["conversation"]), "ann")
    assert kept.state == "done"
    assert kept.answer
    assert chat.log
    assert [entry.conversation for entry in chat.log.recent(9)] == [data["conversation"]]


def test_a_follow_up_is_understood_by_what_was_asked_before(chat: ChatEvents) -> None:
    first = question()
    list(chat.ask(first, "", "b"))
    list(chat.ask(question("And how many people died?", str(first["conversation"])), "", "b"))
    kept = chat.conversations.turns(str(first["conversation"]), "")
    assert [turn.question for turn in kept] == [DRONES, "And how many people died?"]
    answer = kept[1].answer
    assert answer
    alone = chat.jobs.assistant.ask("And how many people died?", history=[kept[0].answer])  # type: ignore[list-item]
    assert answer.answer == alone.answer


def test_an_edited_question_takes_the_place_of_the_old_one_and_what_follows(chat: ChatEvents) -> None:
    first = question()
    conversation = str(first["conversation"])
    list(chat.ask(first, "", "b"))
    list(chat.ask(question("Who is the foreign minister?", conversation), "", "b"))
    list(chat.ask(question("How many missiles were fired?", conversation, replaces=first["turn"]), "", "b"))
    assert [turn.question for turn in chat.conversations.turns(conversation, "")] == ["How many missiles were fired?"]


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"turn": "../x"}, "'turn' is no id"),
        ({"conversation": 7}, "'conversation' is no id"),
        ({"conversation": ""}, "came without its conversation"),
        ({"question": ["a"]}, "'question' is no text"),
        ({"question": "x" * 30_000}, "30,000 characters"),
        ({"filters": {"since": "soon"}}, "soon"),
        ({"filters": {"since": 2}}, "'since' is no text"),
        ({"filters": "x"}, "'filters' is no object"),
        ({"replaces": "0" * 32}, "no such conversation"),
    ],
)
def test_what_the_page_can_not_mean_is_one_line(chat: ChatEvents, wrong: dict[str, object], message: str) -> None:
    (shown,) = chat.ask({**question(), **wrong}, "", "b")
    assert message in shown["error"]
    assert "\n" not in shown["error"]
    assert chat.conversations.list("") == []


def test_a_question_too_long_for_the_assistant_is_kept_with_what_is_wrong(chat: ChatEvents) -> None:
    shown = list(chat.ask(question("why " * 2_500), "", "b"))
    assert shown[-1]["state"] == "failed"
    assert "expected at most 2,000" in shown[-1]["html"]


def test_another_owners_conversation_can_not_be_asked_on(chat: ChatEvents) -> None:
    first = question()
    list(chat.ask(first, "ann", "b"))
    (shown,) = chat.ask(question("And then?", str(first["conversation"])), "ben", "b")
    assert "no such conversation" in shown["error"]
    (shown,) = chat.watch(first, "ben")
    assert "no such conversation" in shown["error"]


def test_only_the_articles_in_scope_are_asked(chat: ChatEvents) -> None:
    shown = list(chat.ask(question(filters={"publisher": "nobody's paper"}), "", "b"))
    assert 'data-state="done"' in shown[-1]["html"]
    assert "145" not in shown[-1]["html"]
