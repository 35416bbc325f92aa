"""The articles by HTTP: list, filter, read, add, remove and bring back, over a real app and a real store."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI, Request
from starlette.testclient import TestClient

from tests.fakes import HashEmbedder
from ui.web.api.api_error import add_handler
from ui.web.api.collection_routes import add_routes
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

ROOT = Path(__file__).parents[1]
LIMIT = 20_000
FERRY = "Ferry sinks off Dover\n\nA ferry sank off Dover on Friday. All 212 passengers were saved by fishermen."


@pytest.fixture(scope="module")
def filled(hash_embedder: HashEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of an index of thirteen articles that have dates and publishers, and of seeds/."""
    folder = tmp_path_factory.mktemp("collection") / "data"
    store = Store.open(folder, create=True, embedder=hash_embedder)
    ingest([ROOT / "bench/conversations/articles", ROOT / "seeds"], store)
    store.close()
    return folder


@pytest.fixture
def store(filled: Path, hash_embedder: HashEmbedder, tmp_path: Path) -> Iterator[Store]:
    shutil.copytree(filled, tmp_path / "data")
    store = Store.open(tmp_path / "data", embedder=hash_embedder)
    yield store
    store.close()


@pytest.fixture
def client(store: Store) -> Iterator[TestClient]:
    app = FastAPI()
    add_handler(app)

    def owner(request: Request) -> str:
        return request.headers.get("x-name", "")

    add_routes(app, store, owner, upload_bytes=LIMIT)
    with TestClient(app) as client:
        yield client


def titles(client: TestClient, **asked: str | int) -> list[str]:
    return [article["title"] for article in client.get("/api/articles", params=asked).json()["articles"]]


def add(client: TestClient, *files: tuple[str, bytes]) -> list[dict[str, Any]]:
    reply = client.post("/api/articles", files=[("files", file) for file in files])
    assert reply.status_code == 200, reply.text
    return [json.loads(line) for line in reply.text.splitlines()]


# -- the list


def test_the_newest_come_first(client: TestClient, store: Store) -> None:
    reply = client.get("/api/articles").json()
    assert reply["total"] == len(reply["articles"]) == 15
    days = [article["published"] for article in reply["articles"]]
    assert days[:2] == ["2025-11-04", "2025-10-16"]
    assert days[-2:] == [None, None]
    assert set(reply["articles"][0]) == {"id", "title", "publisher", "published", "characters"}
    assert reply["publishers"][0] == {"name": "Halden Observer", "articles": 2}
    assert len(reply["publishers"]) == reply["stats"]["publishers"] == 10
    assert reply["stats"] == store.library.stats()


def test_a_page_of_the_list(client: TestClient) -> None:
    everything = titles(client)
    pages = [titles(client, offset=at, limit=4) for at in range(0, 16, 4)]
    assert [len(page) for page in pages] == [4, 4, 4, 3]
    assert [title for page in pages for title in page] == everything
    assert client.get("/api/articles", params={"limit": 0}).json()["total"] == 15


@pytest.mark.parametrize(
    ("query", "result"),
    [
        ("malaria", ["New malaria vaccine protects three in four children"]),
        ("malar vacc", ["New malaria vaccine protects three in four children"]),
        ("storm Selwyn Norlux fitters", ["Storm Odalys cuts power along the Selwyn coast"]),
        ("gazette flood", ["Weirbrook counts the cost of the flood"]),
        ("54,200", ["Rovers lift the cup after a shoot-out"]),
        ("54200", ["Rovers lift the cup after a shoot-out"]),
        ("malaria Rovers", []),
        ("zyzzyva", []),
        ("\"' OR zyzzyva=1 --", []),
        ("malaria) OR (flood", []),
        ("*", []),
        ("NEAR(zyzzyva", []),
    ],
)
def test_words_find_articles(client: TestClient, query: str, result: list[str]) -> None:
    assert titles(client, q=query) == result


def test_those_that_fit_best_come_first(client: TestClient) -> None:
    result = titles(client, q="bridge")
    assert result[0] == "Repair of the Fennick bridge to cost twice as much"
    assert client.get("/api/articles", params={"q": "in weirbrook"}).json()["total"] == 2


def test_dates_and_publishers_choose(client: TestClient) -> None:
    assert len(titles(client, since="2025-07", until="2025-08")) == 2
    assert titles(client, until="2025-01") == ["Blaze destroys paint works in Dunmarsh"]
    assert len(titles(client, publisher="north wire")) == 2
    assert titles(client, publisher="north wire", q="gold") == ["Thieves take Bronze Age gold from Averleigh museum"]


@pytest.mark.parametrize(
    "asked",
    [{"since": "soon"}, {"until": "2025-02-30"}, {"since": "2025-05", "until": "2025-04"}, {"limit": "many"},
     {"offset": "-1"}, {"limit": "9" * 40}],
)  # fmt: skip
def test_what_is_no_date_or_number_is_one_line(client: TestClient, asked: dict[str, str]) -> None:
    reply = client.get("/api/articles", params=asked)
    assert reply.status_code == 400
    assert set(reply.json()) == {"error"}
    assert "expected" in reply.json()["error"]
    assert "\n" not in reply.json()["error"]


# -- one article


def test_an_article_is_read_with_its_quotes_marked(client: TestClient, store: Store) -> None:
    article = next(a for a in store.library.articles() if "Fennick" in a.title)
    start = article.text.index("four of the nine piers")
    reply = client.get(f"/api/articles/{article.id}", params={"quote": [f"{start}-{start + 9}", "0-3"]}).json()
    assert (reply["title"], reply["publisher"]) == (article.title, "Halden Observer")
    assert reply["published"] == "2025-08-07"
    assert reply["html"].count("<mark") == 2
    assert set(reply) == {"id", "title", "publisher", "published", "author", "url", "source", "html"}


def test_only_addresses_of_the_web_are_links(client: TestClient, store: Store) -> None:
    for at, url in enumerate(["https://news.test/a", "javascript:alert(1)", "data:text/html,x", "HTTP://news.test/b"]):
        add(client, (f"{at}.json", json.dumps({"title": f"T{at}", "text": f"{FERRY} {at}", "url": url}).encode()))
    urls = {a.title: a.url for a in store.library.articles() if a.title[0] == "T" and len(a.title) == 2}
    assert len(urls) == 4
    shown = {
        reply["title"]: reply["url"]
        for a in store.library.articles()
        if a.title in urls
        for reply in [client.get(f"/api/articles/{a.id}").json()]
    }
    assert shown == {title: url if (url or "").lower().startswith("http") else None for title, url in urls.items()}


@pytest.mark.parametrize("quote", ["1", "5-5", "9-2", "-1-4", "0-99999999", "a-b", "0-1-2", "1" * 20 + "-2"])
def test_a_quote_that_is_none(client: TestClient, store: Store, quote: str) -> None:
    reply = client.get(f"/api/articles/{store.library.articles()[0].id}", params={"quote": quote})
    assert reply.status_code == 400
    assert "expected START-END" in reply.json()["error"]


@pytest.mark.parametrize("id_", ["0" * 16, "", "7", "../x", "G" * 16])
def test_an_article_that_is_not_there(client: TestClient, id_: str) -> None:
    for reply in (client.get(f"/api/articles/{id_}x"), client.delete(f"/api/articles/{id_}x")):
        assert reply.status_code == 404


def test_the_beginning_of_an_id_removes_nothing(client: TestClient, store: Store) -> None:
    assert client.delete(f"/api/articles/{store.library.articles()[0].id[:8]}").status_code == 404
    assert store.library.count() == 15


# -- adding


def test_files_are_added_and_found(client: TestClient, store: Store) -> None:
    lines = add(client, ("ferry.txt", FERRY.encode()), ("bad.exe", b"MZ"))
    assert lines[-1]["report"] == [
        {"name": "ferry.txt", "result": "added", "reason": "", "articles": 1},
        {"name": "bad.exe", "result": "failed", "reason": lines[-1]["report"][1]["reason"], "articles": 0},
    ]
    assert titles(client, q="ferry dover") == ["Ferry sinks off Dover"]
    assert store.search("ferry off Dover")[0].article.title == "Ferry sinks off Dover"


def test_no_file(client: TestClient) -> None:
    for reply in (
        client.post("/api/articles"),
        client.post("/api/articles", data={"files": "text"}),
        client.post("/api/articles", files={"other": ("a.txt", b"x")}),
        client.post("/api/articles", content=b"{}", headers={"content-type": "application/json"}),
        client.post("/api/articles", content=b"x", headers={"content-type": "multipart/form-data"}),
    ):
        assert reply.status_code == 400
        assert list(reply.json()) == ["error"]


@pytest.mark.parametrize("announced", [True, False])
def test_too_many_bytes(client: TestClient, store: Store, announced: bool) -> None:
    body = (
        b"--b\r\nContent-Disposition: form-data; name=files; filename=a.txt\r\n\r\n" + b"x" * LIMIT + b"\r\n--b--\r\n"
    )
    content: Any = body if announced else iter([body[:1000], body[1000:]])
    reply = client.post("/api/articles", content=content, headers={"content-type": "multipart/form-data; boundary=b"})
    assert reply.status_code == 413
    assert "more than" in reply.json()["error"]
    uploads = store.data_dir / "uploads"
    assert not uploads.exists() or not list(uploads.iterdir())


# -- removing and bringing back


def everything(store: Store) -> dict[str, set[tuple[Any, ...]]]:
    """All that an undo must bring back; the running numbers of chunks are SQLite's affair."""
    tables = {
        "articles": "*", "sources": "*", "files": "*", "chunks": 'id, article_id, start, "end", embedding',
    }  # fmt: skip
    result = {table: set(store.library.rows(f"SELECT {columns} FROM {table}")) for table, columns in tables.items()}
    return result | {"vectors": {(i,) for i, _ in store.nearest(store.embedder.embed(["news"])[0], 1000)}}


def test_removed_and_brought_back_as_it_was(client: TestClient, store: Store) -> None:
    before = everything(store)
    question = "How much will the repair of the bridge cost?"
    hits = store.search(question)
    gone = hits[0].article
    reply = client.delete(f"/api/articles/{gone.id}").json()
    assert reply["title"] == gone.title
    assert gone.id not in {hit.article.id for hit in store.search(question)}
    assert titles(client, q="Fennick piers") == []
    assert client.get(f"/api/articles/{gone.id}").status_code == 404
    assert client.post(f"/api/articles/undo/{reply['undo']}").json() == {"id": gone.id, "title": gone.title}
    assert everything(store) == before
    assert store.search(question) == hits
    assert titles(client, q="Fennick piers") == [gone.title]
    report = ingest([ROOT / "bench/conversations/articles"], store)
    assert (len(report.unchanged), report.added, report.changed) == (13, (), ())
    assert everything(store) == before


def test_an_undo_works_once(client: TestClient, store: Store) -> None:
    token = client.delete(f"/api/articles/{store.library.articles()[0].id}").json()["undo"]
    assert client.post(f"/api/articles/undo/{token}").status_code == 200
    for used in (token, "0" * 32):
        reply = client.post(f"/api/articles/undo/{used}")
        assert reply.status_code == 404
        assert "can't be undone any more" in reply.json()["error"]


def test_an_uploaded_article_comes_back_with_its_file(client: TestClient, store: Store) -> None:
    add(client, ("ferry.txt", FERRY.encode()))
    before = everything(store)
    (ferry,) = [a for a in store.library.articles() if a.title.startswith("Ferry")]
    token = client.delete(f"/api/articles/{ferry.id}").json()["undo"]
    assert Path(ferry.source).read_text() == FERRY
    client.post(f"/api/articles/undo/{token}")
    assert everything(store) == before
    assert add(client, ("ferry.txt", FERRY.encode()))[-1]["unchanged"] == 1


def test_nobody_waits_for_long_while_another_process_writes(client: TestClient, store: Store) -> None:
    with store.writing():
        reply = client.delete(f"/api/articles/{store.library.articles()[0].id}")
    assert reply.status_code == 409
    assert "try again" in reply.json()["error"]


def test_examples_come_from_the_articles_that_are_there(client: TestClient) -> None:
    before = client.get("/api/examples").json()["examples"]
    cliff = {"title": "Cliff falls in Marrow", "published": "2026-01-01", "text": "A fall in Marrow injured 31 people."}
    add(client, ("cliff.json", json.dumps(cliff).encode()))
    newest, *others = client.get("/api/examples").json()["examples"]
    assert newest == "How many people were injured in Marrow?"
    assert others
    assert set(others) <= set(before)
