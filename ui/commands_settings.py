"""The commands around the rest: config and chat."""

import os
import sys
from dataclasses import asdict
from pathlib import Path
from threading import Event
from typing import Annotated

import typer

from ui import render
from ui.building import open_desk, question_log
from ui.console import answers_only, set_up_messages, write
from ui.options import Adapter, DataDir, Json, Model, Quiet, Ranker, TopK, Verbose, begin
from ui.settings import SECRET, load_settings


def config(json: Json = False, verbose: Verbose = False, data_dir: DataDir = None) -> None:
    """Show each setting, its value and where that came from.

    \b
    Examples:
      dateline config
      DATELINE_TOP_K=40 dateline config --json

    A flag wins over DATELINE_* in the environment, that over the file config.toml in the user's
    configuration folder (DATELINE_CONFIG names another file), that over the default.
    """
    set_up_messages(verbose=verbose)
    settings, origins = load_settings({"data_dir": data_dir})
    values = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(settings).items()}
    values |= {key: "•••" for key in SECRET if values[key]}
    if json:
        write(render.json_line({key: {"value": value, "from": origins[key]} for key, value in values.items()}))
        return
    for key, value in values.items():
        shown = "not set" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
        write(f"{key:16} {render.one_line(shown)}  ({render.one_line(origins[key])})")


def chat(
    host: Annotated[
        str | None, typer.Option(metavar="ADDRESS", help="Where to listen; this machine alone by default.")
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
    """Ask in a page of your browser.

    \b
    Examples:
      dateline chat
      dateline chat --port 8000 --no-browser

    The page is served on this machine alone; with --host to others too, who then need the password of
    DATELINE_PASSWORD and a passphrase of their own ('dateline people') or, if they are programs, a token of
    DATELINE_TOKENS (name=TOKEN, name=TOKEN). Its address goes to stdout; Ctrl-C ends it.
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
    from ui.api_tokens import programs
    from ui.web.gradio_environment import open_browser
    from ui.web.security.limits import Limits
    from ui.web.server import Address, launch

    environment = dict(os.environ)  # before the server makes it its own
    limits = Limits(questions_per_minute=settings.questions_per_minute, upload_bytes=settings.upload_mb * 1_000_000)
    tokens = programs(settings.tokens) if settings.tokens else {}
    where = Address(
        settings.host, settings.port, settings.public_host, settings.password, settings.token, tokens, limits
    )
    with answers_only() as out, open_desk(settings) as assistant:
        log = question_log(settings) if settings.log else None
        with launch(assistant, where, log) as url:
            write(url, out)
            if browser and sys.stderr.isatty():
                open_browser(url, environment)
            Event().wait()  # until Ctrl-C
