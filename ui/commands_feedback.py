"""The command about what people said of answers in the chat page: feedback."""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui import render
from ui.console import style, write
from ui.errors import UsageError
from ui.options import DataDir, Json, NoColor, Verbose, begin
from ui.render import Style

if TYPE_CHECKING:
    from ui.web.chat.feedback import Feedback

log = logging.getLogger("dateline")
_SIGNS = {"up": "right", "down": "wrong", "wrong_evidence": "wrong evidence"}


def feedback(
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="FILE.jsonl", help="Write them as a test set for 'dateline eval'."),
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Show what people said of answers in the chat page, or make test questions of it.

    \b
    Examples:
      dateline feedback
      dateline feedback --json                        with the whole Answer of each
      dateline feedback --questions reported.jsonl    then: dateline eval reported.jsonl
    """
    from ui.web.chat.database import FILE_NAME, ConversationFile
    from ui.web.chat.feedback import reports

    settings = begin(verbose=verbose, no_color=no_color, data_dir=data_dir)
    given = reports(ConversationFile(settings.data_dir / FILE_NAME))
    if not given:
        log.warning("no feedback in %s: people give it in the page that 'dateline chat' opens", settings.data_dir)
    how = style(settings.color, sys.stdout)
    if questions:
        _write_questions(given, questions)
        return
    for report in given:
        write(render.json_line(report.to_dict()) if json else _told(report, how))


def _told(report: "Feedback", how: Style) -> str:
    """What was said, then the answer it was said of."""
    about = f" [{report.marker}]" if report.marker is not None else ""
    head = f"{report.time[:19]}  {_SIGNS[report.kind]}{about}  {render.one_line(report.question)}"
    said = (("right answer", report.right_answer), ("note", report.note))
    lines = [how.lines(f"{name}: {render.one_line(text)}", indent="    ") for name, text in said if text.strip()]
    answer = how.dim(how.lines(render.one_line(report.answer.answer), indent="    "))
    return "\n".join((how.bold(head), answer, *lines))


def _write_questions(given: "Sequence[Feedback]", path: Path) -> None:
    from ui.web.chat.feedback_questions import questions

    if path.suffix.lower() != ".jsonl":
        raise UsageError(f"{path} is no name for a test set: expected one that ends in .jsonl")
    if path.exists():
        raise UsageError(f"{path} is there already and is kept as it is: give another name")
    made, left_out = questions(given)
    if made:
        _write_new(path, "".join(f"{render.json_line(question)}\n" for question in made))
        write(f"{len(made):,} test question{'' if len(made) == 1 else 's'} written to {path}")
    if left_out:
        log.warning("%s left out: found wrong, and nobody said what is right", _counted(left_out))


def _counted(answers: int) -> str:
    return "1 answer" if answers == 1 else f"{answers:,} answers"


def _write_new(path: Path, text: str) -> None:
    """Write the file, whole or not at all."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.rename(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageError(f"{path} can't be written ({error.strerror}): give another place") from error
