"""Finished turns that could not be stored, on a full disk for example: held in memory until they can be."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Lock

from ui.errors import ConversationsError, NoConversationError
from ui.web.chat.turn import Turn
from vectorstore.articles import Filters

MOST = 1_000
"""Turns held; beyond it the oldest go, so that a disk that stays full does not fill the memory too."""

Save = Callable[[str, str, Turn, Filters], None]
"""`Conversations.save`: conversation, owner, turn, scope."""


def not_kept(error: Exception) -> str:
    """The line that the reader of a turn sees when it could not be stored."""
    return (
        f"{error}. The answer stays here while Dateline runs and is stored as soon as that works:"
        " copy or export it to be sure."
    )


class Unkept:
    """The turns, by id. Safe to share between threads."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, str, Turn, Filters]] = {}
        self._lock = Lock()

    def hold(self, conversation: str, owner: str, turn: Turn, scope: Filters, error: Exception) -> None:
        """Hold a turn that could not be stored for this error."""
        with self._lock:
            self._held[turn.id] = (conversation, owner, replace(turn, unkept=not_kept(error)), scope)
            while len(self._held) > MOST:
                self._held.pop(next(iter(self._held)))

    def settle(self, save: Save) -> None:
        """Store what is held; it stays held where that still fails. A turn whose conversation is gone is dropped."""
        for id_, (conversation, owner, turn, scope) in list(self._held.items()):
            try:
                with suppress(NoConversationError):
                    save(conversation, owner, replace(turn, unkept=""), scope)
            except ConversationsError:
                return
            with self._lock:
                self._held.pop(id_, None)

    def instead(self, turns: Sequence[Turn]) -> list[Turn]:
        """The stored turns, with what is held in the place of its earlier state."""
        return [self._held[turn.id][2] if turn.id in self._held else turn for turn in turns]
