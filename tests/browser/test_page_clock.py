"""The clock of bench/chat.py, in a page that shows one thing after the other."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from bench.page_clock import ClockedPage, Marks

MARKS = Marks(
    box="#box", ready="#ask", source=".source", word=".word", whole=".whole", clear="#clear", failed=".failed",
    stopped=".stopped",
)  # fmt: skip
PAGE = """
<textarea id="box"></textarea><button id="ask">Ask</button><button id="clear">Clear</button>
<button data-do="stop">Stop</button><div id="talk"></div>
<script>
  const talk = document.querySelector("#talk"), box = document.querySelector("#box"), due = [];
  const show = (kind, words, after) => due.push(setTimeout(() => {
    talk.insertAdjacentHTML("beforeend", `<p class="${kind}">${words}</p>`);
  }, after));
  box.onkeydown = (event) => {
    if (event.key !== "Enter") return;
    show("word", "", 10);
    show("source", "S", 60);
    if (box.value === "fail") show("failed", "no model", 100);
    show("word", "W", 120);
    show("whole", "A", box.value === "long" ? 60000 : 200);
  };
  document.querySelector("#clear").onclick = () => talk.replaceChildren();
  document.querySelector("[data-do]").onclick = () => { due.forEach(clearTimeout); show("stopped", "Stopped.", 10); };
</script>
"""


@pytest.fixture
def clocked(chromium: Browser) -> Iterator[ClockedPage]:
    page = chromium.new_page()
    page.set_content(PAGE)
    yield ClockedPage(page, MARKS)
    page.close()


def test_each_mark_is_timed_from_enter_when_it_has_text(clocked: ClockedPage) -> None:
    for _ in range(2):  # the second time beside nothing of the first
        times = clocked.ask("short")
        assert set(times) == {"source", "word", "whole"}
        assert 0.05 < times["source"] < times["word"] < times["whole"]


def test_stop_is_timed_from_the_click(clocked: ClockedPage) -> None:
    clocked.begin("long")
    assert "stopped" in clocked.stop()


def test_an_error_of_the_page_is_no_time(clocked: ClockedPage) -> None:
    with pytest.raises(RuntimeError, match="no model"):
        clocked.ask("fail")
