"""The command about the verdicts that people gave on answers in the chat page: feedback."""

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import style_for, write
from ui.errors import UsageError
from ui.options import DataDir, Json, NoColor, Verbose, begin
from ui.text.escaping import inline, json_line
from ui.text.style import Style

if TYPE_CHECKING:
    from ui.web.chat.feedback import Feedback

log = logging.getLogger("dateline")
_VERDICTS = {"up": "right", "down": "wrong", "wrong_evidence": "wrong evidence"}


def feedback(
    questions: Annotated[
        Path | None,
        typer.Option("--questions", metavar="FILE.jsonl", help="Write a test set for 'dateline eval' instead."),
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Show the answers that people marked right or wrong.

    \b
    Examples:
      dateline feedback
      dateline feedback --json                        with the whole Answer of each
      dateline feedback --questions reported.jsonl    then: dateline eval reported.jsonl

    People mark answers in the chat page. With --questions the verdicts become a test set: an answer marked right, or
    the right one that somebody wrote.
    """
    from ui.web.chat.database import FILE_NAME, ConversationFile
    from ui.web.chat.feedback import reports

    settings = begin(verbose=verbose, no_color=no_color, data_dir=data_dir)
    verdicts = reports(ConversationFile(settings.data_dir / FILE_NAME))
    if not verdicts:
        log.warning("no feedback in %s: people give it in the page that 'dateline chat' opens", settings.data_dir)
    style = style_for(settings.color, sys.stdout)
    if questions:
        _write_questions(verdicts, questions)
        return
    for verdict in verdicts:
        write(json_line(verdict.to_dict()) if json else _verdict_text(verdict, style))


def _verdict_text(verdict: "Feedback", style: Style) -> str:
    """The verdict with its question, the answer it is about, and what the person wrote."""
    about = f" [{verdict.marker}]" if verdict.marker is not None else ""
    head = f"{verdict.time[:19]}  {_VERDICTS[verdict.kind]}{about}  {inline(verdict.question)}"
    notes = (("right answer", verdict.right_answer), ("note", verdict.note))
    lines = [style.wrap(f"{name}: {inline(text)}", indent="    ") for name, text in notes if text.strip()]
    answer = style.dim(style.wrap(inline(verdict.answer.answer), indent="    "))
    return "\n".join((style.bold(head), answer, *lines))


def _write_questions(verdicts: "Sequence[Feedback]", path: Path) -> None:
    """Write the test set to a new .jsonl file. Raises UsageError for another name and for a file that exists."""
    from ui.web.chat.feedback_questions import questions

    if path.suffix.lower() != ".jsonl":
        raise UsageError(f"the name {path} does not fit a test set: expected one that ends in .jsonl")
    if path.exists():
        raise UsageError(f"{path} exists already and was not changed: give another name")
    made, left_out = questions(verdicts)
    if made:
        _write_new(path, "".join(f"{json_line(question)}\n" for question in made))
        write(f"{len(made):,} test question{'' if len(made) == 1 else 's'} written to {path}")
    if left_out:
        log.warning("%s left out: marked wrong, without a right answer", _counted(left_out))


def _counted(answers: int) -> str:
    return "1 answer" if answers == 1 else f"{answers:,} answers"


def _write_new(path: Path, text: str) -> None:
    """Write the whole file, or none at all. Raises UsageError where that fails."""
    partial = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        partial.write_text(text, encoding="utf-8")
        partial.rename(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        raise UsageError(f"{path} can't be written ({error.strerror}): give another place") from error
