"""One training in several processes: each takes its part of every batch, and their gradients are added up (gloo)."""

import logging
import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from assistant.errors import AssistantError
from training.errors import TrainingError

if TYPE_CHECKING:
    import torch

log = logging.getLogger("dateline")

T = TypeVar("T")


@dataclass(frozen=True)
class Processes:
    """The place of this process among `count`: its `rank`, from 0. The one at 0 logs and writes."""

    rank: int = 0
    count: int = 1

    @property
    def first(self) -> bool:
        """Whether this process logs and writes."""
        return self.rank == 0

    def part(self, batch: Sequence[T]) -> Sequence[T]:
        """The part of a batch that this process takes: every `count`-th item, so that all have as much to do."""
        return batch[self.rank :: self.count]

    def added(self, parameters: "Iterable[torch.nn.Parameter]", loss: float) -> float:
        """Adds the gradients of all processes up, in place, and gives the sum of their losses.

        Raises TrainingError where another process has ended.
        """
        if self.count == 1:
            return loss
        import torch

        own = list(parameters)
        gradients = [torch.zeros_like(p) if p.grad is None else p.grad for p in own]
        flat = torch.cat([*(gradient.reshape(-1) for gradient in gradients), torch.tensor([loss])])
        self._together(lambda: torch.distributed.all_reduce(flat))
        for parameter, gradient in zip(own, torch.split(flat[:-1], [g.numel() for g in gradients]), strict=True):
            parameter.grad = gradient.view_as(parameter)
        return float(flat[-1])

    def decided(self, stop: bool) -> bool:
        """What the first process decides, for clocks differ; also waits for the others."""
        if self.count == 1:
            return stop
        import torch

        decision = torch.tensor([stop])
        self._together(lambda: torch.distributed.broadcast(decision, 0))
        return bool(decision)

    def _together(self, step: Callable[[], object]) -> None:
        try:
            step()
        except RuntimeError as error:
            raise TrainingError(
                "Another process of the training has ended, perhaps for want of memory. Run it again to go on, "
                "with --processes 1 if this happens again."
            ) from error


ALONE = Processes()


@contextmanager
def processes(count: int, work: Callable[..., object], *arguments: object) -> Iterator[Processes]:
    """Starts `count` - 1 processes that call `work(place, *arguments)`, and joins them as the first.

    `work` and the arguments must be picklable. The other processes end with the block.
    """
    if count == 1:
        yield ALONE
        return
    import torch

    starting = torch.multiprocessing.get_context("spawn")
    with tempfile.TemporaryDirectory() as folder:
        meeting = Path(folder) / "meeting"
        others = [
            starting.Process(target=_joined, args=(Processes(rank, count), meeting, work, arguments), daemon=True)
            for rank in range(1, count)
        ]
        for other in others:
            other.start()
        try:
            with _group(Processes(0, count), meeting) as place:
                yield place
                for other in others:
                    other.join(60)
        finally:
            for other in others:
                other.terminate()
                other.join()


@contextmanager
def _group(place: Processes, meeting: Path) -> Iterator[Processes]:
    """This process as one of a group, with its share of the cores."""
    import torch

    threads = torch.get_num_threads()
    torch.set_num_threads(max(1, cores() // place.count))
    torch.distributed.init_process_group("gloo", init_method=meeting.as_uri(), rank=place.rank, world_size=place.count)
    try:
        yield place
    finally:
        torch.distributed.destroy_process_group()
        torch.set_num_threads(threads)


def cores() -> int:
    """The processor cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _joined(place: Processes, meeting: Path, work: Callable[..., object], arguments: Sequence[object]) -> None:
    """What another process runs. Ctrl-C reaches the first alone, which ends the others."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with _group(place, meeting):
            work(place, *arguments)
    except AssistantError as error:
        sys.exit(f"process {place.rank}: {error}")
