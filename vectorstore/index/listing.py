"""Pages of the list of articles, by query and filters."""

from dataclasses import dataclass

from vectorstore.articles import Filters
from vectorstore.index.filters import where_clause
from vectorstore.index.library import Library
from vectorstore.text.words import QueryWord, parse_query, quoted


@dataclass(frozen=True)
class ListedArticle:
    """An article as a list shows it, without its text; `characters` is the length of that."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    characters: int


def list_articles(
    library: Library, query: str = "", filters: Filters | None = None, offset: int = 0, limit: int = 50
) -> tuple[int, list[ListedArticle]]:
    """The number of articles that match, and at most `limit` of them from `offset` on.

    Each word of `query` must begin a word of the title or text, or occur anywhere in the publisher's name. The order
    is by BM25; without a query the newest come first, undated ones last.
    """
    terms = parse_query(query)
    if query.strip() and not terms:
        return 0, []
    where, values = where_clause(filters)
    for term in terms:
        where += (
            " AND (articles.id IN (SELECT article_id FROM words JOIN chunks ON chunks.number = words.rowid"
            " WHERE words MATCH ?) OR instr(folded(publisher), ?) > 0)"
        )
        values += [_prefix_expression(term), term.text]
    # Materialised, because FTS5 computes bm25() only directly on its own table, not behind a join or a GROUP BY.
    scored = (
        "WITH hits AS MATERIALIZED"
        " (SELECT rowid AS number, -bm25(words, 4, 1) AS score FROM words WHERE words MATCH ?),"
        " best AS (SELECT article_id, max(score) AS score FROM hits JOIN chunks USING (number) GROUP BY article_id)"
    )
    match = " OR ".join(map(_prefix_expression, terms)) or '""'
    ((total,),) = library.rows(f"SELECT count(*) FROM articles WHERE {where}", values)
    rows = library.rows(
        f"{scored} SELECT id, title, publisher, published, length(text) FROM articles"
        f" LEFT JOIN best ON best.article_id = articles.id WHERE {where}"
        " ORDER BY score DESC NULLS LAST, substr(published, 1, 10) DESC NULLS LAST, title, id LIMIT ? OFFSET ?",
        [match, *values, limit, offset],
    )
    return total, [ListedArticle(*row) for row in rows]


def publishers(library: Library) -> list[tuple[str, int]]:
    """Every publisher with its number of articles, the largest first."""
    rows = library.rows(
        "SELECT publisher, count(*) FROM articles WHERE publisher IS NOT NULL GROUP BY publisher ORDER BY 2 DESC, 1"
    )
    return [(name, count) for name, count in rows]


def _prefix_expression(word: QueryWord) -> str:
    """An FTS5 expression: words that begin with this word, in any of its spellings."""
    return " OR ".join(f"{quoted(text)} *" for text in (word.text, *word.others))
