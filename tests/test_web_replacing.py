"""A question that is asked again takes the place of the old one only once it is answered; else nothing is lost."""

import sqlite3
import threading
from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest

from assistant.assistant import Assistant
from tests.scripted import BROKEN, HANGS, LONG, Scripted, full, last, sent, talk
from ui.errors import ConversationsError
from ui.web.api.page_events import ChatEvents
from ui.web.chat.conversations import Conversations
from ui.web.chat.database import ConversationFile
from ui.web.chat.fair_queue import FairQueue
from ui.web.chat.jobs import Jobs


@pytest.fixture
def assistant() -> Scripted:
    return Scripted()


@pytest.fixture
def chat(assistant: Scripted, tmp_path: Path) -> ChatEvents:
    jobs = Jobs(cast(Assistant, assistant), FairQueue(at_once=2, longest=3))
    return ChatEvents(Conversations(tmp_path / "c.sqlite"), jobs)


def questions(chat: ChatEvents, conversation: str) -> list[tuple[str, bool]]:
    """The questions of the conversation, and whether each is answered."""
    return [(turn.question, turn.answer is not None) for turn in chat.conversations.turns(conversation, "")]


AS_IT_WAS = [("One?", True), ("Two?", True), ("Three?", True)]


@pytest.mark.parametrize("at", [0, 1, 2])
@pytest.mark.parametrize(
    ("question", "more"),
    [
        ("Better?", {"filters": {"since": "soon"}}),
        ("Better?", {"filters": {"until": "31 February"}}),
        ("Better?", {"filters": {"since": "2026", "until": "2025"}}),
        ("Better?", {"filters": {"publisher": ["x"]}}),
        ("Better?", {"filters": {"publisher": "x" * 201}}),
        ("Better?", {"filters": "x"}),
        ("Better?", {"browser": "../x"}),
        ("Better?", {"turn": "x"}),
        ("Better?", {"conversation": "f" * 32}),
        ("Better?", {"replaces": "e" * 32}),
        ("Better?", {"replaces": "x"}),
        ("x" * 20_001, {}),
        (LONG, {}),
        (BROKEN, {}),
    ],
)
def test_a_question_that_can_not_be_answered_replaces_nothing(
    chat: ChatEvents, at: int, question: str, more: dict[str, object]
) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    title = chat.conversations.get(conversation, "").title
    shown = list(chat.ask({**sent(question, conversation, replaces=turns[at]), **more}, "", "b"))
    assert last(shown) != "done"
    assert questions(chat, conversation) == AS_IT_WAS
    assert chat.conversations.get(conversation, "").title == title
    assert [listed.turns for listed in chat.conversations.list("")] == [3]


def test_the_page_is_told_why_the_old_question_is_back(chat: ChatEvents) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    shown = list(chat.ask(sent(LONG, conversation, replaces=turns[1]), "", "b"))
    assert shown[-1]["back"] == "the question is much too long: ask in a sentence"
    shown = list(chat.ask(sent(LONG, conversation), "", "b"))
    assert shown[-1]["back"] == "", "it replaced nothing, so that it stays with its error"
    assert questions(chat, conversation) == [*AS_IT_WAS, (LONG, False)]


def test_a_full_line_replaces_nothing(chat: ChatEvents) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    with full(chat.jobs):
        shown = list(chat.ask(sent("Better?", conversation, replaces=turns[0]), "", "b"))
    assert "questions wait already" in shown[-1]["back"]
    assert questions(chat, conversation) == AS_IT_WAS


def test_a_stop_while_it_waits_or_searches_replaces_nothing(chat: ChatEvents, assistant: Scripted) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    with full(chat.jobs) as places:
        places.pop_all().close()
        asked = sent(HANGS, conversation, replaces=turns[1])
        watched = chat.ask(asked, "", "b")
        next(watched)
        assert questions(chat, conversation) == [("One?", True), (HANGS, False)], "under way it is in its place"
        assert assistant.hanging.wait(60)
        assert chat.jobs.stop(str(asked["turn"]), "")
        assert list(watched)[-1]["back"] == "Stopped."
    assert questions(chat, conversation) == AS_IT_WAS
    assistant.release.set()


def test_a_server_that_ends_in_the_middle_replaces_nothing(chat: ChatEvents, assistant: Scripted) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    next(chat.ask(sent(HANGS, conversation, replaces=turns[0]), "", "b"))
    assert assistant.hanging.wait(60)
    chat.jobs.end(60)
    assert questions(chat, conversation) == AS_IT_WAS
    assistant.release.set()


def test_a_server_that_is_killed_in_the_middle_replaces_nothing(chat: ChatEvents, assistant: Scripted) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    next(chat.ask(sent(HANGS, conversation, replaces=turns[1]), "", "b"))
    again = Conversations(chat.conversations.file.path)
    again.recover()
    assert [turn.question for turn in again.turns(conversation, "")] == ["One?", "Two?", "Three?"]
    assistant.release.set()


def test_a_replacement_of_a_replacement(chat: ChatEvents, assistant: Scripted) -> None:
    """The second takes the place of the first while that is under way; neither is answered."""
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    first = sent(f"first {HANGS}", conversation, replaces=turns[1])
    second = sent(f"second {HANGS}", conversation, replaces=first["turn"])
    for asked in (first, second):
        next(chat.ask(asked, "", "b"))
    for asked in (first, second):
        chat.jobs.stop(str(asked["turn"]), "")
        list(chat.watch(asked, ""))
    assert questions(chat, conversation) == AS_IT_WAS
    assistant.release.set()


def test_an_answered_question_replaces_the_old_one_and_what_follows(chat: ChatEvents, assistant: Scripted) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    assert last(list(chat.ask(sent("Better?", conversation, replaces=turns[1]), "", "b"))) == "done"
    assert questions(chat, conversation) == [("One?", True), ("Better?", True)]
    assert [answer.question for answer in assistant.histories[-1]] == ["One?"]
    again = Conversations(chat.conversations.file.path)
    again.recover()
    assert len(again.turns(conversation, "")) == 2


@pytest.mark.parametrize("other", ["Something else?", "One?"])
def test_a_question_that_is_sent_twice_destroys_no_answer(chat: ChatEvents, other: str) -> None:
    conversation, turns = talk(chat, "One?", "Two?")
    for replaces in ("", turns[0], turns[1]):
        again = {**sent(other, conversation, replaces=replaces), "turn": turns[0]}
        assert "asked already" in last(list(chat.ask(again, "", "b")))
        assert questions(chat, conversation) == [("One?", True), ("Two?", True)]


def test_two_tabs_replace_the_same_question(chat: ChatEvents, assistant: Scripted) -> None:
    conversation, turns = talk(chat, "One?", "Two?")
    first = sent(HANGS, conversation, replaces=turns[1])
    next(chat.ask(first, "", "b"))
    (shown,) = chat.ask(sent("Better?", conversation, replaces=turns[1]), "", "b")
    assert "load the page again" in shown["error"]
    assistant.release.set()
    assert last(list(chat.watch(first, ""))) == "done"
    assert questions(chat, conversation) == [("One?", True), (HANGS, True)]


def test_no_threads_left_replaces_nothing(chat: ChatEvents, monkeypatch: pytest.MonkeyPatch) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")
    start = threading.Thread.start

    def refused(thread: threading.Thread) -> None:
        if thread.name == "dateline-question":
            raise RuntimeError("can't start new thread")
        start(thread)

    monkeypatch.setattr(threading.Thread, "start", refused)
    shown = list(chat.ask(sent("Better?", conversation, replaces=turns[0]), "", "b"))
    assert "too much to do" in shown[-1]["back"]
    assert questions(chat, conversation) == AS_IT_WAS


def test_a_question_that_can_not_be_written_down_replaces_nothing(
    chat: ChatEvents, monkeypatch: pytest.MonkeyPatch
) -> None:
    conversation, turns = talk(chat, "One?", "Two?", "Three?")

    def failing(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr("ui.web.chat.conversation_rows.write", failing)
        (shown,) = chat.ask(sent("Better?", conversation, replaces=turns[0]), "", "b")
    assert "disk is full" in shown["error"]
    assert questions(chat, conversation) == AS_IT_WAS


def test_a_file_of_the_version_before_is_brought_up_to_date(tmp_path: Path) -> None:
    kept = Conversations(tmp_path / "c.sqlite")
    kept.begin("ann")
    with closing(sqlite3.connect(kept.file.path)) as connection, connection:
        connection.execute("ALTER TABLE turns DROP COLUMN cut_by")
        connection.execute("PRAGMA user_version = 1")
    listed: list[Any] = []
    threads = [threading.Thread(target=_opened, args=(kept.file.path, listed)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert listed == [(0,)] * 4


def _opened(path: Path, listed: list[Any]) -> None:
    try:
        with ConversationFile(path).transaction(write=False) as connection:
            listed.append(connection.execute("SELECT count(*) FROM turns WHERE cut_by IS NULL").fetchone())
    except ConversationsError as error:
        listed.append(error)
