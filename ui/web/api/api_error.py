"""The error of a route: a status and one line of text, sent as JSON."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse


class ApiError(Exception):
    """`status` is the HTTP status; the message is one line for people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def unreadable(_request: "Request", _error: Exception) -> "JSONResponse":
    """The response to a request with missing or malformed fields; none of its content is repeated."""
    from fastapi.responses import JSONResponse

    return JSONResponse({"error": "what was sent can't be read: expected JSON with the fields of this address"}, 422)


def add_handler(app: "FastAPI") -> None:
    """Make the app answer an ApiError, and a malformed request, with {"error": message}."""
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse

    def respond(_request: "Request", error: Exception) -> "JSONResponse":
        status = error.status if isinstance(error, ApiError) else 500
        return JSONResponse({"error": str(error)}, status)

    app.add_exception_handler(ApiError, respond)
    app.add_exception_handler(RequestValidationError, unreadable)
