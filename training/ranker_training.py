"""Trains the ranker: MiniLM with low-rank changes reads a question and sentences: which answers, and where?

    python -m training.ranker_training --work DIR --out ranker.safetensors

DIR is the folder in which training.evidence gathered. The loss of a question is the sum of
    -log(share of its sentences that answer)                  listwise: Cao et al. 2007, "Learning to Rank"
    the mean cross-entropy of "does it answer"                so that the score means the same for all questions
    the cross-entropy of where the answer begins and ends     among all its sentences: Devlin et al. 2019, "BERT"
of which a question that nothing answers has the second alone.
Run again with the same arguments it goes on where it stopped.
"""

import argparse
import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.ranker.network import ALPHA, RANK, batch, heads, minilm
from assistant.ranker.packaged import BASE
from assistant.ranker.windows import WindowMaker
from training.checkpoint import Checkpoint, not_finite
from training.command import carry_out, log
from training.errors import TrainingError
from training.evidence import UNANSWERABLE
from training.loop import Plan, run
from training.low_rank import changed
from training.questions import open_passages, read_questions
from training.ranker_groups import Group, groups
from vectorstore.index.embedding import MINILM_SHA256, default_embedder
from vectorstore.index.precision import processor_dtype

if TYPE_CHECKING:
    import torch

PLAN = Plan(rate=1e-3, warmup=0.05, batch=8, micro=8, save_every=50)


def main() -> None:
    """Read, train, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True, help="where the evidence lies, and the checkpoints")
    parser.add_argument("--out", type=Path, required=True, help="the file of weights to write")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N questions only")
    parser.add_argument("--seconds", type=float, metavar="S", help="stop and write the weights after S seconds")
    parser.add_argument("--rate", type=float, default=PLAN.rate, help="the highest learning rate")
    arguments = parser.parse_args()
    plan = replace(PLAN, rate=arguments.rate, seconds=arguments.seconds)
    carry_out(lambda: train(arguments.work, arguments.out, plan, arguments.limit))


def train(work: Path, out: Path, plan: Plan = PLAN, limit: int | None = None) -> int:
    """Trains on the first `limit` questions of work/evidence.jsonl and writes the weights to `out`; the steps done.

    Raises TrainingError where there is nothing to train on, or what lies in `work` can't be used.
    """
    folder = default_embedder().folder
    with closing(open_passages(work)) as passages:
        asked = [*read_questions(work / "evidence.jsonl", passages, limit)]
        asked += read_questions(work / "unanswerable.jsonl", passages, len(asked) // UNANSWERABLE)
        items = groups(asked, WindowMaker(folder), plan.seed)
    if not items:
        raise TrainingError(f"{work} has no question to train on. Gather some: python -m training.evidence DATA.")
    log.info("%d questions, %d word pieces", len(items), sum(item.tokens for item in items))
    network = Network(folder, plan.seed)
    identity = {
        "questions": hashlib.sha256(repr(items).encode()).hexdigest(), "base": MINILM_SHA256, "seed": plan.seed,
        "rank": RANK, "alpha": ALPHA, "rate": plan.rate, "warmup": plan.warmup, "batch": plan.batch,
    }  # fmt: skip
    checkpoint = Checkpoint(work / f"ranker-{len(items)}-{plan.rate:g}", identity)
    done = run(items, loss_of(network), network.parameters, plan, checkpoint)
    write(network.parameters, out)
    log.info("wrote %s (%.1f MB)", out, out.stat().st_size / 1e6)
    return done


class Network:
    """MiniLM with its changes and heads, in training; without dropout, which takes a third of the time."""

    def __init__(self, folder: Path, seed: int) -> None:
        import torch

        torch.manual_seed(seed)
        self.device = "cuda" if torch.cuda.is_available() else "cpu"
        dtype = torch.bfloat16 if self.device == "cuda" else processor_dtype()
        self.encoder: Any = minilm(folder, dtype).to(self.device).eval()
        self.heads = heads().to(self.device)
        changes = changed(self.encoder)
        self.parameters: dict[str, torch.nn.Parameter] = {
            name.replace("|", "."): value
            for part in (changes, self.heads)
            for name, value in part.to(self.device).named_parameters()
        }


def loss_of(network: Network) -> "Callable[[Sequence[Group]], torch.Tensor]":
    """The summed loss of some questions."""
    import torch
    from torch.nn import functional

    def loss(some: Sequence[Group]) -> torch.Tensor:
        inputs = {name: tensor.to(network.device) for name, tensor in batch([g.window for g in some]).items()}
        states = network.encoder(**inputs).last_hidden_state.float()
        scores, spans = network.heads["score"](states)[:, :, 0], network.heads["span"](states)
        losses = []
        for row, group in enumerate(some):
            parts = group.window.parts
            own, right = scores[row, [part.mark for part in parts]], torch.tensor(group.right, device=network.device)
            losses.append(functional.binary_cross_entropy_with_logits(own, right.float()))
            if not any(group.right):
                continue
            losses.append(own.logsumexp(0) - own[right].logsumexp(0))
            pieces = [at for part in parts for at in range(part.first, part.mark)]
            shares = spans[row, pieces].log_softmax(0)
            for k in (0, 1):
                places = [pieces.index(span[k]) for span in group.spans if span]
                losses.append(-shares[places, k].logsumexp(0))
        return torch.stack(losses).sum()

    return loss


def write(parameters: "dict[str, torch.nn.Parameter]", out: Path) -> None:
    """The weights in half precision, with the hash of the model that they change."""
    import torch
    from safetensors.torch import save_file

    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_suffix(".part")
    tensors = {name: value.detach().to("cpu", torch.float16).contiguous() for name, value in parameters.items()}
    if wrong := not_finite(tensors):
        raise TrainingError(f"{wrong} has a number that is too large for 16 bits: {out} is left as it was.")
    save_file(tensors, str(part), {BASE: MINILM_SHA256})
    part.replace(out)


if __name__ == "__main__":
    main()
