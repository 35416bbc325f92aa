"""An assistant that says what a test tells it to, for tests of what is around it."""

import time
from collections.abc import Callable, Generator, Sequence
from contextlib import ExitStack
from threading import Event as Flag
from uuid import uuid4

from assistant.answer import Answer, Citation, Event, Finished, Retrieved, Statement
from assistant.errors import QuestionError
from ui.web.api.page_events import ChatEvents, TurnUpdate
from ui.web.chat.jobs import Jobs
from vectorstore.articles import Filters

LONG, BROKEN, HANGS = "much too long", "broken", "hangs"
"""Questions that can't be asked, on which the assistant fails, and that are never answered."""


class Scripted:
    """Answers every question at once, but those above; one that hangs does not hear a stop before `release`."""

    def __init__(self) -> None:
        self.release = Flag()
        self.hanging = Flag()
        self.histories: list[Sequence[Answer]] = []

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filters: Filters | None = None,  # noqa: ARG002
        stop: Flag | None = None,
    ) -> Generator[Event, None, None]:
        """As `Assistant.stream`."""
        self.histories.append(history)
        if LONG in question:
            raise QuestionError("the question is much too long: ask in a sentence")
        if BROKEN in question:
            raise ZeroDivisionError
        yield Retrieved(())
        if HANGS in question:
            self.hanging.set()
            self.release.wait(60)
            if stop and stop.is_set():
                return
        yield Finished(answered(question))


def answered(question: str) -> Answer:
    """An answer that cites one sentence."""
    citation = Citation(1, "ab12", "Storm", "Herald", "2025-03-01", None, "/a.txt", "Nine boats sank.", 0, 16)
    statements = (Statement("Nine boats sank.", (1,), "supported"),)
    return Answer(question, "Nine boats sank. [1]", False, statements, (citation,), (), (), 0.9, "m")


def new() -> str:
    """An id as the page makes them."""
    return uuid4().hex


def sent(question: str, conversation: str = "", **more: object) -> dict[str, object]:
    """What the page sends."""
    return {"turn": new(), "conversation": conversation or new(), "question": question, **more}


def talk(chat: ChatEvents, *questions: str, owner: str = "") -> tuple[str, list[str]]:
    """A conversation in which these were asked and answered: its id and those of its turns."""
    conversation, turns = new(), []
    for question in questions:
        asked = sent(question, conversation)
        assert list(chat.ask(asked, owner, "b"))[-1]["state"] == "done"
        turns.append(str(asked["turn"]))
    return conversation, turns


def last(shown: Sequence[TurnUpdate]) -> str:
    """What the page shows in the end: a state, or an error."""
    return str(shown[-1].get("state") or shown[-1]["error"])


def full(jobs: Jobs) -> ExitStack:
    """Takes every place of the line, and every one to wait in."""
    stack = ExitStack()
    for number in range(jobs.queue.at_once + jobs.queue.longest):
        stack.enter_context(jobs.queue.join(str(number)))
    return stack


def until(true: Callable[[], bool]) -> None:
    """Waits for something that another thread does, at most a minute."""
    end = time.monotonic() + 60
    while not true():
        assert time.monotonic() < end, "it did not come"
        time.sleep(0.02)
