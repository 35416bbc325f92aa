"""Conversations are kept by the server: listed, searched, renamed, deleted; and what people say of answers."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import OWN, Ship
from tests.browser.desk import ask
from ui.web.chat.database import FILE_NAME, ConversationFile
from ui.web.chat.feedback import reports
from ui.web.server import Address, launch
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

Visit = Callable[..., Page]

BRIDGE = "How much will the repair of the Fennick bridge cost?"
TITLES = '[data-list="conversations"] .row b'


@pytest.fixture
def data(tmp_path: Path, embedder: Embedder) -> Path:
    """A data folder with one article."""
    store = Store.open(tmp_path / "data", create=True, embedder=embedder)
    ingest([OWN / "bridge-repair.md"], store)
    store.close()
    return tmp_path / "data"


def test_conversations_are_listed_searched_renamed_deleted_and_brought_back(
    data: Path, ship: Ship, embedder: Embedder, visit: Visit
) -> None:
    store = Store.open(data, embedder=embedder)
    with launch(ship(store), Address()) as url:
        page = visit(url)
        titles = page.locator(TITLES)
        ask(page, BRIDGE)
        page.click('[data-do="new"]')
        expect(page.locator(".turn")).to_have_count(0)
        ask(page, "Who inspected the piers?")
        expect(titles).to_have_text(["Who inspected the piers?", BRIDGE])

        page.fill('[data-search="conversations"]', "Fennick")
        expect(titles).to_have_text([BRIDGE])
        menu(page, BRIDGE, "Rename")
        page.fill("#box-name", "Bridge money")
        page.keyboard.press("Enter")
        expect(titles).to_have_text(["Bridge money"])
        page.fill('[data-search="conversations"]', "zzz")
        expect(page.locator('[data-list="conversations"]')).to_have_text("None with these words.")
        page.fill('[data-search="conversations"]', "")

        menu(page, "Who inspected the piers?", "Delete")
        expect(titles).to_have_text(["Bridge money"])
        expect(page.locator(".turn")).to_have_count(0)
        page.click('.toast button:has-text("Undo")')
        expect(titles).to_have_count(2)
        page.click(f'{TITLES}:has-text("Bridge money")')
        expect(page.locator(".turn .question")).to_have_text(BRIDGE)
        expect(page.locator("[data-title]")).to_have_text("Bridge money")
    store.close()


def test_they_survive_a_restart_and_a_new_browser(data: Path, ship: Ship, embedder: Embedder, visit: Visit) -> None:
    for first in (True, False):
        store = Store.open(data, embedder=embedder)
        with launch(ship(store), Address()) as url:
            page = visit(url)
            if first:
                ask(page, BRIDGE)
            else:
                page.click(f'{TITLES}:has-text("{BRIDGE}")')
                expect(page.locator(".turn .answer")).to_contain_text("44 million euros")
                page.click(".statement .cite >> nth=0")
                expect(page.locator(".panel mark.focus")).to_contain_text("44 million euros")
            page.context.close()
        store.close()


def test_thumbs_and_wrong_evidence_are_kept(data: Path, ship: Ship, embedder: Embedder, visit: Visit) -> None:
    store = Store.open(data, embedder=embedder)
    with launch(ship(store), Address()) as url:
        page = visit(url)
        ask(page, BRIDGE)
        page.click('.turn [data-do="up"]')
        expect(page.locator('.turn [data-do="up"]')).to_have_attribute("aria-pressed", "true")
        page.click(".statement .cite >> nth=0")
        page.wait_for_selector(".panel mark.focus")
        page.click('.turn [data-do="wrong"]')
        page.fill("#box-note", "An estimate, not the price.")
        page.fill("#box-right", "44 million")
        page.click("[data-box-ok]")
        expect(page.locator('.toast:has-text("Reported.")')).to_be_visible()
    store.close()
    thumb, wrong = reports(ConversationFile(data / FILE_NAME))
    assert (thumb.kind, thumb.question) == ("up", BRIDGE)
    assert (wrong.kind, wrong.marker, wrong.note) == ("wrong_evidence", 1, "An estimate, not the price.")
    assert wrong.right_answer == "44 million"
    assert wrong.answer.citations[0].publisher == "Halden Observer"


def menu(page: Page, title: str, action: str) -> None:
    """Choose from the menu of the conversation."""
    page.click(f'[aria-label="More for {title}"]')
    page.click(f"{'a' if action.startswith('Export') else 'button'}:text-is('{action}') >> visible=true")
