"""The page as Gradio serves it: one component with our own markup and two streaming events."""

from collections.abc import Callable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from ui.web.security.requests import visitor

if TYPE_CHECKING:
    import gradio as gr

    from ui.web.api.page_events import ChatEvents

SCRIPTS = ("core.js", "turns.js", "panel.js", "conversations.js", "collection.js", "view.js")
STYLES = ("page.css", "answer.css")
MOST_AT_ONCE = 1_000
"""Pages that may wait for an answer at a time: each takes a thread of Gradio's pool."""

_STATIC = files("ui.web") / "static"


def build_page(chat: "ChatEvents", owner: Callable[[Any], str], tools: Callable[[], None]) -> "gr.Blocks":
    """Build the page. `owner` gives the owner of a request; `tools` registers the other functions of Gradio's API."""
    import gradio as gr

    def ask(event: gr.EventData, request: gr.Request) -> Iterator[dict[str, Any]]:
        origin = visitor(request.request.scope).origin if request.request else ""
        yield from chat.ask(_sent(event), owner(request.request), request.session_hash or "", origin)

    def watch(event: gr.EventData, request: gr.Request) -> Iterator[dict[str, Any]]:
        yield from chat.watch(_sent(event), owner(request.request))

    page: gr.Blocks = gr.Blocks(title="Dateline", analytics_enabled=False)
    # Gradio's default is 40 threads, shared with all other requests: a further question, and its stop, would wait.
    page.max_threads = MOST_AT_ONCE
    with page:
        desk = gr.HTML(
            {},
            html_template=_read("page.html"),
            js_on_load="\n".join(map(_read, SCRIPTS)),
            apply_default_css=False,
            elem_id="dateline",
        )
        for name, event, answer in (("page_ask", desk.ask, ask), ("page_watch", desk.watch, watch)):
            event(
                answer,
                None,
                desk,
                # Who waits is decided by chat/fair_queue.py; Gradio's own queue must not hold anybody up.
                concurrency_limit=None,
                trigger_mode="multiple",
                show_progress="hidden",
                api_name=name,
                api_visibility="private",
            )
        tools()
    return page


def styles() -> str:
    """All style sheets, joined."""
    return "\n".join(map(_read, STYLES))


def _sent(event: "gr.EventData") -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _read(name: str) -> str:
    return _STATIC.joinpath(name).read_text(encoding="utf-8")
