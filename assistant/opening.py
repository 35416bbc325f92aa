"""From plain arguments to an open Assistant: the one place that opens a store, a model and a ranker together.

Importing this loads none of the three: each is imported when it is opened.
"""

import logging
import os
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from assistant.assistant import Assistant
    from assistant.model.language_model import LanguageModel
    from vectorstore.index.store import Store

log = logging.getLogger("dateline")

StrPath = str | os.PathLike[str]


@contextmanager
def open_assistant(
    data_dir: StrPath,
    *,
    articles: Iterable[StrPath] = (),
    create: bool = False,
    model: StrPath | None = None,
    model_required: bool = True,
    adapter: bool = True,
    ranker: bool = True,
    context: int = 4096,
    threads: int | None = None,
    top_k: int = 24,
    evidence_tokens: int = 400,
    answer_tokens: int = 64,
    min_confidence: float | None = None,
    prompts: StrPath | None = None,
    cache_dir: StrPath | None = None,
) -> Iterator["Assistant"]:
    """An Assistant over the collection in the folder `data_dir`, closed at the end of the `with` block.

    `articles` are files and folders that are ingested first; those that have not changed since the last time are not
    read again, and each file that can't be read is logged as a warning. The collection is made if it does not exist
    when there are `articles` or `create` is set; `create` also allows it to be empty.

    `model` is the path of a GGUF file, None for the bundled model. Where it can't be loaded and `model_required` is
    False, the assistant opens all the same: it finds passages, and its answers raise ModelError. `adapter` and
    `ranker` switch off the weights that come with Dateline. `context`, `evidence_tokens` and `answer_tokens` are
    tokens of the model, `threads` processor threads (None: all cores), `top_k` the chunks a search returns,
    `min_confidence` in [0, 1] the threshold below which a question is refused (None: the calibrated one), `prompts` a
    folder of templates to use instead of those of prompts/, `cache_dir` where the rewritten model is kept (None: the
    user's cache folder).

    Raises StoreError (no articles, a folder that can't be used, an index of another version) and AssistantError (a
    model or an adapter that can't be used), each with a message of one line.
    """
    folder = _expanded(data_dir)
    paths = [_expanded(path) for path in articles]
    with ExitStack() as stack:
        # The collection first: whoever has none learns it without waiting for the model.
        store = stack.enter_context(_open_store(folder, paths, create))
        engine = stack.enter_context(
            _open_model(
                None if model is None else os.fspath(model),
                _expanded(cache_dir) if cache_dir else None,
                folder,
                required=model_required,
                adapter=adapter,
                context=context,
                threads=threads,
            )
        )
        from assistant.assistant import Assistant
        from assistant.ranker.packaged import find_ranker

        yield Assistant(
            store,
            engine,
            top_k=top_k,
            evidence_tokens=evidence_tokens,
            answer_tokens=answer_tokens,
            min_confidence=min_confidence,
            prompts=_expanded(prompts) if prompts else None,
            ranker=find_ranker(store.embedder) if ranker else None,
        )


@contextmanager
def open_store(data_dir: Path, *, create: bool = False, check: bool = True) -> Iterator["Store"]:
    """The collection in `data_dir`, without a model; closed at the end of the `with` block.

    With `create` it is made if it does not exist, and may be empty. `check` refuses an index made by another embedder
    or chunker (IndexMismatchError). Raises NoIndexError where there are no articles and `create` is not set.
    """
    from vectorstore.index.store import Store

    with closing(Store.open(data_dir, create, check=check)) as store:
        if not create:
            _require_articles(store)
        yield store


@contextmanager
def _open_store(folder: Path, articles: list[Path], create: bool) -> Iterator["Store"]:
    """`open_store`, with the files and folders of `articles` ingested."""
    with open_store(folder, create=create or bool(articles)) as store:
        if articles:
            from vectorstore.ingest import ingest

            report = ingest(articles, store)
            for problem in (*report.failed, *report.warnings):
                log.warning("%s: %s", problem.source, problem.reason)
            if not create:
                _require_articles(store)
        yield store


def _require_articles(store: "Store") -> None:
    from vectorstore.errors import NoIndexError

    if not store.library.stats()["articles"]:
        raise NoIndexError(store.data_dir)


@contextmanager
def _open_model(
    name_or_path: str | None,
    cache_dir: Path | None,
    data_dir: Path,
    *,
    required: bool,
    adapter: bool,
    context: int,
    threads: int | None,
) -> Iterator["LanguageModel"]:
    from assistant.errors import AssistantError
    from assistant.model.adapter import packaged_adapter
    from assistant.model.cache_folder import cache_folder
    from assistant.model.catalogue import find_model
    from assistant.model.engine import Engine
    from assistant.model.missing import MissingModel

    try:
        file = find_model(name_or_path, cache_dir or cache_folder(data_dir))
        engine = Engine(file, packaged_adapter() if adapter else None, context=context, threads=threads)
    except AssistantError as error:
        if required:
            raise
        log.warning("%s; going on without a model: the search works, answers do not", error)
        yield MissingModel(str(error))
        return
    with engine as opened:
        yield opened


def _expanded(path: StrPath) -> Path:
    """The path with ~ replaced by the home folder; DataFolderError where there is none."""
    from vectorstore.errors import DataFolderError

    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise DataFolderError(f"{path}: there is no such home folder. Name the folder without ~.") from error
