"""The one error of the training commands, shown to the user as one line."""

from assistant.errors import AssistantError


class TrainingError(AssistantError):
    """A training can't be started or go on as it was asked for."""
