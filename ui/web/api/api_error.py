"""What a route says when it can't do what was asked: one line, as JSON."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastapi import FastAPI, Request
    from fastapi.responses import JSONResponse


class ApiError(Exception):
    """`status` is that of HTTP; the message is one line for people."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status


def unreadable(_request: "Request", _error: Exception) -> "JSONResponse":
    """The answer to a request that has not the fields it should have; nothing of it is repeated."""
    from fastapi.responses import JSONResponse

    return JSONResponse({"error": "what was sent can't be read: expected JSON with the fields of this address"}, 422)


def add_handler(app: "FastAPI") -> None:
    """Have the app answer an ApiError with {"error": message}, and so what it can't read."""
    from fastapi.exceptions import RequestValidationError
    from fastapi.responses import JSONResponse

    def told(_request: "Request", error: Exception) -> "JSONResponse":
        status = error.status if isinstance(error, ApiError) else 500
        return JSONResponse({"error": str(error)}, status)

    app.add_exception_handler(ApiError, told)
    app.add_exception_handler(RequestValidationError, unreadable)
