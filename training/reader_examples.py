"""Reads the reader's training examples and turns them into the token ids that the product gives its model.

A line is `{"messages": [{"role", "content"}, ...], "target": "..."}`: the messages as the product sends them, and the
reply to learn. The prompt's ids come from `Engine.prompt`, so they can't drift from what llama.cpp is given.
"""

import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.model.engine import Engine
from training.errors import TrainingError

log = logging.getLogger("dateline")

LONGEST = 1024
"""The most tokens of prompt and reply together; a longer row is left out."""

SHOWN = 5
ROLES = {"system", "user", "assistant"}


@dataclass(frozen=True)
class Example:
    """Token ids: the prompt, then the target with the token that ends a reply."""

    ids: tuple[int, ...]
    prompt: int

    @property
    def tokens(self) -> int:
        """The length of prompt and reply together."""
        return len(self.ids)

    @property
    def weight(self) -> float:
        """What the example counts in a mean of losses: one for each token to learn."""
        return float(len(self.ids) - self.prompt)


def read_examples(path: Path, engine: Engine, limit: int | None = None) -> list[Example]:
    """The first `limit` usable examples of a file; what can't be used is counted, named by its line and skipped.

    Raises TrainingError when the file can't be read or no line of it can be used.
    """
    examples: list[Example] = []
    bad: dict[str, list[int]] = {}
    end = engine.end
    try:
        with path.open("rb") as file:
            for number, line in enumerate(file, 1):
                if limit is not None and len(examples) >= limit:
                    break
                example = _example(line, engine, end)
                if isinstance(example, Example):
                    examples.append(example)
                else:
                    bad.setdefault(example, []).append(number)
    except OSError as error:
        raise TrainingError(f"{path} can't be read ({error.strerror}). Name a file of examples, JSON lines.") from error
    for reason, lines in bad.items():
        log.warning("%s", _skipped(path, reason, lines))
    if not examples:
        raise TrainingError(f"{path} has no usable example. Each line must hold messages and a target.")
    return examples


def _example(line: bytes, engine: Engine, end: int) -> Example | str:
    """The example in a line, or in a few words what is wrong with it."""
    try:
        row: Any = json.loads(line)
        messages, target = row["messages"], row["target"]
        if not _are_messages(messages) or not isinstance(target, str):
            raise TypeError
    except (ValueError, KeyError, TypeError):
        return "is no JSON object with messages and a target" if line.strip() else "is empty"
    if not target.strip() or not any(message["content"].strip() for message in messages):
        return "is empty"
    # Text alone tells the worst: a row of megabytes isn't cut into tokens only to be thrown away.
    if sum(len(message["content"]) for message in messages) + len(target) > 40 * LONGEST:
        return f"has more than {LONGEST:,} tokens"
    prompt = engine.prompt(messages)
    ids = (*prompt, *engine.tokens.encode(target.strip()), end)
    if len(ids) > LONGEST:
        return f"has more than {LONGEST:,} tokens"
    return Example(ids, len(prompt))


def _are_messages(value: object) -> bool:
    if not isinstance(value, list) or not value:
        return False
    return all(isinstance(m, dict) and m.get("role") in ROLES and isinstance(m.get("content"), str) for m in value)


def _skipped(path: Path, reason: str, lines: Sequence[int]) -> str:
    first = ", ".join(str(number) for number in lines[:SHOWN])
    more = ", ..." if len(lines) > SHOWN else ""
    rows, word = ("row that", "line") if len(lines) == 1 else ("rows, each of which", "lines")
    return f"{path.name}: skipped {len(lines):,} {rows} {reason} ({word} {first}{more})"
