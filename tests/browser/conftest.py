"""A real Chromium, and a real server of the chat page over a collection of its own.

Without Chromium or axe-core these tests are skipped, but not in CI, which installs both.
"""

import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from threading import Event as Flag
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from assistant.assistant import Assistant
from assistant.model.engine import Engine
from assistant.model.language_model import LanguageModel
from assistant.ranker.ranker import Ranker
from tests.slow import Slow
from ui.log import QuestionLog
from ui.web.server import Address, launch
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

ROOT = Path(__file__).parents[2]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))
OWN = ROOT / "bench/conversations/articles"
AXE = ROOT / ".venv/axe/package/axe.min.js"
PATIENCE = 180_000
"""Milliseconds: a busy machine of two cores is slow, and no test is one of time."""

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
)  # fmt: skip


def missing(what: str) -> None:
    """Skip, or fail where everything has to be there."""
    (pytest.fail if os.environ.get("CI") else pytest.skip)(what)


# Playwright keeps an event loop running in the thread of the tests, in which asyncio.run and others fail: it ends with
# each file, because a worker runs other files in between.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        missing("no Chromium found: install it (Debian: chromium)")
    expect.set_options(timeout=PATIENCE)
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


Ship = Callable[[Store], Assistant]


@pytest.fixture(scope="session")
def ship(reader_engine: Engine, ranker: Ranker) -> Ship:
    """Makes the assistant of a store as it ships: with the ranker, and a model that has learnt to read."""
    return partial(Assistant, engine=reader_engine, ranker=ranker)


Served = Callable[..., str]


@pytest.fixture
def served(ship: Ship, embedder: Embedder, tmp_path: Path) -> Iterator[Served]:
    """Serves the page over these articles, in a data folder of its own: served(*paths, data=…, **Address fields)."""
    with ExitStack() as stack:

        def serve(*paths: Path, data: Path = tmp_path / "data", **where: object) -> str:
            store = Store.open(data, create=True, embedder=embedder)
            stack.callback(store.close)
            if paths:
                ingest(paths, store)
            address = Address(**where)  # type: ignore[arg-type]
            log = QuestionLog(data / "questions.sqlite")
            return stack.enter_context(launch(ship(store), address, log))

        yield serve


Serve = Callable[..., Any]


@pytest.fixture
def serve(reader_engine: Engine, ranker: Ranker, embedder: Embedder, tmp_path: Path) -> Serve:
    """Serves the page over seeds/ as long as a block runs: with serve(port=0, engine=…, articles=…) as url."""
    Slow.gate = Flag()

    @contextmanager
    def serving(
        port: int = 0, engine: LanguageModel = reader_engine, articles: Sequence[Path] = SEEDS
    ) -> Iterator[str]:
        store = Store.open(tmp_path / "data", create=True, embedder=embedder)
        ingest(articles, store)
        try:
            with launch(Slow(store, engine, ranker=ranker), Address(port=port)) as url:
                yield url
        finally:
            store.close()

    return serving


@pytest.fixture
def slow(serve: Serve) -> Iterator[str]:
    """The page of an assistant whose gate is shut."""
    with serve() as url:
        yield url


@pytest.fixture(scope="session")
def desk(ship: Ship, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over seeds/ for tests that change no article."""
    with _page_over(SEEDS, tmp_path_factory.mktemp("desk"), ship, embedder) as url:
        yield url


@pytest.fixture(scope="session")
def newsroom(ship: Ship, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The page over thirteen dated articles of several publishers, for tests that change none."""
    with _page_over([OWN], tmp_path_factory.mktemp("newsroom"), ship, embedder) as url:
        yield url


@contextmanager
def _page_over(paths: list[Path], data: Path, ship: Ship, embedder: Embedder) -> Iterator[str]:
    store = Store.open(data, create=True, embedder=embedder)
    ingest(paths, store)
    with launch(ship(store), Address(), QuestionLog(data / "questions.sqlite")) as url:
        yield url
    store.close()


def elsewhere(asked: str, url: str) -> list[str]:
    """The address that was asked for, if it is not of the server at `url`."""
    own = f"{urlsplit(url).scheme}://{urlsplit(url).netloc}/"
    return [] if asked.startswith((own, "data:", "blob:")) else [f"from elsewhere: {asked}"]


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Callable[..., Page]]:
    """Opens an address in a browser of its own: visit(url, width=…, height=…, dark=…).

    What fails in the page fails the test, and so does a box of the browser's own (alert) and whatever the page wants
    from another server. `script` runs before all that the page brings.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(url: str, width: int = 1280, height: int = 800, dark: bool = False, script: str = "") -> Page:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, color_scheme="dark" if dark else "light", accept_downloads=True
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("dialog", lambda box: (troubles.append(f"a box: {box.message}"), box.dismiss()))
        page.on("request", lambda asked: troubles.extend(elsewhere(asked.url, url)))
        if script:
            page.add_init_script(script)
        page.goto(url)
        page.wait_for_selector("#question")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles
