"""A turn of a conversation: a question and what has become of it so far."""

from dataclasses import dataclass
from typing import Literal

from assistant.answer import Answer, Passage, StatementReady

State = Literal["waiting", "searching", "writing", "done", "stopped", "failed"]


@dataclass(frozen=True)
class Turn:
    """One question. `id` is 32 hexadecimal digits; while the state is "waiting", `ahead` questions come first.

    `passages` are there once the search is done, `said` grows while the answer is written, `answer` is the whole
    ("done"); `error` is one line ("failed"). `replaces` is the turn whose place it takes. `unkept` is one line on
    why the turn could not be stored, "" if it was.
    """

    id: str
    question: str
    state: State = "waiting"
    ahead: int = 0
    passages: tuple[Passage, ...] = ()
    said: tuple[StatementReady, ...] = ()
    answer: Answer | None = None
    error: str = ""
    replaces: str = ""
    unkept: str = ""

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.state in ("done", "stopped", "failed")

    @property
    def gave_way(self) -> bool:
        """Whether it ended without an answer, so that what it should have replaced is back in its place."""
        return bool(self.replaces) and self.over and self.answer is None
