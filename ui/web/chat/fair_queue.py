"""A queue of questions that is fair between askers: many questions of one do not hold up the first of another."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Condition

from ui.errors import BusyError

AT_ONCE = 2
"""Questions answered at a time: while the model writes for one, the search runs for another."""

LONGEST = 100
"""Questions that may wait. Another one is refused at once, which is better than an hour of waiting."""


@dataclass(eq=False)
class Ticket:
    """A place in the queue. `asker` is whose question it is, `origin` the network address it comes from."""

    asker: str
    origin: str
    number: int
    queue: "FairQueue" = field(repr=False)
    place: int = 0

    def ahead(self) -> int:
        """How many questions come before this one; 0 when it may run."""
        return self.place

    def wait(self, seconds: float) -> bool:
        """Wait until the queue changes, at most so long. Returns whether this question may run."""
        return self.queue.wait(self, seconds)


class FairQueue:
    """A queue that lets at most `at_once` questions run. Safe to share between threads.

    The next to run is the one whose asker has the fewest earlier questions running or waiting; among equals the one
    whose asker was served longest ago; then the oldest. Addresses take turns by the same rule, so that ten names at one
    address get no more than one name at another.
    """

    def __init__(self, at_once: int = AT_ONCE, longest: int = LONGEST) -> None:
        self.at_once, self.longest = at_once, longest
        self._changed = Condition()
        self._numbers = count()
        self._waiting: list[Ticket] = []
        self._running: list[Ticket] = []
        self._asker_served: dict[str, int] = {}
        self._origin_served: dict[str, int] = {}

    @contextmanager
    def join(self, asker: str, origin: str = "") -> Iterator[Ticket]:
        """A ticket, given back at the end of the block. Raises BusyError when `longest` questions wait already."""
        with self._changed:
            if len(self._waiting) >= self.longest:
                raise BusyError(f"{self.longest:,} questions wait already: ask again in a few minutes")
            ticket = Ticket(asker, origin, next(self._numbers), self)
            self._waiting.append(ticket)
            self._admit()
        try:
            yield ticket
        finally:
            with self._changed:
                (self._running if ticket in self._running else self._waiting).remove(ticket)
                others = (*self._running, *self._waiting)
                if not any(other.asker == asker for other in others):
                    self._asker_served.pop(asker, None)
                if not any(other.origin == origin for other in others):
                    self._origin_served.pop(origin, None)
                self._admit()

    def wait(self, ticket: Ticket, seconds: float) -> bool:
        """Wait for a change of the queue, at most so long. Returns whether the ticket's question may run."""
        with self._changed:
            if ticket not in self._running:
                self._changed.wait(seconds)
            return ticket in self._running

    def _admit(self) -> None:
        """Let the next questions run, and number the others anew. To be called after every change, with the lock."""
        while self._waiting and len(self._running) < self.at_once:
            ticket = self._order()[0]
            self._waiting.remove(ticket)
            self._running.append(ticket)
            self._asker_served[ticket.asker] = self._origin_served[ticket.origin] = next(self._numbers)
            ticket.place = 0
        for place, waiting in enumerate(self._order(), len(self._running)):
            waiting.place = place
        self._changed.notify_all()

    def _order(self) -> list[Ticket]:
        """The waiting tickets, the next to run first."""

        def rank_by_asker(ticket: Ticket) -> tuple[int, int, int]:
            same_asker = [other for other in (*self._running, *self._waiting) if other.asker == ticket.asker]
            earlier = sum(other.number < ticket.number for other in same_asker)
            return earlier, self._asker_served.get(ticket.asker, -1), ticket.number

        per_origin = Counter(ticket.origin for ticket in self._running)
        ranked = []
        for index, ticket in enumerate(sorted(self._waiting, key=rank_by_asker)):
            ranked.append((per_origin[ticket.origin], self._origin_served.get(ticket.origin, -1), index, ticket))
            per_origin[ticket.origin] += 1
        return [ticket for *_, ticket in sorted(ranked, key=lambda rank: rank[:3])]
