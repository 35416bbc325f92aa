"""The cross-encoder as one network of four heads, in a folder that transformers and sentence-transformers open.

`classifier`  what a source says of a claim, of the pooled output; [CLS] source [SEP] claim [SEP]
`score`       whether a sentence answers, at the mark after it; input as assistant/ranker/windows.py makes it
`span`        where the answer begins and where it ends, at each word piece
`answerable`  whether the window's sentences answer the question at all, of the pooled output
"""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from assistant.errors import ModelFileError
from assistant.ranker.network import batch
from assistant.ranker.windows import Window

if TYPE_CHECKING:
    import torch

LABELS = ("refuted", "nei", "supported")
"""The classes of `classifier`, in the order of its outputs; "nei": not enough information, the source does not say."""

HEADS: Mapping[str, int] = {"classifier": len(LABELS), "score": 1, "span": 2, "answerable": 1}
"""The heads and the number of their outputs."""

WEIGHTS, CONFIG = "model.safetensors", "config.json"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json", "vocab.txt")


@dataclass(frozen=True)
class Outputs:
    """Logits for some windows, float32: `verdicts` (windows, 3), `scores` (windows, pieces), `spans` (windows, pieces,
    2), `answerable` (windows,).
    """

    verdicts: "torch.Tensor"
    scores: "torch.Tensor"
    spans: "torch.Tensor"
    answerable: "torch.Tensor"


class Network:
    """A BERT encoder with its pooler and the four heads; `folder` has the tokenizer that belongs to it."""

    def __init__(self, folder: Path, bert: Any, heads: "torch.nn.ModuleDict") -> None:  # noqa: ANN401
        self.folder, self.bert, self.heads = folder, bert, heads

    @classmethod
    def grown_from(cls, folder: Path, attention: str = "sdpa") -> "Network":
        """The encoder in `folder` with heads that know nothing yet, drawn from torch's generator."""
        import torch

        bert = _bert(folder, attention)
        width = bert.config.hidden_size
        heads = torch.nn.ModuleDict({name: torch.nn.Linear(width, outputs) for name, outputs in HEADS.items()})
        return cls(folder, bert, heads)

    @classmethod
    def load(cls, folder: Path, attention: str = "sdpa") -> "Network":
        """A network that `save` wrote. Raises ModelFileError where the folder does not hold one, or a damaged one."""
        from safetensors import SafetensorError
        from safetensors.torch import load_file

        try:
            config = json.loads((folder / CONFIG).read_text(encoding="utf-8"))
            labels = {int(number): label for number, label in config["id2label"].items()}
            if [labels[number] for number in sorted(labels)] != list(LABELS):
                raise ModelFileError(
                    f"{folder} tells {', '.join(map(str, labels.values()))} apart, expected {', '.join(LABELS)}."
                )
            tensors = load_file(str(folder / WEIGHTS))
            network = cls.grown_from(folder, attention)
            network.heads.load_state_dict({name: tensors[name] for name in network.heads.state_dict()})
        except (OSError, ValueError, LookupError, TypeError, AttributeError, RuntimeError, SafetensorError) as error:
            reason = " ".join(str(error).split())[:200]
            raise ModelFileError(
                f"{folder} holds no cross-encoder that can be read ({reason}). Get it anew."
            ) from error
        return network

    def __call__(self, windows: Sequence[Window]) -> Outputs:
        """All outputs for some windows, padded to the longest."""
        return self.outputs(*self.encoded(windows))

    def encoded(self, windows: Sequence[Window]) -> "tuple[torch.Tensor, torch.Tensor]":
        """The states of all pieces, (windows, pieces, width), and the pooled outputs, (windows, width)."""
        inputs = {name: tensor.to(self.bert.device) for name, tensor in batch(windows).items()}
        encoded = self.bert(**inputs)
        return encoded.last_hidden_state.float(), encoded.pooler_output.float()

    def outputs(self, states: "torch.Tensor", pooled: "torch.Tensor") -> Outputs:
        """What the heads make of encoded windows."""
        return Outputs(
            self.heads["classifier"](pooled),
            self.heads["score"](states)[:, :, 0],
            self.heads["span"](states),
            self.heads["answerable"](pooled)[:, 0],
        )

    def named_parameters(self) -> "dict[str, torch.nn.Parameter]":
        """All parameters by the names that they have in the file: "bert.…", "classifier.weight" ..."""
        encoder = {f"bert.{name}": parameter for name, parameter in self.bert.named_parameters()}
        return {**encoder, **dict(self.heads.named_parameters())}

    def save(self, folder: Path) -> None:
        """Writes the folder: config.json, model.safetensors (float32) and the tokenizer's files. Raises OSError."""
        from safetensors.torch import save_file

        folder.mkdir(parents=True, exist_ok=True)
        tensors = {f"bert.{name}": tensor for name, tensor in self.bert.state_dict().items()} | self.heads.state_dict()
        tensors = {name: tensor.detach().to("cpu").float().contiguous() for name, tensor in tensors.items()}
        part = folder / f"{WEIGHTS}.part"
        save_file(tensors, str(part), {"format": "pt"})
        config = self.bert.config.to_dict() | {
            "architectures": ["BertForSequenceClassification"],
            "id2label": {str(number): label for number, label in enumerate(LABELS)},
            "label2id": {label: number for number, label in enumerate(LABELS)},
            "problem_type": "single_label_classification",
        }
        for name in ("_name_or_path", "dtype", "torch_dtype", "_attn_implementation", "num_labels"):
            config.pop(name, None)
        (folder / CONFIG).write_text(json.dumps(config, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        for name in TOKENIZER:
            if (self.folder / name).is_file() and self.folder.resolve() != folder.resolve():
                shutil.copyfile(self.folder / name, folder / name)
        part.replace(folder / WEIGHTS)


def _bert(folder: Path, attention: str) -> Any:  # noqa: ANN401  (transformers is skipped by mypy)
    # As the embedder, which may come after: the hub client reads it when it is imported.
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    import torch
    from transformers import BertModel
    from transformers.utils import logging

    logging.disable_progress_bar()
    logging.set_verbosity_error()  # it reports the heads, which it does not know
    return BertModel.from_pretrained(
        str(folder), local_files_only=True, dtype=torch.float32, attn_implementation=attention
    )
