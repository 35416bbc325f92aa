"""A finished answer that can't be stored: the page says so, shows it as long as it can, and stores it when it can."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from assistant.assistant import Assistant
from tests.scripted import HANGS, LONG, Scripted, last, sent, talk
from ui.log import QuestionLog
from ui.web.api import api_error, chat_routes, conversation_routes
from ui.web.api.page_events import ChatEvents, TurnUpdate
from ui.web.chat.conversations import Conversations
from ui.web.chat.database import ConversationFile
from ui.web.chat.jobs import Jobs

FULL, READ_ONLY = "database or disk is full", "attempt to write a readonly database"


class Disk:
    """What SQLite says when it should write; "" for nothing. `hold` makes a file that can't grow by a single page."""

    def __init__(self) -> None:
        self.trouble = ""


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Disk:
    disk, opened = Disk(), ConversationFile._open

    def opening(file: ConversationFile, write: bool) -> sqlite3.Connection:
        connection = opened(file, write)
        if disk.trouble == FULL:
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            connection.execute(f"PRAGMA max_page_count = {pages}")
        elif disk.trouble == READ_ONLY:
            connection.execute("PRAGMA query_only = 1")
        return connection

    monkeypatch.setattr(ConversationFile, "_open", opening)
    return disk


@pytest.fixture
def assistant() -> Scripted:
    return Scripted()


@pytest.fixture
def chat(assistant: Scripted, tmp_path: Path) -> ChatEvents:
    kept = Conversations(tmp_path / "c.sqlite")
    return ChatEvents(kept, Jobs(cast(Assistant, assistant)), QuestionLog(tmp_path / "q.sqlite"))


@pytest.fixture
def page(chat: ChatEvents) -> Iterator[TestClient]:
    app = FastAPI()
    api_error.add_handler(app)

    def owner(_: Request) -> str:
        return ""

    chat_routes.add_routes(app, chat, owner)
    conversation_routes.add_routes(app, chat.conversations, owner, chat.jobs.now)
    with TestClient(app) as client:
        yield client


LARGE = f"{HANGS} and is long {'word ' * 2_000}"


def ended(
    chat: ChatEvents, assistant: Scripted, disk: Disk, trouble: str, **more: object
) -> tuple[dict[str, object], TurnUpdate]:
    """A question asked while the disk had room, and what was shown of it last, when that had gone."""
    asked = sent(LARGE, **more)  # type: ignore[arg-type]
    watched = chat.ask(asked, "", "b")
    next(watched)
    assert assistant.hanging.wait(60)
    disk.trouble = trouble
    assistant.release.set()
    return asked, list(watched)[-1]


@pytest.mark.parametrize("trouble", [FULL, READ_ONLY])
def test_an_answer_that_can_not_be_stored_says_so_in_one_line(
    chat: ChatEvents, assistant: Scripted, disk: Disk, trouble: str
) -> None:
    _, shown = ended(chat, assistant, disk, trouble)
    assert shown["state"] == "done"
    assert "Nine boats sank." in shown["html"]
    assert shown["html"].count("Not kept") == 1
    assert trouble in shown["html"]
    assert "copy or export it" in shown["html"]


@pytest.mark.parametrize("trouble", [FULL, READ_ONLY])
def test_it_is_shown_exported_and_asked_on_while_the_server_runs(
    chat: ChatEvents, assistant: Scripted, disk: Disk, page: TestClient, trouble: str
) -> None:
    asked, _ = ended(chat, assistant, disk, trouble)
    address = f"/api/conversations/{asked['conversation']}"
    (turn,) = page.get(address).json()["turns"]
    assert turn["state"] == "done"
    assert "Not kept" in turn["html"]
    assert "Nine boats sank" in page.get(f"{address}/export").text
    assert page.get(f"{address}/export?format=json").json()["turns"][0]["answer"]["answer"] == "Nine boats sank. [1]"
    assert page.get(f"/api/turns/{asked['turn']}").json()["state"] == "done"
    disk.trouble = ""
    list(chat.ask(sent("And then?", str(asked["conversation"])), "", "b"))
    assert len(assistant.histories[-1]) == 1


@pytest.mark.parametrize("trouble", [FULL, READ_ONLY])
def test_it_is_stored_as_soon_as_there_is_room(chat: ChatEvents, assistant: Scripted, disk: Disk, trouble: str) -> None:
    asked, _ = ended(chat, assistant, disk, trouble)
    conversation = str(asked["conversation"])
    assert chat.conversations.turns(conversation, "")[0].unsaved
    disk.trouble = ""
    (turn,) = chat.conversations.turns(conversation, "")
    assert not turn.unsaved
    (turn,) = Conversations(chat.conversations.file.path).turns(conversation, "")
    assert (turn.state, turn.answer and turn.answer.answer) == ("done", "Nine boats sank. [1]")


def test_an_answer_in_the_place_of_another_is_not_lost_and_loses_nothing(
    chat: ChatEvents, assistant: Scripted, disk: Disk
) -> None:
    conversation, turns = talk(chat, "One?", "Two?")
    asked, shown = ended(chat, assistant, disk, FULL, conversation=conversation, replaces=turns[1])
    assert shown["back"] == ""
    assert [turn.id for turn in chat.conversations.turns(conversation, "")] == [turns[0], asked["turn"]]
    disk.trouble = ""
    killed = Conversations(chat.conversations.file.path)
    killed.recover()
    assert [turn.id for turn in killed.turns(conversation, "")] == turns, "without the new answer the old one is back"


def test_a_question_that_can_not_be_stored_is_not_asked(chat: ChatEvents, assistant: Scripted, disk: Disk) -> None:
    talk(chat, "One?")
    disk.trouble = READ_ONLY
    assert "on a disk with room" in last(list(chat.ask(sent("Two?"), "", "b")))
    assert len(assistant.histories) == 1


def test_a_failure_that_can_not_be_stored_says_both(
    chat: ChatEvents, disk: Disk, monkeypatch: pytest.MonkeyPatch
) -> None:
    keep = chat.conversations.save_or_hold

    def kept(*given: object) -> None:
        disk.trouble = READ_ONLY
        keep(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(chat.conversations, "save_or_hold", kept)
    shown = list(chat.ask(sent(LONG), "", "b"))[-1]
    assert "much too long" in shown["html"]
    assert "Not kept" in shown["html"]


def test_an_answer_that_is_deleted_meanwhile_is_not_held(chat: ChatEvents, assistant: Scripted, disk: Disk) -> None:
    asked, _ = ended(chat, assistant, disk, READ_ONLY)
    disk.trouble = ""
    chat.conversations.delete(str(asked["conversation"]), "")
    chat.conversations.retry_unsaved()
    chat.conversations.restore(str(asked["conversation"]), "")
    (turn,) = chat.conversations.turns(str(asked["conversation"]), "")
    assert (turn.state, turn.unsaved) == ("done", "")


def test_a_log_that_can_not_be_written_keeps_the_answer(chat: ChatEvents, tmp_path: Path) -> None:
    (tmp_path / "q.sqlite").mkdir()
    shown = list(chat.ask(sent("One?"), "", "b"))
    assert last(shown) == "done"
    assert "Not kept" not in shown[-1]["html"]
