"""A newcomer's whole way: open, ask, look, check, follow up, stop, add articles, take the conversation along."""

import json
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.conftest import OWN, Served
from tests.browser.desk import ask, rest, shot
from tests.slow import SLOWLY, Slow

Visit = Callable[..., Page]

DRONES = "How many drones hit Kyiv?"
STORM = "How many homes lost electricity in storm Odalys?"
BRIDGE = "How much will the repair of the Fennick bridge cost?"

WATCH = """() => {
  window.seen = [];
  const look = () => {
    const turn = document.querySelector(".turn:last-of-type");
    if (turn) window.seen.push([".passages button", ".statement"].map((each) => Boolean(turn.querySelector(each))));
  };
  new MutationObserver(look).observe(document.querySelector("[data-turns]"), { childList: true, subtree: true });
}"""


def test_an_example_question_is_asked_by_a_click(newsroom: str, visit: Visit) -> None:
    page = visit(newsroom)
    example = page.locator("[data-examples] button >> nth=0")
    example.wait_for()
    shot(page, "empty")
    words = example.inner_text()
    example.click()
    page.wait_for_selector('.turn[data-state="done"]')
    assert page.inner_text(".turn .question") == words
    assert page.locator(".turn .statement .cite").count() > 0
    assert page.locator("[data-start]").is_hidden()


def test_the_sources_come_before_the_words(newsroom: str, visit: Visit) -> None:
    page = visit(newsroom)
    page.evaluate(WATCH)
    ask(page, STORM)
    seen = page.evaluate("seen")
    assert [True, False] in seen
    assert seen.index([True, False]) < next(place for place, (_, words) in enumerate(seen) if words)


def test_a_card_tells_who_said_it_when_and_in_which_sentence(newsroom: str, visit: Visit) -> None:
    page = visit(newsroom)
    ask(page, BRIDGE)
    card = page.locator(".statement .card >> nth=0")
    expect(card).to_be_hidden()
    page.hover(".statement .cite >> nth=0")
    expect(card).to_be_visible()
    shot(page, "card")
    text = card.inner_text()
    assert "Halden Observer, 7 August 2025" in text
    assert "supported" in text
    assert "44 million euros instead of 21 million, the roads department admitted on Thursday." in text
    expect(card.locator("b")).to_contain_text(["44 million euros"])


def test_from_the_answer_to_its_sentences_and_on(desk: str, visit: Visit) -> None:
    page = visit(desk)
    ask(page, DRONES)
    shot(page, "answer-with-table")
    page.click(".statement .cite >> nth=0")
    mark = page.locator(".panel mark.focus")
    expect(mark).to_be_in_viewport()
    expect(mark).to_contain_text("over 300 drones")
    assert "over 300 drones" in mark.locator("b").all_inner_texts()
    expect(page.locator(".panel .reader h2")).to_be_in_viewport()
    rest(page)
    shot(page, "answer")

    expect(page.locator("[data-place]")).to_have_text("1 of 2")
    page.click('[data-do="next-citation"]')
    expect(mark).to_contain_text("145 drones")
    expect(mark).to_be_in_viewport()
    expect(page.locator('[data-do="next-citation"]')).to_be_disabled()
    page.keyboard.press("p")
    expect(mark).to_contain_text("over 300 drones")
    page.keyboard.press("n")
    expect(mark).to_contain_text("145 drones")
    page.click('[data-do="close-panel"]')
    expect(page.locator(".panel")).to_be_hidden()

    page.locator(".conflict .cite >> nth=0").click()
    expect(mark).to_contain_text("drones")


def test_a_follow_up_is_read_in_context(newsroom: str, visit: Visit) -> None:
    page = visit(newsroom)
    ask(page, BRIDGE)
    ask(page, "How many vehicles cross it every day?")
    expect(page.locator(".turn >> nth=1 >> .answer")).to_contain_text("About 26,000 vehicles cross the bridge")
    shot(page, "follow-up")


def test_stop_works_at_once_and_the_question_can_be_asked_again(slow: str, visit: Visit) -> None:
    page = visit(slow)
    page.fill("#question", SLOWLY + DRONES)
    page.keyboard.press("Enter")
    page.click("[data-do=stop]")
    page.wait_for_selector('.turn[data-state="stopped"]')
    expect(page.locator(".turn .stage")).to_have_text("Stopped.")
    expect(page.locator("[data-ask]")).to_be_visible()
    Slow.gate.set()
    page.click('.turn [data-do="retry"]')
    page.wait_for_selector('.turn[data-state="done"]')
    expect(page.locator(".turn")).to_have_count(1)
    expect(page.locator(".turn .answer")).to_contain_text("145 drones")


def test_a_question_is_edited_and_undone(newsroom: str, visit: Visit) -> None:
    page = visit(newsroom)
    ask(page, "How many homes lost electricity?")
    page.click('.turn [data-do="edit"]')
    assert page.input_value("#question") == "How many homes lost electricity?"
    page.fill("#question", BRIDGE)
    page.keyboard.press("Enter")
    page.wait_for_selector(f'.turn[data-state="done"]:has-text("{BRIDGE}")')
    expect(page.locator(".turn .question")).to_have_text([BRIDGE])
    page.click('.turn [data-do="undo"]')
    expect(page.locator(".turn")).to_have_count(0)
    expect(page.locator("[data-start]")).to_be_visible()


def test_filters_narrow_what_is_asked(newsroom: str, visit: Visit) -> None:
    page = visit(newsroom)
    page.click("#tab-articles")
    page.select_option('[data-filter="publisher"]', "Selwyn Post")
    expect(page.locator("[data-scope]")).to_have_text("asks 2 articles: Selwyn Post")
    page.fill('[data-filter="since"]', "2025-07-01")
    expect(page.locator("[data-scope]")).to_have_text("asks 1 article: Selwyn Post, since 2025-07-01")
    expect(page.locator("[data-article].row")).to_have_count(1)
    ask(page, STORM)
    cited = page.locator(".turn [data-article]").evaluate_all(
        "all => [...new Set(all.map(one => one.dataset.article))]"
    )
    assert cited == [page.get_attribute(".row[data-article]", "data-article")]
    page.click('[data-do="all-articles"]')
    expect(page.locator("[data-scope]")).to_be_empty()
    expect(page.locator("[data-count]")).to_have_text("13 articles")


def test_articles_are_added_asked_read_removed_and_brought_back(served: Served, visit: Visit) -> None:
    page = visit(served(OWN / "cup-final.md"))
    page.click("#tab-articles")
    expect(page.locator("[data-count]")).to_have_text("1 article")
    page.set_input_files("[data-files]", [OWN / "bridge-repair.md", OWN / "cup-final.md"])
    report = page.locator(".report li")
    expect(report.filter(has_text="bridge-repair.md")).to_contain_text("added")
    expect(report.filter(has_text="cup-final.md")).to_contain_text("unchanged")
    expect(page.locator("[data-count]")).to_have_text("2 articles")
    shot(page, "added")
    ask(page, BRIDGE)
    page.click(".statement .cite >> nth=0")
    expect(page.locator(".panel mark.focus")).to_contain_text("44 million euros")

    page.click('.row[data-article]:has-text("Rovers")')
    expect(page.locator(".panel .reader h2")).to_have_text("Rovers lift the cup after a shoot-out")
    page.click('[aria-label="Remove Rovers lift the cup after a shoot-out"]')
    shot(page, "dialog")
    page.click("[data-box-cancel]")
    expect(page.locator("[data-count]")).to_have_text("2 articles")
    page.click('[aria-label="Remove Rovers lift the cup after a shoot-out"]')
    page.click("[data-box-ok]")
    expect(page.locator("[data-count]")).to_have_text("1 article")
    page.click('.toast button:has-text("Undo")')
    expect(page.locator("[data-count]")).to_have_text("2 articles")


def test_a_dropped_file_is_added(served: Served, visit: Visit) -> None:
    page = visit(served(OWN / "cup-final.md"))
    drop(page, OWN / "bridge-repair.md")
    expect(page.locator("#articles")).to_be_visible()
    expect(page.locator(".report li")).to_contain_text("bridge-repair.md: added")
    expect(page.locator("[data-count]")).to_have_text("2 articles")


def test_a_conversation_is_exported_and_outlives_a_reload(newsroom: str, visit: Visit) -> None:
    page = visit(newsroom)
    ask(page, BRIDGE)
    markdown, exported = (download(page, kind) for kind in ("Markdown", "JSON"))
    assert BRIDGE in markdown
    assert "44 million euros" in markdown
    assert "Halden Observer" in markdown
    turn = json.loads(exported)["turns"][0]
    assert turn["question"] == BRIDGE
    assert turn["answer"]["citations"][0]["publisher"] == "Halden Observer"
    answer = page.inner_text(".turn .answer")
    page.reload()
    expect(page.locator(".turn .question")).to_have_text(BRIDGE)
    assert page.inner_text(".turn .answer") == answer


def drop(page: Page, path: Path) -> None:
    """Drop the file on the page."""
    files = page.evaluate_handle(
        """([name, text]) => {
          const data = new DataTransfer();
          data.items.add(new File([text], name));
          return data;
        }""",
        [path.name, path.read_text(encoding="utf-8")],
    )
    for kind in ("dragover", "drop"):
        page.dispatch_event(".talk", kind, {"dataTransfer": files})


def download(page: Page, kind: str) -> str:
    """The text of the first conversation in the list as a file of this kind."""
    page.click('[data-list="conversations"] details >> nth=0 >> summary')
    with page.expect_download() as coming:
        page.click(f"text=Export as {kind} >> visible=true")
    return coming.value.path().read_text(encoding="utf-8")
