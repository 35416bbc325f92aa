"""Search: what the fused score is made of, filters, and questions that mean to break it."""

import math
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from vectorstore.articles import Article, Filters
from vectorstore.index.embedding import Embedder
from vectorstore.index.search import BM25_WEIGHT, CANDIDATES, bm25
from vectorstore.index.store import Store
from vectorstore.text.words import match_expression, parse_query, query_words

ARTICLES = [
    Article("/1", "The ferry sank off Dover with 1,200 tons of grain.", "Ferry sinks", "The Times", "2025-04-24"),
    Article("/2", "A ferry crew was praised by the harbour of Calais.", "Rescue", "Le Monde", "2025-04-25T09:00:00Z"),
    Article("/3", "About 1500 people marched through Oslo.", "Protest in Norway", "NRK", "2025-05-01"),
    Article("/4", "Nothing happened on Monday. The café stayed open.", "A quiet day"),
    Article(
        "/5", "The vote was close. It is O’Neill’s third win at 3.5 percent.", "Election", "The Times", "2025-05-02"
    ),
]


def fill(store: Store, articles: list[Article]) -> Store:
    cut = [(article, store.chunk(article)) for article in articles]
    with store.library.transaction():
        for (article, chunks), rows in zip(cut, store.embed(cut), strict=True):
            store.library.add(article, chunks, rows)
    store.sync()
    return store


@pytest.fixture(scope="module")
def store(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    store = fill(Store.open(tmp_path_factory.mktemp("search"), create=True, embedder=embedder), ARTICLES)
    yield store
    store.close()


def found(store: Store, query: str, **filters: str) -> list[str]:
    return sorted(hit.article.source for hit in store.search(query, filters=Filters(**filters)))


def lexical(store: Store, query: str) -> list[str]:
    """The sources that BM25 finds, best first."""
    return [store.library.article(chunk_id.split(":")[0]).source for chunk_id in bm25(store.library, query, 10)]


# -- scores


def test_the_scores_are_what_they_are_said_to_be(store: Store) -> None:
    hits = store.search("Which ferry sank?")
    assert sorted(hit.article.source for hit in hits) == ["/1", "/2", "/3", "/4", "/5"]
    vector = store.embedder.embed(["Which ferry sank?"])[0]
    best = max(hit.bm25 for hit in hits)
    for hit in hits:
        text = store.embedder.with_title(hit.article.title, hit.chunk.text)
        assert hit.cosine == pytest.approx(float(store.embedder.embed([text])[0] @ vector), abs=0.01)
        assert hit.score == pytest.approx(BM25_WEIGHT * hit.bm25 / best + (1 - BM25_WEIGHT) * max(0, hit.cosine))
        assert hit.article.text[hit.chunk.start : hit.chunk.end] == hit.chunk.text
        assert 0 <= hit.score <= 1
    assert [hit.score for hit in hits] == sorted((hit.score for hit in hits), reverse=True)
    assert [hit.article.source for hit in hits[:2]] == ["/1", "/2"]
    assert [hit.bm25 > 0 for hit in hits] == [hit.article.source in ("/1", "/2") for hit in hits]


def test_bm25_by_hand(store: Store) -> None:
    (score,) = bm25(store.library, "Dover", 10).values()
    words = [
        len(f"{a.title} {a.text}".replace("1,200", "1200").replace("O’Neill’s", "O Neill ONeill").split())
        for a in ARTICLES
    ]
    idf = math.log((5 - 1 + 0.5) / (1 + 0.5))
    mean = sum(words) / 5
    assert score == pytest.approx(idf * 2.2 / (1 + 1.2 * (0.25 + 0.75 * words[0] / mean)))


def test_without_a_word_in_common_the_meaning_decides(store: Store) -> None:
    hits = store.search("boat disaster")
    assert {hit.article.source for hit in hits[:2]} == {"/1", "/2"}
    assert all(hit.bm25 == 0 for hit in hits)
    assert hits[0].score == pytest.approx((1 - BM25_WEIGHT) * hits[0].cosine)


def test_deterministic(store: Store) -> None:
    once = store.search("ferry people vote")
    assert all(store.search("ferry people vote") == once for _ in range(3))


@pytest.mark.parametrize("k", [1, 2, 5])
def test_k(store: Store, k: int) -> None:
    assert store.search("ferry", k) == store.search("ferry", 10)[:k]
    assert len(store.search("ferry", k)) == k


def test_more_than_the_candidates_of_both_rankings(tmp_path: Path, embedder: Embedder) -> None:
    count = 2 * CANDIDATES + 50
    store = Store.open(tmp_path, create=True, embedder=embedder)
    rows = np.random.default_rng(0).normal(size=(count, embedder.dimension)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    with store.library.transaction():
        for n in range(count):
            article = Article(f"/{n}", f"Drone number {n}.")
            store.library.add(article, store.chunk(article), rows[n : n + 1])
    store.sync()
    assert len(store.search("drone", count)) == count
    assert CANDIDATES <= len(store.search("drone", 2 * CANDIDATES)) <= 2 * CANDIDATES
    store.close()


# -- words


@pytest.mark.parametrize("query", ["1,200", "1200", "1,200 tons"])
def test_thousands_with_and_without_a_comma(store: Store, query: str) -> None:
    assert lexical(store, query) == ["/1"]


@pytest.mark.parametrize("query", ["1,500", "1500", "1500?"])
def test_the_reverse(store: Store, query: str) -> None:
    assert lexical(store, query) == ["/3"]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("Norway", ["/3"]),  # in the title alone
        ("quiet", ["/4"]),
        ("cafe", ["/4"]),
        ("CAFÉ", ["/4"]),
        ("elections", ["/5"]),
        ("o'neill", ["/5"]),
        ("3.5", ["/5"]),
        ("3 5", []),  # two figures are not the parts of one
        ("5", []),
        ("200", []),
        ("the of", ["/1", "/2", "/4", "/5"]),  # of nothing but stop words they are asked for all the same
    ],
)
def test_words(store: Store, query: str, expected: list[str]) -> None:
    assert sorted(lexical(store, query)) == expected


def test_a_question_in_words() -> None:
    assert query_words("How many people, 1,200 or 3.5 million, died in the U.S.? People!") == [
        "many", "people", "1200", "3.5", "million", "died", "us",
    ]  # fmt: skip
    assert match_expression(parse_query("O’Neill's 5\"")) == '"o" OR "oneill" OR "neill" OR "ne ill" OR "nei ll" OR "5"'


# -- filters


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ({}, ["/1", "/2", "/3", "/4", "/5"]),
        ({"since": "2025-04-25"}, ["/2", "/3", "/5"]),
        ({"until": "2025-04-25"}, ["/1", "/2"]),
        ({"since": "2025-04-25", "until": "2025-05-01"}, ["/2", "/3"]),
        ({"since": "0001-01-01"}, ["/1", "/2", "/3", "/5"]),  # undated ones match no date
        ({"publisher": "times"}, ["/1", "/5"]),
        ({"publisher": "Times", "since": "2025-05-01"}, ["/5"]),
        ({"publisher": "%"}, []),
        ({"since": "2030-01-01"}, []),
    ],
)
def test_filters(store: Store, filters: dict[str, str], expected: list[str]) -> None:
    assert found(store, "ferry", **filters) == expected
    assert found(store, "?!", **filters) == expected


def test_filtered_hits_have_the_scores_they_have_without(store: Store) -> None:
    every = {hit.chunk.id: hit for hit in store.search("Which ferry sank?")}
    for hit in store.search("Which ferry sank?", filters=Filters(publisher="times")):
        assert (hit.bm25, hit.cosine) == (every[hit.chunk.id].bm25, every[hit.chunk.id].cosine)


def test_by_article(store: Store) -> None:
    only = ARTICLES[3].id
    assert [hit.article.id for hit in store.search("ferry", filters=Filters(article_ids=(only,)))] == [only]


# -- what a question may hold


@pytest.mark.parametrize(
    "query",
    [
        *(
            "",
            " ",
            "\n",
            "?",
            "...",
            '"',
            '""',
            "'",
            "“”",
            "*",
            "^",
            "-",
            "(",
            ")",
            "😀",
            "\x00",
            "\u200b",
            "_",
            "\udce9",
        ),
        *("AND", "OR", "NOT", "ferry AND", "NEAR(ferry sank, 2)", "NEAR(", 'ferry"', '"ferry', "ferry*", "^ferry"),
        *("title:ferry", "text : ferry", "{title text}:ferry", "-ferry", "ferry + sank", "(ferry", "ferry;--", "a:b:c"),
        *("%", "?1", ":name", "@x", "$y", "[SEP]", "ferry " * 20_000, "f" * 100_000),
        " ".join(f"word{n}" for n in range(5_000)),
    ],
    ids=lambda query: ascii(query)[:20],
)
def test_no_question_breaks_the_search(store: Store, query: str) -> None:
    hits = store.search(query)
    assert sorted(hit.article.source for hit in hits) == ["/1", "/2", "/3", "/4", "/5"]
    if "ferry" in query:
        assert {hit.article.source for hit in hits if hit.bm25} >= {"/1", "/2"}


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.text(max_size=60)
    | st.lists(st.sampled_from("ferry AND OR NOT NEAR( \" * ^ : ) ( + - { } title: _ ' ,".split())).map(" ".join)
)
def test_no_question_whatever_breaks_bm25(store: Store, query: str) -> None:
    assert all(score > 0 for score in bm25(store.library, query, 10).values())


def test_an_empty_library(tmp_path: Path, embedder: Embedder) -> None:
    store = Store.open(tmp_path, create=True, embedder=embedder)
    assert store.search("ferry") == []
    assert store.search("ferry", filters=Filters(since="2025-01-01", publisher="x")) == []
    store.close()
