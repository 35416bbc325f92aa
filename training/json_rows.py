"""Reads the files of training rows: JSON lines, gzip or plain; a row that can't be used is counted, with its reason."""

import gzip
import json
import re
import zlib
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from training.errors import TrainingError

SHOWN = 5
"""Line numbers shown for the rows skipped for one reason, at most."""

UNLICENSED = "its origin's licence does not let weights ship"
"""The reason to skip a row whose origin is not among those of its file."""

_HALF = re.compile("[\ud800-\udfff]")

Record = Mapping[str, Any]
T = TypeVar("T", bound=Hashable)


@dataclass
class Skipped:
    """Rows that were not taken: the numbers of their lines by reason."""

    reasons: dict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def __str__(self) -> str:
        """One line a reason: "3 rows skipped: the answer is not in the passage (lines 4, 9, 12)"."""
        return "\n".join(_summary(reason, lines) for reason, lines in self.reasons.items())


def read_rows(path: Path, parse: Callable[[Record], T | str]) -> tuple[list[T], Skipped]:
    """The rows of a file of JSON lines (gzip or plain), each once, and what was skipped.

    `parse` makes a row of a JSON object, or gives the reason why it can't be used. Raises TrainingError when the file
    can't be read to its end or has no row to train on.
    """
    rows: dict[T, None] = {}
    skipped = Skipped()
    number = 0
    try:
        for number, line in _lines(path):
            row = _parsed(line, parse)
            if not isinstance(row, str) and row in rows:
                row = "the same as an earlier one"
            if isinstance(row, str):
                skipped.reasons[row].append(number)
            else:
                rows[row] = None
    except FileNotFoundError as error:
        raise TrainingError(f"There is no {path}. Name the folder of the data sets, which has it.") from error
    except (OSError, EOFError, zlib.error) as error:
        raise TrainingError(f"{path} can't be read behind line {number} ({error}). Get it anew.") from error
    if not rows:
        reason = str(skipped).splitlines()[0] if skipped.reasons else "it is empty"
        raise TrainingError(f"{path} has no row to train on ({reason}). Expected JSON objects, one a line.")
    return list(rows), skipped


def texts(record: Record, *names: str) -> list[str] | str:
    """The values of the fields `names`, in their order; the reason why not where one is no text, or holds a lone
    surrogate, which no tokenizer takes.
    """
    values = [record[name] for name in names if isinstance(record.get(name), str)]
    if len(values) < len(names):
        return f"{', '.join(names[:-1])} and {names[-1]} must be texts"
    if any(map(_HALF.search, values)):
        return "half a character (a lone surrogate)"
    return values


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
        for number, line in enumerate(file, 1):
            yield number, line.decode("utf-8", "replace")


def _parsed(line: str, parse: Callable[[Record], T | str]) -> T | str:
    try:
        record: Any = json.loads(line)
    except (ValueError, RecursionError):
        return "not JSON"
    return parse(record if isinstance(record, dict) else {})


def _summary(reason: str, lines: list[int]) -> str:
    rows, line = ("row", "line") if len(lines) == 1 else ("rows", "lines")
    first = ", ".join(map(str, lines[:SHOWN])) + ", …" * (len(lines) > SHOWN)
    return f"{len(lines):,} {rows} skipped: {reason} ({line} {first})"
