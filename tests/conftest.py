"""What the tests share: one cache, the bundled model prepared once, one engine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.model.catalogue import ModelFile, find_model
from assistant.model.engine import Engine


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
