"""The commands about questions: ask, search, logs."""

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Annotated, TextIO
from uuid import uuid4

import typer

from assistant.answer import Answer, Event, Finished, StatementReady
from ui import render
from ui.building import open_assistant, open_store, question_log
from ui.console import answers_only, clean, question, style, write
from ui.errors import UsageError
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
from ui.render import Style

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
        bool, typer.Option("--no-stream", help="Print when all is there, not statement by statement.")
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

    Standard input is read when it is no terminal, and the question is both together. The answer goes to
    stdout, anything else to stderr. Exit code 3 when the articles do not say.
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
        waiting(quiet or json, style(settings.color, sys.stderr), "Searching the articles") as found,
        open_assistant(settings) as assistant,
    ):
        how = style(settings.color, out)
        history = [entry.answer for entry in before]
        events = assistant.stream(text, history=history, filters=chosen)
        with closing(events):
            answer = _told(events, found, how, None if json or no_stream else out)
        if json:
            write(render.json_line(answer.to_dict()), out)
        elif no_stream:
            write(render.answer(answer, how), out)
        elif sources := render.sources(answer, how):
            write(sources, out)
    log.info("%s", render.timings(answer))
    if settings.log:
        questions.add(answer, before[-1].conversation if before else uuid4().hex)
    if answer.refused:
        raise typer.Exit(REFUSED)


def _conversation(questions: QuestionLog) -> list[Entry]:
    before = questions.conversation_last()
    if not before:
        log.warning("no question was asked before: this one begins a conversation")
    return before


def _told(events: Iterator[Event], found: Callable[[], None], how: Style, out: TextIO | None) -> Answer:
    """Write the statements to `out` as they come; returns the answer. `found` is called before the first."""
    silent = True
    for event in events:
        if isinstance(event, StatementReady) and out:
            found()
            write(how.lines(event.text, marks=event.statement.marks), out)
            silent = False
        elif isinstance(event, Finished):
            found()
            if silent and out:
                write(how.lines(event.answer.answer), out)
            return event.answer
    raise RuntimeError("the assistant stopped without an answer")


def search(
    words: Annotated[list[str], typer.Argument(metavar="QUERY", show_default=False, help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, metavar="N", help="How many passages.")] = 10,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Find passages, by words and by meaning; no model answers.

    \b
    Examples:
      dateline search drones over Kyiv
      dateline search "North Korean missile" -k 3 --since 2025-04
      dateline search Zelensky --publisher reuters --json
    """
    settings = begin(quiet=quiet, verbose=verbose, no_color=no_color, data_dir=data_dir)
    query, chosen = clean(" ".join(words)), filters(since, until, publisher)
    if not query:
        raise UsageError("no query was given: expected one, such as dateline search drones over Kyiv")
    with (
        answers_only() as out,
        waiting(quiet or json, style(settings.color, sys.stderr), "Searching the articles"),
        open_store(settings.data_dir) as store,
    ):
        hits = store.search(query, k, chosen)
    if json:
        for hit in hits:
            write(render.json_line(render.hit_dict(hit)), out)
    elif hits:
        write(render.hits(hits, style(settings.color, out)), out)
    else:
        log.warning("nothing found")


def logs(
    n: Annotated[int, typer.Option("-n", min=1, metavar="N", help="How many of the last questions.")] = 10,
    response: Annotated[bool, typer.Option("--response", "-r", help="Only the text of the last answer.")] = False,
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
    how = style(settings.color, sys.stdout)
    for entry in entries:
        if json:
            write(render.json_line(entry.to_dict()))
        elif response:
            write(how.lines(entry.answer.answer))
        else:
            head = how.bold(f"{entry.time}  {render.one_line(entry.answer.question)}")
            write(f"{head}\n{render.answer(entry.answer, how)}\n")
