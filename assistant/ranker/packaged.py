"""The ranker's packaged weights: used if pinned and for this embedder, else left out with a warning."""

import json
import logging
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.ranker.ranker import Ranker
from vectorstore.hashes import sha256_of

if TYPE_CHECKING:
    from vectorstore.index.embedding import Embedder

log = logging.getLogger("dateline")

WEIGHTS = Path(__file__).parent.parent / "adapters" / "ranker.safetensors"
WEIGHTS_SHA256 = "23cd4e0af54b53c3244b1b01fdfcac60dd867585f481a69a06bb6e3f13430a55"
"""The SHA-256 of the packaged file; "" where none is packaged."""

BASE = "base_sha256"
"""The key in the file's metadata of the SHA-256 of the weights that it changes."""


def find_ranker(embedder: "Embedder", weights: Path = WEIGHTS, sha256: str = WEIGHTS_SHA256) -> Ranker | None:
    """The ranker, which changes the embedder's MiniLM; None, with one warning, where its file isn't the pinned one."""
    if not sha256:
        return None
    wrong = _wrong(embedder.sha256, weights, sha256)
    if wrong:
        log.warning("Answers go on without the ranker: %s", wrong)
        return None
    return Ranker(embedder.folder, weights)


def base_of(weights: Path) -> str:
    """The SHA-256 of the weights that a file changes, "" where it does not state it.

    The file is safetensors: 8 bytes of length, little-endian, then that many bytes of JSON, then numbers.
    """
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = json.loads(file.read(min(length, 1_000_000)))
    metadata = head.get("__metadata__") if isinstance(head, dict) else None
    return str(metadata.get(BASE, "")) if isinstance(metadata, dict) else ""


def _wrong(base: str, weights: Path, sha256: str) -> str:
    try:
        actual = sha256_of(weights)
        if actual != sha256:
            return f"{weights} has the hash {actual[:12]}…, expected {sha256[:12]}…. Install Dateline again."
        stated_base = base_of(weights)
    except (OSError, ValueError) as error:
        return f"{weights} can't be read ({error}). Install Dateline again."
    if not stated_base:
        return f"{weights} does not say which weights it changes. Install Dateline again."
    if stated_base != base:
        return f"{weights} changes the weights {stated_base[:12]}…, and the embedder's are {base[:12]}…."
    return ""
