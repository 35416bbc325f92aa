"""Security headers of every response: what the page may load and run, and that no other page may frame it."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from starlette.types import Message, Send

CONTENT_POLICY = "; ".join(
    (
        "default-src 'self'",
        # Gradio puts settings and styles into the page, and compiles the page's JavaScript with `new Function`.
        "script-src 'self' 'unsafe-inline' 'unsafe-eval'",
        "style-src 'self' 'unsafe-inline'",
        "img-src 'self' data:",
        "font-src 'self' data:",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
_SECURITY = [
    (b"content-security-policy", CONTENT_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    # Not "no-referrer": with it browsers send "Origin: null" with our own sign-in form.
    (b"referrer-policy", b"same-origin"),
]


def with_security(send: "Send") -> "Send":
    """The same `send`, adding the headers to every response."""

    async def sending(message: "Message") -> None:
        if message["type"] == "http.response.start":
            own = [pair for pair in message.get("headers", ()) if pair[0].lower() not in dict(_SECURITY)]
            message = {**message, "headers": [*own, *_SECURITY]}
        await send(message)

    return sending
