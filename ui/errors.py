"""Errors of the surfaces. Each message says what was found, what was expected and what to do.

UiError                   shown to the user as one line
├── UsageError            a flag, an argument or the question can't be used as it stands
├── SettingsError         a setting is unknown or has a value that it can't have
├── LogError              the log of questions can't be read
├── ServerError           the chat page can't be served
├── BusyError             too many questions wait already
├── ConversationsError    the file of conversations can't be read or written
├── PeopleError           the file of people's names can't be read or written
├── NoConversationError   no such conversation or turn of this person's
└── UploadError           a file dropped on the page can't be taken
"""


class UiError(Exception):
    """Anything a surface tells the user in one line."""


class UsageError(UiError):
    """A flag, an argument or the question can't be used as it stands."""


class SettingsError(UiError):
    """A setting is unknown or has a value that it can't have."""


class LogError(UiError):
    """The log of questions can't be read."""


class ServerError(UiError):
    """The chat page can't be served."""


class BusyError(UiError):
    """Too many questions wait already."""


class ConversationsError(UiError):
    """The file of conversations can't be read or written."""


class PeopleError(UiError):
    """The file of people's names can't be read or written."""


class NoConversationError(UiError):
    """No such conversation, or no such turn in it, for whoever asks."""


class UploadError(UiError):
    """A file that was dropped on the page can't be taken."""
