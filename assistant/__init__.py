"""From a question to a cited, checked Answer. `open_assistant` is the way in for Python programs."""

from assistant.opening import open_assistant

__all__ = ["open_assistant"]
