"""What every test in the browser does: ask, wait for movement to end, take a picture to be looked at."""

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


def rest(page: Page) -> None:
    """Waits until all that fades or slides has come to its end; what turns without an end is not waited for."""
    page.evaluate(
        """() => Promise.allSettled(document.getAnimations()
             .filter((one) => Number.isFinite(one.effect.getComputedTiming().endTime))
             .map((one) => one.finished)).then(() => null)"""
    )


def shot(page: Page, name: str) -> None:
    """A screenshot to be looked at: .dateline/screenshots/NAME.png."""
    SHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SHOTS / f"{name}.png")
