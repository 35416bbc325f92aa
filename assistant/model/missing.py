"""What stands in for a model that could not be loaded: the search works, and an answer says what to do."""

import threading
from collections.abc import Iterable, Sequence
from typing import NoReturn

from assistant.errors import ModelError
from assistant.model.chat import Message

CHARACTERS = 4
"""Characters of a token, roughly: how much evidence is looked for without a model's own vocabulary."""


class MissingModel:
    """In the place of an `Engine`. `trouble` is the one line that says why there is none and what to do."""

    name = "no model"
    adapter = None
    written = (0, 0.0)

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    def count(self, text: str) -> int:
        """About how many tokens the text has."""
        return -(-len(text) // CHARACTERS)

    def stream(
        self,
        messages: Sequence[Message],  # noqa: ARG002
        *,
        max_tokens: int,  # noqa: ARG002
        stop: Iterable[str] = (),  # noqa: ARG002
        grammar: str | None = None,  # noqa: ARG002
        cancel: threading.Event | None = None,  # noqa: ARG002
    ) -> NoReturn:
        """Raises ModelError: there is nobody to write."""
        raise ModelError(self.trouble)
