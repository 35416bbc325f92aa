"""The files of an upload request: limited in size, read from the form, written to the collection's folder."""

from typing import TYPE_CHECKING

from ui.errors import UiError
from ui.web.api.api_error import ApiError
from ui.web.collection.changes import Collection
from ui.web.collection.uploads import Received, receive
from vectorstore.articles import Problem

if TYPE_CHECKING:
    from fastapi import Request
    from starlette.datastructures import FormData
    from starlette.types import Message

MOST_FILES = 1000


async def received_files(request: "Request", most: int, collection: Collection) -> list[Received | Problem]:
    """The files sent in the field "files", a Problem for each that no reader could read.

    Raises ApiError: 400 for what is no form with files, 413 for more than `most` bytes in all, 507 without room.
    """
    from fastapi.concurrency import run_in_threadpool

    form = await _form(request, most)
    try:
        return await run_in_threadpool(_stored, form, collection)
    finally:
        await form.close()


async def _form(request: "Request", most: int) -> "FormData":
    """The form of the request, its files in temporary files. Raises ApiError when it is too large or no form."""
    from starlette.exceptions import HTTPException

    try:
        return await _limited(request, most).form(max_files=MOST_FILES)
    except HTTPException as error:
        raise ApiError(400, f"the files can't be read from the request ({error.detail}): send them again") from error


def _limited(request: "Request", most: int) -> "Request":
    """The request, raising ApiError once more than `most` bytes are announced or have arrived."""
    from starlette.requests import Request as StarletteRequest

    too_much = ApiError(413, f"the files have more than {most / 1e6:,.0f} MB in all: add them in several goes")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced) > most:
        raise too_much
    arrived = 0

    async def counted() -> "Message":
        nonlocal arrived
        message = await request.receive()
        arrived += len(message.get("body", b""))
        if arrived > most:
            raise too_much
        return message

    return StarletteRequest(request.scope, counted)


def _stored(form: "FormData", collection: Collection) -> list[Received | Problem]:
    """The files of the form, written to the collection's folder. Raises ApiError when there is none or no room."""
    from starlette.datastructures import UploadFile

    files = [
        item
        for item in form.getlist("files")
        # A form sent without choosing a file contains one without name and content.
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
