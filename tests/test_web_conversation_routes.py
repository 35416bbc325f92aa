"""The routes of conversations over a real FastAPI app and a real file."""

import json
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from assistant.answer import Answer, Citation, Statement
from ui.web.api import api_error
from ui.web.api.conversation_routes import add_routes
from ui.web.chat.conversations import Conversations
from ui.web.chat.feedback import reports
from ui.web.chat.turn import Turn
from vectorstore.articles import Filters


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "conversations.sqlite")


@pytest.fixture
def app(kept: Conversations) -> FastAPI:
    app = FastAPI()
    api_error.add_handler(app)

    def owner(request: Request) -> str:
        return request.headers.get("x-name", "")

    add_routes(app, kept, owner)
    return app


@pytest.fixture
def page(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"x-name": "ann"}) as client:
        yield client


@pytest.fixture
def other(app: FastAPI) -> Iterator[TestClient]:
    with TestClient(app, headers={"x-name": "bob"}) as client:
        yield client


def asked(kept: Conversations, *questions: str) -> str:
    conversation = kept.begin("ann")
    for question in questions:
        citation = Citation(1, "ab12", "Storm", "Herald", "2025-03-01", None, "/a.txt", "Nine boats sank.", 0, 16)
        statements = (Statement("Nine boats sank.", (1,), "supported"),)
        answer = Answer(question, "Nine boats sank. [1]", False, statements, (citation,), (), (), 0.9, "m")
        kept.save(conversation, "ann", Turn(uuid4().hex, question, "done", answer=answer), Filters())
    return conversation


def test_the_list_and_its_search(kept: Conversations, page: TestClient) -> None:
    assert page.get("/api/conversations").json() == {"conversations": []}
    storm, vote = asked(kept, "Which boats?", "And then?"), asked(kept, "Who won?")
    listed = page.get("/api/conversations").json()["conversations"]
    assert [(c["id"], c["title"], c["turns"]) for c in listed] == [(vote, "Who won?", 1), (storm, "Which boats?", 2)]
    assert set(listed[0]) == {"id", "title", "created", "updated", "turns"}
    result = page.get("/api/conversations", params={"q": "then?"}).json()["conversations"]
    assert [c["id"] for c in result] == [storm]


def test_a_conversation_opens_with_its_turns_as_html(kept: Conversations, page: TestClient) -> None:
    conversation = asked(kept, "Which <boats>?")
    opened = page.get(f"/api/conversations/{conversation}").json()
    (turn,) = opened["turns"]
    assert (opened["id"], opened["title"]) == (conversation, "Which <boats>?")
    assert (turn["question"], turn["state"]) == ("Which <boats>?", "done")
    assert turn["id"] in turn["html"]
    assert "Which &lt;boats&gt;?" in turn["html"]
    assert "<boats>" not in turn["html"]
    assert "Nine boats sank." in turn["html"]


def test_rename_delete_and_restore(kept: Conversations, page: TestClient) -> None:
    conversation = asked(kept, "Which boats?")
    where = f"/api/conversations/{conversation}"
    assert page.patch(where, json={"title": " The storm "}).json()["title"] == "The storm"
    assert page.delete(where).json() == {"deleted": conversation}
    assert page.get(where).status_code == 404
    assert page.delete(where).status_code == 404
    assert page.get("/api/conversations").json() == {"conversations": []}
    assert page.post(f"{where}/restore").json()["title"] == "The storm"
    assert page.get(where).status_code == 200


def test_a_cut(kept: Conversations, page: TestClient) -> None:
    conversation = asked(kept, "One?", "Two?", "Three?")
    turns = kept.turns(conversation, "ann")
    where = f"/api/conversations/{conversation}/cut"
    assert page.post(where, json={"turn": turns[1].id}).json()["turns"] == 1
    assert kept.turns(conversation, "ann") == turns[:1]
    assert page.post(where, json={"turn": turns[1].id}).status_code == 404
    assert page.post(where, json={}).status_code == 404


def test_exports_are_files(kept: Conversations, page: TestClient) -> None:
    conversation = asked(kept, "Which boats?")
    where = f"/api/conversations/{conversation}/export"
    got = page.get(where)
    assert got.headers["content-type"] == "text/markdown; charset=utf-8"
    assert got.headers["content-disposition"] == 'attachment; filename="dateline-which-boats.md"'
    assert got.text.startswith("# Which boats?\n")
    assert "Article ab12, characters 0 to 16" in got.text
    got = page.get(where, params={"format": "json"})
    assert got.headers["content-disposition"] == 'attachment; filename="dateline-which-boats.json"'
    assert json.loads(got.text)["turns"][0]["answer"]["citations"][0]["quote"] == "Nine boats sank."
    assert page.get(where, params={"format": "pdf"}).json() == {
        "error": 'the format is "pdf": expected one of markdown, json'
    }


def test_feedback_is_kept(kept: Conversations, page: TestClient) -> None:
    (turn,) = kept.turns(asked(kept, "Which boats?"), "ann")
    where = f"/api/turns/{turn.id}/feedback"
    assert page.post(where, json={"kind": "up"}).json() == {"kept": "up"}
    report = {"kind": "wrong_evidence", "marker": 1, "note": "n" * 2000, "right_answer": "\u00e9" * 2000}
    assert page.post(where, json=report).status_code == 200
    assert [(r.kind, r.marker, len(r.note), r.right_answer[:1]) for r in reports(kept.file)] == [
        ("up", None, 0, ""),
        ("wrong_evidence", 1, 2000, "é"),
    ]


@pytest.mark.parametrize(
    ("report", "message"),
    [
        ({}, "the kind is null: expected one of up, down, wrong_evidence"),
        ({"kind": "UP"}, 'the kind is "UP": expected one of'),
        ({"kind": ["up"]}, 'the kind is ["up"]: expected one of'),
        ({"kind": "wrong_evidence", "marker": "1"}, 'the marker is "1": expected the number of a source'),
        ({"kind": "wrong_evidence", "marker": True}, "the marker is true: expected the number of a source"),
        ({"kind": "wrong_evidence", "marker": 9}, "the answer has no source 9: expected one of 1"),
        ({"kind": "wrong_evidence", "marker": 10**30}, "the answer has no source 1"),
        ({"kind": "up", "marker": 1}, "a source was named with 'up'"),
        ({"kind": "down", "note": "n" * 2001}, "'note' has 2,001 characters: expected at most 2,000"),
        ({"kind": "down", "right_answer": "n" * 2001}, "'right_answer' has 2,001 characters"),
        ({"kind": "down", "note": 5}, "'note' is 5: expected a text"),
    ],
)
def test_feedback_that_can_t_be_is_one_line(
    kept: Conversations, page: TestClient, report: dict[str, object], message: str
) -> None:
    (turn,) = kept.turns(asked(kept, "Which boats?"), "ann")
    got = page.post(f"/api/turns/{turn.id}/feedback", json=report)
    assert got.status_code == 400
    assert got.json()["error"].startswith(message)
    assert reports(kept.file) == []


@pytest.mark.parametrize(
    ("content", "status", "message"),
    [
        (b"", 400, "no JSON"),
        (b"{", 400, "no JSON"),
        (b"\xff\xfe", 400, "no JSON"),
        (b"[" * 50_000, 400, "no JSON"),
        (b"[]", 400, "no object"),
        (b'{"title": 5}', 400, "'title' is 5: expected a text"),
        (b'{"title": "  "}', 400, "the title is empty"),
        (b"{}", 400, "the title is empty"),
        (json.dumps({"title": "x" * 201}).encode(), 400, "'title' has 201 characters: expected at most 200"),
        (b" " * 70_000, 413, "more than 64,000 bytes"),
    ],
)
def test_what_can_t_be_read_is_one_line(
    kept: Conversations, page: TestClient, content: bytes, status: int, message: str
) -> None:
    conversation = asked(kept, "Which boats?")
    got = page.patch(f"/api/conversations/{conversation}", content=content)
    assert got.status_code == status
    assert message in got.json()["error"]
    assert kept.get(conversation, "ann").title == "Which boats?"


def test_half_a_character_is_stored_as_a_question_mark(kept: Conversations, page: TestClient) -> None:
    conversation = asked(kept, "Which boats?")
    got = page.patch(f"/api/conversations/{conversation}", content=b'{"title": "a \\ud800"}')
    assert got.json()["title"] == "a ?"
    got = page.post(f"/api/conversations/{conversation}/cut", content=b'{"turn": "\\ud800"}')
    assert got.status_code == 404


@pytest.mark.parametrize("bad", ["0" * 32, "x", "a'b", "%00", "%2e%2e%2fetc", "é", "9" * 5000])
def test_an_id_that_nobody_has(page: TestClient, bad: str) -> None:
    where = f"/api/conversations/{bad}"
    for got in (
        page.get(where),
        page.delete(where),
        page.patch(where, json={"title": "x"}),
        page.post(f"{where}/restore"),
        page.post(f"{where}/cut", json={"turn": "x"}),
        page.get(f"{where}/export"),
        page.post(f"/api/turns/{bad}/feedback", json={"kind": "up"}),
    ):
        assert got.status_code == 404
        assert "\n" not in got.text


def test_nobody_reaches_another_s(kept: Conversations, page: TestClient, other: TestClient) -> None:
    conversation = asked(kept, "A secret?")
    (turn,) = kept.turns(conversation, "ann")
    where = f"/api/conversations/{conversation}"
    refused = [
        other.get(where),
        other.patch(where, json={"title": "mine"}),
        other.delete(where),
        other.post(f"{where}/restore"),
        other.post(f"{where}/cut", json={"turn": turn.id}),
        other.get(f"{where}/export"),
        other.post(f"/api/turns/{turn.id}/feedback", json={"kind": "down"}),
    ]
    assert [got.status_code for got in refused] == [404] * len(refused)
    assert not any("secret" in got.text for got in refused)
    assert other.get("/api/conversations", params={"q": "secret"}).json() == {"conversations": []}
    assert [turn["question"] for turn in page.get(where).json()["turns"]] == ["A secret?"]
    assert reports(kept.file) == []


def test_a_search_too_long_and_a_file_that_can_t_be_read(kept: Conversations, page: TestClient) -> None:
    got = page.get("/api/conversations", params={"q": "x" * 201})
    assert (got.status_code, got.json()) == (400, {"error": "the search has 201 characters: expected at most 200"})
    kept.file.path.write_bytes(b"no database at all, but long enough to look like one " * 20)
    got = page.get("/api/conversations")
    assert got.status_code == 500
    assert "move the file away" in got.json()["error"]
