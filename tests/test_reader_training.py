import copy
import json
import logging
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from assistant.model.engine import Engine
from training import progress, reader_training
from training.checkpoint import Checkpoint
from training.errors import TrainingError
from training.loop import Plan, batches, run, share
from training.reader_examples import Example, read_examples
from training.reader_training import train

pytestmark = pytest.mark.model

if TYPE_CHECKING:
    import torch

PLAN = Plan(rate=2e-3, batch=2, micro=2, epochs=2, save_every=1, warmup=0.1)
ROWS = [
    {
        "messages": [
            {"role": "system", "content": "Answer from the sentences."},
            {"role": "user", "content": f"[1] The town of {town} has {people} bridges.\n\nHow many bridges?"},
        ],
        "target": f"{people} [1]",
    }
    for town, people in zip("Ald Brem Cray Dorn Elm Fell Gorse Holm".split(), (3, 14, 9, 22, 5, 31, 8, 17), strict=True)
]


@pytest.fixture(scope="module", autouse=True)
def base() -> Iterator[None]:
    """The bundled model, read once: each training gets a copy."""
    import torch

    read = reader_training.base(torch.float32)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(reader_training, "base", lambda dtype: copy.deepcopy(read).to(dtype))
        yield


@pytest.fixture
def shallow(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first 4 of the model's 30 layers: how a training learns, stops and goes on is no matter of depth."""
    whole = reader_training.base

    def cut(dtype: "torch.dtype") -> Any:  # noqa: ANN401
        model = whole(dtype)
        model.model.layers = model.model.layers[:4]
        model.config.num_hidden_layers = 4
        return model

    monkeypatch.setattr(reader_training, "base", cut)


@pytest.fixture
def examples(tmp_path: Path) -> Path:
    return written(tmp_path / "examples.jsonl", map(json.dumps, ROWS))


def written(path: Path, lines: Iterable[str]) -> Path:
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


@pytest.mark.usefixtures("shallow")
@pytest.mark.parametrize("precision", ["bfloat16", "float32"])
def test_the_loss_falls(
    precision: str, examples: Path, tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    monkeypatch.setattr(reader_training, "processor_dtype", lambda: getattr(torch, precision))
    items = read_examples(examples, engine)
    model = reader_training.adapted(seed=1)
    loss = reader_training._loss(model)
    weight = sum(item.weight for item in items)
    before = float(loss(items).detach()) / weight
    parameters = {name: value for name, value in model.named_parameters() if value.requires_grad}
    assert run(items, loss, parameters, PLAN, Checkpoint(tmp_path, {})) == 8
    assert float(loss(items).detach()) / weight < 0.6 * before


@pytest.mark.usefixtures("shallow")
def test_a_stopped_training_goes_on_to_the_same_adapter(
    examples: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    whole, broken = tmp_path / "whole.gguf", tmp_path / "broken.gguf"
    assert train(examples, tmp_path / "whole", whole, PLAN) == 8
    save = Checkpoint.save

    def killed(checkpoint: Checkpoint, step: int, *rest: Any) -> None:  # noqa: ANN401
        save(checkpoint, step, *rest)
        if step == 3:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            train(examples, tmp_path / "broken", broken, PLAN)
    assert not broken.exists()
    with caplog.at_level(logging.INFO, "dateline"):
        assert train(examples, tmp_path / "broken", broken, PLAN) == 8
    assert "goes on after step 3 of 8" in caplog.messages
    assert broken.read_bytes() == whole.read_bytes()
    with pytest.raises(TrainingError, match=r"checkpoint.pt is of another training \(other seed\)"):
        train(examples, tmp_path / "broken", broken, replace(PLAN, seed=2))
    (tmp_path / "broken" / "checkpoint.pt").write_bytes(b"half a file")
    with pytest.raises(TrainingError, match=r"is damaged .* Remove it to begin anew"):
        train(examples, tmp_path / "broken", broken, PLAN)


def test_time_that_is_up_writes_the_adapter_as_it_is(examples: Path, tmp_path: Path) -> None:
    assert train(examples, tmp_path, tmp_path / "reader.gguf", replace(PLAN, seconds=0.001), limit=4) == 1
    assert (tmp_path / "reader.gguf").stat().st_size > 9_000_000
    assert train(examples, tmp_path, tmp_path / "reader.gguf", PLAN, limit=4) == 4


def test_bad_rows_are_counted_named_and_skipped(
    tmp_path: Path, engine: Engine, caplog: pytest.LogCaptureFixture
) -> None:
    row = json.dumps(ROWS[0])
    long = json.dumps({"messages": [{"role": "user", "content": "145 drones. " * 400}], "target": "x"})
    longer = json.dumps({"messages": [{"role": "user", "content": "x" * 10**6}], "target": "x"})
    broken = ["{", "[]", '"text"', '{"messages": []}', '{"messages": [{"role": "user"}], "target": "x"}', "\udcff"]
    empty = ["", "  ", json.dumps({**ROWS[0], "target": " "})]
    path = tmp_path / "examples.jsonl"
    path.write_bytes("\n".join([row, *broken, row, *empty, long, longer, row]).encode("utf-8", "surrogateescape"))
    assert len(read_examples(path, engine)) == 3
    assert caplog.messages == [
        "examples.jsonl: skipped 6 rows, each of which is no JSON object with messages and a target "
        "(lines 2, 3, 4, 5, 6, ...)",
        "examples.jsonl: skipped 3 rows, each of which is empty (lines 9, 10, 11)",
        "examples.jsonl: skipped 2 rows, each of which has more than 1,024 tokens (lines 12, 13)",
    ]
    assert len(read_examples(path, engine, limit=2)) == 2
    with pytest.raises(TrainingError, match=r"has no usable example. Each line must hold"):
        read_examples(written(tmp_path / "none.jsonl", broken[:3]), engine)
    with pytest.raises(TrainingError, match="can't be read"):
        read_examples(tmp_path / "absent.jsonl", engine)


def test_what_is_learnt_is_what_the_product_asks(examples: Path, engine: Engine, tmp_path: Path) -> None:
    for example, row in zip(read_examples(examples, engine), ROWS, strict=True):
        assert list(example.ids[: example.prompt]) == engine.prompt(row["messages"])  # type: ignore[arg-type]
        assert list(example.ids[example.prompt : -1]) == engine.tokens.encode(str(row["target"]))
        assert engine._model.ends(example.ids[-1])
    order = {"messages": [{"role": "user", "content": "An article with <|im_end|> in it."}], "target": "<|im_end|>"}
    (example,) = read_examples(written(tmp_path / "order.jsonl", [json.dumps(order)]), engine)
    assert example.ids.count(engine.end) == engine.prompt([{"role": "user", "content": "x"}]).count(engine.end) + 1


@dataclass(frozen=True)
class Number:
    """Something to learn that needs no model."""

    value: float
    tokens: int = 1
    weight: float = 1.0


def line(most: int) -> tuple[dict[str, "torch.nn.Parameter"], Callable[[Sequence[Number]], "torch.Tensor"]]:
    """A parameter and a loss that has memory for `most` numbers at once."""
    import torch

    parameter = torch.nn.Parameter(torch.zeros(()))

    def loss(numbers: Sequence[Number]) -> torch.Tensor:
        if len(numbers) > most:
            raise RuntimeError("[enforce fail] DefaultCPUAllocator: can't allocate memory: you tried")
        return sum(((parameter - n.value) ** 2 for n in numbers), start=torch.zeros(()))

    return {"x": parameter}, loss


def test_out_of_memory_makes_smaller_batches_and_says_so(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    numbers, plan = [Number(float(i % 5)) for i in range(32)], Plan(rate=0.1, batch=8, micro=8)
    found = []
    for most in (8, 3):
        parameters, loss = line(most)
        assert run(numbers, loss, parameters, plan, Checkpoint(tmp_path / str(most), {})) == 4
        found.append(float(parameters["x"].detach()))
    assert found[0] == pytest.approx(found[1], abs=1e-5)
    assert [m for m in caplog.messages if "memory" in m] == [
        "out of memory: goes on with 4 examples at once",
        "out of memory: goes on with 2 examples at once",
    ]
    with pytest.raises(TrainingError, match="no memory for a single example"):
        run(numbers, line(0)[1], line(0)[0], plan, Checkpoint(tmp_path / "0", {}))


def test_an_error_that_is_not_of_memory_and_a_loss_that_is_no_number(tmp_path: Path) -> None:
    parameters, _ = line(8)

    def wrong(_numbers: Sequence[Number]) -> "torch.Tensor":
        raise RuntimeError("shapes do not fit")

    with pytest.raises(RuntimeError, match="shapes do not fit"):
        run([Number(1.0)], wrong, parameters, Plan(), Checkpoint(tmp_path, {}))
    with pytest.raises(TrainingError, match="The loss is nan in step 1: no checkpoint was written"):
        run([Number(math.nan)], line(8)[1], parameters, Plan(), Checkpoint(tmp_path, {}))


def breaking(kind: str) -> tuple[dict[str, "torch.nn.Parameter"], Callable[[Sequence[Number]], "torch.Tensor"]]:
    """The parameter and loss of `line`; of the number 3 the loss or, with a finite loss, the gradient is not finite."""
    import torch

    parameters, loss = line(8)

    def broken(numbers: Sequence[Number]) -> torch.Tensor:
        found = loss(numbers)
        if any(number.value == 3 for number in numbers):
            found = found * math.inf if kind == "loss" else found + torch.sqrt(parameters["x"] * 0.0)
        return found

    return parameters, broken


@pytest.mark.parametrize("kind", ["The loss is inf", "The gradient is nan", "x is infinite or no number"])
@pytest.mark.parametrize("save_every", [1, 100])
def test_what_is_not_finite_is_never_saved_and_the_training_goes_on_from_the_good_checkpoint(
    kind: str, save_every: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import torch

    checkpoint, plan = Checkpoint(tmp_path, {}), Plan(rate=0.1, batch=1, save_every=save_every)
    good, bad = [Number(1.0), Number(2.0)] * 4, [Number(3.0)] * 8
    parameters, loss = line(8)
    assert run(good, loss, parameters, plan, checkpoint) == 8
    before = torch.load(checkpoint.path)["parameters"]["x"]
    items = [*good, *bad]
    failing = next(n for n, batch in enumerate(batches(items, plan)) if n >= 8 and batch[0].value == 3)
    parameters, broken = breaking(kind.split()[1])
    step = torch.optim.AdamW.step

    def spoilt(optimiser: torch.optim.AdamW) -> None:
        step(optimiser)
        parameters["x"].data.fill_(math.nan)

    if "number" in kind:
        (parameters, broken), failing = line(8), 8
        monkeypatch.setattr(torch.optim.AdamW, "step", spoilt)
    with pytest.raises(TrainingError) as failed:
        run(items, broken, parameters, plan, checkpoint)
    assert str(failed.value).startswith(f"{kind} in step {failing + 1}: the checkpoint after step {failing} is kept.")
    kept = torch.load(checkpoint.path)["parameters"]["x"]
    assert kept.isfinite()
    assert (kept == before) == (failing == 8)
    monkeypatch.undo()
    parameters, loss = line(8)
    assert run(items, loss, parameters, plan, checkpoint) == 16
    assert parameters["x"].isfinite()


def test_a_checkpoint_whose_weights_are_not_finite_is_neither_written_nor_gone_on_with(tmp_path: Path) -> None:
    import torch

    checkpoint = Checkpoint(tmp_path, {})
    parameters = {"x": torch.nn.Parameter(torch.tensor(1.0)), "y": torch.nn.Parameter(torch.tensor([1.0, math.nan]))}
    optimiser = torch.optim.AdamW(parameters.values())
    with pytest.raises(TrainingError, match="y is infinite or no number after step 3"):
        checkpoint.save(3, parameters, optimiser)
    assert list(tmp_path.iterdir()) == []
    state = {"identity": {}, "step": 3, "parameters": dict(parameters), "optimiser": optimiser.state_dict()}
    torch.save(state, checkpoint.path)
    with pytest.raises(TrainingError, match=r"damaged \(y is infinite or no number\)"):
        checkpoint.load(parameters, optimiser)


def test_batches_hold_each_example_once_an_epoch_in_an_order_of_the_seed() -> None:
    items = [Example(tuple(range(length)), 0) for length in range(1, 100)]
    plan = Plan(batch=16, epochs=2)
    found = batches(items, plan)
    assert len(found) == 14
    assert sorted(i.tokens for batch in found[:7] for i in batch) == list(range(1, 100))
    assert max(batch[-1].tokens - batch[0].tokens for batch in found) <= 16
    assert found == batches(items, plan)
    assert found != batches(items, replace(plan, seed=2))


def test_the_rate_rises_and_falls() -> None:
    shares = [share(step, 100, 0.1) for step in range(100)]
    assert shares[:10] == pytest.approx([(i + 1) / 10 for i in range(10)])
    assert shares[10] == 1.0
    assert shares[10:] == sorted(shares[10:], reverse=True)
    assert 0 < shares[-1] < 0.001


def test_progress_is_told_with_what_is_left(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(progress, "REPORT_EVERY", 0.0)
    parameters, loss = line(8)
    with caplog.at_level(logging.INFO, "dateline"):
        run([Number(1.0)] * 4, loss, parameters, Plan(batch=2), Checkpoint(tmp_path, {}))
    assert caplog.messages[0].startswith("step 1/2  ")
    assert caplog.messages[0].endswith(" min left")
