"""LoRA for MiniLM: W + ALPHA / RANK · B A is computed for every batch, and only A and B are trained.

One product with the full matrix is many times quicker on a CPU than a second, thin one in addition.
"""

from typing import TYPE_CHECKING, Any

from assistant.ranker.network import ALPHA, CHANGED, RANK

if TYPE_CHECKING:
    import torch


def changed(encoder: Any) -> "torch.nn.ModuleDict":  # noqa: ANN401  (transformers is skipped by mypy)
    """Freezes MiniLM and gives every linear layer its change: A normal, B zero, so that it begins as it was.

    The names are those of the weights file, with "|" for ".": "layer|0|attention|self|query" holds A and B.
    """
    import torch
    from torch.nn.utils import parametrize

    class Change(torch.nn.Module):
        def __init__(self, weight: torch.Tensor) -> None:
            super().__init__()
            self.A = torch.nn.Parameter(torch.randn(RANK, weight.shape[1]) / weight.shape[1] ** 0.5)
            self.B = torch.nn.Parameter(torch.zeros(weight.shape[0], RANK))

        def forward(self, weight: torch.Tensor) -> torch.Tensor:
            return (weight.float() + ALPHA / RANK * (self.B @ self.A)).to(weight.dtype)

    encoder.requires_grad_(False)
    changes = torch.nn.ModuleDict()
    for at, layer in enumerate(encoder.encoder.layer):
        for name in CHANGED:
            linear = layer.get_submodule(name)
            change = Change(linear.weight)
            parametrize.register_parametrization(linear, "weight", change)
            changes[f"layer.{at}.{name}".replace(".", "|")] = change
    return changes
