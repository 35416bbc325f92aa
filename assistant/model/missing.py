"""The replacement for a model that could not be loaded: search works, and answering raises an error that says why."""

import threading
from collections.abc import Iterable, Sequence
from typing import NoReturn

from assistant.errors import ModelError
from assistant.model.chat import Message

CHARACTERS = 4
"""Characters of a token, roughly: used to count the tokens of the evidence without a vocabulary."""


class MissingModel:
    """A LanguageModel that writes nothing. `trouble` is the line that says why there is no model and what to do."""

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
        """Raises ModelError with the line `trouble`."""
        raise ModelError(self.trouble)
