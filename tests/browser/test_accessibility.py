"""The rules of axe-core, on each state of the page."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.browser.desk import ask, rest, shot

Visit = Callable[..., Page]


def broken(page: Page, axe: str) -> list[tuple[str, str]]:
    """The rules that are broken, each with an element that breaks it."""
    # What fades in has not its full contrast yet.
    rest(page)
    page.evaluate(axe)
    results = page.evaluate("axe.run(document)")
    assert results["passes"]
    return [(rule["id"], node["html"][:200]) for rule in results["violations"] for node in rule["nodes"]]


@pytest.mark.parametrize("look", [{}, {"dark": True}, {"width": 360, "height": 740}], ids=["light", "dark", "phone"])
def test_no_rule_is_broken(desk: str, visit: Visit, axe: str, look: dict[str, int]) -> None:
    page = visit(desk, **look)
    page.wait_for_selector("[data-examples] button")
    assert broken(page, axe) == []

    ask(page, "How many drones hit Kyiv?")
    page.wait_for_selector(".conflict table")
    page.focus(".statement .cite >> nth=0")
    assert broken(page, axe) == []

    page.keyboard.press("Enter")
    page.wait_for_selector(".panel mark.focus")
    assert broken(page, axe) == []
    page.keyboard.press("Escape")

    ask(page, "Who won the world chess championship?")
    page.wait_for_selector(".nearest")
    shot(page, f"refusal-{'-'.join(look) or 'light'}")
    assert broken(page, axe) == []

    if page.locator('[data-open="side"]').is_visible():
        page.click('[data-open="side"]')
    page.click("#tab-articles")
    page.wait_for_selector(".row[data-article]")
    assert broken(page, axe) == []

    page.click('[aria-label^="Remove "] >> nth=0')
    page.wait_for_selector("dialog[open]")
    assert broken(page, axe) == []
