"""A training's state on disk, written completely or not at all, and resumed only by the training that wrote it."""

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from training.errors import TrainingError

if TYPE_CHECKING:
    import torch

NAME = "checkpoint.pt"


def not_finite(tensors: "Mapping[str, torch.Tensor]") -> str:
    """The name of the first tensor with an infinite value or one that is no number; "" if there is none."""
    return next((name for name, tensor in tensors.items() if not tensor.detach().isfinite().all()), "")


@dataclass(frozen=True)
class Checkpoint:
    """Where a training keeps its state. `identity` is everything that must be equal to go on: data, settings, seed.

    One that is `read_only` saves nothing: of several processes only one writes.
    """

    folder: Path
    identity: Mapping[str, object]
    read_only: bool = False

    @property
    def path(self) -> Path:
        """The file."""
        return self.folder / NAME

    def save(
        self, step: int, parameters: Mapping[str, "torch.nn.Parameter"], optimiser: "torch.optim.Optimizer"
    ) -> None:
        """Writes the state after `step` steps.

        Raises TrainingError when the folder can't be written, and for weights that are not finite: what was saved
        before stays.
        """
        if self.read_only:
            return
        import torch

        if wrong := not_finite(parameters):
            raise TrainingError(f"{wrong} is infinite or no number after step {step}: {self.path} is left as it was.")

        state = {
            "identity": dict(self.identity),
            "step": step,
            "parameters": {name: tensor.detach().cpu() for name, tensor in parameters.items()},
            "optimiser": optimiser.state_dict(),
        }
        part = self.path.with_name(f"{NAME}.{os.getpid()}.part")
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            torch.save(state, part)
            part.replace(self.path)
        except (OSError, RuntimeError) as error:
            raise TrainingError(
                f"{self.path} can't be written ({error}). Free some space or name another folder."
            ) from error
        finally:
            with suppress(OSError):
                part.unlink()

    def load(self, parameters: Mapping[str, "torch.nn.Parameter"], optimiser: "torch.optim.Optimizer") -> int:
        """Puts the saved state into `parameters` and `optimiser`; the steps that it holds, 0 where nothing was saved.

        Raises TrainingError when what lies there is damaged or another training's.
        """
        import torch

        if not self.path.is_file():
            return 0
        try:
            state: dict[str, Any] = torch.load(self.path, map_location="cpu", weights_only=True)
            saved_identity, step = state["identity"], int(state["step"])
            saved, optimised = state["parameters"], state["optimiser"]
        except Exception as error:  # torch raises what unpickling, unzipping or reading may raise
            raise TrainingError(f"{self.path} is damaged ({type(error).__name__}). Remove it to begin anew.") from error
        if wrong := not_finite(saved):
            raise TrainingError(f"{self.path} is damaged ({wrong} is infinite or no number). Remove it to begin anew.")
        if differing := [key for key, value in self.identity.items() if saved_identity.get(key) != value]:
            raise TrainingError(
                f"{self.path} is of another training (other {', '.join(differing)}). "
                "Go on with what it was made from, name another work folder, or remove it to begin anew."
            )
        with torch.no_grad():
            for name, parameter in parameters.items():
                parameter.copy_(saved[name])
        optimiser.load_state_dict(optimised)
        return step
