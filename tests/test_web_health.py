"""Whether the server is up, and over what it answers."""

from collections.abc import Iterator
from importlib.metadata import version

import httpx
import pytest
from fastapi import FastAPI

from tests.serving import serving
from ui.web.api import health
from ui.web.security.install import protect
from ui.web.security.limits import Limits
from ui.web.security.requests import known
from ui.web.security.rules import Rules
from vectorstore.index.store import Store


def served(store: Store, rules: Rules, model: str | None = "a-model") -> FastAPI:
    app = FastAPI()
    health.add_routes(app, store, model, known)
    protect(app, rules, Limits())
    return app


@pytest.fixture
def closed(seed_store: Store) -> Iterator[str]:
    with serving(served(seed_store, Rules(token="a-token"))) as url:
        yield f"{url}/health"


def test_all_of_it_on_an_open_server(seed_store: Store) -> None:
    with serving(served(seed_store, Rules(), None)) as url:
        body = httpx.get(f"{url}/health").json()
    passages = seed_store.library.chunk_count()
    assert passages > 2
    assert body == {
        "status": "ok", "version": version("dateline"), "model": None, "articles": 2, "passages": passages,
    }  # fmt: skip


def test_strangers_hear_only_that_it_is_up(closed: str) -> None:
    assert httpx.get(closed).json() == {"status": "ok"}
    assert httpx.get(closed, headers={"Authorization": "Bearer wrong"}).json() == {"status": "ok"}


def test_a_program_with_the_token_hears_all(closed: str) -> None:
    body = httpx.get(closed, headers={"Authorization": "Bearer a-token"}).json()
    assert (body["model"], body["articles"]) == ("a-model", 2)
