"""What the page asks about the articles: list, read, add, remove, bring back, example questions."""

import json
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import typer

from ui.errors import UiError
from ui.options import first_day, last_day
from ui.web.api.api_error import ApiError
from ui.web.collection.changes import Collection, Line
from ui.web.collection.example_questions import Examples
from ui.web.collection.uploads import Received, receive
from vectorstore.articles import Article, Filters, Problem
from vectorstore.errors import IndexBusyError, NotFoundError, StoreError
from vectorstore.index.listing import list_articles, publishers

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from starlette.datastructures import FormData
    from starlette.types import Message

    from assistant.assistant import Assistant
    from vectorstore.index.store import Store

MOST_FILES = 1000
MOST_LISTED = 200
LAST_EXAMPLE = 5
"""Seconds that the end of the server waits for the example question that is being tried."""

_ID = re.compile(r"[0-9a-f]{16}")
_QUOTE = re.compile(r"(\d{1,9})-(\d{1,9})")
log = logging.getLogger("dateline")


def add_routes(
    app: "FastAPI",
    store: "Store",
    owner: "Callable[[Request], str]",
    upload_bytes: int,
    assistant: "Assistant | None" = None,
) -> None:
    """The routes below /api/articles, and /api/examples; one upload may have `upload_bytes` in all.

    Without an assistant (there is no model) there are no examples.
    """
    from fastapi import Request
    from fastapi.concurrency import run_in_threadpool
    from fastapi.responses import StreamingResponse

    collection = Collection(store)
    examples = Examples(assistant) if assistant else None
    if examples:
        app.router.on_shutdown.append(lambda: examples.end(LAST_EXAMPLE))

    @app.post("/api/articles", response_model=None)
    async def add(request: Request) -> StreamingResponse:
        form = await _form(request, upload_bytes)
        try:
            files = await run_in_threadpool(_received, form, collection)
        finally:
            await form.close()
        log.info("%s adds %d files", owner(request) or "a visitor", len(files))
        return StreamingResponse(_json_lines(collection.add(files)), media_type="application/x-ndjson")

    @app.get("/api/articles")
    def articles(request: Request) -> dict[str, Any]:
        asked = request.query_params
        offset = _whole(request, "offset", 0, 10**9)
        limit = _whole(request, "limit", 50, MOST_LISTED)
        total, found = list_articles(store.library, asked.get("q", ""), chosen(asked), offset, limit)
        names = [{"name": name, "articles": count} for name, count in publishers(store.library)]
        entries = [asdict(entry) for entry in found]
        return {"total": total, "articles": entries, "publishers": names, "stats": store.library.stats()}

    @app.get("/api/articles/{article_id}")
    def article(article_id: str, request: Request) -> dict[str, Any]:
        from ui.web.html.article_html import article_html

        found = _found(store, article_id)
        spans = [_span(quote, len(found.text)) for quote in request.query_params.getlist("quote")]
        safe = found.url and found.url.lower().startswith(("http://", "https://"))
        shown = ("title", "publisher", "published", "author", "source")
        return {
            "id": found.id,
            **{name: getattr(found, name) for name in shown},
            "url": found.url if safe else None,
            "html": article_html(found, spans),
        }

    @app.delete("/api/articles/{article_id}")
    def remove(article_id: str, request: Request) -> dict[str, str]:
        with _told():
            token, gone = collection.remove(_found(store, article_id).id)
        log.info("%s removes %s", owner(request) or "a visitor", gone.id)
        return {"undo": token, "title": gone.title}

    @app.post("/api/articles/undo/{token}")
    def undo(token: str) -> dict[str, str]:
        with _told():
            back = collection.undo(token)
        return {"id": back.id, "title": back.title}

    @app.get("/api/examples")
    def example_questions() -> dict[str, Any]:
        found = examples.now() if examples else ()
        return {"examples": list(found or ()), "ready": found is not None}


def chosen(asked: Mapping[str, str]) -> Filters:
    """Which articles are meant by "since", "until" (a day, month or year) and "publisher"; ApiError for no date."""
    try:
        since = first_day(asked["since"]) if asked.get("since") else None
        until = last_day(asked["until"]) if asked.get("until") else None
    except typer.BadParameter as error:
        raise ApiError(400, error.message) from error
    if since and until and since > until:
        raise ApiError(400, f"no day lies between {since} and {until}: expected the earlier one first")
    return Filters(since=since, until=until, publisher=asked.get("publisher") or None)


async def _form(request: "Request", most: int) -> "FormData":
    """What was sent, its files in temporary files; ApiError for more than `most` bytes, and for what is no form."""
    from starlette.exceptions import HTTPException

    try:
        return await _limited(request, most).form(max_files=MOST_FILES)
    except HTTPException as error:
        raise ApiError(400, f"the files can't be read from the request ({error.detail}): send them again") from error


def _limited(request: "Request", most: int) -> "Request":
    """The request as one that ends with ApiError once it has brought more than `most` bytes, or says it will."""
    from starlette.requests import Request as Limited

    too_much = ApiError(413, f"the files have more than {most / 1e6:,.0f} MB in all: add them in several goes")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise too_much
    brought = 0

    async def counted() -> "Message":
        nonlocal brought
        message = await request.receive()
        brought += len(message.get("body", b""))
        if brought > most:
            raise too_much
        return message

    return Limited(request.scope, counted)


def _received(form: "FormData", collection: Collection) -> list[Received | Problem]:
    """The form's files, kept; what can't be kept at all is an ApiError."""
    from starlette.datastructures import UploadFile

    files = [
        item
        for item in form.getlist("files")
        # A form sent without a choice of file has one without name and content.
        if isinstance(item, UploadFile) and (item.filename or item.size)
    ]
    if not files:
        raise ApiError(400, "no file came with the request: expected files in the field 'files'")
    received: list[Received | Problem] = []
    try:
        for item in files:
            received.append(receive(item.filename or "", item.file, collection.folder))  # noqa: PERF401
    except UiError as error:
        collection.drop(received)
        raise ApiError(507, str(error)) from error
    return received


def _json_lines(lines: Iterator[Line]) -> Iterator[str]:
    return (f"{json.dumps(line)}\n" for line in lines)


def _found(store: "Store", article_id: str) -> Article:
    if not _ID.fullmatch(article_id) or not store.library.has(article_id):
        raise ApiError(404, "there is no such article: it may have been removed; load the list again")
    return store.library.article(article_id)


def _span(quote: str, length: int) -> tuple[int, int]:
    match = _QUOTE.fullmatch(quote)
    if not match or not int(match[1]) < int(match[2]) <= length:
        raise ApiError(400, f"the quote '{quote[:40]}' is none: expected START-END within {length:,} characters")
    return int(match[1]), int(match[2])


def _whole(request: "Request", name: str, default: int, most: int) -> int:
    """A whole number from 0 to `most` in the address; a larger one is `most`."""
    text = request.query_params.get(name) or str(default)
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise ApiError(400, f"{name} is '{text[:40]}': expected a whole number")
    return min(int(text), most)


@contextmanager
def _told() -> Iterator[None]:
    """Errors of the store as those of HTTP."""
    try:
        yield
    except NotFoundError as error:
        raise ApiError(404, str(error)) from error
    except IndexBusyError as error:
        raise ApiError(409, str(error)) from error
    except StoreError as error:
        raise ApiError(500, str(error)) from error
