"""A turn of a conversation: one question, its state, and its answer as far as there is one."""

from dataclasses import dataclass
from typing import Literal

from assistant.answer import Answer, Passage, StatementReady

State = Literal["waiting", "searching", "writing", "done", "stopped", "failed"]


@dataclass(frozen=True)
class Turn:
    """One question and how far its answer is.

    `id` is 32 hexadecimal digits. In the state "waiting", `ahead` questions come first. `passages` are the evidence,
    there from "writing" on; `statements` are those written so far; `answer` is the whole answer ("done"); `error` is
    one line ("failed"). `replaces` is the id of the turn whose place this one takes, "" for none. `unsaved` is one
    line on why the turn could not be stored, "" if it was.
    """

    id: str
    question: str
    state: State = "waiting"
    ahead: int = 0
    passages: tuple[Passage, ...] = ()
    statements: tuple[StatementReady, ...] = ()
    answer: Answer | None = None
    error: str = ""
    replaces: str = ""
    unsaved: str = ""

    @property
    def over(self) -> bool:
        """Whether this is the last state."""
        return self.state in ("done", "stopped", "failed")

    @property
    def restored_replaced(self) -> bool:
        """Whether it ended without an answer, so that the turn it should have replaced is in its place again."""
        return bool(self.replaces) and self.over and self.answer is None
