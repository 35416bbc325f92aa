"""What every test in the browser does: ask, and take a picture to be looked at."""

from pathlib import Path

from playwright.sync_api import Page

SHOTS = Path(__file__).parents[2] / ".dateline/screenshots"


def ask(page: Page, question: str) -> None:
    """Ask and wait for the whole answer."""
    turns = page.locator(".turn").count()
    page.fill("#question", question)
    page.keyboard.press("Enter")
    page.locator(f".turn >> nth={turns}").wait_for()
    page.wait_for_selector(f'.turn:nth-of-type({turns + 1}):is([data-state="done"], [data-state="failed"])')


def shot(page: Page, name: str) -> None:
    """A screenshot to be looked at: .dateline/screenshots/NAME.png."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
