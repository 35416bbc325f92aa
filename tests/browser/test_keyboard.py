"""Everything by keyboard: to the sentence and back, and the focus always where one looks."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.desk import ask
from tests.slow import SLOWLY

Visit = Callable[..., Page]

DRONES = "How many drones hit Kyiv?"
RING = """() => { const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2; }"""


def test_from_the_question_to_the_sentence_and_back(desk: str, visit: Visit) -> None:
    page = visit(desk)
    page.keyboard.press("/")
    focused(page, "#question")
    page.keyboard.type(DRONES)
    page.keyboard.press("Enter")
    page.wait_for_selector('.turn[data-state="done"]')
    focused(page, "#question")

    reach(page, ".statement .cite[data-marker='1']", "Shift+Tab")
    expect(page.locator(".statement .card >> nth=0")).to_be_visible()
    page.keyboard.press("Enter")
    focused(page, ".panel mark.focus")
    expect(page.locator(".panel mark.focus")).to_contain_text("over 300 drones")
    page.keyboard.press("n")
    expect(page.locator(".panel mark.focus")).to_contain_text("145 drones")
    focused(page, ".panel mark.focus")
    page.keyboard.press("p")
    expect(page.locator(".panel mark.focus")).to_contain_text("over 300 drones")
    page.keyboard.press("Escape")
    expect(page.locator(".panel")).to_be_hidden()
    focused(page, ".statement .cite[data-marker='1']")


def test_what_has_the_focus_is_seen(desk: str, visit: Visit) -> None:
    page = visit(desk)
    ask(page, DRONES)
    reached = set()
    page.focus(".skip")
    while (name := page.evaluate("document.activeElement.outerHTML.slice(0, 120)")) and not name.startswith("<body"):
        assert page.evaluate(RING), name
        assert page.evaluate("document.activeElement.checkVisibility()"), name
        reached.add(page.evaluate("document.activeElement.textContent.trim()"))
        page.keyboard.press("Tab")
    assert {"Conversations", "New conversation", "Read in the article", "Wrong evidence", "Undo", "Ask"} <= reached


def test_tabs_menus_and_dialogs(desk: str, visit: Visit) -> None:
    page = visit(desk)
    page.keyboard.press("a")
    focused(page, "#tab-conversations")
    page.keyboard.press("ArrowRight")
    focused(page, "#tab-articles")
    expect(page.locator("#articles")).to_be_visible()
    page.keyboard.press("Escape")
    reach(page, "[data-open='keys']", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open]")).to_contain_text("the next, the previous citation")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    focused(page, "[data-open='keys']")


def test_letters_in_a_field_are_letters(desk: str, visit: Visit) -> None:
    page = visit(desk)
    page.click("#question")
    page.keyboard.type("can/nap?")
    assert page.input_value("#question") == "can/nap?"
    page.keyboard.press("Shift+Enter")
    assert page.input_value("#question") == "can/nap?\n"


def test_escape_stops_an_answer(slow: str, visit: Visit) -> None:
    page = visit(slow)
    page.fill("#question", SLOWLY + DRONES)
    page.keyboard.press("Enter")
    page.wait_for_selector("[data-do='stop']")
    page.keyboard.press("Escape")
    page.wait_for_selector('.turn[data-state="stopped"]')


def focused(page: Page, selector: str) -> None:
    """Wait until an element that the selector means has the focus."""
    expect(page.locator(f"{selector}:focus")).to_have_count(1)


def reach(page: Page, selector: str, key: str) -> None:
    """Press the key until the element has the focus."""
    for _ in range(80):
        if page.locator(f"{selector}:focus").count():
            return
        page.keyboard.press(key)
    raise AssertionError(f"{selector} is not reached with {key}")
