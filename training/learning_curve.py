"""Prints the learning curve of a training from its log.

    python -m training.learning_curve LOG.jsonl ... [--rows N]

LOG.jsonl is the file that a training keeps beside its checkpoint. One row for each of N reports, evenly spread: steps,
word pieces read and the mean losses since the report before. Of a training that was stopped, what it did behind its
last checkpoint is left out.
"""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from training.errors import TrainingError

FIRST = ("step", "tokens", "seconds")
"""The columns in front of the losses."""


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("logs", type=Path, nargs="+")
    parser.add_argument("--rows", type=int, default=20, metavar="N")
    arguments = parser.parse_args()
    try:
        for log in arguments.logs:
            print(f"{log}\n\n{table(read_log(log), arguments.rows)}\n")  # noqa: T201
    except TrainingError as error:
        sys.exit(str(error))


def read_log(path: Path) -> list[dict[str, Any]]:
    """The reports of a log in the order of their steps; tokens and seconds add up over the runs of the training.

    Raises TrainingError when it can't be read.
    """
    try:
        with path.open(encoding="utf-8") as lines:
            reports = [json.loads(line) for line in lines if line.endswith("\n")]
        kept: list[dict[str, Any]] = []
        before, last = {"tokens": 0, "seconds": 0.0}, {"tokens": 0, "seconds": 0.0}
        for report in reports:
            if report["seconds"] < last["seconds"]:  # another run: it counts from 0
                kept = [one for one in kept if one["step"] < report["step"]]
                before = {name: kept[-1][name] if kept else 0 for name in before}
            last = {name: report[name] for name in last}
            kept.append(report | {name: round(before[name] + report[name], 1) for name in before})
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise TrainingError(f"{path} is no log of a training ({error}).") from error
    return kept


def table(reports: Sequence[dict[str, Any]], rows: int) -> str:
    """At most `rows` of the reports as a table in Markdown, the last one among them."""
    every = max(1, -(-len(reports) // max(1, rows)))
    shown = reports[::-1][::every][::-1]
    losses = dict.fromkeys(name for report in shown for name in report if name not in (*FIRST, "steps"))
    columns = [*FIRST, *losses]
    lines = [f"| {' | '.join(columns)} |", "|" + "---|" * len(columns)]
    lines += [f"| {' | '.join(str(report.get(name, '')) for name in columns)} |" for report in shown]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
