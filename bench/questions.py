"""Question sets in JSON lines, and how they are split into a part to tune on and a part to report on."""

import hashlib
import json
from pathlib import Path
from typing import Any


def load(path: Path) -> list[dict[str, Any]]:
    """The questions of a file, one JSON object a line."""
    with path.open(encoding="utf-8") as file:
        return [json.loads(line) for line in file if line.strip()]


def tuning(question: dict[str, Any]) -> bool:
    """Whether a question belongs to the half to tune on: the last bit of the SHA-256 of its id is 0."""
    return hashlib.sha256(question["id"].encode()).digest()[-1] % 2 == 0


def record(source: str) -> str:
    """The id that a test set knows an article by: the record's key, else the name of its file."""
    return source.rpartition("#")[2] if "#" in source else Path(source).stem
