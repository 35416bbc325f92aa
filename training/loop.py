"""The training loop of ranker and reader: learning rate, gradient, checkpoints, progress, out-of-memory handling.

The rate rises linearly from 0 and falls on half a cosine to 0 (Loshchilov & Hutter 2017, arXiv:1608.03983); the
optimiser is AdamW (Loshchilov & Hutter 2019, arXiv:1711.05101).
"""

import logging
import math
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING, Protocol, TypeVar

from training.checkpoint import Checkpoint, not_finite
from training.errors import TrainingError

if TYPE_CHECKING:
    import torch

log = logging.getLogger("dateline")

REPORT_EVERY, AVERAGED = 20.0, 50
"""Seconds between two lines of progress, and the number of steps whose mean loss they show."""


class Item(Protocol):
    """One training item, with its length and its weight in the mean loss."""

    @property
    def tokens(self) -> int:
        """Its length in tokens."""
        ...

    @property
    def weight(self) -> float:
        """Its weight, greater than 0."""
        ...


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
) -> int:
    """Trains `parameters` on `items` and returns the steps done, those of an earlier run included.

    `loss` gives the sum of weighted losses of some items, shape (). Goes on from the checkpoint where there is one
    and leaves one behind. A loss, gradient or weight that is not finite ends it before the optimiser or the checkpoint
    takes it up. Raises TrainingError.
    """
    import torch

    steps = batches(items, plan)
    optimiser = torch.optim.AdamW(parameters.values(), lr=plan.rate, weight_decay=plan.decay)
    done = first = kept = checkpoint.load(parameters, optimiser)
    if done:
        log.info("goes on after step %d of %d", done, len(steps))
    progress, micro, start = _Progress(len(steps), first), plan.micro, monotonic()
    for batch in steps[first:]:
        if plan.seconds is not None and monotonic() - start >= plan.seconds:
            log.info("stops after %.0f s, at step %d of %d", plan.seconds, done, len(steps))
            break
        _set_rate(optimiser, plan.rate * share(done, len(steps), plan.warmup))
        mean, micro = _gradient(batch, loss, optimiser, micro)
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
    batch: Sequence[T], loss: Callable[[Sequence[T]], "torch.Tensor"], optimiser: "torch.optim.Optimizer", micro: int
) -> tuple[float, int]:
    """The batch's mean loss, its gradient now in the parameters, and how many items fitted in memory at once."""
    weight = sum(item.weight for item in batch)
    while True:
        optimiser.zero_grad(set_to_none=True)
        total = 0.0
        try:
            for at in range(0, len(batch), micro):
                part = loss(batch[at : at + micro]) / weight
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
        micro = max(1, min(micro, len(batch)) // 2)
        log.warning("out of memory: goes on with %d examples at once", micro)
        _release()


def _out_of_memory(error: BaseException) -> bool:
    message = str(error).lower()
    return isinstance(error, MemoryError) or "out of memory" in message or "can't allocate memory" in message


def _release() -> None:
    import torch

    if torch.cuda.is_available():
        torch.cuda.empty_cache()


class _Progress:
    """Logs the progress every REPORT_EVERY seconds."""

    def __init__(self, steps: int, done: int) -> None:
        self._steps, self._done, self._left = steps, done, steps - done
        self._start = self._reported = monotonic()
        self._items = self._tokens = 0
        self._losses: deque[float] = deque(maxlen=AVERAGED)

    def add(self, batch: Sequence[Item], loss: float) -> None:
        self._done += 1
        self._items += len(batch)
        self._tokens += sum(item.tokens for item in batch)
        self._losses.append(loss)
        if monotonic() - self._reported >= REPORT_EVERY:
            self.report()

    def report(self) -> None:
        self._reported = monotonic()
        seconds = max(self._reported - self._start, 1e-9)
        left = (self._steps - self._done) * seconds / (self._done - (self._steps - self._left))
        log.info(
            "step %d/%d  %.2f examples/s  %.0f tokens/s  loss %.4f  %d min left",
            self._done, self._steps, self._items / seconds, self._tokens / seconds,
            sum(self._losses) / len(self._losses), round(left / 60),
        )  # fmt: skip
