"""What people said of answers: kept with all it is about, listed by the command, made into a test set that loads."""

import json
import os
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest
import typer
from typer.testing import CliRunner

from assistant.answer import Answer, Citation, Figure, Statement
from assistant.evaluation.case import Question
from assistant.evaluation.judging import is_right
from assistant.evaluation.questions import load
from assistant.evaluation.resolving import resolve
from ui.commands.feedback import feedback
from ui.errors import ConversationsError, NoConversationError, UsageError
from ui.web.chat.conversations import Conversations
from ui.web.chat.feedback import reports, store
from ui.web.chat.feedback_questions import questions
from ui.web.chat.turn import Turn
from vectorstore.articles import Filters
from vectorstore.index.store import Store

SCOPE = Filters(since="2025-04-01", article_ids=("ab12cd34ef56ab12",))
QUOTES = ("145 drones were launched.", "Over 300 drones were fired.")
ANSWER = Answer(
    question="How many drones?",
    answer="145 drones were launched. [1]",
    refused=False,
    statements=(Statement("145 drones were launched.", (1,), "supported"),),
    citations=tuple(
        Citation(n, f"article{n}", "Kyiv", None, None, None, "/a.txt", quote, 0, len(quote))
        for n, quote in enumerate(QUOTES, 1)
    ),
    figures=(Figure("145 drones", 145.0, None, "drones", 1), Figure("over 300", 300.0, "over", "drones", 2)),
    conflicts=(),
    confidence=0.9,
    model="m",
)
SAID = replace(ANSWER, answer="The bridge will stay closed. [1]", figures=(),
               statements=(Statement("The bridge will stay closed. [1]", (1,), "supported"),))  # fmt: skip
REFUSAL = replace(ANSWER, answer="The articles do not say.", refused=True, statements=(), figures=())
SILENT = replace(ANSWER, answer="The articles do not say how many drones hit Kyiv. What they count:\n145 drones. [1]")


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "conversations.sqlite")


@pytest.fixture(autouse=True)
def environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("DATELINE_")]:
        monkeypatch.delenv(name)
    (tmp_path / "config.toml").write_text("")
    monkeypatch.setenv("DATELINE_CONFIG", str(tmp_path / "config.toml"))


def answered(
    kept: Conversations, answer: Answer | None = ANSWER, conversation: str = "", scope: Filters = SCOPE
) -> str:
    turn = Turn(uuid4().hex, answer.question if answer else "Why?", "done" if answer else "failed", answer=answer)
    kept.save(conversation or kept.begin("ann"), "ann", turn, scope)
    return turn.id


def one_question(kept: Conversations) -> dict[str, object]:
    (made,), left_out = questions(reports(kept.file))
    assert left_out == 0
    return made


def test_a_report_keeps_the_whole_state(kept: Conversations) -> None:
    conversation = kept.begin("ann")
    answered(kept, replace(ANSWER, question="Where?"), conversation)
    answered(kept, None, conversation)
    turn = answered(kept, ANSWER, conversation)
    store(kept.file, "ann", turn, "wrong_evidence", marker=2, note="another night \ud800", right_answer="145")
    kept.delete(conversation, "ann")
    (report,) = reports(kept.file)
    assert (report.turn_id, report.kind, report.marker) == (turn, "wrong_evidence", 2)
    assert (report.note, report.right_answer) == ("another night ?", "145")
    assert (report.question, report.answer, report.scope) == ("How many drones?", ANSWER, SCOPE)
    assert report.history == ("Where?",)
    assert report.time.endswith("+00:00")


def test_one_thumb_for_each_turn_and_a_report_for_each_source(kept: Conversations) -> None:
    turn, other = answered(kept), answered(kept)
    for kind in ("up", "down", "up"):
        store(kept.file, "ann", turn, kind)
    store(kept.file, "ann", other, "down")
    for marker, note in ((1, "first"), (2, ""), (None, ""), (1, "second")):
        store(kept.file, "ann", turn, "wrong_evidence", marker=marker, note=note)
    confirmed = [(r.turn_id == turn, r.kind, r.marker, r.note) for r in reports(kept.file)]
    assert confirmed == [
        (True, "up", None, ""),
        (False, "down", None, ""),
        (True, "wrong_evidence", 2, ""),
        (True, "wrong_evidence", None, ""),
        (True, "wrong_evidence", 1, "second"),
    ]


def test_only_one_s_own_answers_can_be_judged(kept: Conversations) -> None:
    turn, failed = answered(kept), answered(kept, None)
    for owner, id_ in (("bob", turn), ("ann", "0" * 32)):
        with pytest.raises(NoConversationError):
            store(kept.file, owner, id_, "up")
    with pytest.raises(UsageError, match="has no answer yet"):
        store(kept.file, "ann", failed, "down")
    with pytest.raises(UsageError, match="no source 3: expected one of 1, 2"):
        store(kept.file, "ann", turn, "wrong_evidence", marker=3)
    with pytest.raises(UsageError, match="named with 'up'"):
        store(kept.file, "ann", turn, "up", marker=1)
    kept.delete(kept.list("ann")[-1].id, "ann")
    with pytest.raises(NoConversationError):
        store(kept.file, "ann", turn, "up")
    assert reports(kept.file) == []


def test_a_right_answer_is_expected_again(kept: Conversations) -> None:
    turn = answered(kept)
    store(kept.file, "ann", turn, "up", note="checked\nby phone")
    assert one_question(kept) == {
        "id": f"feedback-{turn}",
        "question": "How many drones?",
        "answers": ["145 drones", "over 300"],
        "answerable": True,
        "gold_article_ids": ["article1", "article2"],
        "evidence": list(QUOTES),
        "kind": "feedback",
        "history": [],
        "context_article_ids": ["ab12cd34ef56ab12"],
        "note": "checked by phone; asked with since 2025-04-01",
    }


def test_without_figures_the_words_are_expected(kept: Conversations) -> None:
    store(kept.file, "ann", answered(kept, SAID), "up")
    made = one_question(kept)
    assert (made["answers"], made["long_form"]) == (["The bridge will stay closed."], True)


@pytest.mark.parametrize("answer", [REFUSAL, SILENT])
def test_a_right_refusal_is_expected_again(kept: Conversations, answer: Answer) -> None:
    store(kept.file, "ann", answered(kept, answer), "up")
    made = one_question(kept)
    assert (made["answerable"], made["answers"], made["gold_article_ids"], made["evidence"]) == (False, [], [], [])


@pytest.mark.parametrize("kind", ["down", "wrong_evidence"])
def test_a_wrong_answer_needs_the_right_one(kept: Conversations, kind: str) -> None:
    store(kept.file, "ann", answered(kept), kind, note="no!", right_answer=" ")
    assert questions(reports(kept.file)) == ([], 1)
    store(kept.file, "ann", answered(kept), kind, right_answer=" over\n300 | three hundred |")
    (made,), left_out = questions(reports(kept.file))
    assert left_out == 1
    assert (made["answers"], made["answerable"]) == (["over 300", "three hundred"], True)
    assert (made["gold_article_ids"], made["evidence"]) == (["article2"], [QUOTES[1]])  # what says so is the proof


def test_evidence_that_was_reported_proves_nothing(kept: Conversations) -> None:
    turn = answered(kept)
    store(kept.file, "ann", turn, "up")
    store(kept.file, "ann", turn, "wrong_evidence", marker=2, right_answer="over 300")
    made = one_question(kept)
    assert (made["answers"], made["gold_article_ids"], made["evidence"]) == (["over 300"], [], [])


def test_a_complaint_outweighs_a_thumb_up(kept: Conversations) -> None:
    turn = answered(kept)
    store(kept.file, "ann", turn, "wrong_evidence", marker=1)
    store(kept.file, "ann", turn, "up")
    assert questions(reports(kept.file)) == ([], 1)


def test_a_damaged_report_is_one_clear_line(kept: Conversations) -> None:
    store(kept.file, "ann", answered(kept), "up")
    with closing(sqlite3.connect(kept.file.path)) as connection, connection:
        connection.execute("UPDATE feedback SET answer = '{}'")
    with pytest.raises(ConversationsError, match="holds no answer"):
        reports(kept.file)


# -- the command


def run(tmp_path: Path, *arguments: str) -> tuple[str, str]:
    """Run the command; returns what it wrote to stdout and stderr. Its errors come through."""
    app = typer.Typer()
    app.command()(feedback)
    ran = CliRunner().invoke(app, [*arguments, "--data-dir", str(tmp_path)])
    if ran.exception:
        raise ran.exception
    return ran.stdout, ran.stderr


def reported(kept: Conversations) -> None:
    """One of each kind; a wrong answer without the right one is among them."""
    store(kept.file, "ann", answered(kept), "up")
    store(kept.file, "ann", answered(kept, SAID), "up")
    store(kept.file, "ann", answered(kept, REFUSAL), "up")
    store(kept.file, "ann", answered(kept), "down", right_answer="66|sixty-six", note="see\x1b[31m page 2")
    store(kept.file, "ann", answered(kept), "wrong_evidence", marker=2)


def test_the_command_lists_the_reports(kept: Conversations, tmp_path: Path) -> None:
    reported(kept)
    out, _ = run(tmp_path)
    assert "  right  How many drones?\n" in out
    assert "  wrong evidence [2]  How many drones?\n" in out
    assert "    right answer: 66|sixty-six\n    note: see␛[31m page 2\n" in out
    assert "    The articles do not say.\n" in out
    objects = [json.loads(line) for line in run(tmp_path, "--json")[0].splitlines()]
    assert [o["kind"] for o in objects] == ["up", "up", "up", "down", "wrong_evidence"]
    assert Answer.from_dict(objects[0]["answer"]) == ANSWER


def test_the_command_writes_a_test_set_that_eval_loads(kept: Conversations, tmp_path: Path) -> None:
    reported(kept)
    path = tmp_path / "reported.jsonl"
    out, err = run(tmp_path, "--questions", str(path))
    assert out == f"4 test questions written to {path}\n"
    assert "1 answer left out: marked wrong, without a right answer" in err
    first, confirmed, refused, corrected = load(path)
    assert is_right(first, ANSWER)
    assert is_right(confirmed, SAID)
    assert not refused.answerable
    assert isinstance(corrected, Question)
    assert corrected.answers == ("66", "sixty-six")
    assert not is_right(corrected, ANSWER)
    assert not list(tmp_path.glob("*.part"))


def test_the_test_set_fits_the_collection(kept: Conversations, tmp_path: Path, seed_store: Store) -> None:
    article = seed_store.library.articles()[0]
    sentence = article.text.split(". ")[0] + "."
    citation = replace(ANSWER.citations[0], article_id=article.id, quote=sentence, end=len(sentence))
    answer = replace(SAID, answer=sentence, statements=(Statement(sentence, (1,), "supported"),), citations=(citation,))
    store(kept.file, "ann", answered(kept, answer, scope=Filters()), "up")
    path = tmp_path / "reported.jsonl"
    run(tmp_path, "--questions", str(path))
    (resolved,), warnings = resolve(load(path), seed_store.library)
    assert resolved.gold == (article.id,)
    assert warnings == ()


def test_the_command_overwrites_nothing(kept: Conversations, tmp_path: Path) -> None:
    reported(kept)
    path = tmp_path / "reported.jsonl"
    path.write_text("mine")
    with pytest.raises(UsageError, match="exists already"):
        run(tmp_path, "--questions", str(path))
    assert path.read_text() == "mine"
    with pytest.raises(UsageError, match=r"ends in \.jsonl"):
        run(tmp_path, "--questions", str(tmp_path / "reported.json"))
    with pytest.raises(UsageError, match="can't be written"):
        run(tmp_path, "--questions", str(tmp_path / "none" / "reported.jsonl"))


def test_without_feedback_nothing_is_written(tmp_path: Path) -> None:
    out, err = run(tmp_path, "--questions", str(tmp_path / "reported.jsonl"))
    assert out == ""
    assert "no feedback in" in err
    assert [path.name for path in tmp_path.iterdir()] == ["config.toml"]
