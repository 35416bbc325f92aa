"""The report of an ingest as text."""

from collections.abc import Iterable
from pathlib import Path

from ui.text.escaping import inline
from ui.text.style import PLAIN, Style
from vectorstore.articles import Problem
from vectorstore.report import Report

MOST_ROWS = 20
"""Files that are named of each kind; --json names all."""


def ingest_report(report: Report, style: Style = PLAIN) -> str:
    """What an ingest did: the counts, then the files that were added, changed or removed, or failed, and why."""
    counts = ", ".join(
        f"{len(getattr(report, kind)):,} {kind}" for kind in ("added", "changed", "unchanged", "removed", "failed")
    )
    cost = f"{report.chunks:,} passages embedded, {report.seconds:,.1f} s"
    return "\n".join(
        (
            f"{style.bold(counts)} ({cost})",
            *_rows("added", map(relative, report.added)),
            *_rows("changed", map(relative, report.changed)),
            *_rows("removed", map(relative, report.removed)),
            *_rows("failed", map(_problem, report.failed)),
            *_rows("warning", map(_problem, report.warnings)),
        )
    )


def relative(source: str) -> str:
    """The path of a file relative to the current folder, if it is in there; anything else as it is."""
    return source.removeprefix(f"{Path.cwd()}/")


def _problem(problem: Problem) -> str:
    return f"{relative(problem.source)}: {problem.reason}"


def _rows(kind: str, texts: Iterable[str]) -> list[str]:
    """At most MOST_ROWS rows of a kind, and how many more there are."""
    every = [inline(text) for text in texts]
    more = [f"  {kind} {len(every) - MOST_ROWS:,} more: --json names them all"] if len(every) > MOST_ROWS else []
    return [f"  {kind} {text}" for text in every[:MOST_ROWS]] + more
