"""The page as Gradio serves it: one component with its own markup, two events that stream."""

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
"""Pages that may wait for an answer at a time: each has a place in Gradio's queue, and a thread of its own pool."""

_STATIC = files("ui.web") / "static"


def build_page(chat: "ChatEvents", owner: Callable[[Any], str], tools: Callable[[], None]) -> "gr.Blocks":
    """The page. `owner` names who makes a request; `tools` registers what else Gradio's API offers."""
    import gradio as gr

    def ask(event: gr.EventData, request: gr.Request) -> Iterator[dict[str, Any]]:
        where = visitor(request.request.scope).origin if request.request else ""
        yield from chat.ask(_sent(event), owner(request.request), request.session_hash or "", where)

    def watch(event: gr.EventData, request: gr.Request) -> Iterator[dict[str, Any]]:
        yield from chat.watch(_sent(event), owner(request.request))

    page: gr.Blocks = gr.Blocks(title="Dateline", analytics_enabled=False)
    # Gradio's own number is 40, in one pool with all other requests: the next question, and its stop, would wait.
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
                # The line of ui/web/chat/fair_queue.py decides who waits; Gradio's own queue must not.
                concurrency_limit=None,
                trigger_mode="multiple",
                show_progress="hidden",
                api_name=name,
                api_visibility="private",
            )
        tools()
    return page


def styles() -> str:
    """The style sheets in one."""
    return "\n".join(map(_read, STYLES))


def _sent(event: "gr.EventData") -> dict[str, Any]:
    return event._data if isinstance(event._data, dict) else {}


def _read(name: str) -> str:
    return _STATIC.joinpath(name).read_text(encoding="utf-8")
