"""Several browsers at once: everyone has their own answer. Who has to wait: test_failures.py."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

Visit = Callable[..., Page]

ASKED = {
    "How much will the repair of the Fennick bridge cost?": "44 million euros",
    "How many children took part in the malaria vaccine trial?": "4,820",
    "How many jobs will Lumenta cut?": "1,150",
}


def test_three_browsers_get_each_its_own_answer(newsroom: str, visit: Visit) -> None:
    pages = [visit(newsroom) for _ in ASKED]
    for page, question in zip(pages, ASKED, strict=True):
        page.fill("#question", question)
    for page in pages:
        page.keyboard.press("Enter")
    for page, (question, answer) in zip(pages, ASKED.items(), strict=True):
        page.wait_for_selector('.turn[data-state="done"]')
        expect(page.locator(".turn .question")).to_have_text([question])
        expect(page.locator(".turn .answer")).to_contain_text(answer)
        others = [words for words in ASKED.values() if words != answer]
        assert not any(words in page.inner_text("[data-turns]") for words in others)


def test_a_browser_that_leaves_does_not_hold_up_the_others(newsroom: str, visit: Visit) -> None:
    (question, answer), (other, _), _ = ASKED.items()
    gone, page = visit(newsroom), visit(newsroom)
    gone.fill("#question", other)
    gone.keyboard.press("Enter")
    gone.wait_for_selector(".turn")
    gone.close()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.wait_for_selector('.turn[data-state="done"]')
    expect(page.locator(".turn .answer")).to_contain_text(answer)
