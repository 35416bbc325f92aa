"""Trains the cross-encoder: one network that ranks and reads sentences, and checks claims against their source.

    python -m training.cross_encoder_training DATA --work DIR --out FOLDER

DATA is the folder of the data sets. It is grown from the packaged MiniLM, or from a network that this training wrote
(--base), and written to FOLDER, which transformers and sentence-transformers open. On a CPU there is one process a
core, on a GPU one. Run again with the same arguments it goes on where it stopped. DIR keeps the items, the checkpoint
and the log of it: `python -m training.learning_curve DIR/*/log.jsonl` prints the curve.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from assistant.errors import ModelFileError
from assistant.ranker.cross_encoder import WEIGHTS, Network
from training.attention import register_attention
from training.checkpoint import Checkpoint, not_finite
from training.command import carry_out, log
from training.data_parallel import Processes, cores, processes
from training.errors import TrainingError
from training.items import Item, digest, load_items, save_items
from training.loop import Plan, run
from training.low_rank import changed
from training.mixture import load_mixture
from training.multitask_loss import MultitaskLoss
from vectorstore.hashes import sha256_of
from vectorstore.index.embedding import MINILM_SHA256, default_embedder
from vectorstore.index.precision import processor_dtype

if TYPE_CHECKING:
    import torch

PLAN = Plan(rate=1.2e-4, warmup=0.05, batch=32, micro=32, decay=0.01, save_every=100)

TASKS = ("claims", "questions")


@dataclass(frozen=True)
class Recipe:
    """What is trained, from what: `base` is a folder with a network, None for the packaged MiniLM.

    `pieces` are word pieces to read, None for all items once; `only` is one of TASKS, "" for both; with `low_rank` of
    the encoder only low-rank changes are trained; `share` is the part of the data that is used.
    """

    base: Path | None = None
    pieces: int | None = None
    only: str = ""
    low_rank: bool = False
    share: float = 1.0


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where the items and the checkpoints lie")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write")
    parser.add_argument("--base", type=Path, metavar="FOLDER", help="a network of an earlier training to go on from")
    parser.add_argument("--pieces", type=int, metavar="N", help="word pieces to read (all items once)")
    parser.add_argument("--only", choices=TASKS, default="", help="one of the two tasks")
    parser.add_argument("--low-rank", action="store_true", help="train low-rank changes instead of all weights")
    parser.add_argument("--share", type=float, default=1.0, help="the part of the data sets that is used")
    parser.add_argument("--rate", type=float, default=PLAN.rate, help="the highest learning rate")
    parser.add_argument("--seconds", type=float, metavar="S", help="stop and write the network after S seconds")
    parser.add_argument("--processes", type=int, metavar="N", help="processes that share the work")
    arguments = parser.parse_args()
    recipe = Recipe(arguments.base, arguments.pieces, arguments.only, arguments.low_rank, arguments.share)
    plan = replace(PLAN, rate=arguments.rate, seconds=arguments.seconds)
    carry_out(lambda: train(arguments.data, arguments.work, arguments.out, plan, recipe, arguments.processes))


def train(
    data: Path, work: Path, out: Path, plan: Plan = PLAN, recipe: Recipe = Recipe(), count: int | None = None
) -> int:
    """Trains on the data sets in `data` and writes the network to `out`; the steps done.

    `count` processes share the work, one a core where it is None, one on a GPU. Raises TrainingError, ModelFileError.
    """
    base = recipe.base or default_embedder().folder
    made = load_mixture(data, _checked(base, recipe), work, plan.seed, recipe.share)
    items = chosen(made, recipe, plan.seed)
    if not items:
        raise TrainingError(f"{data} gives no item to train on. Leave out --only, or use a larger --share.")
    return train_items(items, work, out, plan, recipe, count)


def train_items(
    items: Sequence[Item], work: Path, out: Path, plan: Plan, recipe: Recipe = Recipe(), count: int | None = None
) -> int:
    """Trains on some items and writes the network to `out`; the steps done. Raises TrainingError, ModelFileError."""
    import torch

    base = recipe.base or default_embedder().folder
    identity = {
        "items": digest(items), "base": sha256_of(_checked(base, recipe) / WEIGHTS), "seed": plan.seed,
        "low rank": recipe.low_rank, "rate": plan.rate, "warmup": plan.warmup, "batch": plan.batch, "decay": plan.decay,
        "epochs": plan.epochs,
    }  # fmt: skip
    name = f"cross-encoder-{recipe.only or 'all'}-{sum(item.tokens for item in items)}-{plan.rate:g}"
    checkpoint = Checkpoint(work / (name + "-low-rank" * recipe.low_rank), identity)
    log.info("%d items, %d word pieces", len(items), sum(item.tokens for item in items))
    count = min(count or (1 if torch.cuda.is_available() else cores()), plan.batch)
    # The other processes read the items from a file: as arguments they would be copied for each.
    file = checkpoint.folder / "items.npz"
    if count > 1:
        save_items(items, file)
    try:
        with processes(count, _take_part, file, base, plan, recipe, checkpoint) as place:
            network, done = _trained(place, items, base, plan, recipe, checkpoint)
    finally:
        file.unlink(missing_ok=True)
    _write(network, out)
    return done


def chosen(items: Sequence[Item], recipe: Recipe, seed: int) -> list[Item]:
    """The items of a recipe's task, by chance, until it has its word pieces; several times where they are too few."""
    own = [item for item in items if not recipe.only or item.is_claim == (recipe.only == "claims")]
    if recipe.pieces is None or not own:
        return own
    draw, left, taken = Random(seed), recipe.pieces, list[Item]()
    while left > 0:
        for item in draw.sample(own, len(own)):
            if left <= 0:
                break
            taken.append(item)
            left -= item.tokens
    return taken


def _take_part(place: Processes, file: Path, base: Path, plan: Plan, recipe: Recipe, checkpoint: Checkpoint) -> None:
    """What the processes other than the first do."""
    _trained(place, load_items(file), base, plan, recipe, checkpoint)


def _trained(
    place: Processes, items: Sequence[Item], base: Path, plan: Plan, recipe: Recipe, checkpoint: Checkpoint
) -> tuple[Network, int]:
    """The trained network and the steps done."""
    import torch

    network, parameters = trainable(base, plan.seed, recipe)
    on_gpu = network.bert.device.type == "cuda"
    loss = MultitaskLoss(network, bfloat16=on_gpu or processor_dtype() is torch.bfloat16)
    return network, run(items, loss, parameters, plan, checkpoint, place, loss.means)


def trainable(base: Path, seed: int, recipe: Recipe) -> "tuple[Network, dict[str, torch.nn.Parameter]]":
    """The network to train, and those of its parameters that change: all but the embeddings, or low-rank changes, and
    pooler and heads. There is no dropout, which takes a third of the time.
    """
    import torch

    torch.manual_seed(seed)
    device = "cuda" if torch.cuda.is_available() else "cpu"
    attention = "sdpa" if device == "cuda" else register_attention()
    network = Network.load(base, attention) if recipe.base else Network.grown_from(base, attention)
    network.bert.to(device).eval()
    network.heads.to(device)
    if recipe.low_rank:
        changed(network.bert).to(device)
        network.bert.pooler.requires_grad_(True)
    network.bert.embeddings.requires_grad_(False)
    return network, {name: value for name, value in network.named_parameters().items() if value.requires_grad}


def _write(network: Network, out: Path) -> None:
    """Writes the network, low-rank changes merged into its weights."""
    from torch.nn.utils import parametrize

    for module in network.bert.modules():
        if parametrize.is_parametrized(module, "weight"):
            parametrize.remove_parametrizations(module, "weight", leave_parametrized=True)
    if wrong := not_finite(network.named_parameters()):
        raise TrainingError(f"{wrong} is infinite or no number: {out} is left as it was.")
    try:
        network.save(out)
    except OSError as error:
        raise TrainingError(f"{out} can't be written ({error}). Free some space or name another folder.") from error
    log.info("wrote %s (%.1f MB)", out, (out / WEIGHTS).stat().st_size / 1e6)


def _checked(base: Path, recipe: Recipe) -> Path:
    """The folder, if it holds the packaged MiniLM as expected, or any network that a recipe names."""
    if not (base / WEIGHTS).is_file():
        raise ModelFileError(f"There is no {base / WEIGHTS}. Name the folder that a training wrote.")
    if not recipe.base and sha256_of(base / WEIGHTS) != MINILM_SHA256:
        raise ModelFileError(f"{base / WEIGHTS} is not the MiniLM that is expected. Install Dateline again.")
    return base


if __name__ == "__main__":
    main()
