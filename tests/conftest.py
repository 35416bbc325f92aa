"""What the tests share: one cache, the bundled model prepared once, one engine, one embedder, one index."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from assistant.model.catalogue import ModelFile, find_model
from assistant.model.engine import Engine
from vectorstore.index.embedding import Embedder, default_embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

# A suite that passed must pass again, so here the property tests draw the same few examples every time. Free drawing
# (`make properties`, --hypothesis-profile=free) is another run; what it finds is kept as an explicit @example.
# Neither has a deadline: how long an example takes depends on the machine, not on the rule that is tested.
settings.register_profile("same", deadline=None, derandomize=True, max_examples=50)
settings.register_profile("free", deadline=None, max_examples=1000, print_blob=True)
settings.load_profile("same")

SEEDS = sorted((Path(__file__).parents[1] / "seeds").glob("*.txt"))


@pytest.fixture(scope="session")
def cache_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user cache for the whole run, so that the model is requantised once."""
    return tmp_path_factory.mktemp("cache")


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
    """An index of the two articles of seeds/. To be read only: whoever changes it makes one of his own."""
    store = Store.open(tmp_path_factory.mktemp("seed_store") / "data", create=True, embedder=embedder)
    assert len(ingest(SEEDS, store).added) == 2
    yield store
    store.close()
