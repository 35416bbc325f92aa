"""The questions under way: each answered in a thread of its own, watched by whoever shows it, stopped by whoever asked.

A question goes on when nobody watches: a page that is closed or reloaded finds its answer in the conversation.
"""

import logging
import time
from collections import deque
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from threading import Condition, Event, Lock, Thread
from typing import TYPE_CHECKING

from assistant.answer import Answer, Finished, Retrieved, StatementReady
from assistant.answer import Event as StreamEvent
from assistant.errors import AssistantError
from ui.errors import UiError
from ui.web.chat.conversations import STOPPED
from ui.web.chat.fair_queue import Line, Ticket
from ui.web.chat.turn import Turn
from ui.web.chat.unsaved_turns import not_kept
from ui.web.security import requests
from vectorstore.articles import Filters
from vectorstore.errors import StoreError

if TYPE_CHECKING:
    from assistant.assistant import Assistant

BEAT = 0.1
"""Seconds between two looks at a turn under way: quicker than this a page would only flicker."""

KEPT = 200
"""Turns that are over and still known, for a page whose last update was lost; stops that came before their question."""

PROGRAMS = "programs"
FULL = "This machine has too much to do at the moment: ask again in a minute."
FAILED = "Dateline failed at this question; its log says why. Ask again."

log = logging.getLogger("dateline")


@dataclass(frozen=True)
class Asked:
    """What is needed to answer: the turn, what was answered before it, among which articles.

    `owner` may watch and stop it; `asker`, at the address `origin`, is who has to wait for a turn.
    """

    turn: Turn
    owner: str
    asker: str
    history: tuple[Answer, ...] = ()
    scope: Filters = field(default_factory=Filters)
    origin: str = ""


class _UnderWay:
    """A question under way and how far it is. `kept` is set once it is over and stored, or could not be stored."""

    def __init__(self, asked: Asked, done: Callable[[Turn], None]) -> None:
        self.owner, self.turn = asked.owner, asked.turn
        self.stop = Event()
        self.kept = Event()
        self.changed = Condition()
        self._done = done
        self._finishing = Lock()

    def show(self, turn: Turn) -> None:
        """Show a later state of the turn; one that differs in nothing wakes nobody, and nothing follows the last."""
        with self.changed:
            if not self.turn.over and turn != self.turn:
                self.turn = turn
                self.changed.notify_all()

    def finish(self, turn: Turn) -> None:
        """Store the last state, then show it. Whoever comes first decides: the answer or the stop."""
        with self._finishing:
            if self.turn.over:
                return
            try:
                self._done(turn)
            except Exception as error:
                if not isinstance(error, UiError):
                    log.exception("a question could not be stored")
                turn = replace(turn, unkept=not_kept(error))
            self.show(turn)
            self.kept.set()


class Asking:
    """Answers questions with an assistant, a few at a time. Safe to share between threads."""

    def __init__(self, assistant: "Assistant", line: Line | None = None) -> None:
        self.assistant = assistant
        self.line = line or Line()
        self._ways: dict[str, _UnderWay] = {}
        self._early: deque[tuple[str, str]] = deque(maxlen=KEPT)
        self._beginning = Lock()
        self._ended = Event()

    def begin(self, asked: Asked, done: Callable[[Turn], None]) -> None:
        """Start to answer; `done` gets the turn when it is over, whoever watches or not."""
        with self._beginning:
            way = self._ways[asked.turn.id] = _UnderWay(asked, done)
            if (asked.turn.id, asked.owner) in self._early:
                way.stop.set()
        for known in [key for key, other in list(self._ways.items()) if other.turn.over][:-KEPT]:
            self._ways.pop(known, None)
        try:
            Thread(target=self._run, args=(asked, way), name="dateline-question", daemon=True).start()
        except RuntimeError:  # the machine has no thread left
            way.finish(replace(asked.turn, state="failed", error=FULL))

    def watch(self, turn_id: str, owner: str) -> Iterator[Turn]:
        """The turn as it grows, its last state at the end; nothing when no such turn of this owner was lately asked."""
        way = self._of(turn_id, owner)
        shown = None
        while way and not (shown and shown.over):
            with way.changed:
                if way.turn is shown:
                    way.changed.wait(1)
                turn = way.turn
            if turn is not shown:
                shown = turn
                yield turn
                way.stop.wait(BEAT)

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filters: Filters | None = None,
        stop: Event | None = None,
    ) -> Generator[StreamEvent, None, None]:
        """As `Assistant.stream`, for programs: each waits in the line as itself, those without a name as `PROGRAMS`.

        Raises BusyError too.
        """
        stop, who = stop or Event(), requests.current()
        with self.line.join(who.name or PROGRAMS, who.origin) as ticket:
            while not ticket.wait(BEAT):
                if stop.is_set():
                    return
            yield from self.assistant.stream(question, history=history, filters=filters, stop=stop)

    def stop(self, turn_id: str, owner: str) -> bool:
        """Stop answering at once, or as soon as the question comes; False when the answer is finished.

        The page makes the turn's id, and on a busy machine its stop can be here before its question. The turn is
        stopped whatever its own thread waits for: a place in the line, a search, the model. Never blocks.
        """
        with self._beginning:
            way = self._ways.get(turn_id)
            if way is None:
                self._early.append((turn_id, owner))
                return True
        if way.owner != owner or way.turn.over:
            return False
        self._cut_short(way)
        return True

    def end(self, seconds: float) -> None:
        """The server ends: cut whatever is under way, and wait at most so long until that is kept."""
        self._ended.set()
        ways, latest = list(self._ways.values()), time.monotonic() + seconds
        for way in ways:
            self._cut_short(way)
        for way in ways:
            way.kept.wait(max(0, latest - time.monotonic()))

    def now(self, turn_id: str, owner: str) -> Turn | None:
        """The turn as it is at this moment; None when no such turn of this owner was lately asked."""
        way = self._of(turn_id, owner)
        return way.turn if way else None

    def _of(self, turn_id: str, owner: str) -> _UnderWay | None:
        way = self._ways.get(turn_id)
        return way if way and way.owner == owner else None

    def _cut_short(self, way: _UnderWay) -> None:
        way.stop.set()
        Thread(target=way.finish, args=(self._stopped(way.turn),), name="dateline-stop", daemon=True).start()

    def _stopped(self, turn: Turn) -> Turn:
        """The turn as it ends when it is stopped: by its owner, or with the server."""
        if self._ended.is_set():
            return replace(turn, state="failed", error=STOPPED)
        return replace(turn, state="stopped", ahead=0)

    def _run(self, asked: Asked, way: _UnderWay) -> None:
        turn = asked.turn
        try:
            with self.line.join(asked.asker, asked.origin) as ticket:
                for turn in self._steps(asked, ticket, way.stop):
                    if not turn.over:
                        way.show(turn)
        except (AssistantError, StoreError, UiError) as error:
            turn = replace(turn, state="failed", error=str(error))
        except Exception:
            log.exception("a question failed")
            turn = replace(turn, state="failed", error=FAILED)
        way.finish(self._stopped(turn) if turn.state == "stopped" else turn)

    def _steps(self, asked: Asked, ticket: Ticket, stop: Event) -> Iterator[Turn]:
        """The turn in every state it goes through; the last one is over."""
        turn = asked.turn
        while not ticket.wait(BEAT):
            if stop.is_set():
                break
            if (ahead := ticket.ahead()) != turn.ahead:
                turn = replace(turn, ahead=ahead)
                yield turn
        if not stop.is_set():
            turn = replace(turn, state="searching", ahead=0)
            yield turn
            yield from _answering(self.assistant, asked, turn, stop)
        else:
            yield replace(turn, state="stopped", ahead=0)


def _answering(assistant: "Assistant", asked: Asked, turn: Turn, stop: Event) -> Iterator[Turn]:
    events = assistant.stream(turn.question, history=asked.history, filters=asked.scope, stop=stop)
    with closing(events):
        for event in events:
            match event:
                case Retrieved(passages):
                    turn = replace(turn, state="writing", passages=passages)
                case StatementReady():
                    turn = replace(turn, said=(*turn.said, event))
                case Finished(answer):
                    turn = replace(turn, state="done", answer=answer)
            yield turn
    if not turn.over:
        yield replace(turn, state="stopped")
