"""`from assistant import open_assistant`: what a Python program uses, without ui/.

The example of the README is run by tests/test_readme.py.
"""

import logging
import subprocess
import sys
from pathlib import Path

import pytest

from assistant import open_assistant
from assistant.errors import ModelError, ModelNotFoundError
from vectorstore.errors import DataFolderError, NoIndexError

ROOT = Path(__file__).parents[1]
SEEDS = ROOT / "seeds"


def test_importing_it_loads_nothing_heavy_and_nothing_of_ui() -> None:
    code = "import sys, assistant; print(*sorted({name.split('.')[0] for name in sys.modules}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"ui", "numpy", "torch", "chromadb", "llama_cpp", "typer", "gradio"} & set(loaded)


@pytest.mark.model
def test_a_folder_without_articles_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(NoIndexError, match="no articles in"), open_assistant(tmp_path / "none"):
        pass
    assert not (tmp_path / "none").exists()


@pytest.mark.model
def test_a_home_that_does_not_exist_is_one_clear_error() -> None:
    with pytest.raises(DataFolderError, match="no such home folder"), open_assistant("~nobody-of-this-name/data"):
        pass


@pytest.mark.model
def test_a_file_that_is_not_there_is_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.WARNING, "dateline")
    missing = tmp_path / "missing.txt"
    with pytest.raises(NoIndexError), open_assistant(tmp_path / "data", articles=[missing]):
        pass
    assert str(missing) in caplog.text


@pytest.mark.model
def test_without_a_model_the_search_works(tmp_path: Path) -> None:
    with (
        pytest.raises(ModelNotFoundError),
        open_assistant(tmp_path / "data", articles=[SEEDS], model="no-such-model.gguf"),
    ):
        pass
    with open_assistant(tmp_path / "data", model="no-such-model.gguf", model_required=False) as assistant:
        assert assistant.evidence("How many drones hit Kyiv?")
        with pytest.raises(ModelError):
            assistant.ask("How many drones hit Kyiv?")


@pytest.mark.model
def test_it_may_begin_empty(tmp_path: Path) -> None:
    with open_assistant(tmp_path / "data", create=True, model="none.gguf", model_required=False) as assistant:
        assert assistant.evidence("How many drones hit Kyiv?") == ()
