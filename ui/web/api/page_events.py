"""The events of the chat page: a question becomes a stored turn that is answered, and each change is sent back."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from assistant.errors import AssistantError
from ui.console import clean
from ui.errors import UiError, UsageError
from ui.log import QuestionLog
from ui.web.api.request_fields import identifier, scope, text
from ui.web.chat.conversations import Conversations
from ui.web.chat.database import storable
from ui.web.chat.job import Job
from ui.web.chat.jobs import Jobs
from ui.web.chat.turn import Turn
from ui.web.html.answer_html import turn_html
from vectorstore.errors import StoreError

TurnUpdate = dict[str, Any]
"""What the page is sent: {"turn", "conversation", "title", "state", "html", "back"}, or {"turn", "error"}.

"back" is "", unless the question ended without an answer and the turn it should have replaced is in its place again:
then it is the reason.
"""

LONGEST = 20_000
"""Characters of a question that are accepted here; the assistant has a limit of its own and an error for it."""


@dataclass(frozen=True)
class ChatEvents:
    """The two events of the page, `ask` and `watch`. `log` records all answers, None: nothing is recorded."""

    conversations: Conversations
    jobs: Jobs
    log: QuestionLog | None = None

    def ask(self, data: Mapping[str, Any], owner: str, browser: str, origin: str = "") -> Iterator[TurnUpdate]:
        """Answer {"turn", "conversation", "question", "replaces", "filters", "browser"}; yields each change.

        The fair queue counts the question for its owner, at the address `origin`; where nobody signs in, for the
        browser: the id the page sent, else `browser`.

        The page makes the ids of turn and conversation, so that it can stop a question that has not arrived.
        "replaces" is the turn that is removed, with all after it, once the new one is answered. Everything is checked
        before anything is changed; what is wrong is sent as {"turn", "error"}.
        """
        try:
            conversation, turn = _ids(data, clean(storable(text(data, "question", LONGEST))))
            turn = replace(turn, replaces=identifier(data, "replaces"))
            filters = scope(data.get("filters"))
            # To Gradio each tab is a session; the page sends one id for all tabs of a browser.
            asker = owner or identifier(data, "browser") or browser
            if not self._is_running(turn.id, owner):
                self._begin(conversation, Job(turn, owner, asker, (), filters, origin))
        except (AssistantError, StoreError, UiError) as error:
            yield {"turn": data.get("turn"), "error": str(error)}
            return
        yield from self.watch(data, owner)

    def watch(self, data: Mapping[str, Any], owner: str) -> Iterator[TurnUpdate]:
        """Each change of the owner's turn {"turn", "conversation"}; nothing if it is not being answered."""
        try:
            conversation, turn = _ids(data, "")
            title = self.conversations.get(conversation, owner).title
        except UiError as error:
            yield {"turn": data.get("turn"), "error": str(error)}
            return
        for current in self.jobs.watch(turn.id, owner):
            yield {"conversation": conversation, "title": title, **_update(current)}

    def now(self, turn_id: str, owner: str) -> TurnUpdate:
        """The turn as it is at this moment. Raises NoConversationError when the owner has none with this id."""
        return _update(self.jobs.now(turn_id, owner) or self.conversations.turn(turn_id, owner)[1])

    def _is_running(self, turn_id: str, owner: str) -> bool:
        """Whether this question is being answered: a browser that lost its connection may send it twice."""
        now = self.jobs.now(turn_id, owner)
        return now is not None and not now.over

    def _begin(self, conversation: str, job: Job) -> None:
        history = tuple(self.conversations.ask(conversation, job.owner, job.turn, job.scope))

        def store(turn: Turn) -> None:
            if self.log and turn.answer:
                self.log.add(turn.answer, conversation)
            self.conversations.save_or_hold(conversation, job.owner, turn, job.scope)

        self.jobs.begin(replace(job, history=history), store)


def _update(turn: Turn) -> TurnUpdate:
    back = (turn.error or "Stopped.") if turn.restored_replaced else ""
    return {"turn": turn.id, "state": turn.state, "html": turn_html(turn), "back": back}


def _ids(data: Mapping[str, Any], question: str) -> tuple[str, Turn]:
    """The conversation's id and a turn with the sent id. Raises UsageError when one is missing or malformed."""
    conversation, turn = identifier(data, "conversation"), identifier(data, "turn")
    if not conversation or not turn:
        raise UsageError("the question came without its conversation: load the page again")
    return conversation, Turn(turn, question)
