"""The reader's adapter: LoRA weights with which the bundled model names the answer's words, and when to use them.

On any other model than the one that it was trained on it gives garbage. So it carries the hash of its base, and only
the bundled model gets it. Importing this loads no llama.cpp.
"""

import logging
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from assistant.errors import ModelError, ModelFileError
from assistant.model.catalogue import BUNDLED, BUNDLED_SHA256, ModelFile
from assistant.model.gguf_header import read_header
from vectorstore.hashes import sha256_of

log = logging.getLogger("dateline")

READER_SHA256 = "b9257dc022d7bf83054a76257f634dc0ef955b0add2a07c131c1f76ca3e7e77c"
"""Of the packaged adapter; how it was trained: assistant/adapters/MODEL_CARD.md."""


@dataclass(frozen=True)
class Adapter:
    """An adapter file that was checked: it is for the bundled model."""

    path: Path

    @property
    def name(self) -> str:
        """What to call it."""
        return self.path.stem


def packaged_adapter() -> Path:
    """The adapter in this package."""
    return Path(str(files("assistant"))) / "adapters" / "reader.gguf"


def usable_adapter(path: Path | None, model: ModelFile) -> Adapter | None:
    """The adapter at `path` when it may be used on `model`, else None; answers go on without it, after one warning.

    Another model than the bundled one gets none, without a warning. The packaged file must be the pinned one. Raises
    ModelFileError when the file is an adapter, but for another base: that choice is an error.
    """
    if path is None or not model.bundled:
        return None
    try:
        metadata = read_header(path).metadata
        if path == packaged_adapter():
            _check_hash(path, READER_SHA256)
    except (ModelError, OSError, ValueError, OverflowError, MemoryError) as error:
        without(error)
        return None
    if (metadata.get("general.type"), metadata.get("adapter.type")) != ("adapter", "lora"):
        without(f"{path} is no LoRA adapter: its type is {metadata.get('general.type')!r}.")
        return None
    if (base := metadata.get("dateline.base_sha256")) != BUNDLED_SHA256:
        raise ModelFileError(
            f"{path} is an adapter for {_described(metadata.get('dateline.base_name'), base)}, "
            f"and the model is {BUNDLED} ({BUNDLED_SHA256[:12]}…). Name an adapter for this model, or none."
        )
    return Adapter(path)


def without(reason: object) -> None:
    """Logs a warning of one line that the adapter is not used, and why."""
    log.warning("The reader's adapter is left out, answers go on without it: %s", reason)


def _check_hash(path: Path, expected: str) -> None:
    actual = sha256_of(path)
    if actual != expected:
        raise ModelFileError(
            f"{path} is not the adapter that was pinned: its SHA-256 is {actual[:12]}…, expected {expected[:12]}…. "
            "Install Dateline again."
        )


def _described(name: object, base: object) -> str:
    if not isinstance(base, str):
        return "a base that it does not name"
    return f"{name if isinstance(name, str) else 'another model'} ({base[:12]}…)"
