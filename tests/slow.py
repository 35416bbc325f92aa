"""An assistant that can be made to wait, so that a test has time while it answers."""

from collections.abc import Generator, Sequence
from copy import copy
from threading import Event as Flag

from assistant.answer import Answer, Event
from assistant.assistant import Assistant
from vectorstore.articles import Filters

SLOWLY = "slowly: "
"""A question with this before it is answered once the gate is open."""

AT_LENGTH = "at length: "
"""With this before it the model writes far longer than anyone waits."""


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
        asked = copy(self)
        if AT_LENGTH in question:
            asked.answer_tokens = 2_000
        plain = question.replace(SLOWLY, "").replace(AT_LENGTH, "")
        yield from Assistant.stream(asked, plain, history=history, filters=filters, stop=stop)
