"""The floating-point type in which networks run on this processor."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch


def processor_dtype() -> "torch.dtype":
    """bfloat16 on processors with instructions for it (AVX512-BF16), else float32.

    With the instructions bfloat16 is twice as fast as float32; emulated it takes three times as long.
    """
    import torch

    return torch.bfloat16 if torch.cpu.get_capabilities().get("avx512_bf16", False) else torch.float32
