"""Finished turns that could not be stored, on a full disk for example: kept in memory until they can be."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from threading import Lock

from ui.errors import ConversationsError, NoConversationError
from ui.web.chat.turn import Turn
from vectorstore.articles import Filters

MOST = 1_000
"""Turns kept. Beyond it the oldest are dropped: a disk that stays full must not fill the memory too."""

Save = Callable[[str, str, Turn, Filters], None]
"""`Conversations.save`, called with conversation, owner, turn and scope."""


def unsaved_warning(error: Exception) -> str:
    """The warning shown at a turn that could not be stored, for this error."""
    return (
        f"{error}. The answer stays here while Dateline runs and is stored as soon as that works:"
        " copy or export it to be sure."
    )


class UnsavedTurns:
    """The turns by their ids. Safe to share between threads."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[str, str, Turn, Filters]] = {}
        self._lock = Lock()

    def hold(self, conversation: str, owner: str, turn: Turn, scope: Filters, error: Exception) -> None:
        """Keep a turn that could not be stored because of this error."""
        with self._lock:
            self._held[turn.id] = (conversation, owner, replace(turn, unsaved=unsaved_warning(error)), scope)
            while len(self._held) > MOST:
                self._held.pop(next(iter(self._held)))

    def retry(self, save: Save) -> None:
        """Store the kept turns; stop at the first that still fails. A turn whose conversation is gone is dropped."""
        for id_, (conversation, owner, turn, scope) in list(self._held.items()):
            try:
                with suppress(NoConversationError):
                    save(conversation, owner, replace(turn, unsaved=""), scope)
            except ConversationsError:
                return
            with self._lock:
                self._held.pop(id_, None)

    def overlay(self, turns: Sequence[Turn]) -> list[Turn]:
        """The stored turns, each replaced by its later unsaved state where there is one."""
        return [self._held[turn.id][2] if turn.id in self._held else turn for turn in turns]
