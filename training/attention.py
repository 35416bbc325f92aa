"""Attention for training on a CPU: two plain products in bfloat16.

The gradient of torch's fused attention takes twice as long there as that of the products (measured with torch 2.13 on
two cores with AVX512-BF16; 60 to 400 word pieces).
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

NAME = "dateline_products"
"""The name under which transformers knows it."""

MASKED = -1e4
"""Added to the score of a masked piece: its weight is 0 in float32 and in bfloat16."""


def register_attention() -> str:
    """Makes the attention known to transformers, with the mask that it needs; its NAME, for `attn_implementation`.

    Without a mask function of its own name transformers would pass no mask at all, and padding would be read.
    """
    from transformers import AttentionInterface
    from transformers.masking_utils import AttentionMaskInterface, sdpa_mask

    AttentionInterface.register(NAME, _attention)
    AttentionMaskInterface.register(NAME, sdpa_mask)
    return NAME


def _attention(
    _module: object,
    query: "torch.Tensor",
    key: "torch.Tensor",
    value: "torch.Tensor",
    attention_mask: "torch.Tensor | None" = None,
    scaling: float = 1.0,
    dropout: float = 0.0,  # noqa: ARG001  (there is none in training)
    **_: Any,  # noqa: ANN401
) -> "tuple[torch.Tensor, None]":
    """softmax(Q Kᵀ · scaling + mask) V (Vaswani et al. 2017, arXiv:1706.03762).

    `query`, `key`, `value`: (inputs, heads, pieces, width). `attention_mask`: true where a piece may be read, or a term
    of the scores, (inputs, 1, pieces, pieces). Gives (inputs, pieces, heads, width).
    """
    import torch

    # In the type that the layers before it gave: autocast would put the softmax into float32.
    with torch.autocast(query.device.type, enabled=False):
        scores = torch.matmul(query * scaling, key.transpose(-1, -2))
        if attention_mask is not None:
            if attention_mask.dtype == torch.bool:
                scores = scores.masked_fill(~attention_mask, MASKED)
            else:
                scores = scores + attention_mask.to(scores.dtype)
        mixed = torch.matmul(scores.softmax(-1), value)
    return mixed.transpose(1, 2).contiguous(), None
