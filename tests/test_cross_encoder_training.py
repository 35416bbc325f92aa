"""The training of the cross-encoder, with a very small network on a few items of our own."""

import json
import logging
import sys
from collections.abc import Mapping
from dataclasses import replace
from itertools import chain
from pathlib import Path
from random import Random
from typing import Any

import pytest

from assistant.errors import ModelFileError
from assistant.ranker.cross_encoder import WEIGHTS, Network
from bench import edits as bench_edits
from tests.training_data import write_data
from training import cross_encoder_training, learning_curve
from training.checkpoint import NAME, Checkpoint
from training.cross_encoder_training import Recipe, chosen, train, train_items, trainable
from training.data_parallel import ALONE, Processes, processes
from training.documents import Document
from training.errors import TrainingError
from training.items import Item
from training.loop import Plan, run
from training.mixture import load_mixture
from training.multitask_loss import MultitaskLoss
from vectorstore.index.embedding import default_embedder

pytestmark = pytest.mark.model

PLAN = Plan(rate=2e-3, warmup=0.1, batch=8, micro=8, decay=0.01, save_every=2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_data(tmp_path_factory.mktemp("data"))


@pytest.fixture(scope="module")
def items(data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[Item]:
    made = load_mixture(data, default_embedder().folder, tmp_path_factory.mktemp("items"), share=0.005)
    return Random(1).sample(made, 48)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A random network of two small layers."""
    import torch
    from transformers import BertConfig, BertModel

    torch.manual_seed(1)
    config = BertConfig(hidden_size=32, num_hidden_layers=2, num_attention_heads=2, intermediate_size=64)
    heads = {"classifier": 3, "score": 1, "span": 2, "answerable": 1}
    modules = torch.nn.ModuleDict({name: torch.nn.Linear(32, outputs) for name, outputs in heads.items()})
    folder = tmp_path_factory.mktemp("base")
    Network(default_embedder().folder, BertModel(config), modules).save(folder)
    return folder


def tensors(folder: Path) -> Mapping[str, Any]:
    from safetensors.torch import load_file

    return load_file(str(folder / WEIGHTS))


def killed_after(step: int) -> Any:  # noqa: ANN401
    """`Checkpoint.save` that ends the training after a step."""
    save = Checkpoint.save

    def saved(checkpoint: Checkpoint, at: int, *rest: Any) -> None:  # noqa: ANN401
        save(checkpoint, at, *rest)
        if at == step:
            raise KeyboardInterrupt

    return saved


def test_every_head_learns(items: list[Item], base: Path, tmp_path: Path) -> None:
    network, parameters = trainable(base, 1, Recipe(base))
    loss = MultitaskLoss(network, bfloat16=False)
    float(loss(items).detach())
    before = loss.means()
    assert [*before] == ["answerable", "answers", "claim", "rank", "span"]
    assert run(items, loss, parameters, replace(PLAN, epochs=6), Checkpoint(tmp_path, {}), losses=loss.means) == 36
    loss.means()
    float(loss(items).detach())
    after = loss.means()
    assert all(after[name] < before[name] for name in before), (before, after)


def test_the_attention_is_that_of_torch(items: list[Item], base: Path) -> None:
    """Also where inputs are padded, which is seen only if the mask arrives."""
    import torch

    network, _ = trainable(base, 1, Recipe(base))
    windows = [item.window for item in items[:6]]
    assert len({len(window.ids) for window in windows}) > 1
    with torch.inference_mode():
        given, expected = network(windows), Network.load(base)(windows)
    assert torch.allclose(given.verdicts, expected.verdicts, atol=1e-5)
    assert torch.allclose(given.answerable, expected.answerable, atol=1e-5)


def test_what_has_no_item_in_a_batch_costs_nothing(items: list[Item], base: Path) -> None:
    network, _ = trainable(base, 1, Recipe(base))
    loss = MultitaskLoss(network, bfloat16=False)
    claims = [item for item in items if item.is_claim]
    silent = [item for item in items if not item.is_claim and not any(s.right for s in item.sentences)]
    assert claims
    assert silent
    for some, heads in ((claims, {"claim"}), (silent, {"answers", "answerable"})):
        loss(some).backward()  # type: ignore[no-untyped-call]
        assert {*loss.means()} == heads
    both = float(loss([*claims, *silent]).detach())
    assert both == pytest.approx(float(loss(claims).detach()) + float(loss(silent).detach()), rel=1e-4)


@pytest.mark.parametrize("count", [1, 2])
def test_stopped_and_resumed_gives_the_same_weights(
    count: int, items: list[Item], base: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    recipe = Recipe(base)
    assert train_items(items, tmp_path / "whole", tmp_path / "a", PLAN, recipe, count) == 6
    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", killed_after(4))
        with pytest.raises(KeyboardInterrupt):
            train_items(items, tmp_path / "broken", tmp_path / "b", PLAN, recipe, count)
    assert not (tmp_path / "b").exists()
    with caplog.at_level(logging.INFO, "dateline"):
        assert train_items(items, tmp_path / "broken", tmp_path / "b", PLAN, recipe, count) == 6
    assert "goes on after step 4 of 6" in caplog.messages
    assert (tmp_path / "a" / WEIGHTS).read_bytes() == (tmp_path / "b" / WEIGHTS).read_bytes()
    (log,) = (tmp_path / "whole").glob("*/log.jsonl")
    assert not (log.parent / "items.npz").exists()
    with pytest.raises(TrainingError, match=r"is of another training \(other warmup\)"):
        train_items(items, tmp_path / "whole", tmp_path / "a", replace(PLAN, warmup=0.5), recipe)
    with pytest.raises(TrainingError, match=r"is of another training \(other base\)"):
        train_items(items, tmp_path / "whole", tmp_path / "a", PLAN, Recipe(tmp_path / "a"))
    (log.parent / NAME).write_bytes(b"half a file")
    with pytest.raises(TrainingError, match=r"is damaged .* Remove it to begin anew"):
        train_items(items, tmp_path / "whole", tmp_path / "a", PLAN, recipe)


def test_two_processes_learn_what_one_learns(items: list[Item], base: Path, tmp_path: Path) -> None:
    for count in (1, 2):
        train_items(items, tmp_path / f"work {count}", tmp_path / f"out {count}", PLAN, Recipe(base), count)
    one, two, before = (tensors(folder) for folder in (tmp_path / "out 1", tmp_path / "out 2", base))
    apart = changed = 0.0
    for name, tensor in one.items():
        assert (tensor == before[name]).all() == name.startswith("bert.embeddings."), name
        apart += float((tensor - two[name]).square().sum())
        changed += float((tensor - before[name]).square().sum())
    # Not to the last digit: sums in another order, and AdamW's first steps are as large for small gradients.
    assert apart < 0.1**2 * changed


def test_low_rank_changes_are_merged_when_written(items: list[Item], base: Path, tmp_path: Path) -> None:
    _, parameters = trainable(base, 1, Recipe(base, low_rank=True))
    whole = ("classifier", "score", "span", "answerable", "bert.pooler")
    changes = [name for name in parameters if not name.startswith(whole)]
    assert len(changes) == 2 * 6 * 2
    assert all("parametrizations" in name for name in changes)
    train_items(items, tmp_path / "work", tmp_path / "out", PLAN, Recipe(base, low_rank=True), 1)
    after, before = tensors(tmp_path / "out"), tensors(base)
    assert {*after} == {*before}
    name = "bert.encoder.layer.0.attention.self.query"
    assert not (after[f"{name}.weight"] == before[f"{name}.weight"]).all()
    assert (after[f"{name}.bias"] == before[f"{name}.bias"]).all()
    Network.load(tmp_path / "out")


def test_a_gradient_that_is_no_number_is_never_saved(items: list[Item], base: Path, tmp_path: Path) -> None:
    network, parameters = trainable(base, 1, Recipe(base))
    loss, checkpoint = MultitaskLoss(network, bfloat16=False), Checkpoint(tmp_path, {})
    calls = 0

    def bad(some: Any) -> Any:  # noqa: ANN401
        nonlocal calls
        calls += 1
        return loss(some) * (float("nan") if calls == 4 else 1)

    with pytest.raises(TrainingError, match=r"The loss is nan in step 4: the checkpoint after step 3 is kept"):
        run(items, bad, parameters, PLAN, checkpoint)
    network, parameters = trainable(base, 1, Recipe(base))
    assert run(items, loss, parameters, PLAN, checkpoint) == 6


def test_what_does_not_fit_in_memory_is_read_in_parts(items: list[Item], base: Path, tmp_path: Path) -> None:
    import torch

    network, parameters = trainable(base, 1, Recipe(base))
    loss, most = MultitaskLoss(network, bfloat16=False), 3

    def small(some: Any) -> Any:  # noqa: ANN401
        if len(some) > most:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory")
        return loss(some)

    assert run(items, small, parameters, PLAN, Checkpoint(tmp_path, {})) == 6
    most = 0
    with pytest.raises(TrainingError, match="no memory for a single example"):
        run(items, small, parameters, PLAN, Checkpoint(tmp_path / "other", {}))
    assert not torch.distributed.is_initialized()


def test_the_parts_of_a_batch() -> None:
    batch = list(range(7))
    parts = [list(Processes(rank, 3).part(batch)) for rank in range(3)]
    assert sorted(chain.from_iterable(parts)) == batch
    assert [len(part) for part in parts] == [3, 2, 2]
    assert ALONE.first
    assert list(ALONE.part(batch)) == batch
    assert ALONE.added([], 2.5) == 2.5
    assert ALONE.decided(True)


def leaves(place: Processes) -> None:
    """What a process does that is ended from without: it never takes part."""
    assert place.rank == 1


def test_a_process_that_ends_early_is_one_clear_line() -> None:
    import torch

    with pytest.raises(TrainingError, match="Another process of the training has ended"), processes(2, leaves) as place:
        place.added([torch.nn.Parameter(torch.zeros(2))], 1.0)
    assert not torch.distributed.is_initialized()


def test_the_items_of_a_recipe(items: list[Item]) -> None:
    claims = chosen(items, Recipe(only="claims"), 1)
    questions = chosen(items, Recipe(only="questions"), 1)
    assert all(item.is_claim for item in claims)
    assert not any(item.is_claim for item in questions)
    assert len(claims) + len(questions) == len(items) == len(chosen(items, Recipe(), 1))
    every = sum(item.tokens for item in items)
    some = chosen(items, Recipe(pieces=every // 3), 1)
    assert every // 3 <= sum(item.tokens for item in some) < every // 3 + 512
    assert some == chosen(items, Recipe(pieces=every // 3), 1)
    twice = chosen(items, Recipe(pieces=2 * every), 1)
    assert len(twice) == 2 * len(items)
    assert chosen([], Recipe(pieces=100), 1) == []


def test_the_command_from_end_to_end(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Grown from the packaged MiniLM; and the exchanges that it catches, and its learning curve, are printed."""
    work, out = tmp_path / "work", tmp_path / "out"
    command = [str(data), "--work", str(work), "--out", str(out), "--share", "0.005", "--pieces", "3000"]
    monkeypatch.setattr(sys, "argv", ["train", *command, "--processes", "1"])
    cross_encoder_training.main()
    assert Network.load(out).heads["classifier"].out_features == 3
    monkeypatch.setattr(sys, "argv", ["curve", *map(str, work.glob("*/log.jsonl"))])
    capsys.readouterr()
    learning_curve.main()
    table = capsys.readouterr().out
    assert "| step | tokens | seconds | loss | answerable | answers | claim | rank | span |" in table
    assert len(table.strip().splitlines()) == 5
    article = Document("Brem", "", ("The town of Brem has 14 bridges.", "In May it was said that 2 are closed."))
    monkeypatch.setattr(bench_edits, "load_news", lambda _: type("News", (), {"held_out": (article,)}))
    monkeypatch.setattr(sys, "argv", ["edits", str(data), str(out), "--threshold", "0", "--show", "1"])
    bench_edits.main()
    table = capsys.readouterr().out
    assert "| true | 2 | passed 1.000 |" in table
    assert "| figure | 2 | caught 0.000 |" in table
    assert "\nfigure: The town of Brem has " in table
    monkeypatch.setattr(sys, "argv", ["edits", str(data), str(work)])
    with pytest.raises(SystemExit, match="holds no cross-encoder that can be read"):
        bench_edits.main()


def test_nothing_to_train_on_is_one_clear_line(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(TrainingError, match=r"There is no .*train\.jsonl\.gz\. Name the folder of the data sets"):
        train(tmp_path, tmp_path / "work", tmp_path / "out")
    with pytest.raises(TrainingError, match=r"gives no item to train on\. Leave out --only, or use a larger --share"):
        train(data, tmp_path / "work", tmp_path / "out", PLAN, Recipe(only="claims", share=0.0))
    with pytest.raises(
        ModelFileError, match=r"There is no .*model\.safetensors\. Name the folder that a training wrote"
    ):
        train(data, tmp_path / "work", tmp_path / "out", PLAN, Recipe(tmp_path))
    monkeypatch.setattr(cross_encoder_training, "MINILM_SHA256", "0" * 64)
    with pytest.raises(ModelFileError, match=r"is not the MiniLM that is expected\. Install Dateline again"):
        train(data, tmp_path / "work", tmp_path / "out", PLAN)
    assert not (tmp_path / "out").exists()


def test_a_learning_curve_of_a_training_that_was_stopped(tmp_path: Path) -> None:
    reports = [(10, 100, 5.0), (20, 200, 10.0), (30, 300, 15.0), (25, 50, 2.0), (40, 200, 9.0)]
    log = tmp_path / "log.jsonl"
    log.write_text(
        "".join(
            json.dumps({"step": s, "steps": 40, "tokens": t, "seconds": x, "loss": 1.0}) + "\n" for s, t, x in reports
        )
        + '{"step": 4'
    )
    kept = learning_curve.read_log(log)
    assert [(one["step"], one["tokens"], one["seconds"]) for one in kept] == [
        (10, 100, 5.0), (20, 200, 10.0), (25, 250, 12.0), (40, 400, 19.0),
    ]  # fmt: skip
    assert learning_curve.table(kept, 2).splitlines()[2:] == ["| 20 | 200 | 10.0 | 1.0 |", "| 40 | 400 | 19.0 | 1.0 |"]
    log.write_text("[]\n")
    with pytest.raises(TrainingError, match="is no log of a training"):
        learning_curve.read_log(log)
    with pytest.raises(TrainingError, match="is no log of a training"):
        learning_curve.read_log(tmp_path / "none.jsonl")
