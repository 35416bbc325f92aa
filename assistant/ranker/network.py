"""The network of the cross-encoder: MiniLM with low-rank changes, one head for the sentence and one for its words."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.ranker.windows import Window

if TYPE_CHECKING:
    import torch

RANK, ALPHA = 32, 64
"""Of the low-rank changes W + ALPHA / RANK · B A (Hu et al. 2021, "LoRA"), one for every linear layer of MiniLM."""

WIDTH = 16
"""Widths are rounded up to a multiple of this: each new width makes torch prepare all matrix products again."""

CHANGED = (
    "attention.self.query", "attention.self.key", "attention.self.value",
    "attention.output.dense", "intermediate.dense", "output.dense",
)  # fmt: skip
"""The linear layers, by their names in a layer of the encoder."""


def minilm(folder: Path, dtype: "torch.dtype") -> Any:  # noqa: ANN401  (transformers is skipped by mypy)
    """The packaged MiniLM without its pooling layer."""
    # As the embedder, which may come after: the hub client reads it when it is imported.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from transformers import AutoModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # it reports the pooling layer, which nothing here reads
    return AutoModel.from_pretrained(
        str(folder), local_files_only=True, dtype=dtype, add_pooling_layer=False, attn_implementation="sdpa"
    )


def batch(windows: Sequence[Window]) -> "dict[str, torch.Tensor]":
    """`input_ids`, `token_type_ids`, `attention_mask`: (windows, pieces of the longest, rounded up to WIDTH)."""
    import torch

    longest = max(len(window.ids) for window in windows)
    shape = (len(windows), -(-longest // WIDTH) * WIDTH)
    made = {name: torch.zeros(shape, dtype=torch.long) for name in ("input_ids", "token_type_ids", "attention_mask")}
    for row, window in enumerate(windows):
        pieces = len(window.ids)
        made["input_ids"][row, :pieces] = torch.tensor(window.ids)
        made["token_type_ids"][row, :pieces] = torch.tensor(window.types)
        made["attention_mask"][row, :pieces] = 1
    return made


def heads() -> "torch.nn.ModuleDict":
    """`score`: the logit that a sentence answers, at the mark after it; `span`: and of begin and end, at each."""
    import torch

    return torch.nn.ModuleDict({"score": torch.nn.Linear(384, 1), "span": torch.nn.Linear(384, 2)})
