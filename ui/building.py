"""From the settings to open objects, through assistant/opening.py."""

from collections.abc import Iterator
from contextlib import AbstractContextManager, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from assistant import opening
from assistant.opening import open_store
from ui.log import FILE_NAME, QuestionLog
from ui.settings import Settings

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from vectorstore.index.library import Library

__all__ = ["open_assistant", "open_desk", "open_library", "open_store", "question_log"]


def question_log(settings: Settings) -> QuestionLog:
    """The log in the data folder."""
    return QuestionLog(settings.data_dir / FILE_NAME)


@contextmanager
def open_library(data_dir: Path) -> Iterator["Library"]:
    """The stored articles alone: opens at once, loads neither vectors nor embedder."""
    from vectorstore.index.library import Library

    with closing(Library.open(data_dir)) as library:
        yield library


def open_assistant(settings: Settings) -> AbstractContextManager["Assistant"]:
    """The assistant over the collection and the model of the settings."""
    return _opened(settings)


def open_desk(settings: Settings) -> AbstractContextManager["Assistant"]:
    """The same for the chat page, which also begins without an article, and without a model: the page shows it."""
    return _opened(settings, create=True, model_required=False)


def _opened(
    settings: Settings, *, create: bool = False, model_required: bool = True
) -> AbstractContextManager["Assistant"]:
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
