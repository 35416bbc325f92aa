"""Writes LoRA weights as an adapter file that llama.cpp loads, bound to the bundled model by its hash.

The layout is the specification's (https://github.com/ggml-org/ggml/blob/master/docs/gguf.md, "LoRA") and that of
llama.cpp's own converter, convert_lora_to_gguf.py. Two keys are ours: `dateline.base_sha256` and `dateline.base_name`.
"""

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from assistant.model.catalogue import BUNDLED, BUNDLED_SHA256, packaged_file
from assistant.model.gguf_header import read_header
from training.errors import TrainingError

if TYPE_CHECKING:
    import torch

Array = npt.NDArray[np.floating[Any]]

LARGEST = 12_000_000
"""The most bytes of an adapter file that may ship."""

NAMES = {
    "q_proj": "attn_q", "k_proj": "attn_k", "v_proj": "attn_v", "o_proj": "attn_output",
    "gate_proj": "ffn_gate", "up_proj": "ffn_up", "down_proj": "ffn_down",
}  # fmt: skip
"""What llama.cpp calls the matrices of a layer."""

_PARAMETER = re.compile(r"layers\.(\d+)\.\w+\.(\w+)\.lora_([AB])\.default\.weight$")


def write_adapter(parameters: "Mapping[str, torch.Tensor]", out: Path, alpha: float) -> None:
    """Writes `parameters`, named as peft names them, to `out` in 16-bit floats: A (rank, in) and B (out, rank).

    What is added to a matrix is alpha / rank * B A. Raises TrainingError when a name is not one of a LoRA of this
    model, when a number is not finite, or when the file can't be written or is too large to ship.
    """
    import gguf

    tensors = dict(sorted(_tensor(name, value) for name, value in parameters.items()))
    part = out.with_name(f"{out.name}.{os.getpid()}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        writer = gguf.GGUFWriter(part, "llama")
        writer.add_type(gguf.GGUFType.ADAPTER)
        writer.add_string(gguf.Keys.Adapter.TYPE, "lora")
        writer.add_float32(gguf.Keys.Adapter.LORA_ALPHA, float(alpha))
        writer.add_string("dateline.base_sha256", BUNDLED_SHA256)
        writer.add_string("dateline.base_name", BUNDLED)
        for name, tensor in tensors.items():
            writer.add_tensor(name, tensor)
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_tensors_to_file()
        writer.close()
        if part.stat().st_size > LARGEST:
            raise TrainingError(
                f"The adapter has {part.stat().st_size:,} bytes, more than {LARGEST:,}. Train with a lower rank."
            )
        part.replace(out)
    except OSError as error:
        raise TrainingError(f"{out} can't be written ({error.strerror}). Name another file.") from error
    finally:
        part.unlink(missing_ok=True)


def _tensor(name: str, value: "torch.Tensor") -> tuple[str, Array]:
    """llama.cpp's name of a parameter, and its numbers as an array of float16."""
    match = _PARAMETER.search(name)
    if not match or match[2] not in NAMES:
        raise TrainingError(f"{name} is no LoRA weight of the bundled model. Expected one of {', '.join(NAMES)}.")
    layer, matrix, side = match.groups()
    array = value.detach().float().cpu().numpy()
    if side == "B" and matrix in ("q_proj", "k_proj"):
        array = _rotary_order(array, _heads()[matrix])
    with np.errstate(over="ignore"):  # said below, with the name
        halves = array.astype(np.float16)
    if not np.isfinite(halves).all():
        raise TrainingError(f"{name} has a number that is too large for 16 bits. Train with a lower rate.")
    return f"blk.{layer}.{NAMES[matrix]}.weight.lora_{side.lower()}", halves


def _rotary_order(rows: Array, heads: int) -> Array:
    """The rows as llama.cpp keeps those of queries and keys: the two numbers that are rotated together side by side.

    transformers keeps each head's first halves before its second halves. As `permute` of llama.cpp's
    convert_hf_to_gguf.py. Shape (rows, any), unchanged.
    """
    return rows.reshape(heads, 2, len(rows) // heads // 2, -1).swapaxes(1, 2).reshape(rows.shape)


def _heads() -> dict[str, int]:
    values = read_header(packaged_file()).metadata
    return {
        "q_proj": values["llama.attention.head_count"],
        "k_proj": values["llama.attention.head_count_kv"],
    }
