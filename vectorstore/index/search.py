"""Hybrid search: BM25 from FTS5 and cosine from Chroma, fused into one ranking. Measured by bench/search.py."""

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from vectorstore.articles import Article, Chunk, Filters, Hit
from vectorstore.index.filters import where_clause
from vectorstore.index.library import Library
from vectorstore.text.words import match_expression, parse_query

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Nearest = Callable[[NDArray[np.float32], int, Filters], list[tuple[str, float]]]
    """A unit vector, k and filters -> the k nearest chunk ids with their cosine, best first."""

CANDIDATES = 100
"""Chunks taken from each of the two rankings for the fusion."""

BM25_WEIGHT = 0.42
"""Weight of BM25 in the fused score; the cosine has the rest. Tuned on half of the questions: see bench/search.md."""


def search(
    library: Library,
    nearest: "Nearest",
    query: str,
    vector: "NDArray[np.float32]",
    filters: Filters,
    candidates: int = CANDIDATES,
) -> list[Hit]:
    """The candidates of both rankings for a query and its unit vector, with their fused scores, best first.

    The score is BM25_WEIGHT · bm25 / (the best bm25) + (1 - BM25_WEIGHT) · cosine (0 for a negative one), for
    the union of the best `candidates` of both rankings. Each chunk gets both of its true scores, also where only one
    of the rankings holds it: rank 101 in the other one must not count as a score of 0.
    """
    lexical = bm25(library, query, candidates, filters)
    dense = dict(nearest(vector, candidates, filters))
    ids = list(dict.fromkeys([*lexical, *dense]))
    chunks = _chunks(library, ids)
    # Another process may have removed some since; what is read of a chunk is read in one query, so it is consistent.
    ids = [id_ for id_ in ids if id_ in chunks]
    if not ids:
        return []
    lexical |= bm25_scores(library, query, [id_ for id_ in ids if id_ not in lexical])
    cosines = {id_: float(chunks[id_][2] @ vector) for id_ in ids}
    best = max(lexical.values(), default=0.0) or 1.0
    hits = [
        Hit(
            *chunks[id_][:2],
            score=BM25_WEIGHT * lexical.get(id_, 0.0) / best + (1 - BM25_WEIGHT) * max(0.0, cosines[id_]),
            bm25=lexical.get(id_, 0.0),
            cosine=cosines[id_],
        )
        for id_ in ids
    ]
    return sorted(hits, key=lambda hit: (-hit.score, hit.chunk.id))


def bm25(library: Library, query: str, k: int, filters: Filters | None = None) -> dict[str, float]:
    """The k best chunk ids by BM25 (in FTS5: k1 = 1.2, b = 0.75) over title and text, with their scores > 0."""
    where, values = where_clause(filters)
    rows = library.rows(
        "SELECT chunks.id, -bm25(words) FROM words JOIN chunks ON chunks.number = words.rowid"
        f" JOIN articles ON articles.id = chunks.article_id WHERE words MATCH ? AND {where}"
        " ORDER BY bm25(words), chunks.id LIMIT ?"
        if filters
        # Without filters: join after the LIMIT, so that not every match is joined.
        else "SELECT chunks.id, score FROM (SELECT rowid, -bm25(words) AS score FROM words WHERE words MATCH ?"
        f" AND {where} ORDER BY rank LIMIT ?) JOIN chunks ON chunks.number = rowid",
        (match_expression(parse_query(query)), *values, k),
    )
    return dict(rows)


def bm25_scores(library: Library, query: str, chunk_ids: list[str]) -> dict[str, float]:
    """The BM25 scores of the given chunks; chunks that match no word of the query are left out."""
    return dict(
        library.rows(
            "SELECT chunks.id, -bm25(words) FROM words JOIN chunks ON chunks.number = words.rowid"
            " WHERE words MATCH ? AND words.rowid IN"
            " (SELECT number FROM chunks WHERE id IN (SELECT value FROM json_each(?)))",
            (match_expression(parse_query(query)), json.dumps(chunk_ids)),
        )
    )


def _chunks(library: Library, ids: list[str]) -> "dict[str, tuple[Article, Chunk, NDArray[np.float32]]]":
    """The article, the chunk and its unit vector by chunk id, for those ids that are stored."""
    import numpy as np

    rows = library.rows(
        'SELECT chunks.id, embedding, article_id, start, "end",'
        " source, text, title, publisher, published, author, url"
        " FROM chunks JOIN articles ON articles.id = chunks.article_id"
        " WHERE chunks.id IN (SELECT value FROM json_each(?))",
        (json.dumps(ids),),
    )
    chunks = {}
    for id_, embedding, article_id, start, end, *fields in rows:
        article = Article(*fields)
        chunk = Chunk(article_id, start, end, article.text[start:end])
        chunks[id_] = (article, chunk, np.frombuffer(embedding, "<f4"))
    return chunks
