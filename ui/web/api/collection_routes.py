"""Routes for the articles: list, read, add, remove, restore, and example questions."""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from ui.options import first_day, last_day
from ui.web.api.api_error import ApiError
from ui.web.api.uploaded_files import received_files
from ui.web.collection.changes import Collection
from ui.web.collection.example_questions import example_questions
from vectorstore.articles import Article, Filters
from vectorstore.errors import IndexBusyError, NotFoundError, StoreError
from vectorstore.index.listing import listing, publishers

if TYPE_CHECKING:
    from fastapi import FastAPI, Request

    from vectorstore.index.store import Store

MOST_LISTED = 200
_ID = re.compile(r"[0-9a-f]{16}")
_QUOTE = re.compile(r"(\d{1,9})-(\d{1,9})")
log = logging.getLogger("dateline")


def add_routes(
    app: "FastAPI",
    store: "Store",
    owner: "Callable[[Request], str]",
    upload_bytes: int,
) -> None:
    """Add the routes under /api/articles, and /api/examples. One upload may have `upload_bytes` in all."""
    from fastapi import Request
    from fastapi.responses import StreamingResponse

    collection = Collection(store)

    @app.post("/api/articles", response_model=None)
    async def add(request: Request) -> StreamingResponse:
        files = await received_files(request, upload_bytes, collection)
        log.info("%s adds %d files", owner(request) or "a visitor", len(files))
        lines = (f"{json.dumps(update)}\n" for update in collection.add(files))
        return StreamingResponse(lines, media_type="application/x-ndjson")

    @app.get("/api/articles")
    def articles(request: Request) -> dict[str, Any]:
        query = request.query_params
        offset = _number(request, "offset", 0, 10**9)
        limit = _number(request, "limit", 50, MOST_LISTED)
        total, page = listing(store.library, query.get("q", ""), filters_of(query), offset, limit)
        names = [{"name": name, "articles": count} for name, count in publishers(store.library)]
        entries = [asdict(entry) for entry in page]
        return {"total": total, "articles": entries, "publishers": names, "stats": store.library.stats()}

    @app.get("/api/articles/{article_id}")
    def article(article_id: str, request: Request) -> dict[str, Any]:
        from ui.web.html.article_html import article_html

        it = _article(store, article_id)
        spans = [_span(quote, len(it.text)) for quote in request.query_params.getlist("quote")]
        safe = it.url and it.url.lower().startswith(("http://", "https://"))
        shown = ("title", "publisher", "published", "author", "source")
        return {
            "id": it.id,
            **{name: getattr(it, name) for name in shown},
            "url": it.url if safe else None,
            "html": article_html(it, spans),
        }

    @app.delete("/api/articles/{article_id}")
    def remove(article_id: str, request: Request) -> dict[str, str]:
        with _store_errors():
            token, gone = collection.remove(_article(store, article_id).id)
        log.info("%s removes %s", owner(request) or "a visitor", gone.id)
        return {"undo": token, "title": gone.title}

    @app.post("/api/articles/undo/{token}")
    def undo(token: str) -> dict[str, str]:
        with _store_errors():
            back = collection.undo(token)
        return {"id": back.id, "title": back.title}

    @app.get("/api/examples")
    def examples() -> dict[str, Any]:
        return {"examples": example_questions(store.library)}


def filters_of(query: Mapping[str, str]) -> Filters:
    """The filters "since", "until" (a day, month or year) and "publisher". Raises ApiError for what is no date."""
    try:
        since = first_day(query["since"]) if query.get("since") else None
        until = last_day(query["until"]) if query.get("until") else None
    except typer.BadParameter as error:
        raise ApiError(400, error.message) from error
    if since and until and since > until:
        raise ApiError(400, f"no day lies between {since} and {until}: expected the earlier one first")
    return Filters(since=since, until=until, publisher=query.get("publisher") or None)


def _article(store: "Store", article_id: str) -> Article:
    """The article with this id. Raises ApiError where there is none."""
    if not _ID.fullmatch(article_id) or not store.library.has(article_id):
        raise ApiError(404, "there is no such article: it may have been removed; load the list again")
    return store.library.article(article_id)


def _span(quote: str, length: int) -> tuple[int, int]:
    """Start and end of "START-END". Raises ApiError unless they lie within a text of `length` characters."""
    match = _QUOTE.fullmatch(quote)
    if not match or not int(match[1]) < int(match[2]) <= length:
        raise ApiError(400, f"the quote '{quote[:40]}' is none: expected START-END within {length:,} characters")
    return int(match[1]), int(match[2])


def _number(request: "Request", name: str, default: int, most: int) -> int:
    """A whole number of the query string, at most `most`. Raises ApiError for anything else."""
    text = request.query_params.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ApiError(400, f"{name} is '{text[:40]}': expected a whole number")
    return min(int(text), most)


@contextmanager
def _store_errors() -> Iterator[None]:
    """Turn errors of the store into ApiError: 404 not there, 409 busy, 500 any other."""
    try:
        yield
    except NotFoundError as error:
        raise ApiError(404, str(error)) from error
    except IndexBusyError as error:
        raise ApiError(409, str(error)) from error
    except StoreError as error:
        raise ApiError(500, str(error)) from error
