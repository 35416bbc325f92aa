"""Files dropped on the page: two people at once, every bad kind of file, too much at a time, any name."""

import json
import re
from collections.abc import Callable, Sequence

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import Served
from tests.browser.desk import ask
from ui.web.security.limits import Limits

FERRY = "Ferry sinks off Dover\n\nA ferry sank off Dover on Friday. All {many} passengers were saved by fishermen."
REPORT = ".report li"
DROP = """([target, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  const event = new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true });
  document.querySelector(target).dispatchEvent(event);
}"""

BAD: Sequence[tuple[str, bytes, str]] = (
    ("empty.txt", b"", "empty"),
    ("blank.md", b" \n\t\n ", "empty"),
    ("binary.txt", bytes(range(256)) * 40, "binary"),
    ("paper.txt", b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<< /Type /Catalog >>\nendobj\n", "PDF"),
    ("paper.pdf", b"%PDF-1.7\n", "expected one of"),
    ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "expected one of"),
    ("broken.json", b'{"text": "The bridge', "JSON"),
    ("numbers.json", b"[1, 2, 3]", "expected"),
    ("deep.json", b"[" * 100_000, "JSON"),
    ("broken.jsonl", b'{"text": \n{"x": 1}\nnothing\n', "JSON"),
    ("page.html", b"<html><body><script>1</script></body></html>", "article"),
    ("halved.txt", "\ufeffA bridge".encode("utf-16")[:-1] + b"\xd8", ""),
    ("no ending", b"A bridge was opened.", "without an ending"),
)


def upload(page: Page, *files: FilePayload) -> None:
    """Choose the files on the tab of the articles."""
    page.click("#tab-articles")
    page.set_input_files("[data-files]", list(files))


def payload(name: str, data: bytes | str) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": data.encode() if isinstance(data, str) else data}


def count(page: Page) -> str:
    return page.inner_text("[data-count]")


def test_two_people_send_the_same_name_at_once(served: Served, visit: Callable[..., Page]) -> None:
    url = served()
    one, other = visit(url), visit(url)
    upload(one, payload("ferry.txt", FERRY.format(many=212)))
    upload(other, payload("ferry.txt", FERRY.format(many=345)))
    for page in (one, other):
        expect(page.locator(REPORT)).to_have_text("✓ ferry.txt: added")
        page.reload()
        page.click("#tab-articles")
        expect(page.locator("[data-count]")).to_have_text("2 articles")
    texts: list[str] = []
    for row in one.locator('[data-list="articles"] .row').all():
        row.click()
        body = one.locator("[data-article-body] .text")
        expect(body).to_be_visible()
        if texts:  # until then the panel shows the article before
            expect(body).not_to_have_text(texts[-1], use_inner_text=True)
        texts.append(body.inner_text())
    assert sorted(re.findall(r"\d+", " ".join(texts))) == ["212", "345"]


def test_every_bad_file_is_one_line_and_nothing_is_lost(served: Served, visit: Callable[..., Page]) -> None:
    page = visit(served())
    good = payload("ferry.txt", FERRY.format(many=212))
    upload(page, *(payload(name, data) for name, data, _ in BAD[:6]), good, *(payload(n, d) for n, d, _ in BAD[6:]))
    expect(page.locator(REPORT)).to_have_count(len(BAD) + 1)
    lines = {name: line for line in page.locator(REPORT).all_inner_texts() for name in [line[2:].split(":")[0]]}
    assert lines["ferry.txt"] == "✓ ferry.txt: added"
    for name, _, reason in BAD:
        line = lines[name]
        assert line.startswith("✕" if reason else ("✕", "✓")), line
        assert reason.lower() in line.lower(), line
        assert "\n" not in line.strip()
        assert len(line) < 400, line
        assert "Traceback" not in line
        assert "/uploads/" not in line, line
    ask(page, "How many passengers were saved off Dover?")
    assert "212" in page.inner_text(".turn")


def test_huge_lines_and_words_are_taken_in(served: Served, visit: Callable[..., Page]) -> None:
    page = visit(served())
    line = json.dumps({"title": "Huge", "text": "The barge carried 44 people. " + "w" * 400_000})
    upload(page, payload("huge.jsonl", line), payload("long.txt", FERRY.format(many="7" * 200_000)))
    expect(page.locator(REPORT)).to_have_count(2)
    for text in page.locator(REPORT).all_inner_texts():
        assert text.startswith("✓"), text[:300]
    for row in page.locator('[data-list="articles"] .row').all():
        row.click()
        page.wait_for_selector("[data-article-body] .text")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth + 1")


def test_too_much_at_a_time_is_one_line(served: Served, visit: Callable[..., Page]) -> None:
    page = visit(served(limits=Limits(upload_bytes=50_000)))
    upload(page, payload("large.txt", "A bridge was opened. " * 5_000))
    expect(page.locator(".toast")).to_contain_text(re.compile("too large|more than 0 MB|at most 50,000 bytes"))
    assert page.inner_text("[data-adding]") == ""
    upload(page, payload("ferry.txt", FERRY.format(many=212)))
    expect(page.locator(REPORT)).to_have_text("✓ ferry.txt: added")


@pytest.mark.parametrize("name", ["../../../up.txt", "/etc/up.txt", "C:\\Windows\\up.txt", "..\\..\\up.txt"])
def test_a_dropped_file_stays_where_uploads_are(served: Served, visit: Callable[..., Page], name: str) -> None:
    page = visit(served())
    page.evaluate(DROP, [".talk", [[name, FERRY.format(many=212)]]])
    line = page.locator(REPORT)
    expect(line).to_contain_text("up.txt: added")
    assert not {"..", "/", "\\"} & set(re.findall(r"\.\.|/|\\", line.inner_text()))


def test_a_folder_of_nothing_sends_nothing(served: Served, visit: Callable[..., Page]) -> None:
    page = visit(served())
    page.evaluate(DROP, [".talk", []])
    expect(page.locator("[data-count]")).to_have_text("0 articles")
    assert page.inner_text("[data-toasts]") == ""
