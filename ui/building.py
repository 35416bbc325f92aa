"""Opens the articles, the log or the assistant with the values of the settings."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import opening
from ui.log import FILE_NAME, QuestionLog

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from ui.settings import Settings
    from vectorstore.index.library import Library


def question_log(settings: "Settings") -> QuestionLog:
    """The log of questions in the data folder."""
    return QuestionLog(settings.data_dir / FILE_NAME)


@contextmanager
def open_library(data_dir: Path) -> Iterator["Library"]:
    """The stored articles without their vectors: opens at once, for no embedder is loaded."""
    from vectorstore.index.library import Library

    with closing(Library.open(data_dir)) as library:
        yield library


def open_chat_assistant(settings: "Settings") -> AbstractContextManager["Assistant"]:
    """The assistant for the chat page, which also opens without articles, and without a model: the page shows that."""
    return open_assistant(settings, create=True, model_required=False)


def open_assistant(
    settings: "Settings", *, create: bool = False, model_required: bool = True
) -> AbstractContextManager["Assistant"]:
    """The assistant over the collection and the model of the settings: see `assistant.open_assistant`."""
    return opening.open_assistant(
        settings.data_dir,
        create=create,
        model=settings.model,
        model_required=model_required,
        adapter=settings.adapter,
        ranker=settings.ranker,
        context=settings.context,
        threads=settings.threads,
        top_k=settings.top_k,
        evidence_tokens=settings.evidence_tokens,
        answer_tokens=settings.answer_tokens,
        min_confidence=settings.min_confidence,
        prompts=settings.prompts,
    )
