"""Who may ask next: a queue that gives everyone a turn, whoever asked most."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import count
from threading import Condition

from ui.errors import BusyError

AT_ONCE = 2
"""Questions under way at a time: while the model writes for one, the search runs for another."""

LONGEST = 100
"""Questions that may wait; another is refused at once, which is kinder than an hour in a queue."""


@dataclass(eq=False)
class Ticket:
    """A place in the line. `asker` is whose question it is, `origin` the address it comes from."""

    asker: str
    origin: str
    number: int
    line: "Line" = field(repr=False)
    place: int = 0

    def ahead(self) -> int:
        """How many questions come before this one; 0 when its turn has come."""
        return self.place

    def wait(self, seconds: float) -> bool:
        """Waits until the turn has come or something in the line changes; whether the turn has come."""
        return self.line.wait(self, seconds)


class Line:
    """At most `at_once` questions are under way. Safe to share between threads.

    Of those that wait, the first is the one whose asker has the fewest questions before it, under way or waiting; among
    these the one whose asker has not had a turn for longest; then the one that came first. So ten questions of one
    person do not hold up the first of another. Between addresses it goes by turns in the same way, so that ten names
    at one address have no more than one name at another.
    """

    def __init__(self, at_once: int = AT_ONCE, longest: int = LONGEST) -> None:
        self.at_once, self.longest = at_once, longest
        self._changed = Condition()
        self._numbers = count()
        self._waiting: list[Ticket] = []
        self._under_way: list[Ticket] = []
        self._last_turn: dict[str, int] = {}
        self._last_from: dict[str, int] = {}

    @contextmanager
    def join(self, asker: str, origin: str = "") -> Iterator[Ticket]:
        """A ticket, given back at the end of the block. Raises BusyError when the line is full."""
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
                (self._under_way if ticket in self._under_way else self._waiting).remove(ticket)
                others = (*self._under_way, *self._waiting)
                if not any(other.asker == asker for other in others):
                    self._last_turn.pop(asker, None)
                if not any(other.origin == origin for other in others):
                    self._last_from.pop(origin, None)
                self._admit()

    def wait(self, ticket: Ticket, seconds: float) -> bool:
        """Waits for a change in the line, at most so long; whether the ticket's turn has come."""
        with self._changed:
            if ticket not in self._under_way:
                self._changed.wait(seconds)
            return ticket in self._under_way

    def _admit(self) -> None:
        """After every change: whose turn has come, and the places of the others, counted once for all of them."""
        while self._waiting and len(self._under_way) < self.at_once:
            ticket = self._order()[0]
            self._waiting.remove(ticket)
            self._under_way.append(ticket)
            self._last_turn[ticket.asker] = self._last_from[ticket.origin] = next(self._numbers)
            ticket.place = 0
        for place, waiting in enumerate(self._order(), len(self._under_way)):
            waiting.place = place
        self._changed.notify_all()

    def _order(self) -> list[Ticket]:
        def before(ticket: Ticket) -> tuple[int, int, int]:
            others = [t for t in (*self._under_way, *self._waiting) if t.asker == ticket.asker]
            own = sum(other.number < ticket.number for other in others)
            return own, self._last_turn.get(ticket.asker, -1), ticket.number

        taken = Counter(ticket.origin for ticket in self._under_way)
        ranked = []
        for index, ticket in enumerate(sorted(self._waiting, key=before)):
            ranked.append((taken[ticket.origin], self._last_from.get(ticket.origin, -1), index, ticket))
            taken[ticket.origin] += 1
        return [ticket for *_, ticket in sorted(ranked, key=lambda rank: rank[:3])]
