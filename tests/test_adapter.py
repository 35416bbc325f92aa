import logging
import shutil
from dataclasses import dataclass
from pathlib import Path

import gguf
import numpy as np
import numpy.typing as npt
import pytest

from assistant.errors import ModelFileError
from assistant.model import adapter as adapters
from assistant.model.adapter import packaged_adapter, usable_adapter
from assistant.model.catalogue import BUNDLED, BUNDLED_SHA256, ModelFile, packaged_file
from assistant.model.engine import Engine
from assistant.model.gguf_header import read_header
from assistant.model.llama import SLICE, Context, Lora, Model
from training import reader_training
from training.errors import TrainingError
from training.gguf_adapter import write_adapter
from vectorstore.hashes import sha256_of

pytestmark = pytest.mark.model

QUESTION = [
    {"role": "system", "content": "Answer from the articles alone."},
    {"role": "user", "content": "Air defence shot down 112 of 145 drones over the city on Tuesday. How many drones?"},
]
Logits = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Trained:
    """A LoRA of random weights: its file, and what transformers with it says to QUESTION, greedily."""

    path: Path
    ids: list[int]
    logits: Logits
    written: int


@pytest.fixture(scope="module")
def packaged() -> ModelFile:
    """The bundled model as it is packaged: transformers reads just these weights."""
    return ModelFile(BUNDLED, packaged_file(), bundled=True)


@pytest.fixture(scope="module")
def trained(packaged: ModelFile, tmp_path_factory: pytest.TempPathFactory) -> Trained:
    import torch

    with Engine(packaged, context=256) as engine:
        ids = engine.prompt(QUESTION)
    model = reader_training.adapted(seed=3).float().eval()
    parameters = {}
    for name, parameter in model.named_parameters():
        if parameter.requires_grad:
            # Large for queries and keys, so that a wrong order of their rows shows.
            torch.nn.init.normal_(parameter, std=0.08 if "q_proj" in name or "k_proj" in name else 0.03)
            parameters[name] = parameter
    path = tmp_path_factory.mktemp("adapter") / "reader.gguf"
    write_adapter(parameters, path, alpha=reader_training.ALPHA)
    prompt = len(ids)
    with torch.no_grad():
        for _ in range(8):
            ids.append(int(model(input_ids=torch.tensor([ids])).logits[0, -1].argmax()))
        logits = model(input_ids=torch.tensor([ids])).logits[0, prompt - 1 : -1].float().numpy()
    return Trained(path, ids, logits, len(ids) - prompt)


def llama_logits(ids: list[int], written: int, path: Path | None) -> Logits:
    """llama.cpp's scores for each of the last `written` tokens, shape (written, vocabulary)."""
    model = Model(packaged_file())
    lora = Lora(model, path) if path else None
    context = Context(model, 256, 2, lora)
    prompt = ids[:-written]
    for at in range(0, len(prompt), SLICE):
        context.decode(prompt[at : at + SLICE])
    rows = [context.logits().copy()]
    for token in ids[-written:-1]:
        context.decode([token])
        rows.append(context.logits().copy())
    context.close()
    if lora:
        lora.close()
    model.close()
    return np.array(rows)


def cosines(ours: Logits, theirs: Logits) -> Logits:
    """The cosine of each row of scores, their means taken off: a shift of all scores changes no probability."""
    ours, theirs = (rows - rows.mean(1, keepdims=True) for rows in (ours, theirs))
    lengths = np.linalg.norm(ours, axis=1) * np.linalg.norm(theirs, axis=1)
    result: Logits = (ours * theirs).sum(1) / lengths
    return result


def test_llama_cpp_says_with_the_adapter_what_transformers_says(trained: Trained) -> None:
    ours = llama_logits(trained.ids, trained.written, trained.path)
    assert cosines(ours, trained.logits).min() > 0.99
    second, best = np.sort(trained.logits, axis=1)[:, -2:].T
    clear = best - second > 0.2  # llama.cpp reads 4-bit weights with 8-bit numbers: a tie may fall either way
    assert clear.sum() >= 5
    assert (ours.argmax(1) == trained.logits.argmax(1))[clear].all()
    assert cosines(llama_logits(trained.ids, trained.written, None), trained.logits).max() < 0.97


def test_queries_and_keys_are_turned_as_llama_cpp_wants_them(trained: Trained, tmp_path: Path) -> None:
    """The same file without the turning is another model."""
    other = rewritten(trained.path, tmp_path / "unturned.gguf", unturn=True)
    assert cosines(llama_logits(trained.ids, trained.written, other), trained.logits).max() < 0.97


def test_the_file_is_small_and_says_what_it_is(trained: Trained) -> None:
    values = read_header(trained.path).metadata
    assert trained.path.stat().st_size < 12_000_000
    assert values["general.type"] == "adapter"
    assert values["adapter.lora.alpha"] == reader_training.ALPHA
    assert values["dateline.base_name"] == BUNDLED
    assert not list(trained.path.parent.glob("*.part"))


def test_an_engine_answers_with_its_adapter(packaged: ModelFile, trained: Trained) -> None:
    with Engine(packaged, trained.path, context=256) as engine:
        assert engine.adapter == "reader"
        reply = engine.stream(QUESTION, max_tokens=trained.written)
        text = "".join(reply)
    with Engine(packaged, context=256) as engine:
        assert engine.adapter is None
        assert "".join(engine.stream(QUESTION, max_tokens=trained.written)) != text


def test_an_adapter_of_another_base_is_refused_with_the_reason(
    packaged: ModelFile, trained: Trained, tmp_path: Path
) -> None:
    for base, said in (("ab" * 32, r"SmolLM2-135M-Instruct \(abababababab…\)"), (None, "a base that it does not name")):
        other = rewritten(trained.path, tmp_path / "other.gguf", base=base)
        with pytest.raises(ModelFileError, match=f"is an adapter for {said}, and the model is {BUNDLED}.* or none"):
            Engine(packaged, other)


@pytest.mark.parametrize("damage", ["no gguf", "cut in the head", "cut in the weights", "a model", "absent", "pinned"])
def test_a_damaged_adapter_is_left_out_with_one_line(
    damage: str,
    packaged: ModelFile,
    trained: Trained,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path, whole = tmp_path / "reader.gguf", trained.path.read_bytes()
    if damage == "a model":
        shutil.copy(packaged.path, path)
    elif damage == "pinned":
        path.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
        monkeypatch.setattr(adapters, "packaged_adapter", lambda: path)
        monkeypatch.setattr(adapters, "READER_SHA256", "0" * 64)
    elif damage != "absent":
        path.write_bytes({"no gguf": b"<html>", "cut in the head": whole[:900]}.get(damage, whole[:-50_000]))
    with caplog.at_level(logging.WARNING, "dateline"), Engine(packaged, path, context=256) as engine:
        assert engine.adapter is None
        assert "".join(engine.stream(QUESTION, max_tokens=4))
    (line,) = caplog.messages
    assert line.startswith("The reader's adapter is left out, answers go on without it: ")
    assert str(path) in line
    assert "\n" not in line


def test_no_adapter_is_fine(packaged: ModelFile, caplog: pytest.LogCaptureFixture) -> None:
    assert usable_adapter(None, packaged) is None
    assert not caplog.messages


def test_another_model_never_gets_an_adapter(packaged: ModelFile, trained: Trained, tmp_path: Path) -> None:
    own = ModelFile("mine", packaged.path, bundled=False)
    assert usable_adapter(trained.path, own) is None
    assert usable_adapter(tmp_path / "absent.gguf", own) is None
    assert usable_adapter(trained.path, packaged) is not None


def test_the_packaged_adapter_is_the_pinned_one(packaged: ModelFile) -> None:
    path = packaged_adapter()
    assert path.stat().st_size < 12_000_000
    assert sha256_of(path) == adapters.READER_SHA256
    assert usable_adapter(path, packaged) is not None


def test_weights_that_are_not_a_lora_of_the_model_are_named(tmp_path: Path) -> None:
    import torch

    name = "base_model.model.model.layers.0.self_attn.{}.lora_A.default.weight"
    with pytest.raises(TrainingError, match=r"x_proj.* is no LoRA weight of the bundled model"):
        write_adapter({name.format("x_proj"): torch.zeros(16, 576)}, tmp_path / "a.gguf", alpha=32)
    with pytest.raises(TrainingError, match="too large for 16 bits"):
        write_adapter({name.format("v_proj"): torch.full((16, 576), 1e9)}, tmp_path / "a.gguf", alpha=32)
    assert not list(tmp_path.iterdir())


def rewritten(path: Path, to: Path, *, base: str | None = BUNDLED_SHA256, unturn: bool = False) -> Path:
    """A copy of an adapter file with another base, or with its queries and keys in transformers' order."""
    heads = {"attn_q": 9, "attn_k": 3}
    writer = gguf.GGUFWriter(to, "llama")
    writer.add_type(gguf.GGUFType.ADAPTER)
    writer.add_string("adapter.type", "lora")
    writer.add_float32("adapter.lora.alpha", reader_training.ALPHA)
    writer.add_string("dateline.base_name", BUNDLED)
    if base:
        writer.add_string("dateline.base_sha256", base)
    for tensor in gguf.GGUFReader(path).tensors:
        rows, kind = np.array(tensor.data), tensor.name.split(".")[2]
        if unturn and kind in heads and tensor.name.endswith("lora_b"):
            rows = rows.reshape(heads[kind], -1, 2, rows.shape[1]).swapaxes(1, 2).reshape(rows.shape)
        writer.add_tensor(tensor.name, rows)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return to
