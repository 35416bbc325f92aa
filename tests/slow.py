"""An assistant that can be made to wait, so that a test has time while it answers."""

from collections.abc import Generator, Sequence
from threading import Event as Flag

from assistant.answer import Answer, Event
from assistant.assistant import Assistant
from vectorstore.articles import Filters

SLOWLY = "slowly: "
"""A question with this before it is answered once the gate is open."""

AT_LENGTH = "at length: "
"""With this before it the gate is between the search and the writing."""


class Slow(Assistant):
    """An assistant that blocks at a gate, as a search in a large collection or a busy machine would."""

    gate = Flag()

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filters: Filters | None = None,
        stop: Flag | None = None,
    ) -> Generator[Event, None, None]:
        while SLOWLY in question and not self.gate.wait(0.05):
            if stop and stop.is_set():
                return
        plain = question.replace(SLOWLY, "").replace(AT_LENGTH, "")
        for event in super().stream(plain, history=history, filters=filters, stop=stop):
            yield event
            while AT_LENGTH in question and not self.gate.wait(0.05):
                if stop and stop.is_set():
                    break
