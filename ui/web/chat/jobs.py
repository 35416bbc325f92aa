"""The questions being answered, each in a thread of its own: begun, watched, stopped.

A question is answered to its end even when nobody watches: a page that is closed or reloaded reads the answer from the
stored conversation.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import replace
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.answer import Event as StreamEvent
from assistant.errors import AssistantError
from ui.errors import UiError
from ui.web.chat.fair_queue import FairQueue
from ui.web.chat.job import Job, RunningJob
from ui.web.chat.recovery import INTERRUPTED
from ui.web.chat.turn import Turn
from ui.web.chat.turn_states import POLL, turn_states
from ui.web.security import requests
from vectorstore.articles import Filters
from vectorstore.errors import StoreError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

REMEMBERED = 200
"""Finished turns still known here, for a page that missed the last update; also stops that arrived before their
question."""

PROGRAMS = "programs"
"""The asker that all programs without a name share."""

FULL = "This machine has too much to do at the moment: ask again in a minute."
FAILED = "Dateline failed at this question; its log says why. Ask again."

log = logging.getLogger("dateline")


class Jobs:
    """Answers questions with an assistant, a few at a time. Safe to share between threads."""

    def __init__(self, assistant: "Assistant", queue: FairQueue | None = None) -> None:
        self.assistant = assistant
        self.queue = queue or FairQueue()
        self._running: dict[str, RunningJob] = {}
        self._early_stops: deque[tuple[str, str]] = deque(maxlen=REMEMBERED)
        self._lock = Lock()
        self._ended = Event()

    def begin(self, job: Job, store: Callable[[Turn], None]) -> None:
        """Start a thread that answers; it calls `store` with the turn when that is over."""
        with self._lock:
            running = self._running[job.turn.id] = RunningJob(job, store)
            if (job.turn.id, job.owner) in self._early_stops:
                running.stop.set()
        for finished in [key for key, other in list(self._running.items()) if other.turn.over][:-REMEMBERED]:
            self._running.pop(finished, None)
        try:
            Thread(target=self._run, args=(job, running), name="dateline-question", daemon=True).start()
        except RuntimeError:  # the machine has no thread left
            running.finish(replace(job.turn, state="failed", error=FULL))

    def watch(self, turn_id: str, owner: str) -> Iterator[Turn]:
        """The turn at each change, at most once in POLL seconds, up to its last state.

        Nothing when this owner has no such turn here.
        """
        running = self._of(turn_id, owner)
        shown = None
        while running and not (shown and shown.over):
            with running.changed:
                if running.turn is shown:
                    running.changed.wait(1)
                turn = running.turn
            if turn is not shown:
                shown = turn
                yield turn
                running.stop.wait(POLL)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filters: Filters | None = None,
        stop: Event | None = None,
    ) -> Generator[StreamEvent, None, None]:
        """`Assistant.stream` behind the fair queue, for programs: the asker is the request's name, or PROGRAMS.

        Raises BusyError when the queue is full, and what `Assistant.stream` raises.
        """
        stop, visitor = stop or Event(), requests.current()
        with self.queue.join(visitor.name or PROGRAMS, visitor.origin) as ticket:
            while not ticket.wait(POLL):
                if stop.is_set():
                    return
            yield from self.assistant.stream(question, history=history, filters=filters, stop=stop)

    def stop(self, turn_id: str, owner: str) -> bool:
        """Stop a turn, whatever its thread is waiting for. False when it is over or another owner's. Never blocks.

        The page makes the turn's id, and on a busy machine the stop can arrive before the question: then the turn is
        stopped as soon as it begins.
        """
        with self._lock:
            running = self._running.get(turn_id)
            if running is None:
                self._early_stops.append((turn_id, owner))
                return True
        if running.owner != owner or running.turn.over:
            return False
        self._interrupt(running)
        return True

    def end(self, seconds: float) -> None:
        """The server ends: interrupt every running turn, and wait at most so long until all are stored."""
        self._ended.set()
        all_running, deadline = list(self._running.values()), time.monotonic() + seconds
        for running in all_running:
            self._interrupt(running)
        for running in all_running:
            running.stored.wait(max(0, deadline - time.monotonic()))

    def now(self, turn_id: str, owner: str) -> Turn | None:
        """The turn as it is at this moment; None when this owner has no such turn here."""
        running = self._of(turn_id, owner)
        return running.turn if running else None

    def _of(self, turn_id: str, owner: str) -> RunningJob | None:
        running = self._running.get(turn_id)
        return running if running and running.owner == owner else None

    def _interrupt(self, running: RunningJob) -> None:
        """Ask the worker to stop, and finish the turn from another thread: storing it may block."""
        running.stop.set()
        turn = self._interrupted(running.turn)
        Thread(target=running.finish, args=(turn,), name="dateline-stop", daemon=True).start()

    def _interrupted(self, turn: Turn) -> Turn:
        """The last state of a turn that was stopped by its owner, or by the end of the server."""
        if self._ended.is_set():
            return replace(turn, state="failed", error=INTERRUPTED)
        return replace(turn, state="stopped", ahead=0)

    def _run(self, job: Job, running: RunningJob) -> None:
        turn = job.turn
        try:
            with self.queue.join(job.asker, job.origin) as ticket:
                for turn in turn_states(self.assistant, job, ticket, running.stop):
                    if not turn.over:
                        running.show(turn)
        except (AssistantError, StoreError, UiError) as error:
            turn = replace(turn, state="failed", error=str(error))
        except Exception:
            log.exception("a question failed")
            turn = replace(turn, state="failed", error=FAILED)
        running.finish(self._interrupted(turn) if turn.state == "stopped" else turn)
