"""Errors of the answer side. Each message names what is wrong, what was expected and what to do.

AssistantError              shown to the user as one line
├── QuestionError           the question can't be asked as it stands
├── EvaluationError         a test set, a run's folder or a gate can't be used as it stands
├── PromptError             a prompt template is missing, or misses a variable
└── ModelError              the language model can't be used
    ├── ModelNotFoundError  there is no such file
    ├── ModelFileError      the file is no model, is cut short, or isn't the one that was pinned
    └── ModelMemoryError    the model does not fit in the memory that is free
"""


class AssistantError(Exception):
    """Any error of the answer side that is shown to the user as one line."""


class QuestionError(AssistantError):
    """The question can't be asked as it stands."""


class EvaluationError(AssistantError):
    """A test set, a run's folder or a gate can't be used as it stands."""


class PromptError(AssistantError):
    """A prompt template is missing, or misses a variable."""


class ModelError(AssistantError):
    """The language model can't be used."""


class ModelNotFoundError(ModelError):
    """There is no such file."""


class ModelFileError(ModelError):
    """The file is no model, is cut short, or isn't the one that was pinned."""


class ModelMemoryError(ModelError):
    """The model does not fit in the memory that is free."""
