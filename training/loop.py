"""The training loop of all networks: learning rate, gradient, checkpoints, progress, out-of-memory handling.

The rate rises linearly from 0 and falls on half a cosine to 0 (Loshchilov & Hutter 2017, arXiv:1608.03983); the
optimiser is AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101).
"""

import logging
import math
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from training.checkpoint import Checkpoint, not_finite
from training.data_parallel import ALONE, Processes
from training.errors import TrainingError
from training.progress import Item, Progress, no_losses

if TYPE_CHECKING:
    import torch

log = logging.getLogger("dateline")

T = TypeVar("T", bound=Item)


@dataclass(frozen=True)
class Plan:
    """How to train. `micro` items go through the model at once (gradient accumulation); `batch` items make one step.

    `warmup` is a part of all steps; `save_every` counts steps; after `seconds` the training stops where it is.
    """

    rate: float = 3e-4
    warmup: float = 0.05
    batch: int = 16
    micro: int = 16
    epochs: int = 1
    clip: float = 1.0
    decay: float = 0.0
    save_every: int = 20
    seconds: float | None = None
    seed: int = 1


def batches(items: Sequence[T], plan: Plan) -> list[list[T]]:
    """All steps' batches, each of items of similar length, in an order that depends on the seed alone."""
    order, steps = random.Random(plan.seed), list[list[T]]()
    pool = 64 * plan.batch
    for _ in range(plan.epochs):
        shuffled = order.sample(items, len(items))
        epoch: list[list[T]] = []
        for start in range(0, len(shuffled), pool):
            near = sorted(shuffled[start : start + pool], key=lambda item: item.tokens)
            epoch += [near[at : at + plan.batch] for at in range(0, len(near), plan.batch)]
        order.shuffle(epoch)
        steps += epoch
    return steps


def run(
    items: Sequence[T],
    loss: Callable[[Sequence[T]], "torch.Tensor"],
    parameters: Mapping[str, "torch.nn.Parameter"],
    plan: Plan,
    checkpoint: Checkpoint,
    place: Processes = ALONE,
    losses: Callable[[], Mapping[str, float]] = no_losses,
) -> int:
    """Trains `parameters` on `items` and returns the steps done, those of an earlier run included.

    `loss` gives the sum of weighted losses of some items, shape (); `losses` the mean of each head for the log. Goes on
    from the checkpoint where there is one and leaves one behind. A loss, gradient or weight that is not finite ends it
    before the optimiser or the checkpoint takes it up. In several processes, each with the same arguments but for its
    `place`, all have the same gradients, and so the same weights; the first one writes. Raises TrainingError.
    """
    import torch

    checkpoint = replace(checkpoint, read_only=not place.first)
    steps = batches(items, plan)
    optimiser = _optimiser(parameters, plan)
    done = first = kept = checkpoint.load(parameters, optimiser)
    place.decided(False)  # none writes a checkpoint before all have read the last one
    if done:
        log.info("goes on after step %d of %d", done, len(steps))
    progress = Progress(checkpoint.folder if place.first else None, len(steps), first, losses)
    micro, start = plan.micro, monotonic()
    for batch in steps[first:]:
        if plan.seconds is not None and place.decided(monotonic() - start >= plan.seconds):
            log.info("stops after %.0f s, at step %d of %d", plan.seconds, done, len(steps))
            break
        _set_rate(optimiser, plan.rate * share(done, len(steps), plan.warmup))
        mean, micro = _gradient(batch, place, loss, optimiser, micro)
        mean = place.added(parameters.values(), mean)
        norm = float(torch.nn.utils.clip_grad_norm_(parameters.values(), plan.clip))
        if wrong := _not_a_number(mean, norm):
            if done > kept:
                checkpoint.save(done, parameters, optimiser)
            raise _diverged(f"The {wrong}", done + 1, done)
        optimiser.step()
        if wrong := not_finite(parameters):
            raise _diverged(f"{wrong} is infinite or no number", done + 1, kept)
        done += 1
        progress.add(batch, mean)
        if (done - first) % plan.save_every == 0:
            checkpoint.save(done, parameters, optimiser)
            kept = done
    if done > first:
        checkpoint.save(done, parameters, optimiser)
        progress.report()
    return done


def _optimiser(parameters: Mapping[str, "torch.nn.Parameter"], plan: Plan) -> "torch.optim.Optimizer":
    """AdamW; weights decay in matrices alone, where they decay at all."""
    import torch

    if not plan.decay:
        return torch.optim.AdamW(parameters.values(), lr=plan.rate, weight_decay=0.0)
    matrices = [parameter for parameter in parameters.values() if parameter.ndim > 1]
    vectors = [parameter for parameter in parameters.values() if parameter.ndim <= 1]
    groups = [{"params": matrices, "weight_decay": plan.decay}, {"params": vectors, "weight_decay": 0.0}]
    return torch.optim.AdamW([group for group in groups if group["params"]], lr=plan.rate, fused=True)


def _set_rate(optimiser: "torch.optim.Optimizer", rate: float) -> None:
    for group in optimiser.param_groups:
        group["lr"] = rate


def _not_a_number(loss: float, gradient: float) -> str:
    """Which of a batch's mean loss and its gradient's length is not finite, and what it is; "" where both are."""
    values = (("loss", loss), ("gradient", gradient))
    return next((f"{name} is {value}" for name, value in values if not math.isfinite(value)), "")


def _diverged(what: str, step: int, kept: int) -> TrainingError:
    safe = f"the checkpoint after step {kept} is kept" if kept else "no checkpoint was written"
    return TrainingError(
        f"{what} in step {step}: {safe}. Use a lower rate and another work folder, or look at the examples."
    )


def share(step: int, steps: int, warmup: float) -> float:
    """The part of the full rate at a step, counted from 0: a line up to 1, then half a cosine down to 0."""
    rising = max(1, round(steps * warmup))
    if step < rising:
        return (step + 1) / rising
    return 0.5 * (1 + math.cos(math.pi * (step - rising) / max(1, steps - rising)))


def _gradient(
    batch: Sequence[T],
    place: Processes,
    loss: Callable[[Sequence[T]], "torch.Tensor"],
    optimiser: "torch.optim.Optimizer",
    micro: int,
) -> tuple[float, int]:
    """What this process adds to the batch's mean loss, its gradient now in the parameters, and how many items fitted in
    memory at once.
    """
    weight, own = sum(item.weight for item in batch), place.part(batch)
    while True:
        optimiser.zero_grad(set_to_none=True)
        total = 0.0
        try:
            for at in range(0, len(own), micro):
                part = loss(own[at : at + micro]) / weight
                part.backward()  # type: ignore[no-untyped-call]
                total += float(part.detach())
            return total, micro
        except (MemoryError, RuntimeError) as error:
            if not _out_of_memory(error):
                raise
            if micro == 1:
                raise TrainingError(
                    "There is no memory for a single example. Close other programs or use a larger machine."
                ) from error
        micro = max(1, min(micro, len(own)) // 2)
        log.warning("out of memory: goes on with %d examples at once", micro)
        _release()


def _out_of_memory(error: BaseException) -> bool:
    message = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in message or "can't allocate memory" in message


def _release() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()
