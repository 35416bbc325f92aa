"""The chat page: statements as they come, and below them the exact words they stand on."""

import html
import ipaddress
import os
import socket
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from assistant.answer import Answer, Conflict, Finished, Said
from assistant.errors import AssistantError
from ui.console import clean
from ui.errors import ServerError
from ui.log import QuestionLog
from ui.render import CONFLICT_HEAD, byline, conflict_rows, figures_line, printable, same_event
from vectorstore.errors import StoreError

# Before gradio is imported: it asks its makers for news at the start, and Dateline asks nobody.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"

if TYPE_CHECKING:
    import gradio as gr

    from assistant.assistant import Assistant

AT_ONCE = 8


@dataclass(frozen=True)
class Talk:
    """One visitor's conversation. `answers` go by turn; None where there was only an error."""

    conversation: str
    answers: tuple[Answer | None, ...] = ()


Shown = tuple[str, str, Talk]
"""The reply so far, its sources as HTML, the conversation with it."""


def sources_html(answer: Answer) -> str:
    """The figures that differ as tables and the citations as a list, every word from an article escaped."""
    items = (
        f'<li value="{citation.marker}"><cite>{html.escape(byline(citation))}</cite>'
        f"<blockquote>{html.escape(printable(citation.quote))}</blockquote></li>"
        for citation in answer.citations
    )
    head = "The nearest passages" if answer.refused else "Sources"
    foot = f"<p>{line}</p>" if (line := figures_line(answer)) else ""
    tables = "".join(_table(answer, conflict) for conflict in answer.conflicts)
    return f"{tables}<h3>{head}</h3><ol>{''.join(items)}</ol>{foot}" if answer.citations else ""


def _table(answer: Answer, conflict: Conflict) -> str:
    rows = "".join(
        f"<tr>{''.join(f'<td>{html.escape(cell)}</td>' for cell in row)}</tr>"
        for row in conflict_rows(answer, conflict)
    )
    head = "".join(f"<th>{name}</th>" for name in CONFLICT_HEAD)
    return f"<table><tr>{head}</tr>{rows}</table><p>{html.escape(same_event(conflict))}</p>"


def replies(
    assistant: "Assistant", log: QuestionLog | None, message: str, turn: int, talk: Talk | None
) -> Iterator[Shown]:
    """What the page shows, again and again as it grows.

    `turn` counts the questions before this one that still stand: undone ones are forgotten.
    """
    talk = talk if talk and turn else Talk(uuid4().hex)
    before = talk.answers[:turn]
    told: list[str] = []
    try:
        history = [answer for answer in before if answer]
        events = assistant.stream(clean(message), history=history)
        with closing(events):
            for event in events:
                if isinstance(event, Said):
                    told.append(printable(event.text))
                    yield "\n".join(told), "", talk
                elif isinstance(event, Finished):
                    answer = event.answer
                    if log:
                        log.add(answer, talk.conversation)
                    talk = Talk(talk.conversation, (*before, answer))
                    lines = [*(told or [printable(answer.answer)]), *([answer.warning] if answer.warning else [])]
                    yield "\n".join(lines), sources_html(answer), talk
    except (AssistantError, StoreError) as error:
        yield printable(str(error)), "", Talk(talk.conversation, (*before, None))


def build_page(assistant: "Assistant", log: QuestionLog | None = None) -> "gr.Blocks":
    """The page over an open assistant; several visitors may ask at once."""
    import gradio as gr

    def chat(message: str, history: list[dict[str, Any]], talk: Talk | None) -> Iterator[Shown]:
        turn = sum(said["role"] == "user" for said in history)
        yield from replies(assistant, log, message, turn, talk)

    page: gr.Blocks = gr.Blocks(title="Dateline", analytics_enabled=False)
    with page:
        talk = gr.State(None)
        sources = gr.HTML(render=False)
        gr.ChatInterface(
            chat,
            # No markdown: an article's own words must stay words, and never become a link or a picture.
            chatbot=gr.Chatbot(
                render_markdown=False, buttons=["copy"], allow_tags=False, show_label=False, height="60vh"
            ),
            textbox=gr.Textbox(placeholder="Ask your articles, such as: How many drones hit Kyiv?", show_label=False),
            additional_inputs=[talk],
            additional_outputs=[sources, talk],
            title="Dateline",
            analytics_enabled=False,
            concurrency_limit=AT_ONCE,
            flagging_mode="never",
            api_name="chat",
        )
        sources.render()  # type: ignore[no-untyped-call]
    return page


@contextmanager
def launch(assistant: "Assistant", host: str, port: int, log: QuestionLog | None = None) -> Iterator[str]:
    """Serve the page; yields its address. Port 0 takes a free one. Raises ServerError."""
    _refuse_others(host)
    port = _usable_port(host, port)
    _reach_itself(host)
    page = build_page(assistant, log).queue(max_size=100)
    try:
        page.launch(
            server_name=host,
            server_port=port,
            share=False,
            run_history=False,
            quiet=True,
            footer_links=[],
            enable_monitoring=False,
            prevent_thread_lock=True,
        )
        yield f"http://{host}:{port}"
    finally:
        page.close(verbose=False)


def _refuse_others(host: str) -> None:
    """The page has no password yet, so nobody but this machine may reach it."""
    try:
        own = host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        own = False
    if not own:
        raise ServerError(
            f"the page can't be served at {host}: it has no password, so expected this machine's own address; "
            "leave --host out or use 127.0.0.1"
        )


def _usable_port(host: str, port: int) -> int:
    """The port, or a free one for 0: gradio would not say why it can't have it."""
    try:
        with closing(socket.create_server((host, port))) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        # Python writes the address into the text of some of these, once more.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        raise ServerError(
            f"the page can't be served at {host}, port {port} ({reason}): "
            "choose another with --host and --port, or --port 0 for a free one"
        ) from error


def _reach_itself(host: str) -> None:
    """Gradio looks at its own page when it starts; a proxy must not get in between."""
    for name in ("NO_PROXY", "no_proxy"):
        os.environ[name] = ",".join(filter(None, (os.environ.get(name), host, "127.0.0.1", "localhost")))
