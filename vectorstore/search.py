"""Question -> ranked hits: BM25 from FTS5 and cosine from Chroma, fused. bench/search.py prints how well."""

from typing import TYPE_CHECKING

from vectorstore.articles import Article, Chunk, Filters, Hit
from vectorstore.library import Library, condition
from vectorstore.words import match_expression, query_words

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from vectorstore.store import Store

CANDIDATES = 100
"""Chunks taken from each of the two rankings before they are fused."""

BM25_WEIGHT = 0.42
"""Of the fused score; the cosine has the rest. Tuned on half of the questions: see bench/search.md."""


def search(store: "Store", query: str, k: int = 10, filters: Filters | None = None) -> list[Hit]:
    """The k chunks that fit a query best, best first.

    The score is BM25_WEIGHT · bm25 / (the best bm25) + (1 - BM25_WEIGHT) · cosine, for the union of the best
    CANDIDATES of both rankings. Each chunk gets both of its true scores, also where it was found by one
    ranking only: a chunk that the other merely ranked 101st is not punished as if it were not there.
    """
    vector = store.embedder.embed([query])[0]
    return fuse(store, query, vector, filters or Filters())[:k]


def fuse(store: "Store", query: str, vector: "NDArray[np.float32]", filters: Filters) -> list[Hit]:
    """All candidates of both rankings with their fused score, best first."""
    among = allowed(store.library, filters) if filters else None
    lexical = bm25(store.library, query, CANDIDATES, filters)
    dense = dict(store.nearest(vector, CANDIDATES, among))
    ids = list(dict.fromkeys([*lexical, *dense]))
    chunks = _chunks(store.library, ids)
    ids = [id_ for id_ in ids if id_ in chunks]  # Chroma may not have heard yet that a chunk is gone
    if not ids:
        return []
    lexical |= bm25_of(store.library, query, [id_ for id_ in ids if id_ not in lexical])
    cosines = dict(zip(ids, (store.embeddings(ids) @ vector).tolist(), strict=True))
    best = max(lexical.values(), default=0.0) or 1.0
    hits = [
        Hit(
            *chunks[id_],
            score=BM25_WEIGHT * lexical.get(id_, 0.0) / best + (1 - BM25_WEIGHT) * max(0.0, cosines[id_]),
            bm25=lexical.get(id_, 0.0),
            cosine=cosines[id_],
        )
        for id_ in ids
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))


def bm25(library: Library, query: str, k: int, filters: Filters | None = None) -> dict[str, float]:
    """The k best chunk ids by BM25 (FTS5's: k1 = 1.2, b = 0.75) over title and text, with their score > 0."""
    where, values = condition(filters or Filters())
    rows = library.rows(
        "SELECT chunks.id, -bm25(words) FROM words JOIN chunks ON chunks.number = words.rowid"
        f" JOIN articles ON articles.id = chunks.article_id WHERE words MATCH ? AND {where}"
        " ORDER BY bm25(words), chunks.id LIMIT ?"
        if filters
        # Without filters the two joins would be made for every match, so they come after the LIMIT.
        else "SELECT chunks.id, score FROM (SELECT rowid, -bm25(words) AS score FROM words WHERE words MATCH ?"
        f" AND {where} ORDER BY rank LIMIT ?) JOIN chunks ON chunks.number = rowid",
        (match_expression(query_words(query)), *values, k),
    )
    return dict(rows)


def bm25_of(library: Library, query: str, chunk_ids: list[str]) -> dict[str, float]:
    """The BM25 of given chunks; those that match no word of the query are left out."""
    return dict(
        library.rows(
            "SELECT chunks.id, -bm25(words) FROM words JOIN chunks ON chunks.number = words.rowid"
            " WHERE words MATCH ? AND words.rowid IN"
            f" (SELECT number FROM chunks WHERE id IN ({', '.join('?' * len(chunk_ids))}))",
            (match_expression(query_words(query)), *chunk_ids),
        )
    )


def allowed(library: Library, filters: Filters) -> list[str]:
    """The ids of the chunks whose articles pass the filters."""
    where, values = condition(filters)
    rows = library.rows(
        f"SELECT chunks.id FROM chunks JOIN articles ON articles.id = chunks.article_id WHERE {where}", values
    )
    return [id_ for (id_,) in rows]


def _chunks(library: Library, ids: list[str]) -> dict[str, tuple[Article, Chunk]]:
    rows = library.rows(
        'SELECT chunks.id, article_id, start, "end", source, text, title, publisher, published, author, url'
        " FROM chunks JOIN articles ON articles.id = chunks.article_id"
        f" WHERE chunks.id IN ({', '.join('?' * len(ids))})",
        ids,
    )
    found: dict[str, tuple[Article, Chunk]] = {}
    for id_, article_id, start, end, *fields in rows:
        article = Article(*fields)
        found[id_] = (article, Chunk(article_id, start, end, article.text[start:end]))
    return found
