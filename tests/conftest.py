"""What the tests share: the markers, one core a worker, one cache of the bundled model, one engine, one embedder."""

import hashlib
import importlib.abc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest
from httpx._config import DEFAULT_TIMEOUT_CONFIG
from hypothesis import settings

from assistant.model import quantize
from assistant.model.adapter import packaged_adapter
from assistant.model.catalogue import ModelFile, find_model
from assistant.model.engine import Engine
from assistant.model.llama import Model
from assistant.ranker.packaged import find_ranker
from assistant.ranker.ranker import Ranker
from tests.fakes import HashEmbedder
from vectorstore.index.embedding import Embedder, default_embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

ROOT = Path(__file__).parents[1]
SEEDS = sorted((ROOT / "seeds").glob("*.txt"))

# A suite that passed must pass again, so here the property tests draw the same examples every time: a few in
# `make check` (--hypothesis-profile=few), more in `make test`. Free drawing (`make properties`,
# --hypothesis-profile=free) is another run; what it finds is kept as an explicit @example.
# None has a deadline: how long an example takes depends on the machine, not on the rule that is tested.
settings.register_profile("few", deadline=None, derandomize=True, max_examples=10)
settings.register_profile("same", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("free", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("same")

MODEL_FIXTURES = {"model_file", "engine", "embedder"}
"""A test that takes one of these, itself or through another fixture, loads a model: it is marked `model`."""

MODEL_LIBRARIES = {"torch", "sentence_transformers"}


def _rewritten_model_cache() -> Path:
    """A user cache for all workers and runs, so that the bundled model is rewritten once on this machine.

    Another version of the code that rewrites it gets another folder.
    """
    code = Path(quantize.__file__).read_bytes()
    return ROOT / ".dateline" / "tests" / hashlib.sha256(code).hexdigest()[:12]


PATIENCE = 120.0
"""Seconds that a request of a test waits for its reply where it does not say how long: a busy machine is slow."""


def pytest_configure() -> None:
    """The cache for the commands that tests run too, patience, and an equal share of the cores for each worker.

    Two workers whose models both ran on all cores would spend much of their time waiting for each other's threads.
    The processes that a worker starts, and the libraries that ask how many cores there are, keep to its share.
    """
    os.environ["XDG_CACHE_HOME"] = str(_rewritten_model_cache())
    # httpx gives up after 5 seconds; its functions hold this one object as their default.
    for field in ("connect", "read", "write", "pool"):
        setattr(DEFAULT_TIMEOUT_CONFIG, field, PATIENCE)
    worker = os.environ.get("PYTEST_XDIST_WORKER", "")
    if worker.startswith("gw") and hasattr(os, "sched_setaffinity"):
        cores = sorted(os.sched_getaffinity(0))
        share = max(1, len(cores) // int(os.environ["PYTEST_XDIST_WORKER_COUNT"]))
        first = int(worker.removeprefix("gw")) * share % len(cores)
        os.sched_setaffinity(0, cores[first : first + share])


@pytest.hookimpl(tryfirst=True)  # before -m chooses by the markers
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks the tests by their fixtures, and puts the files first whose tests take long.

    A worker takes a whole file at a time (--dist loadfile), so a long one that came last would keep one worker busy
    while the others have nothing left to do.
    """
    long_files = set()
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        if "chromium" in names:
            item.add_marker("browser")
        if names & MODEL_FIXTURES:
            item.add_marker("model")
        if item.get_closest_marker("browser") or item.get_closest_marker("model"):
            long_files.add(item.path)
    items.sort(key=lambda item: item.path not in long_files)


class _ModelGuard(importlib.abc.MetaPathFinder):
    """Refuses to load a model, or what runs one, in a test that is not marked `model`: `make check` stays quick."""

    refuses = False

    def find_spec(self, name: str, *_: object) -> None:
        """Finds nothing itself, so that the finders after it are asked."""
        if name in MODEL_LIBRARIES:
            self.check(name)

    def check(self, name: str) -> None:
        """Raises RuntimeError in a test that may not load `name`."""
        if self.refuses:
            raise RuntimeError(
                f"this test loads {name} but takes none of the fixtures {', '.join(sorted(MODEL_FIXTURES))}: "
                "take one, or use tests/fakes.py, or mark it with pytest.mark.model"
            )


_guard = _ModelGuard()
sys.meta_path.insert(0, _guard)
_load = Model.__init__


def _checked_load(model: Model, path: Path) -> None:
    _guard.check(f"the model {path}")
    _load(model, path)


Model.__init__ = _checked_load  # type: ignore[method-assign]


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup(item: pytest.Item) -> None:
    """Before the fixtures of the test, so that these are held to the same."""
    _guard.refuses = item.get_closest_marker("model") is None


@pytest.fixture(scope="session")
def cache_dir() -> Path:
    """Dateline's folder in the user cache of the tests; kept, so only for tests that leave it as it is."""
    return _rewritten_model_cache() / "dateline"


@pytest.fixture(scope="session")
def model_file(cache_dir: Path) -> ModelFile:
    """The bundled model."""
    return find_model(None, cache_dir)


@pytest.fixture(scope="session")
def engine(model_file: ModelFile) -> Iterator[Engine]:
    """The bundled model, loaded."""
    with Engine(model_file) as engine:
        yield engine


@pytest.fixture(scope="session")
def embedder() -> Embedder:
    """The packaged MiniLM, loaded once; an Embedder is safe to share."""
    return default_embedder()


@pytest.fixture(scope="session")
def seed_store(embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """An index of the two articles of seeds/. To be read only: a test that changes it makes one of its own."""
    yield from _store_of_seeds(embedder, tmp_path_factory.mktemp("seed_store"))


@pytest.fixture(scope="session")
def reader_engine(model_file: ModelFile) -> Iterator[Engine]:
    """The bundled model with the adapter that makes it a reader, as it ships."""
    with Engine(model_file, packaged_adapter()) as engine:
        yield engine


@pytest.fixture(scope="session")
def ranker(embedder: Embedder) -> Ranker:
    """The ranker, as it ships."""
    ranker = find_ranker(embedder)
    assert ranker
    return ranker


ShareModels = Callable[[pytest.MonkeyPatch], None]


@pytest.fixture(scope="session")
def share_models(request: pytest.FixtureRequest, model_file: ModelFile, embedder: Embedder) -> ShareModels:
    """Makes commands that run in this process use the models that are loaded already, instead of each its own.

    A model with other settings than the usual ones is still loaded.
    """

    def engine(
        model: ModelFile, adapter: Path | None = None, *, context: int = 4096, threads: int | None = None
    ) -> AbstractContextManager[Engine]:
        if model != model_file or adapter not in (None, packaged_adapter()) or (context, threads) != (4096, None):
            return Engine(model, adapter, context=context, threads=threads)
        return nullcontext(request.getfixturevalue("reader_engine" if adapter else "engine"))

    def share(patch: pytest.MonkeyPatch) -> None:
        patch.setattr("assistant.model.engine.Engine", engine)
        patch.setattr("assistant.ranker.packaged.find_ranker", lambda _: request.getfixturevalue("ranker"))
        patch.setattr("vectorstore.index.store.default_embedder", lambda: embedder)

    return share


@pytest.fixture
def shared_models(share_models: ShareModels, monkeypatch: pytest.MonkeyPatch) -> None:
    """See `share_models`: for the time of one test."""
    share_models(monkeypatch)


@pytest.fixture(scope="session")
def hash_embedder() -> HashEmbedder:
    """Vectors without a model: texts are near each other when they share words."""
    return HashEmbedder()


@pytest.fixture(scope="session")
def hashed_seed_store(hash_embedder: HashEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """As `seed_store`, without a model."""
    yield from _store_of_seeds(hash_embedder, tmp_path_factory.mktemp("hashed_seed_store"))


def _store_of_seeds(embedder: Embedder, folder: Path) -> Iterator[Store]:
    store = Store.open(folder / "data", create=True, embedder=embedder)
    assert len(ingest(SEEDS, store).added) == 2
    yield store
    store.close()


@pytest.fixture
def still_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits on requests never refill: otherwise a slow machine would allow what a quick one refuses."""
    monkeypatch.setattr("ui.web.security.limits.time", SimpleNamespace(monotonic=lambda: 0.0))
