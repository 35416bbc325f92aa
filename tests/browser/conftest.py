"""A real Chromium, and a real server of the chat page over a collection of its own.

Without Chromium or axe-core these tests are skipped, but not in CI, which installs both.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from assistant.assistant import Assistant
from assistant.model.engine import Engine
from ui.log import QuestionLog
from ui.web.server import Address, launch
from vectorstore.embedding import Embedder
from vectorstore.ingest import ingest
from vectorstore.store import Store

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
OWN = ROOT / "bench/conversations/articles"
AXE = ROOT / ".venv/axe/package/axe.min.js"
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def missing(what: str) -> None:
    """Skip, or fail where everything has to be there."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """The browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        missing("no Chromium found: install it (Debian: chromium)")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def axe() -> str:
    """The source of axe-core."""
    if not AXE.exists():
        missing(f"no axe-core in {AXE}: 'make test' gets it with npm")
    return AXE.read_text(encoding="utf-8")


Served = Callable[..., str]


@pytest.fixture
def served(engine: Engine, embedder: Embedder, tmp_path: Path) -> Iterator[Served]:
    """Serves the page over these articles, in a data folder of its own: served(*paths, data=…, **Address fields)."""
    with ExitStack() as stack:

        def serve(*paths: Path, data: Path = tmp_path / "data", **where: object) -> str:
            store = Store.open(data, create=True, embedder=embedder)
            stack.callback(store.close)
            if paths:
                ingest(paths, store)
            address = Address(**where)  # type: ignore[arg-type]
            log = QuestionLog(data / "questions.sqlite")
            return stack.enter_context(launch(Assistant(store, engine), address, log))

        yield serve


@pytest.fixture(scope="session")
def desk(engine: Engine, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over seeds/ for tests that change no article."""
    data = tmp_path_factory.mktemp("desk")
    store = Store.open(data, create=True, embedder=embedder)
    ingest(SEEDS, store)
    with launch(Assistant(store, engine), Address(), QuestionLog(data / "questions.sqlite")) as url:
        yield url
    store.close()


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own: visit(url, width=…, height=…, dark=…). Its errors fail the test."""
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(url: str, width: int = 1280, height: int = 800, dark: bool = False) -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(60_000)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.goto(url)
        page.wait_for_selector("#question")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles
