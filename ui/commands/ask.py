"""The command that answers a question: ask."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Annotated, TextIO
from uuid import uuid4

import typer

from assistant.answer import Answer, Event, Finished, StatementReady
from ui.building import open_assistant, question_log
from ui.console import answers_only, question, style_for, write
from ui.log import Entry, QuestionLog
from ui.options import (
    Adapter,
    DataDir,
    Json,
    Model,
    NoColor,
    Publisher,
    Quiet,
    Ranker,
    Since,
    TopK,
    Until,
    Verbose,
    begin,
    filters,
)  # fmt: skip
from ui.progress import waiting
from ui.text.answers import answer_text, sources, timings
from ui.text.escaping import json_line
from ui.text.style import Style

log = logging.getLogger("dateline")
REFUSED = 3


def ask(
    words: Annotated[
        list[str] | None,
        typer.Argument(metavar="QUESTION", show_default=False, help="The question; '-' is standard input."),
    ] = None,
    go_on: Annotated[bool, typer.Option("--continue", "-c", help="A follow-up to the last conversation.")] = False,
    json: Json = False,
    no_stream: Annotated[
        bool, typer.Option("--no-stream", help="Print the answer when it is complete, not sentence by sentence.")
    ] = False,
    model: Model = None,
    adapter: Adapter = None,
    ranker: Ranker = None,
    top_k: TopK = None,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    no_log: Annotated[bool, typer.Option("--no-log", help="Leave this question out of the log.")] = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Answer a question from the articles, with sources.

    \b
    Examples:
      dateline "How many drones hit Kyiv?"
      dateline ask How many drones hit Kyiv?
      dateline -c "And how many died?"
      dateline ask "Who was killed?" --since 2025-04 --json
      echo "How many drones hit Kyiv?" | dateline

    Standard input, where it is no terminal, is put before the words of the question. The answer goes to stdout,
    everything else to stderr. Exit code 3: the articles do not say.
    """
    settings = begin(
        quiet=quiet,
        verbose=verbose,
        no_color=no_color,
        data_dir=data_dir,
        model=model,
        adapter=adapter,
        ranker=ranker,
        top_k=top_k,
        log=False if no_log else None,
    )
    text, chosen = question(words or ()), filters(since, until, publisher)
    questions = question_log(settings)
    before = _conversation(questions) if go_on else []
    with (
        answers_only() as out,
        waiting(quiet or json, style_for(settings.color, sys.stderr), "Searching the articles") as stop_waiting,
        open_assistant(settings) as assistant,
    ):
        style = style_for(settings.color, out)
        history = [entry.answer for entry in before]
        events = assistant.stream(text, history=history, filters=chosen)
        with closing(events):
            answer = _stream(events, stop_waiting, style, None if json or no_stream else out)
        if json:
            write(json_line(answer.to_dict()), out)
        elif no_stream:
            write(answer_text(answer, style), out)
        elif after := sources(answer, style):
            write(after, out)
    log.info("%s", timings(answer))
    if settings.log:
        questions.add(answer, before[-1].conversation if before else uuid4().hex)
    if answer.refused:
        raise typer.Exit(REFUSED)


def _conversation(questions: QuestionLog) -> list[Entry]:
    """The entries of the last conversation, oldest first; a warning where there is none."""
    before = questions.conversation_last()
    if not before:
        log.warning("no question was asked before: this one begins a conversation")
    return before


def _stream(events: Iterator[Event], before_first: Callable[[], None], style: Style, out: TextIO | None) -> Answer:
    """Write the answer's statements to `out` (None: nowhere) as they come, and return the whole answer.

    An answer without statements, such as a refusal, is written whole. `before_first` is called before anything is
    written.
    """
    written = False
    for event in events:
        if isinstance(event, StatementReady) and out:
            before_first()
            write(style.wrap(event.text, marks=event.statement.marks), out)
            written = True
        elif isinstance(event, Finished):
            before_first()
            if out and not written:
                write(style.wrap(event.answer.answer), out)
            return event.answer
    raise RuntimeError("the assistant stopped without an answer")
