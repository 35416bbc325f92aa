"""Waiting times measured inside the page: from a key or a click until something is visible."""

from collections.abc import Mapping
from dataclasses import dataclass

from playwright.sync_api import Page

LONGEST = 180_000
"""Milliseconds until a page that shows nothing is an error."""

# The clock starts at Enter or at a click on Stop. A mark is seen when an element of its selector has text.
_CLOCK = """
(marks) => {
  const clock = window.clock = { began: 0, seen: {} };
  const begin = () => { clock.began = performance.now(); clock.seen = {}; };
  addEventListener("keydown", (event) => { if (event.key === "Enter") begin(); }, true);
  addEventListener("click", (event) => { if (event.target.closest('[data-do="stop"]')) begin(); }, true);
  new MutationObserver(() => {
    const now = performance.now();
    for (const [name, places] of Object.entries(marks)) {
      if (name in clock.seen) continue;
      const there = [...document.querySelectorAll(places)].some((place) => place.textContent.trim());
      if (there) clock.seen[name] = now - clock.began;
    }
  }).observe(document.body, { childList: true, subtree: true, characterData: true, attributes: true });
}
"""

Times = Mapping[str, float]
"""Seconds from the beginning to the first sight of each mark."""


@dataclass(frozen=True)
class Marks:
    """A chat page's places as CSS selectors.

    `ready` is there when a question can be asked, `whole` when the answer is; `clear` empties the conversation.
    """

    box: str
    ready: str
    source: str
    word: str
    whole: str
    clear: str
    failed: str
    stopped: str = "[data-none]"


DATELINE = Marks(
    box="#question",
    ready="[data-ask]",
    source=".turn .found li, .turn .cite, .turn .sources li",
    word=".turn .statement",
    whole='.turn[data-state="done"]',
    clear='[data-do="new"]',
    failed=".turn .failed",
    stopped='.turn[data-state="stopped"] .stage',
)
PLAIN = Marks(
    box="textarea",
    ready=".submit-button",
    source='[data-testid="bot"] h4 + ol li',
    word='[data-testid="bot"]',
    whole='[data-testid="bot"] h4 + ol li',
    clear='[aria-label="Clear"]',
    failed=".toast-body.error",
)


class ClockedPage:
    """A chat page with the clock in it."""

    def __init__(self, page: Page, marks: Marks) -> None:
        """`page` goes to the chat page; returns when a question can be asked."""
        self._page, self._marks = page, marks
        page.wait_for_selector(marks.ready, timeout=LONGEST)
        named = {name: getattr(marks, name) for name in ("source", "word", "whole", "failed", "stopped")}
        page.evaluate(_CLOCK, named)

    def begin(self, question: str) -> None:
        """Ask in an empty conversation."""
        page, marks = self._page, self._marks
        page.bring_to_front()
        page.wait_for_selector(marks.ready, timeout=LONGEST)
        for clear in page.locator(marks.clear).all():
            clear.dispatch_event("click")
        page.locator(f"{marks.word}, {marks.stopped}").first.wait_for(state="detached")
        page.fill(marks.box, question)
        page.press(marks.box, "Enter")

    def ask(self, question: str) -> Times:
        """Ask, and wait for the whole answer: seconds to its "source", "word" and "whole"."""
        self.begin(question)
        return self.wait("whole")

    def stop(self) -> Times:
        """Press Stop, if it is still there: seconds to "stopped"; without it when the answer was quicker."""
        self._page.evaluate("""document.querySelector('[data-do="stop"]:not([hidden])')?.click()""")
        return self.wait("whole", "stopped")

    def wait(self, *ends: str) -> Times:
        """Wait until one of these is seen. Raises RuntimeError when the page shows an error."""
        script = "(ends) => ends.some((name) => name in clock.seen)"
        self._page.wait_for_function(script, arg=[*ends, "failed"], polling=50, timeout=LONGEST)
        seen: dict[str, float] = self._page.evaluate("clock.seen")
        if "failed" in seen:
            raise RuntimeError(f"the page failed: {self._page.inner_text(self._marks.failed)}")
        return {name: milliseconds / 1000 for name, milliseconds in seen.items()}

    def refused(self) -> bool:
        """Whether the answer that is shown says that the articles do not say."""
        return self._page.locator(".answer.refused").count() > 0
