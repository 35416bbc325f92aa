"""The chat flow: what the page asks -> a turn of a kept conversation -> what the page shows, again as it grows."""

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
from ui.web.chat.jobs import Asked, Asking
from ui.web.chat.turn import Turn
from ui.web.html.answer_html import turn_html
from vectorstore.errors import StoreError

Shown = dict[str, Any]
"""{"turn", "conversation", "title", "state", "html", "back"}, or {"turn", "error"}.

"back" says why the question ended without an answer, if what it should have replaced is in its place again; else "".
"""

LONGEST = 20_000
"""Characters the page may send as a question; the assistant says in words which are too long for it."""


@dataclass(frozen=True)
class Chat:
    """What the page's events do. `log` is the log of all questions, None where none is wished for."""

    conversations: Conversations
    asking: Asking
    log: QuestionLog | None = None

    def ask(self, data: Mapping[str, Any], owner: str, browser: str, origin: str = "") -> Iterator[Shown]:
        """Answer {"turn", "conversation", "question", "replaces", "filters"}.

        Who has to wait for a turn is the owner, at the address `origin`; where nobody signs in, the `browser`.

        The page makes the ids of turn and conversation, so that it can stop what has not begun. "replaces" is the turn
        that goes, with all after it, once the new one is answered. All is checked before anything is changed.
        """
        try:
            conversation, turn = _of(data, clean(storable(text(data, "question", LONGEST))))
            turn = replace(turn, replaces=identifier(data, "replaces"))
            among = scope(data.get("filters"))
            # Every tab is a session of its own to Gradio; the page knows which browser they are of.
            asker = owner or identifier(data, "browser") or browser
            if not self._under_way(turn.id, owner):
                self._begin(conversation, Asked(turn, owner, asker, (), among, origin))
        except (AssistantError, StoreError, UiError) as error:
            yield {"turn": data.get("turn"), "error": str(error)}
            return
        yield from self.watch(data, owner)

    def watch(self, data: Mapping[str, Any], owner: str) -> Iterator[Shown]:
        """The turn {"turn", "conversation"} of the owner's as it grows; nothing if it is not under way."""
        try:
            conversation, turn = _of(data, "")
            title = self.conversations.get(conversation, owner).title
        except UiError as error:
            yield {"turn": data.get("turn"), "error": str(error)}
            return
        for seen in self.asking.watch(turn.id, owner):
            yield {"conversation": conversation, "title": title, **_shown(seen)}

    def now(self, turn_id: str, owner: str) -> Shown:
        """The turn as it is at this moment. Raises NoConversationError where the owner has none with this id."""
        return _shown(self.asking.now(turn_id, owner) or self.conversations.turn(turn_id, owner)[1])

    def _under_way(self, turn_id: str, owner: str) -> bool:
        """Whether this question was begun already: a browser that lost its connection may send it twice."""
        now = self.asking.now(turn_id, owner)
        return now is not None and not now.over

    def _begin(self, conversation: str, asked: Asked) -> None:
        kept, owner, among = self.conversations, asked.owner, asked.scope
        history = tuple(kept.ask(conversation, owner, asked.turn, among))

        def done(turn: Turn) -> None:
            if self.log and turn.answer:
                self.log.add(turn.answer, conversation)
            kept.keep(conversation, owner, turn, among)

        self.asking.begin(replace(asked, history=history), done)


def _shown(turn: Turn) -> Shown:
    back = (turn.error or "Stopped.") if turn.gave_way else ""
    return {"turn": turn.id, "state": turn.state, "html": turn_html(turn), "back": back}


def _of(data: Mapping[str, Any], question: str) -> tuple[str, Turn]:
    conversation, turn = identifier(data, "conversation"), identifier(data, "turn")
    if not conversation or not turn:
        raise UsageError("the question came without its conversation: load the page again")
    return conversation, Turn(turn, question)
