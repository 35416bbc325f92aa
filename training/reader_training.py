"""Trains the reader: a LoRA adapter for the bundled model, written as a GGUF adapter file.

    python -m training.reader_training EXAMPLES.jsonl --work DIR --out reader.gguf

Low-rank adaptation: Hu et al. 2022, arXiv:2106.09685. The loss is the cross-entropy of the reply's tokens and of the
token that ends it; the prompt is read, not learnt. Run again with the same arguments it goes on where it stopped.
"""

import argparse
import warnings
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.model.catalogue import BUNDLED, BUNDLED_SHA256, ModelFile, packaged_file
from assistant.model.engine import Engine
from training.checkpoint import Checkpoint
from training.command import carry_out, log
from training.gguf_adapter import write_adapter
from training.loop import Plan, run
from training.reader_examples import LONGEST, Example, read_examples
from vectorstore.hashes import sha256_of
from vectorstore.index.precision import processor_dtype

if TYPE_CHECKING:
    import torch
    from peft import PeftModel
    from transformers import PreTrainedModel

RANK, ALPHA = 16, 32
MODULES = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")
PLAN = Plan(rate=1e-3, warmup=0.05, batch=8, micro=4)


def main() -> None:
    """Read, train, write."""
    arguments = _arguments()
    plan = replace(
        PLAN,
        rate=arguments.rate,
        batch=arguments.batch,
        epochs=arguments.epochs,
        seed=arguments.seed,
        save_every=arguments.save_every,
        seconds=arguments.seconds,
        micro=arguments.micro or (arguments.batch if _device() == "cuda" else PLAN.micro),
    )
    carry_out(lambda: train(arguments.examples, arguments.work, arguments.out, plan, arguments.limit))


def train(examples: Path, work: Path, out: Path, plan: Plan = PLAN, limit: int | None = None) -> int:
    """Trains on the first `limit` examples of a file, keeps its checkpoint in `work`, writes the adapter to `out`.

    Returns the steps done. Raises TrainingError, ModelNotFoundError.
    """
    with Engine(ModelFile(BUNDLED, packaged_file(), bundled=True), context=LONGEST) as engine:
        items = read_examples(examples, engine, limit)
    log.info("%d examples, %d tokens", len(items), sum(item.tokens for item in items))
    model = adapted(plan.seed)
    parameters = {name: value for name, value in model.named_parameters() if value.requires_grad}
    identity = {
        "examples": sha256_of(examples), "number of examples": len(items), "base": BUNDLED_SHA256, "seed": plan.seed,
        "rank": RANK, "alpha": ALPHA, "modules": ",".join(MODULES), "rate": plan.rate, "warmup": plan.warmup,
        "batch": plan.batch, "epochs": plan.epochs,
    }  # fmt: skip
    done = run(items, _loss(model), parameters, plan, Checkpoint(work, identity))
    write_adapter(parameters, out, alpha=ALPHA)
    log.info("wrote %s (%.1f MB)", out, out.stat().st_size / 1e6)
    return done


def adapted(seed: int) -> "PeftModel":
    """The bundled model with a fresh LoRA in float32, which changes nothing yet, ready to train."""
    import torch
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    settings = LoraConfig(
        r=RANK, lora_alpha=ALPHA, lora_dropout=0.0, target_modules=list(MODULES), task_type="CAUSAL_LM"
    )
    with warnings.catch_warnings(category=FutureWarning, action="ignore"):  # peft's calls of transformers, not ours
        model = get_peft_model(base(_dtype()), settings)
    return model.to(_device()).train()


def base(dtype: "torch.dtype") -> "PreTrainedModel":
    """The bundled model as transformers reads it, in `dtype`; takes a quarter of a minute."""
    from transformers import AutoModelForCausalLM
    from transformers.utils import logging as chatter

    packaged = packaged_file()
    chatter.set_verbosity_error()  # it advises to keep the weights packed, for a use that is not ours
    return AutoModelForCausalLM.from_pretrained(
        str(packaged.parent),
        gguf_file=packaged.name,
        dtype=dtype,
        attn_implementation="sdpa" if _device() == "cuda" else "eager",
        local_files_only=True,
    )


def _loss(model: "PeftModel") -> Callable[[Sequence[Example]], "torch.Tensor"]:
    """The summed cross-entropy of some examples' replies, in nats.

    Only the last layer's states at the reply's places go through the vocabulary matrix, all in one row: that is most
    of the time saved. Examples are padded behind their end, where causal attention never looks.
    """
    import torch
    from peft.helpers import disable_input_dtype_casting

    device, mixed = _device(), _dtype() is torch.bfloat16

    def loss(examples: Sequence[Example]) -> "torch.Tensor":
        longest = max(example.tokens for example in examples) - 1
        ids = torch.tensor([[*e.ids[:-1], *[0] * (longest + 1 - e.tokens)] for e in examples], device=device)
        rows = [row for row, e in enumerate(examples) for _ in range(e.prompt, e.tokens)]
        places = [at - 1 for e in examples for at in range(e.prompt, e.tokens)]
        targets = torch.tensor([i for e in examples for i in e.ids[e.prompt :]], device=device)
        with torch.autocast(device, torch.bfloat16, enabled=mixed), disable_input_dtype_casting(model):
            inner: PreTrainedModel = model.get_base_model()
            states = inner.model(input_ids=ids, use_cache=False).last_hidden_state
            scores = inner.lm_head(states[rows, places])
        return torch.nn.functional.cross_entropy(scores.float(), targets, reduction="sum")

    return loss


def _device() -> str:
    import torch

    return "cuda" if torch.cuda.is_available() else "cpu"


def _dtype() -> "torch.dtype":
    """Of the frozen weights, and of the products with them."""
    import torch

    return torch.bfloat16 if _device() == "cuda" else processor_dtype()


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("examples", type=Path)
    parser.add_argument("--work", type=Path, required=True, help="where the checkpoint lies")
    parser.add_argument("--out", type=Path, required=True, help="the adapter file to write")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N usable examples only")
    parser.add_argument("--seconds", type=float, metavar="S", help="stop and write the adapter after S seconds")
    parser.add_argument("--epochs", type=int, default=PLAN.epochs)
    parser.add_argument("--rate", type=float, default=PLAN.rate, help="the highest learning rate")
    parser.add_argument("--seed", type=int, default=PLAN.seed)
    parser.add_argument("--batch", type=int, default=PLAN.batch, metavar="N", help="examples a step")
    parser.add_argument("--micro", type=int, metavar="N", help="examples at once; a step always has the same number")
    parser.add_argument("--save-every", type=int, default=PLAN.save_every, metavar="N", help="steps")
    return parser.parse_args()


if __name__ == "__main__":
    main()
