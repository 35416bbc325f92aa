"""The ranker's weights that come with Dateline: whole, for this embedder, or left out with one line."""

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
"""Of the file in the package; "" while none is there."""

BASE = "base_sha256"
"""The key in the file's metadata of the SHA-256 of the weights that it changes."""


def find_ranker(embedder: "Embedder", weights: Path = WEIGHTS, sha256: str = WEIGHTS_SHA256) -> Ranker | None:
    """The ranker grown from the embedder's MiniLM; None, and one line of warning, where its file isn't that pinned."""
    if not sha256:
        return None
    wrong = _wrong(embedder.sha256, weights, sha256)
    if wrong:
        log.warning("Answers go on without the ranker: %s", wrong)
        return None
    return Ranker(embedder.folder, weights)


def base_of(weights: Path) -> str:
    """The SHA-256 of the weights that a file changes, "" where it does not say.

    The file is safetensors: 8 bytes of length, little-endian, then that many bytes of JSON, then numbers.
    """
    with weights.open("rb") as file:
        length = int.from_bytes(file.read(8), "little")
        head = json.loads(file.read(min(length, 1_000_000)))
    told = head.get("__metadata__") if isinstance(head, dict) else None
    return str(told.get(BASE, "")) if isinstance(told, dict) else ""


def _wrong(base: str, weights: Path, sha256: str) -> str:
    try:
        found = sha256_of(weights)
        if found != sha256:
            return f"{weights} has the hash {found[:12]}…, expected {sha256[:12]}…. Install Dateline again."
        grown = base_of(weights)
    except (OSError, ValueError) as error:
        return f"{weights} can't be read ({error}). Install Dateline again."
    if not grown:
        return f"{weights} does not say which weights it changes. Install Dateline again."
    if grown != base:
        return f"{weights} changes the weights {grown[:12]}…, and the embedder's are {base[:12]}…."
    return ""
