"""Builds a Library, a Store, an Engine or an Assistant from the settings; they are closed when the block ends."""

import logging
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from ui.folders import cache_folder
from ui.log import FILE_NAME, QuestionLog
from vectorstore.errors import NoIndexError

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.model.engine import Engine
    from assistant.model.missing import MissingModel
    from ui.settings import Settings
    from vectorstore.index.library import Library
    from vectorstore.index.store import Store

log = logging.getLogger("dateline")


def question_log(settings: "Settings") -> QuestionLog:
    """The log of questions in the data folder."""
    return QuestionLog(settings.data_dir / FILE_NAME)


@contextmanager
def open_library(data_dir: Path) -> Iterator["Library"]:
    """The stored articles without their vectors: opens at once, for no embedder is loaded."""
    from vectorstore.index.library import Library

    with closing(Library.open(data_dir)) as library:
        yield library


@contextmanager
def open_store(data_dir: Path, *, create: bool = False, check: bool = True) -> Iterator["Store"]:
    """The index of articles and vectors.

    `create`: make it if it is missing; otherwise NoIndexError is raised where there is no article. `check`: compare
    the vectors with the articles, as Store.open does.
    """
    from vectorstore.index.store import Store

    with closing(Store.open(data_dir, create, check=check)) as store:
        if not create and not store.library.stats()["articles"]:
            raise NoIndexError(f"no articles in {data_dir}: add some with 'dateline ingest FOLDER'")
        yield store


@contextmanager
def open_assistant(settings: "Settings") -> Iterator["Assistant"]:
    """The assistant over the index and the model of the settings.

    Raises NoIndexError without articles, AssistantError if the model can't be loaded.
    """
    # The index first: without one, the error should not wait for the model.
    with open_store(settings.data_dir) as store, _engine(settings) as engine:
        yield _assistant(settings, store, engine)


@contextmanager
def open_chat_assistant(settings: "Settings") -> Iterator["Assistant"]:
    """The assistant for the chat page, which also opens without articles, and without a model.

    Without one, questions are answered with the reason; search works.
    """
    from assistant.errors import AssistantError
    from assistant.model.missing import MissingModel

    with ExitStack() as stack:
        store = stack.enter_context(open_store(settings.data_dir, create=True))
        try:
            engine: Engine | MissingModel = stack.enter_context(_engine(settings))
        except AssistantError as error:
            log.warning("%s; the page is served without a model: the search works, answers do not", error)
            engine = MissingModel(str(error))
        yield _assistant(settings, store, engine)


@contextmanager
def _engine(settings: "Settings") -> Iterator["Engine"]:
    from assistant.model.adapter import packaged_adapter
    from assistant.model.catalogue import find_model
    from assistant.model.engine import Engine

    model = find_model(settings.model, cache_folder(settings.data_dir))
    adapter = packaged_adapter() if settings.adapter else None
    with Engine(model, adapter, context=settings.context, threads=settings.threads) as engine:
        yield engine


def _assistant(settings: "Settings", store: "Store", engine: "Engine | MissingModel") -> "Assistant":
    from assistant.assistant import Assistant
    from assistant.ranker.packaged import find_ranker

    made = Assistant(
        store,
        engine,
        prompts=settings.prompts,
        top_k=settings.top_k,
        evidence_tokens=settings.evidence_tokens,
        answer_tokens=settings.answer_tokens,
        ranker=find_ranker(store.embedder) if settings.ranker else None,
    )
    return made if settings.min_confidence is None else made.at(settings.min_confidence)
