"""Filters as a condition in SQL."""

import json

from vectorstore.articles import Filters


def where_clause(filters: Filters | None) -> tuple[str, list[str]]:
    """A condition on the table `articles` ("1" for no filter), and the values of its parameters.

    The publisher matches as a substring, without regard to case and accents: it needs the SQL function `folded`.
    """
    terms, values = ["1"], []
    if filters and filters.since:
        terms.append("substr(published, 1, 10) >= ?")
        values.append(filters.since)
    if filters and filters.until:
        terms.append("substr(published, 1, 10) <= ?")
        values.append(filters.until)
    if filters and filters.publisher:
        terms.append("instr(folded(publisher), folded(?)) > 0")
        values.append(filters.publisher)
    if filters and filters.article_ids:
        terms.append("articles.id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(filters.article_ids))
    return " AND ".join(terms), values
