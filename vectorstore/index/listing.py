"""A page of the list of articles: those that have all of some words, that pass the filters."""

from dataclasses import dataclass

from vectorstore.articles import Filters
from vectorstore.index.library import Library, condition
from vectorstore.text.words import QueryWord, quoted
from vectorstore.text.words import query as words_of


@dataclass(frozen=True)
class Entry:
    """An article as a list shows it; `characters` is the length of its text."""

    id: str
    title: str
    publisher: str | None
    published: str | None
    characters: int


def listing(
    library: Library, query: str = "", filters: Filters | None = None, offset: int = 0, limit: int = 50
) -> tuple[int, list[Entry]]:
    """How many articles there are, and `limit` of them from `offset` on.

    Each word of `query` must begin a word of the title or text, or stand anywhere in the publisher's name; those it
    fits best come first. Without a query the newest come first, undated ones last.
    """
    terms = words_of(query)
    if query.strip() and not terms:
        return 0, []
    where, values = condition(filters or Filters())
    for term in terms:
        where += (
            " AND (articles.id IN (SELECT article_id FROM words JOIN chunks ON chunks.number = words.rowid"
            " WHERE words MATCH ?) OR instr(folded(publisher), ?) > 0)"
        )
        values += [_beginning(term), term.text]
    # Materialised: FTS5 scores no row that a join or a grouping has passed on.
    scored = (
        "WITH hits AS MATERIALIZED"
        " (SELECT rowid AS number, -bm25(words, 4, 1) AS score FROM words WHERE words MATCH ?),"
        " best AS (SELECT article_id, max(score) AS score FROM hits JOIN chunks USING (number) GROUP BY article_id)"
    )
    match = " OR ".join(map(_beginning, terms)) or '""'
    ((total,),) = library.rows(f"SELECT count(*) FROM articles WHERE {where}", values)
    rows = library.rows(
        f"{scored} SELECT id, title, publisher, published, length(text) FROM articles"
        f" LEFT JOIN best ON best.article_id = articles.id WHERE {where}"
        " ORDER BY score DESC NULLS LAST, substr(published, 1, 10) DESC NULLS LAST, title, id LIMIT ? OFFSET ?",
        [match, *values, limit, offset],
    )
    return total, [Entry(*row) for row in rows]


def publishers(library: Library) -> list[tuple[str, int]]:
    """Every publisher and how many articles are its own, the most first."""
    rows = library.rows(
        "SELECT publisher, count(*) FROM articles WHERE publisher IS NOT NULL GROUP BY publisher ORDER BY 2 DESC, 1"
    )
    return [(name, count) for name, count in rows]


def _beginning(word: QueryWord) -> str:
    """An FTS5 expression for the words that begin so, in any spelling."""
    return " OR ".join(f"{quoted(text)} *" for text in (word.text, *word.others))
