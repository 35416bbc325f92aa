"""One question being answered: what it needs, how far it is, and its last state stored once."""

import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from threading import Condition, Event, Lock

from assistant.answer import Answer
from ui.errors import UiError
from ui.web.chat.turn import Turn
from ui.web.chat.unsaved_turns import unsaved_warning
from vectorstore.articles import Filters

log = logging.getLogger("dateline")


@dataclass(frozen=True)
class Job:
    """A question to answer: the turn, the earlier answers of its conversation, and the articles to search (`scope`).

    `owner` may watch and stop it. `asker`, at the address `origin`, is who the fair queue counts it for.
    """

    turn: Turn
    owner: str
    asker: str
    history: tuple[Answer, ...] = ()
    scope: Filters = field(default_factory=Filters)
    origin: str = ""


class RunningJob:
    """A job and the current state of its turn. Safe to share between threads.

    `stop` asks the worker to give up; `stored` is set once the last state is stored, or could not be; `changed` is
    notified at each new state.
    """

    def __init__(self, job: Job, store: Callable[[Turn], None]) -> None:
        self.owner, self.turn = job.owner, job.turn
        self.stop = Event()
        self.stored = Event()
        self.changed = Condition()
        self._store = store
        self._finishing = Lock()

    def show(self, turn: Turn) -> None:
        """Make this the current state, unless it is equal to the current one or the turn is over already."""
        with self.changed:
            if not self.turn.over and turn != self.turn:
                self.turn = turn
                self.changed.notify_all()

    def finish(self, turn: Turn) -> None:
        """Store the last state, then show it. The first call wins: an answer and a stop may come at the same time."""
        with self._finishing:
            if self.turn.over:
                return
            try:
                self._store(turn)
            except Exception as error:
                if not isinstance(error, UiError):
                    log.exception("a question could not be stored")
                turn = replace(turn, unsaved=unsaved_warning(error))
            self.show(turn)
            self.stored.set()
