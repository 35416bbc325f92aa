"""The times of bench/chat.py as lines of text: medians, 90th percentiles and their share, with its interval."""

import statistics
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from bench.page_clock import Times

OURS, THEIRS = "Dateline", "plain"
SHOWN = {"source": "first source", "word": "first word", "whole": "whole answer"}
RESAMPLES = 10_000

Row = dict[str, Any]
"""A question as its file has it."""


@dataclass(frozen=True)
class Asked:
    """A question, its times on each page by the page's name, and whether Dateline refused to answer it."""

    row: Row
    times: Mapping[str, Times]
    refused: bool


def table(asked: Sequence[Asked]) -> Iterator[str]:
    """A Markdown table with a row for each thing that is waited for, in seconds."""
    answerable, refused = sum(one.row["answerable"] for one in asked), sum(one.refused for one in asked)
    yield f"{len(asked)} questions, {answerable} of them answerable; Dateline refused {refused}. Seconds from Enter:"
    names = list(asked[0].times)
    heads = ["to the", *(f"{name}, {what}" for name in names for what in ("median", "p90"))]
    if THEIRS in names:
        heads.append(f"{OURS} / {THEIRS}, medians [95%]")
    yield from ("", _row(heads), _row(["---"] * len(heads)))
    for mark, what in SHOWN.items():
        times = {name: [one.times[name][mark] for one in asked] for name in names}
        cells = [what, *(f"{value:.2f}" for name in names for value in np.percentile(times[name], [50, 90]))]
        if THEIRS in names:
            cells.append("{:.2f} [{:.2f}, {:.2f}]".format(*share_of_median(times[OURS], times[THEIRS])))
        yield _row(cells)


def share_of_median(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, float, float]:
    """Our median over theirs, with the ends of its 95% bootstrap interval: a question is drawn with both its times."""
    pairs = np.array([ours, theirs], dtype=float)
    places = np.random.default_rng(0).integers(0, pairs.shape[1], (RESAMPLES, pairs.shape[1]))
    medians = np.median(pairs[:, places], axis=2)
    low, high = np.percentile(medians[0] / medians[1], [2.5, 97.5])
    return float(np.median(pairs[0]) / np.median(pairs[1])), float(low), float(high)


def summary_of_starts(name: str, seconds: Sequence[float]) -> str:
    """How long a page takes to start, the median first."""
    each = ", ".join(f"{value:.1f}" for value in seconds)
    return f"{name}: from the command to a page that can be asked {statistics.median(seconds):.1f} s ({each})"


def summary_of_stops(seconds: Sequence[float]) -> str:
    """How long Stop takes."""
    summary = f": median {statistics.median(seconds):.2f} s, at most {max(seconds):.2f} s" if seconds else ""
    return f"From Stop to 'Stopped.', {len(seconds)} times{summary}"


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"
