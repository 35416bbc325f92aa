"""How the page looks: phones, dark, text size, targets, the plot; and that nothing comes from elsewhere."""

import json
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import Served
from tests.browser.desk import ask, rest, shot

Visit = Callable[..., Page]

DRONES = "How many drones hit Kyiv?"
PHONE = {"width": 360, "height": 740}
DARK, LIGHT = "rgb(22, 23, 26)", "rgb(253, 252, 249)"

SIDEWAYS = """() => ["html", ".talk", ".side", ".panel-body", ".bar"].filter((name) => {
  const box = document.querySelector(name);
  return box.checkVisibility() && box.scrollWidth > box.clientWidth;
})"""
SMALL = """() => [...document.querySelectorAll(".dateline :is(button, summary, select, input:not([type=file]))")]
  .filter((one) => one.checkVisibility({ visibilityProperty: true }))
  .map((one) => [one.textContent.slice(0, 30), one.getBoundingClientRect()])
  .filter(([_, box]) => box.width < 24 || box.height < 24).map(([words]) => words)"""


def colour(page: Page, selector: str = ".dateline") -> str:
    """The background of an element."""
    return str(page.eval_on_selector(selector, "one => getComputedStyle(one).backgroundColor"))


def font(page: Page, selector: str) -> float:
    """The size of an element's letters in px."""
    return float(page.eval_on_selector(selector, "one => parseFloat(getComputedStyle(one).fontSize)"))


def test_a_phone_shows_all_without_scrolling_sideways(desk: str, visit: Visit) -> None:
    page = visit(desk, **PHONE)
    ask(page, DRONES)
    assert page.evaluate(SIDEWAYS) == []
    assert page.evaluate(SMALL) == []
    shot(page, "phone")
    page.hover(".statement .cite >> nth=1")
    card = page.locator(".statement .card >> nth=1")
    expect(card).to_be_visible()
    box = card.bounding_box()
    assert box
    assert 0 <= box["x"] <= PHONE["width"] - box["width"]

    page.click(".statement .cite >> nth=0")
    expect(page.locator(".panel mark.focus")).to_be_in_viewport()
    rest(page)
    shot(page, "phone-panel")
    assert page.evaluate(SIDEWAYS) == []
    page.click('[data-do="close-panel"]')

    side = page.locator(".side")
    expect(side).to_be_hidden()
    page.click('[data-open="side"]')
    expect(side).to_be_in_viewport(ratio=0.95)
    rest(page)
    shot(page, "phone-drawer")
    page.click("#tab-articles")
    assert page.evaluate(SIDEWAYS) == []
    assert page.evaluate(SMALL) == []
    page.click(".row[data-article] >> nth=0")
    expect(page.locator(".panel .reader")).to_be_visible()
    expect(side).to_be_hidden()


def test_a_wide_screen_has_no_small_targets(desk: str, visit: Visit) -> None:
    page = visit(desk, width=2200, height=1200)
    ask(page, DRONES)
    page.click(".statement .cite >> nth=0")
    page.wait_for_selector(".panel mark.focus")
    assert page.evaluate(SMALL) == []
    assert page.evaluate(SIDEWAYS) == []
    # Lines that are longer are hard to read.
    assert all(box["width"] < 800 for one in page.locator(".statement").all() if (box := one.bounding_box()))


def test_the_rules_of_the_style_sheet_hold(desk: str, visit: Visit) -> None:
    """Gradio makes rules of its own of ours and of pieces of ours; none of them may win over ours."""
    page = visit(desk)
    ask(page, DRONES)
    page.click(".statement .cite >> nth=0")
    page.wait_for_selector(".panel mark.focus")

    def style(selector: str, name: str) -> str:
        return str(page.eval_on_selector(selector, f"one => getComputedStyle(one)['{name}']"))

    assert style(".turn blockquote", "padding-left") == "12px"
    assert style(".turn thead th", "border-top-width") == "0px"
    assert float(style(".reader .text p", "margin-bottom").removesuffix("px")) > 5
    assert style(".dateline select", "appearance") == "auto"


def test_dark_follows_the_system_and_the_button(desk: str, visit: Visit) -> None:
    page = visit(desk, dark=True)
    assert colour(page) == colour(page, "body") == DARK
    ask(page, DRONES)
    shot(page, "dark")
    page.click("[data-theme-next]")
    assert colour(page) == LIGHT
    expect(page.locator("[data-theme-next]")).to_have_attribute("aria-label", "Colours: light")
    page.click("[data-theme-next]")
    assert colour(page) == DARK
    light = visit(desk)
    assert colour(light) == LIGHT
    light.click("[data-theme-next]")
    light.click("[data-theme-next]")
    assert colour(light) == DARK
    light.reload()
    light.wait_for_selector("#question")
    assert colour(light) == DARK


def test_the_text_grows_and_stays_so(desk: str, visit: Visit) -> None:
    page = visit(desk)
    ask(page, DRONES)
    names = (".statement", ".statement .cite", ".side .row", "#question")
    before = [font(page, name) for name in names]
    for _ in range(3):
        page.click('[data-size="1"]')
    assert all(font(page, name) > 1.2 * size for name, size in zip(names, before, strict=True))
    assert page.evaluate(SIDEWAYS) == []
    page.reload()
    page.wait_for_selector(".statement")
    assert font(page, ".statement") > 1.2 * before[0]
    for _ in range(3):
        page.click('[data-size="-1"]')
    assert font(page, ".statement") == before[0]


def test_nothing_comes_from_elsewhere(desk: str, visit: Visit) -> None:
    page = visit(desk)
    host, asked, missed = urlsplit(desk).netloc, [], []

    def only_home(route: Route) -> None:
        asked.append(urlsplit(route.request.url))
        if asked[-1].scheme in ("http", "https") and asked[-1].netloc != host:
            route.abort()
        else:
            route.continue_()

    page.context.route("**/*", only_home)
    page.on("response", lambda response: missed.append(response.url) if response.status >= 400 else None)
    page.reload()
    page.wait_for_selector("[data-examples] button")
    ask(page, DRONES)
    page.click(".statement .cite >> nth=0")
    page.wait_for_selector(".panel mark.focus")
    page.click("#tab-articles")
    page.wait_for_load_state("networkidle")
    assert len(asked) > 10
    assert {address.netloc for address in asked if address.scheme not in ("data", "blob")} == {host}
    assert missed == []


def test_three_dated_figures_are_plotted(served: Served, visit: Visit, tmp_path: Path) -> None:
    dead = {"2025-03-02": 11, "2025-03-04": 19, "2025-03-09": 27}
    for day, many in dead.items():
        sentence = f"The coast guard said that {many} people had died when the ferry sank."
        fields = {"title": f"Ferry Alder Grey: news of {day}", "publisher": f"Ledger {many}", "published": day}
        text = f"Boats searched Marrow Point for the Alder Grey. {sentence}\n\nThe hull lies at {many + 20} metres."
        (tmp_path / f"{day}.json").write_text(json.dumps({**fields, "text": text}))
    page = visit(served(*tmp_path.glob("*.json")))
    ask(page, "How many people died when the ferry Alder Grey sank?")
    expect(page.locator(".conflict tbody tr")).to_have_count(3)
    plot = page.locator(".timeline ol")
    plot.scroll_into_view_if_needed()
    expect(plot.locator("li")).to_have_count(3)
    assert all(str(many) in (plot.text_content() or "") for many in dead.values())
    expect(plot.locator("progress")).to_have_count(3)
    shot(page, "timeline")
