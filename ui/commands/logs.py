"""The command that shows the questions asked before: logs."""

import logging
import sys
from typing import Annotated

import typer

from ui.building import question_log
from ui.console import style_for, write
from ui.options import DataDir, Json, NoColor, Verbose, begin
from ui.text.answers import answer_text
from ui.text.escaping import inline, json_line

log = logging.getLogger("dateline")


def logs(
    n: Annotated[int, typer.Option("-n", min=1, metavar="N", help="How many questions to show.")] = 10,
    response: Annotated[bool, typer.Option("--response", "-r", help="Print only the text of the last answer.")] = False,
    json: Json = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Show the last questions and their answers.

    \b
    Examples:
      dateline logs -n 3
      dateline logs -r                   the last answer's text alone
      dateline logs -n 100 --json        the Answer objects, with time and conversation
    """
    settings = begin(verbose=verbose, no_color=no_color, data_dir=data_dir)
    entries = question_log(settings).recent(1 if response else n)
    if not entries:
        log.warning("no questions are logged in %s", settings.data_dir)
    style = style_for(settings.color, sys.stdout)
    for entry in entries:
        if json:
            write(json_line(entry.to_dict()))
        elif response:
            write(style.wrap(entry.answer.answer))
        else:
            head = style.bold(style.wrap(f"{_minute(entry.time)}  {inline(entry.answer.question)}"))
            write(f"{head}\n{answer_text(entry.answer, style)}\n")


def _minute(time: str) -> str:
    """'2025-04-24T08:15:00+00:00' as '2025-04-24 08:15 UTC'."""
    return f"{time[:16].replace('T', ' ')} UTC"
