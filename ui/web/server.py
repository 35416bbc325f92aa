"""The server of the chat page: the app with its routes, middleware and Gradio's page, and its start and end."""

import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import TYPE_CHECKING

from ui.errors import ServerError
from ui.log import QuestionLog
from ui.web import gradio_environment
from ui.web.api import api_error, chat_routes, collection_routes, conversation_routes, health, openai_api
from ui.web.api.mcp_requests import McpRequests
from ui.web.api.page_events import ChatEvents
from ui.web.chat.conversations import Conversations
from ui.web.chat.database import FILE_NAME
from ui.web.chat.jobs import Jobs
from ui.web.security import install, requests
from ui.web.security.blocked_paths import BlockedPaths
from ui.web.security.limits import Limits
from ui.web.security.rules import LOOPBACK, Rules
from ui.web.security.users import FILE_NAME as PEOPLE_FILE
from ui.web.security.users import People

if TYPE_CHECKING:
    from fastapi import FastAPI

    from assistant.assistant import Assistant

SHUTDOWN = 3
"""Seconds that streams have to finish when the server ends."""


@dataclass(frozen=True)
class Address:
    """Where the page is served, and who may use it. Port 0 means a free one.

    `tokens` are the names of programs by their tokens. `public_host` is the host name under which a proxy on this
    machine serves the page to others.
    """

    host: str = "127.0.0.1"
    port: int = 0
    public_host: str | None = None
    password: str | None = None
    token: str | None = None
    tokens: Mapping[str, str] = field(default_factory=dict)
    limits: Limits = field(default_factory=Limits)


@contextmanager
def launch(assistant: "Assistant", where: Address, log: QuestionLog | None = None) -> Iterator[str]:
    """Serve the page until the end of the block; yields its URL. Raises ServerError when it can't be served."""
    rules = _rules(where)
    port = _usable_port(where.host, where.port)
    data_dir = Path(assistant.store.data_dir)
    gradio_environment.settle(data_dir)
    conversations = Conversations(data_dir / FILE_NAME)
    conversations.recover()
    people = People(data_dir / PEOPLE_FILE)
    people.all()  # raises now if the file can't be read
    jobs = Jobs(assistant)
    app = build_app(ChatEvents(conversations, jobs, log), rules, where.limits, people)
    with _serving(app, where.host, port):
        try:
            yield f"http://{f'[{where.host}]' if ':' in where.host else where.host}:{port}"
        finally:
            jobs.end(SHUTDOWN)
            conversations.retry_unsaved()


def build_app(chat: ChatEvents, rules: Rules, limits: Limits, people: People | None = None) -> "FastAPI":
    """The app: our routes, Gradio's page at "/", and the access middleware before both.

    Gradio is imported here and not earlier: see `gradio_environment`.
    """
    import gradio as gr
    from fastapi import FastAPI
    from fastapi.exceptions import RequestValidationError

    from ui.web import page
    from ui.web.api import tools

    assistant, owner = chat.jobs.assistant, requests.owner
    app = FastAPI(title="Dateline", docs_url=None, redoc_url=None)
    api_error.add_handler(app)
    health.add_routes(app, assistant.store, assistant.engine.name, requests.known)
    chat_routes.add_routes(app, chat, owner)
    conversation_routes.add_routes(app, chat.conversations, owner, chat.jobs.now)
    collection_routes.add_routes(app, assistant.store, owner, limits.upload_bytes)
    openai_api.add_routes(app, assistant, owner, chat.jobs.stream)
    app.add_middleware(McpRequests)
    app.add_middleware(BlockedPaths)
    install.protect(app, rules, limits, people)
    blocks = page.build_page(chat, owner, lambda: tools.add_tools(assistant, chat.jobs.stream))
    gr.mount_gradio_app(
        app,
        blocks.queue(max_size=None),
        "/",
        css=page.styles(),
        footer_links=[],
        run_history=False,
        enable_monitoring=False,
        mcp_server=True,
        ssr_mode=False,
        show_error=True,
        pwa=False,
        # Gradio's own handler repeats what was sent, and fails at a body that is no JSON.
        app_kwargs={"exception_handlers": {RequestValidationError: api_error.unreadable}},
    )
    return app


@contextmanager
def _serving(app: "FastAPI", host: str, port: int) -> Iterator[None]:
    import uvicorn

    settings = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=SHUTDOWN,
        # Set, so that they are not read from environment variables meant for other servers.
        workers=1,
        forwarded_allow_ips="127.0.0.1,::1",
    )
    server = uvicorn.Server(settings)
    thread = threading.Thread(target=server.run, name="dateline-server", daemon=True)
    thread.start()
    try:
        while not server.started:
            if not thread.is_alive():
                raise ServerError(f"the page can't be served at {host}, port {port}: the log above says why")
            time.sleep(0.02)
        yield
    finally:
        server.should_exit = True
        thread.join(SHUTDOWN + 5)


def _rules(where: Address) -> Rules:
    """The access rules. Raises ServerError for a server beyond this machine without a password or a token."""
    try:
        own = where.host == "localhost" or ip_address(where.host).is_loopback
    except ValueError:
        own = False
    names = {where.host} | ({where.public_host.lower()} if where.public_host else set())
    rules = Rules(LOOPBACK | names, where.password, where.token, where.tokens)
    if rules.open and (where.public_host or not own):
        raise ServerError(
            f"the page can't be served at {where.public_host or where.host}: it has no password, so expected this "
            "machine's own address; set DATELINE_PASSWORD (for people) or DATELINE_TOKENS (for programs), or leave "
            "--host and DATELINE_PUBLIC_HOST out"
        )
    return rules


def _usable_port(host: str, port: int) -> int:
    """The port, or a free one for 0, checked before anything else is built. Raises ServerError if it can't be used."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        with closing(socket.create_server((host, port), family=family)) as server:
            return int(server.getsockname()[1])
    except OSError as error:
        # Python repeats the address in the text of some of these errors.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        raise ServerError(
            f"the page can't be served at {host}, port {port} ({reason}): "
            "choose another with --host and --port, or --port 0 for a free one"
        ) from error
