"""The chat flow: what the page asks -> a turn of a kept conversation -> what the page shows, again as it grows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from assistant.errors import AssistantError
from ui.console import clean
from ui.errors import UiError, UsageError
from ui.log import QuestionLog
from ui.web.answer_html import turn_html
from ui.web.asking import Asked, Asking
from ui.web.conversation_file import storable
from ui.web.conversations import Conversations
from ui.web.fields import identifier, scope, text
from ui.web.turn import Turn
from vectorstore.errors import StoreError

Shown = dict[str, Any]
"""{"turn", "conversation", "title", "state", "html"}, or {"turn", "error"}."""

LONGEST = 20_000
"""Characters the page may send as a question; the assistant says in words which are too long for it."""


@dataclass(frozen=True)
class Chat:
    """What the page's events do. `log` is the log of all questions, None where none is wished for."""

    conversations: Conversations
    asking: Asking
    log: QuestionLog | None = None

    def ask(self, data: Mapping[str, Any], owner: str, browser: str) -> Iterator[Shown]:
        """Answer {"turn", "conversation", "question", "replaces", "filters"}; `browser` is one of the owner's.

        The page makes the ids of turn and conversation, so that it can stop what has not begun. "replaces" is the turn
        that goes, with all after it.
        """
        try:
            conversation, turn = _of(data, clean(storable(text(data, "question", LONGEST))))
            if replaced := identifier(data, "replaces"):
                self.conversations.cut(conversation, owner, replaced)
            # Every tab is a session of its own to Gradio; the page knows which browser they are of.
            self._begin(turn, conversation, owner, identifier(data, "browser") or browser, data)
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
            where = {"turn": turn.id, "conversation": conversation, "title": title}
            yield {**where, "state": seen.state, "html": turn_html(seen)}

    def _begin(self, turn: Turn, conversation: str, owner: str, browser: str, data: Mapping[str, Any]) -> None:
        among, kept = scope(data.get("filters")), self.conversations
        kept.save(conversation, owner, turn, among)
        history = tuple(kept.answers(conversation, owner, turn.id))

        def done(turn: Turn) -> None:
            kept.save(conversation, owner, turn, among)
            if self.log and turn.answer:
                self.log.add(turn.answer, conversation)

        self.asking.begin(Asked(turn, owner, f"{owner}/{browser}", history, among), done)


def _of(data: Mapping[str, Any], question: str) -> tuple[str, Turn]:
    conversation, turn = identifier(data, "conversation"), identifier(data, "turn")
    if not conversation or not turn:
        raise UsageError("the question came without its conversation: load the page again")
    return conversation, Turn(turn, question)
