"""The conversations in a real SQLite file: kept, found, cut, deleted, shared between threads and owners."""

import json
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from uuid import uuid4

import pytest

from assistant.answer import Answer, Citation, Statement
from ui.errors import ConversationsError, NoConversationError
from ui.web.chat.conversations import Conversations
from ui.web.chat.recovery import INTERRUPTED
from ui.web.chat.turn import State, Turn
from vectorstore.articles import Filters

ALL = Filters()


@pytest.fixture
def kept(tmp_path: Path) -> Conversations:
    return Conversations(tmp_path / "conversations.sqlite")


def an_answer(question: str, text: str = "Nine boats sank. [1]") -> Answer:
    citation = Citation(1, "ab12", "Storm", "Herald", "2025-03-01", None, "/a.txt", "Nine boats sank.", 0, 16)
    statements = (Statement("Nine boats sank.", (1,), "supported"),)
    return Answer(question, text, False, statements, (citation,), (), (), 0.9, "m")


def a_turn(question: str, state: State = "done", text: str = "Nine boats sank. [1]") -> Turn:
    return Turn(uuid4().hex, question, state, answer=an_answer(question, text) if state == "done" else None)


def asked(kept: Conversations, *questions: str, owner: str = "ann") -> str:
    conversation = kept.begin(owner)
    for question in questions:
        kept.save(conversation, owner, a_turn(question), ALL)
    return conversation


def at(kept: Conversations, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(kept.file.path)) as connection, connection:
        connection.execute(sql, values)


def test_a_turn_comes_back_as_it_was_also_from_a_new_process(kept: Conversations) -> None:
    conversation = kept.begin("ann")
    turn = a_turn("How many boats “sank”?")
    kept.save(conversation, "ann", replace(turn, state="waiting", answer=None), ALL)
    kept.save(conversation, "ann", turn, ALL)
    failed = Turn(uuid4().hex, "And now?", "failed", error="no model")
    kept.save(conversation, "ann", failed, ALL)
    again = Conversations(kept.file.path)
    assert again.turns(conversation, "ann") == [turn, failed]
    (listed,) = again.list("ann")
    assert (listed.id, listed.title, listed.turns) == (conversation, "How many boats “sank”?", 2)
    assert again.turn(turn.id, "ann") == (listed, turn)


def test_reading_makes_no_file(kept: Conversations, tmp_path: Path) -> None:
    assert kept.list("ann") == []
    kept.recover()
    with pytest.raises(NoConversationError):
        kept.turns("0" * 32, "ann")
    assert list(tmp_path.iterdir()) == []


def test_an_id_of_the_page_begins_a_conversation_if_it_is_one(kept: Conversations) -> None:
    kept.save("ab" * 16, "ann", a_turn("Who?"), ALL)
    assert [listed.id for listed in kept.list("ann")] == ["ab" * 16]
    for bad in ("", "ab", "AB" * 16, "../" + "a" * 29, "g" * 32):
        with pytest.raises(NoConversationError):
            kept.save(bad, "ann", a_turn("Who?"), ALL)


def test_a_conversation_is_listed_from_its_first_question_on(kept: Conversations) -> None:
    conversation = kept.begin("ann")
    assert kept.list("ann") == []
    kept.save(conversation, "ann", a_turn("Who?", "waiting"), ALL)
    assert [listed.id for listed in kept.list("ann")] == [conversation]


def test_nobody_sees_or_changes_what_is_another_s(kept: Conversations) -> None:
    conversation = asked(kept, "A secret?")
    (turn,) = kept.turns(conversation, "ann")
    assert kept.list("bob") == []
    assert kept.list("bob", "secret") == []
    for attempt in (
        lambda: kept.turns(conversation, "bob"),
        lambda: kept.turn(turn.id, "bob"),
        lambda: kept.get(conversation, "bob"),
        lambda: kept.answers(conversation, "bob"),
        lambda: kept.save(conversation, "bob", a_turn("Mine now?"), ALL),
        lambda: kept.save(conversation, "bob", replace(turn, question="Mine?"), ALL),
        lambda: kept.save("cd" * 16, "bob", replace(turn, question="Mine?"), ALL),
        lambda: kept.cut(conversation, "bob", turn.id),
        lambda: kept.rename(conversation, "bob", "Mine"),
        lambda: kept.delete(conversation, "bob"),
        lambda: kept.restore(conversation, "bob"),
    ):
        with pytest.raises(NoConversationError):
            attempt()
    assert kept.turns(conversation, "ann") == [turn]
    assert kept.list("bob") == []


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How many  boats\nsank?", "How many boats sank?"),
        ("word " * 30, "word word word word word word word word word word word…"),
        ("x" * 100, "x" * 59 + "…"),
        ("half a pair \ud800", "half a pair ?"),
    ],
)
def test_the_first_question_is_the_title(kept: Conversations, question: str, title: str) -> None:
    asked(kept, question, "And then?")
    (listed,) = kept.list("ann")
    assert listed.title == title
    assert len(listed.title) <= 60


def test_a_title_that_was_given_stays(kept: Conversations) -> None:
    conversation = asked(kept, "First?")
    kept.rename(conversation, "ann", " The\n storm ")
    kept.save(conversation, "ann", a_turn("Second?"), ALL)
    assert kept.get(conversation, "ann").title == "The storm"
    kept.rename(conversation, "ann", "")
    assert kept.get(conversation, "ann").title == "First?"


def test_the_latest_comes_first(kept: Conversations) -> None:
    one, two = asked(kept, "One?"), asked(kept, "Two?")
    assert [listed.id for listed in kept.list("ann")] == [two, one]
    kept.save(one, "ann", a_turn("More?"), ALL)
    at(kept, "UPDATE conversations SET updated = '2000-01-01' WHERE id = ?", two)
    assert [listed.id for listed in kept.list("ann")] == [one, two]


def test_search_finds_titles_questions_and_answers(kept: Conversations) -> None:
    storm = asked(kept, "How many boats sank?", "In ÉVREUX too?")
    other = asked(kept, "Who won?")
    percent = kept.begin("ann")
    kept.save(percent, "ann", a_turn("How much?", text="100% of it_all. [1]"), ALL)
    kept.rename(other, "ann", "The election")

    def listed(query: str) -> set[str]:
        return {conversation.id for conversation in kept.list("ann", query)}

    assert listed("BOATS") == {storm, other}  # the answers of both speak of boats
    assert listed("évreux") == {storm}
    assert listed("sank how many") == {storm}
    assert listed("elect") == {other}
    assert listed("100%") == listed("it_all") == {percent}
    assert listed("%") == {percent}
    assert listed("supported") == set()  # what stands in the JSON and not in the text
    assert listed("' OR 1=1 --") == set()


def test_a_cut_takes_out_the_turn_and_what_follows(kept: Conversations) -> None:
    conversation = asked(kept, "One?", "Two?", "Three?")
    one, two, three = kept.turns(conversation, "ann")
    kept.cut(conversation, "ann", two.id)
    assert kept.turns(conversation, "ann") == [one]
    for gone in (two, three):
        with pytest.raises(NoConversationError):
            kept.turn(gone.id, "ann")
        with pytest.raises(NoConversationError):
            kept.cut(conversation, "ann", gone.id)
    kept.cut(conversation, "ann", one.id)
    assert kept.list("ann") == []
    kept.save(conversation, "ann", a_turn("Better?"), ALL)
    assert [listed.title for listed in kept.list("ann")] == ["Better?"]


def test_a_turn_stays_in_its_conversation(kept: Conversations) -> None:
    one, two = asked(kept, "One?"), asked(kept, "Two?")
    (turn,) = kept.turns(one, "ann")
    with pytest.raises(NoConversationError):
        kept.save(two, "ann", replace(turn, question="Moved?"), ALL)
    with pytest.raises(NoConversationError):
        kept.cut(two, "ann", turn.id)
    assert kept.turns(one, "ann") == [turn]


def test_an_answer_that_comes_after_the_cut_does_not_come_back(kept: Conversations) -> None:
    conversation = asked(kept, "One?")
    late = a_turn("Two?")
    kept.save(conversation, "ann", replace(late, state="writing", answer=None), ALL)
    kept.cut(conversation, "ann", late.id)
    kept.save(conversation, "ann", late, ALL)
    assert [turn.question for turn in kept.turns(conversation, "ann")] == ["One?"]


def test_the_history_of_a_follow_up_is_what_was_answered_before_it(kept: Conversations) -> None:
    conversation = asked(kept, "One?")
    kept.save(conversation, "ann", a_turn("Stopped?", "stopped"), ALL)
    two, three, four = a_turn("Two?"), a_turn("Three?", "waiting"), a_turn("Four?")
    for turn in (two, three, four):
        kept.save(conversation, "ann", turn, ALL)
    questions = [answer.question for answer in kept.answers(conversation, "ann", before=three.id)]
    assert questions == ["One?", "Two?"]
    assert [answer.question for answer in kept.answers(conversation, "ann", before=two.id)] == ["One?"]
    assert [answer.question for answer in kept.answers(conversation, "ann")] == ["One?", "Two?", "Four?"]


def test_what_is_deleted_can_be_restored_for_a_while(kept: Conversations) -> None:
    conversation = asked(kept, "One?")
    late = a_turn("Two?", "writing")
    kept.save(conversation, "ann", late, ALL)
    kept.delete(conversation, "ann")
    assert kept.list("ann") == []
    with pytest.raises(NoConversationError):
        kept.turns(conversation, "ann")
    with pytest.raises(NoConversationError):
        kept.save(conversation, "ann", a_turn("A new one?"), ALL)
    kept.save(conversation, "ann", replace(late, state="done", answer=an_answer("Two?")), ALL)
    kept.recover()
    kept.restore(conversation, "ann")
    assert [turn.state for turn in kept.turns(conversation, "ann")] == ["done", "done"]
    kept.delete(conversation, "ann")
    at(kept, "UPDATE conversations SET deleted = '2000-01-01'")
    kept.recover()
    with pytest.raises(NoConversationError):
        kept.restore(conversation, "ann")


def test_a_server_that_starts_ends_what_was_under_way(kept: Conversations) -> None:
    conversation = asked(kept, "Done?")
    for state in ("waiting", "searching", "writing", "stopped"):
        kept.save(conversation, "ann", a_turn(state, state), ALL)
    kept.recover()
    turns = {turn.question: turn for turn in kept.turns(conversation, "ann")}
    assert {q: t.state for q, t in turns.items() if t.over} == {
        "Done?": "done",
        "waiting": "failed",
        "searching": "failed",
        "writing": "failed",
        "stopped": "stopped",
    }
    assert turns["writing"].error == INTERRUPTED
    assert turns["Done?"].error == turns["stopped"].error == ""


def test_many_threads_write_at_once_into_a_new_file(kept: Conversations) -> None:
    conversation = "ab" * 16

    def ask(number: int) -> None:
        owned, owner = (conversation, "ann") if number % 2 else (uuid4().hex, "bob")
        turn = a_turn(str(number), "waiting")
        Conversations(kept.file.path).save(owned, owner, turn, ALL)
        kept.save(owned, owner, replace(turn, state="done", answer=an_answer(str(number))), ALL)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(ask, range(40)))
    assert {turn.question for turn in kept.turns(conversation, "ann")} == {str(n) for n in range(1, 40, 2)}
    assert len(kept.list("bob")) == 20
    with closing(sqlite3.connect(kept.file.path)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal",)


def test_a_file_that_can_t_be_read_is_one_clear_line_and_is_kept(kept: Conversations) -> None:
    content = b"no database, just some text that is long enough to be read" * 20
    kept.file.path.write_bytes(content)
    for attempt in (lambda: kept.list("ann"), lambda: kept.begin("ann"), kept.recover):
        with pytest.raises(ConversationsError, match=r"conversations\.sqlite can't be read .* move the file away"):
            attempt()
    assert kept.file.path.read_bytes() == content


def test_a_file_of_another_version_and_a_folder_are_told_of(kept: Conversations, tmp_path: Path) -> None:
    kept.begin("ann")
    at(kept, "PRAGMA user_version = 99")
    with pytest.raises(ConversationsError, match="another version of Dateline"):
        kept.list("ann")
    with pytest.raises(ConversationsError, match="must be a file you may write to"):
        Conversations(tmp_path).begin("ann")


def test_an_answer_that_is_none_is_told_of(kept: Conversations) -> None:
    conversation = asked(kept, "One?")
    at(kept, "UPDATE turns SET answer = ?", json.dumps({"answer": "only this"}))
    with pytest.raises(ConversationsError, match="holds no answer"):
        kept.turns(conversation, "ann")
    assert [listed.title for listed in kept.list("ann")] == ["One?"]
