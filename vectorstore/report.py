"""What an ingest did: the frozen Report, and the Tally that it is made of."""

from dataclasses import asdict, dataclass, field
from typing import Any

from vectorstore.articles import Problem


@dataclass(frozen=True)
class Report:
    """What an ingest did, by source. `failed` were not taken in; `warnings` are of articles that were."""

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
        """The report as plain lists and dictionaries."""
        return asdict(self)


@dataclass
class Tally:
    """A report in the making; `chunks` counts those embedded."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    failed: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    chunks: int = 0
    prune_refused: bool = False

    def refuse_prune(self, problem: Problem) -> None:
        """Note that what is gone was not taken out, and why."""
        self.failed.append(problem)
        self.prune_refused = True

    def problem(self, problem: Problem) -> None:
        """Count a problem where it belongs."""
        (self.warnings if problem.kept else self.failed).append(problem)

    def report(self, seconds: float) -> Report:
        """The report, `seconds` after the start."""
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
