"""The states that a turn goes through while it is answered: waiting, searching, writing, done or stopped."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from threading import Event
from typing import TYPE_CHECKING

from assistant.answer import Finished, Retrieved, StatementReady
from ui.web.chat.fair_queue import Ticket
from ui.web.chat.job import Job
from ui.web.chat.turn import Turn

if TYPE_CHECKING:
    from assistant.assistant import Assistant

POLL = 0.1
"""Seconds between two looks at the queue or at a turn: a page that is updated more often only flickers."""


def turn_states(assistant: "Assistant", job: Job, ticket: Ticket, stop: Event) -> Iterator[Turn]:
    """Wait for the ticket, answer the job, and yield the turn in each state; the last one is over.

    Setting `stop` ends it early with the state "stopped". Raises what `Assistant.stream` raises.
    """
    turn = job.turn
    while not ticket.wait(POLL):
        if stop.is_set():
            break
        if (ahead := ticket.ahead()) != turn.ahead:
            turn = replace(turn, ahead=ahead)
            yield turn
    if stop.is_set():
        yield replace(turn, state="stopped", ahead=0)
        return
    turn = replace(turn, state="searching", ahead=0)
    yield turn
    with closing(assistant.stream(turn.question, history=job.history, filters=job.scope, stop=stop)) as events:
        for event in events:
            match event:
                case Retrieved(passages):
                    turn = replace(turn, state="writing", passages=passages)
                case StatementReady():
                    turn = replace(turn, statements=(*turn.statements, event))
                case Finished(answer):
                    turn = replace(turn, state="done", answer=answer)
            yield turn
    if not turn.over:
        yield replace(turn, state="stopped")
