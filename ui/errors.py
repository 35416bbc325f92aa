"""Errors of the command and the page. Each message names what was wrong, what was expected and what to do.

UiError                   shown to the user as one line
├── UsageError            a flag, an argument or the question can't be used
├── SettingsError         a setting is unknown or has a value that it can't have
├── LogError              the log of questions can't be read
├── ServerError           the chat page can't be served
├── BusyError             too many questions are waiting
├── ConversationsError    the file of conversations can't be read or written
├── PeopleError           the file of people's names can't be read or written
├── NoConversationError   this person has no such conversation or turn
└── UploadError           a file dropped on the page can't be taken
"""


class UiError(Exception):
    """Base of the errors that are shown to the user as one line."""


class UsageError(UiError):
    """A flag, an argument or the question can't be used."""


class SettingsError(UiError):
    """A setting is unknown or has a value that it can't have."""


class LogError(UiError):
    """The log of questions can't be read."""


class ServerError(UiError):
    """The chat page can't be served."""


class BusyError(UiError):
    """Too many questions are waiting."""


class ConversationsError(UiError):
    """The file of conversations can't be read or written."""


class PeopleError(UiError):
    """The file of people's names can't be read or written."""


class NoConversationError(UiError):
    """This person has no such conversation, or no such turn in it."""


class UploadError(UiError):
    """A file that was dropped on the page can't be taken."""
