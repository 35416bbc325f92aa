"""The command that serves the chat page: chat."""

import os
import sys
from threading import Event
from typing import Annotated

import typer

from ui.building import open_chat_assistant, question_log
from ui.console import answers_only, write
from ui.options import Adapter, DataDir, Model, Quiet, Ranker, TopK, Verbose, begin


def chat(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="The address to listen on; by default this machine alone.")
    ] = None,
    port: Annotated[int | None, typer.Option(metavar="N", help="The port; 0 takes a free one.")] = None,
    browser: Annotated[bool, typer.Option("--browser/--no-browser", help="Open the page in a browser.")] = True,
    model: Model = None,
    adapter: Adapter = None,
    ranker: Ranker = None,
    top_k: TopK = None,
    no_log: Annotated[bool, typer.Option("--no-log", help="Leave the questions out of the log.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    data_dir: DataDir = None,
) -> None:
    """Serve the chat page, to ask in a browser.

    \b
    Examples:
      dateline chat
      dateline chat --port 8000 --no-browser

    Only this machine can open the page, unless --host names another address. People on other machines then need the
    password of DATELINE_PASSWORD and a passphrase of their own (see 'dateline people'); programs need a token of
    DATELINE_TOKENS (name=TOKEN, name=TOKEN). The page's address goes to stdout; Ctrl-C ends the server.
    """
    settings = begin(
        quiet=quiet,
        verbose=verbose,
        data_dir=data_dir,
        host=host,
        port=port,
        model=model,
        adapter=adapter,
        ranker=ranker,
        top_k=top_k,
        log=False if no_log else None,
    )
    from ui.api_tokens import clients_by_token
    from ui.web.gradio_environment import open_browser
    from ui.web.security.limits import Limits
    from ui.web.server import Address, launch

    environment = dict(os.environ)  # for the browser; the server changes it for Gradio
    limits = Limits(questions_per_minute=settings.questions_per_minute, upload_bytes=settings.upload_mb * 1_000_000)
    clients = clients_by_token(settings.tokens) if settings.tokens else {}
    address = Address(
        settings.host, settings.port, settings.public_host, settings.password, settings.token, clients, limits
    )
    with answers_only() as out, open_chat_assistant(settings) as assistant:
        log = question_log(settings) if settings.log else None
        with launch(assistant, address, log) as url:
            write(url, out)
            if browser and sys.stderr.isatty():
                open_browser(url, environment)
            Event().wait()  # until Ctrl-C
