"""A newcomer's whole way."""

from collections.abc import Callable

from playwright.sync_api import Page

from tests.browser.desk import ask, shot

DRONES = "How many drones hit Kyiv?"


def test_from_the_question_to_the_sentence(desk: str, visit: Callable[..., Page]) -> None:
    page = visit(desk)
    ask(page, DRONES)
    assert "145" in page.inner_text(".turn")
    page.click(".statement .cite >> nth=0")
    page.wait_for_selector(".panel mark.focus")
    assert "drones" in page.inner_text(".panel mark.focus")
    shot(page, "answer")
