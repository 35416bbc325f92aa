"""The result of an ingest: the frozen Report, and the Tally that collects it."""

from dataclasses import asdict, dataclass, field
from typing import Any

from vectorstore.articles import Problem


@dataclass(frozen=True)
class Report:
    """The result of an ingest, by source. `failed` were not ingested; `warnings` are about articles that were.

    `chunks` is the number of chunks embedded.
    """

    added: tuple[str, ...]
    changed: tuple[str, ...]
    unchanged: tuple[str, ...]
    removed: tuple[str, ...]
    failed: tuple[Problem, ...]
    warnings: tuple[Problem, ...]
    chunks: int
    seconds: float
    prune_refused: bool = False

    def to_dict(self) -> dict[str, Any]:
        """The report as lists and dictionaries, for JSON."""
        return asdict(self)


@dataclass
class Tally:
    """A mutable Report, filled while the ingest runs."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    chunks: int = 0
    prune_refused: bool = False

    def refuse_prune(self, problem: Problem) -> None:
        """Record that articles of missing files were not removed, and why."""
        self.failed.append(problem)
        self.prune_refused = True

    def add_problem(self, problem: Problem) -> None:
        """Add a problem to the warnings or the failures."""
        (self.warnings if problem.kept else self.failed).append(problem)

    def report(self, seconds: float) -> Report:
        """The finished report of an ingest that took `seconds`."""
        return Report(
            tuple(self.added),
            tuple(self.changed),
            tuple(self.unchanged),
            tuple(self.removed),
            tuple(self.failed),
            tuple(self.warnings),
            self.chunks,
            round(seconds, 3),
            self.prune_refused,
        )
