"""What goes wrong while somebody works: the server ends, the browser leaves, the model is missing, a file is broken."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from assistant.model.missing import MissingModel
from tests.browser.conftest import Serve
from tests.browser.desk import ask
from tests.slow import AT_LENGTH, SLOWLY, Slow
from ui.errors import ConversationsError
from ui.web.chat.conversations import Conversations
from ui.web.chat.database import FILE_NAME
from ui.web.chat.turn import Turn
from vectorstore.articles import Filters

DRONES = "How many drones hit Kyiv?"
OVER = ':is([data-state="done"], [data-state="stopped"], [data-state="failed"])'


def send(page: Page, question: str) -> None:
    """Ask, and wait for nothing but the question on the page."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator(f".turn >> nth={turns}").wait_for()


def state(page: Page, turn: int = -1) -> str:
    return page.locator(f".turn >> nth={turn}").get_attribute("data-state") or ""


def kept(page: Page) -> list[dict[str, Any]]:
    """The turns of the page's conversation as the server has them."""
    conversation = page.evaluate("location.hash.slice(1)")
    origin = page.evaluate("location.origin")
    return list(page.request.get(f"{origin}/api/conversations/{conversation}").json()["turns"])


# -- the server ends


def test_a_server_that_restarts_in_the_middle_of_an_answer(serve: Serve, visit: Callable[..., Page]) -> None:
    with serve() as url:
        page = visit(url)
        ask(page, DRONES)
        send(page, SLOWLY + DRONES)
        page.wait_for_selector('.turn[data-state="searching"]')
    expect(page.locator(".banner")).to_contain_text("does not answer")
    with serve(port=int(url.rsplit(":", 1)[1])):
        expect(page.locator(".banner")).to_be_hidden()
        expect(page.locator(".turn")).to_have_count(2)
        assert "145" in page.locator(".turn").first.inner_text()
        expect(page.locator(".turn").last.locator(".failed")).to_contain_text("stopped before this answer was finished")
        expect(page.locator("[data-ask]")).to_be_visible()
        ask(page, DRONES)
        assert "145" in page.locator(".turn").last.inner_text()


def test_a_question_asked_while_the_server_restarts_is_not_lost(serve: Serve, visit: Callable[..., Page]) -> None:
    with serve() as url:
        page = visit(url)
    page.fill("#question", DRONES)
    page.keyboard.press("Enter")
    expect(page.locator(".banner")).to_contain_text("goes on by itself")
    with serve(port=int(url.rsplit(":", 1)[1])):
        expect(page.locator(".banner")).to_be_hidden()
        expect(page.locator("#question")).to_have_value(DRONES)
        page.keyboard.press("Enter")
        page.wait_for_selector('.turn[data-state="done"]')


def test_a_server_that_is_gone_for_good(serve: Serve, visit: Callable[..., Page]) -> None:
    with serve() as url:
        page = visit(url)
        ask(page, DRONES)
    page.locator('.turn [data-do="up"]').click()
    expect(page.locator(".toast").first).to_contain_text("does not answer")
    expect(page.locator(".banner")).to_be_visible()
    page.locator(".turn .cite").first.click()
    expect(page.locator(".toast").last).to_contain_text("does not answer")
    page.fill("#question", "Is anybody there?")
    assert page.input_value("#question") == "Is anybody there?"
    assert "145" in page.inner_text(".turn")


# -- the browser leaves


def test_who_leaves_finds_the_answer_later(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    send(page, SLOWLY + DRONES)
    page.wait_for_selector('.turn[data-state="searching"]')
    address = page.url
    page.close()
    Slow.gate.set()
    again = visit(address)
    again.wait_for_selector('.turn[data-state="done"]')
    assert "145" in again.inner_text(".turn")


def test_a_reload_while_an_answer_is_written_goes_on_with_it(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    send(page, SLOWLY + DRONES)
    page.wait_for_selector('.turn[data-state="searching"]')
    page.reload()
    page.wait_for_selector(".turn")
    expect(page.locator('[data-do="stop"]')).to_be_visible()
    Slow.gate.set()
    page.wait_for_selector('.turn[data-state="done"]')
    assert page.locator(".turn").count() == 1
    assert "145" in page.inner_text(".turn")


def test_an_answer_comes_while_another_tab_is_looked_at(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    send(page, SLOWLY + DRONES)
    other = page.context.new_page()
    other.goto("about:blank")
    other.bring_to_front()
    Slow.gate.set()
    page.wait_for_selector('.turn[data-state="done"]')


# -- stopping


def test_stop_while_waiting_searching_and_reading(slow: str, visit: Callable[..., Page]) -> None:
    busy = [visit(slow) for _ in range(2)]
    for page in busy:
        send(page, SLOWLY + DRONES)
        page.wait_for_selector('.turn[data-state="searching"]')
    page = visit(slow)
    send(page, DRONES)
    page.wait_for_selector(".stage >> text=before yours")
    for each in (page, *busy):
        stopped(each)
    send(page, AT_LENGTH + DRONES)
    page.wait_for_selector('.turn:last-of-type[data-state="writing"]')
    stopped(page)
    assert [turn["state"] for turn in kept(page)] == ["stopped", "stopped"]


def stopped(page: Page) -> None:
    """Stop, and see it said."""
    page.click('[data-do="stop"]')
    page.wait_for_selector('.turn:last-of-type[data-state="stopped"] >> text=Stopped.')
    assert page.is_visible("[data-ask]")


def test_a_stop_at_once_is_heard(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    page.fill("#question", SLOWLY + DRONES)
    page.evaluate(
        """document.querySelector("[data-ask]").click(); document.querySelector('[data-do="stop"]').click();"""
    )
    page.wait_for_selector('.turn[data-state="stopped"]')


def test_a_stop_is_heard_though_the_question_comes_later(slow: str, visit: Callable[..., Page]) -> None:
    """A busy machine has the stop before the question; how much later that comes must not matter."""
    page = visit(slow)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route("**/gradio_api/queue/join*", hold, times=1)
    send(page, SLOWLY + DRONES)
    with page.expect_response("**/stop") as stop:
        page.click('[data-do="stop"]')
    assert stop.value.ok
    assert state(page) == "waiting"
    held[0].continue_()
    page.wait_for_selector('.turn[data-state="stopped"] >> text=Stopped.')
    assert page.is_visible("[data-ask]")


# -- one slows down, the others do not


def test_a_slow_question_freezes_nobody_else(slow: str, visit: Callable[..., Page]) -> None:
    one, other = visit(slow), visit(slow)
    send(one, SLOWLY + DRONES)
    one.wait_for_selector('.turn[data-state="searching"]')
    ask(other, DRONES)
    other.click(".statement .cite >> nth=0")
    other.wait_for_selector(".panel mark")
    assert state(one) == "searching"


def test_many_questions_of_one_do_not_hold_up_the_first_of_another(slow: str, visit: Callable[..., Page]) -> None:
    greedy, other = visit(slow), visit(slow)
    tabs = [greedy, *(greedy.context.new_page() for _ in range(2))]
    for tab in tabs[1:]:
        tab.goto(slow)
        tab.wait_for_selector("#question")
    # One of the two places is kept by somebody who is not done.
    keeper = visit(slow)
    send(keeper, SLOWLY + DRONES)
    keeper.wait_for_selector('.turn[data-state="searching"]')
    for tab in tabs:
        send(tab, SLOWLY + DRONES)
    greedy.wait_for_selector('.turn[data-state="searching"]')
    send(other, DRONES)
    # Two are under way; its turn comes before the two that wait and were asked earlier.
    expect(other.locator(".stage")).to_contain_text("2 questions before yours")
    expect(tabs[-1].locator(".stage")).to_contain_text("4 questions before yours")
    Slow.gate.set()
    for tab in (other, *tabs):
        tab.wait_for_selector('.turn[data-state="done"]')


# -- what is missing


def test_without_a_model_the_sources_are_shown(serve: Serve, visit: Callable[..., Page]) -> None:
    with serve(engine=MissingModel("no model in models/: put a .gguf file there")) as url:
        page = visit(url)
        ask(page, DRONES)
        assert "put a .gguf file there" in page.inner_text(".turn .failed")
        page.click(".turn .passages button >> nth=0")
        page.wait_for_selector("[data-article-body] h2")
        page.click("#tab-articles")
        page.fill('[data-search="articles"]', "regime change")
        expect(page.locator("[data-count]")).to_contain_text("1 of 2 articles")


def test_an_empty_collection_invites_to_add_articles(serve: Serve, visit: Callable[..., Page]) -> None:
    with serve(articles=()) as url:
        page = visit(url)
        expect(page.locator("[data-start]")).to_contain_text("no articles yet")
        send(page, DRONES)
        page.wait_for_selector(f".turn{OVER}")
        assert "articles" in page.inner_text(".turn .failed, .turn .refused")


def test_a_browser_that_keeps_nothing(desk: str, visit: Callable[..., Page]) -> None:
    denied = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('', 'SecurityError'); }})"
    page = visit(desk, script=denied)
    page.click("[data-theme-next]")
    ask(page, DRONES)
    assert "145" in page.inner_text(".turn")


def test_a_conversation_deleted_in_another_tab(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    ask(page, DRONES)
    conversation = page.evaluate("location.hash.slice(1)")
    page.request.delete(f"{slow}/api/conversations/{conversation}")
    send(page, "And how many missiles?")
    expect(page.locator(".turn .failed")).to_contain_text("it was deleted")
    assert page.input_value("#question") == "And how many missiles?"
    page.click('[data-do="new"]')
    ask(page, DRONES)
    assert page.evaluate("location.hash.slice(1)") != conversation


def test_an_article_that_an_old_answer_cites_is_gone(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    ask(page, DRONES)
    article = page.locator(".statement .cite").first.get_attribute("data-article")
    page.request.delete(f"{slow}/api/articles/{article}")
    page.reload()
    page.locator(".statement .cite").first.click()
    expect(page.locator(".toast")).to_contain_text("no such article: it may have been removed")


def test_a_broken_file_of_conversations_is_one_line_and_left_alone(
    serve: Serve, tmp_path: Path, visit: Callable[..., Page]
) -> None:
    with serve() as url:
        pass
    file = tmp_path / "data" / FILE_NAME
    file.write_bytes(b"no database, " * 1000)
    with pytest.raises(ConversationsError, match=r"can't be read .*: move the file away"), serve():
        pass
    assert file.read_bytes() == b"no database, " * 1000
    file.unlink()
    with serve() as url:
        file.write_bytes(b"no database, " * 1000)
        page = visit(url)
        expect(page.locator(".toast").first).to_contain_text("move the file away to begin a new one")
        send(page, DRONES)
        expect(page.locator(".turn .failed")).to_contain_text("move the file away to begin a new one")
        assert page.input_value("#question") == DRONES
    assert file.read_bytes() == b"no database, " * 1000


# -- questions that can't be asked


def test_a_question_too_long_can_be_shortened(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    long = "How many drones hit Kyiv and " * 350
    send(page, long)
    page.wait_for_selector('.turn[data-state="failed"]')
    message = page.inner_text(".turn .failed")
    assert "characters" in message
    assert "\n" not in message.strip()
    page.click('.turn [data-do="edit"]')
    assert page.input_value("#question") == long.strip()
    page.fill("#question", DRONES)
    page.keyboard.press("Enter")
    page.wait_for_selector('.turn[data-state="done"]')
    assert page.locator(".turn").count() == 1


def test_nothing_is_asked_with_nothing_and_nothing_twice(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    for empty in ("", "   ", "\n"):
        page.fill("#question", empty)
        page.keyboard.press("Enter")
        page.click("[data-ask]")
    assert page.locator(".turn").count() == 0
    page.fill("#question", SLOWLY + DRONES)
    for _ in range(2):
        page.evaluate(
            """document.querySelector("#question").dispatchEvent(
                 new KeyboardEvent("keydown", {key: "Enter", bubbles: true}))"""
        )
    page.wait_for_selector('.turn[data-state="searching"]')
    Slow.gate.set()
    page.wait_for_selector('.turn[data-state="done"]')
    assert page.locator(".turn").count() == 1
    assert len(kept(page)) == 1


# -- a question asked again


def test_a_question_asked_again_that_is_not_answered_is_as_it_was(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow)
    ask(page, DRONES)
    ask(page, "How many missiles were fired?")
    both = [DRONES, "How many missiles were fired?"]
    long = "How many drones hit Kyiv and " * 350
    page.click('.turn >> nth=0 >> [data-do="edit"]')
    page.fill("#question", long)
    page.keyboard.press("Enter")
    expect(page.locator(".toast").last).to_contain_text("The conversation is as it was.")
    expect(page.locator(".turn .question")).to_have_text(both)
    assert "145" in page.locator(".turn").first.inner_text()
    assert page.input_value("#question") == long.strip(), "what was typed is not lost"
    page.fill("#question", SLOWLY + DRONES)
    page.keyboard.press("Enter")
    page.wait_for_selector('.turn[data-state="searching"]')
    expect(page.locator(".turn")).to_have_count(1)
    page.reload()
    page.wait_for_selector('.turn[data-state="searching"]')
    page.click('[data-do="stop"]')
    expect(page.locator(".turn .question")).to_have_text(both)
    assert page.is_visible("[data-ask]")
    assert [turn["question"] for turn in kept(page)] == both


def test_an_answer_that_can_not_be_stored_says_so(
    slow: str, visit: Callable[..., Page], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = visit(slow)
    save = Conversations.save

    def full(conversations: Conversations, conversation: str, owner: str, turn: Turn, scope: Filters) -> None:
        if turn.over:
            raise ConversationsError("can't use the conversations (database or disk is full): make room")
        save(conversations, conversation, owner, turn, scope)

    monkeypatch.setattr(Conversations, "save", full)
    ask(page, DRONES)
    expect(page.locator(".turn .unsaved")).to_contain_text("database or disk is full")
    page.reload()
    expect(page.locator(".turn .unsaved")).to_contain_text("copy or export it")
    assert "145" in page.inner_text(".turn")
    monkeypatch.undo()
    page.reload()
    page.wait_for_selector('.turn[data-state="done"]')
    expect(page.locator(".turn .unsaved")).to_have_count(0)


def test_a_question_that_never_arrives_is_given_back(slow: str, visit: Callable[..., Page]) -> None:
    page = visit(slow, script="window.realInterval = setInterval; setInterval = (f, ms) => realInterval(f, ms / 10);")
    page.route("**/gradio_api/queue/join*", lambda route: route.fulfill(status=429, body="{}"))
    page.evaluate("Date.now = ((real) => () => real() * 10)(Date.now)")
    send(page, DRONES)
    expect(page.locator(".turn .failed")).to_contain_text("did not reach Dateline")
    assert page.input_value("#question") == DRONES
    assert page.is_visible("[data-ask]")
