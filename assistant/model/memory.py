"""Whether a model fits in the free memory: checked before it is loaded, since the kernel would kill the process."""

import os
from pathlib import Path

from assistant.errors import ModelMemoryError
from assistant.model.gguf_header import Header

_BUFFERS = 128 * 2**20  # llama.cpp's compute buffers at our batch size, rounded up
_F16 = 2


def available_memory() -> int:
    """Bytes a process may still allocate: MemAvailable of the kernel, or less under the limit of its control group."""
    free = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    meminfo = Path("/proc/meminfo")
    if meminfo.exists():
        fields = dict(line.split(":", 1) for line in meminfo.read_text().splitlines())
        free = int(fields["MemAvailable"].split()[0]) * 1024
    limit = Path("/sys/fs/cgroup/memory.max")
    text = limit.read_text().strip() if limit.exists() else "max"
    return free if text == "max" else min(free, int(text))


def needed_memory(header: Header, context: int) -> int:
    """Bytes: the weights, the key-value cache of `context` tokens in 16 bits, and the compute buffers."""
    values = header.metadata
    prefix = str(values.get("general.architecture", ""))
    heads = _largest(values.get(f"{prefix}.attention.head_count")) or 1
    kv_heads = _largest(values.get(f"{prefix}.attention.head_count_kv")) or heads
    width = _largest(values.get(f"{prefix}.embedding_length")) // heads
    key = _largest(values.get(f"{prefix}.attention.key_length")) or width
    value = _largest(values.get(f"{prefix}.attention.value_length")) or width
    context = min(context, _largest(values.get(f"{prefix}.context_length")) or context)
    cache = context * _largest(values.get(f"{prefix}.block_count")) * kv_heads * (key + value) * _F16
    return header.size + cache + _BUFFERS


def check_memory(name: str, header: Header, context: int) -> None:
    """Raises ModelMemoryError when the model with a context of that many tokens does not fit."""
    needed, free = needed_memory(header, context), available_memory()
    if needed > free:
        raise ModelMemoryError(
            f"The model {name} needs about {needed / 1e9:.1f} GB of memory and {free / 1e9:.1f} GB is free. "
            "Close other programs or choose a smaller model."
        )


def _largest(value: object) -> int:
    """Some models give a number per layer; the largest is the safe one."""
    if isinstance(value, list):
        return max((_largest(item) for item in value), default=0)
    return value if isinstance(value, int) else 0
