"""From a run's answers to what people read: metrics.json, report.html, the comparison of two runs."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from assistant.errors import EvaluationError
from assistant.evaluation import plots
from assistant.evaluation.calibration import reliability, risk_coverage
from assistant.evaluation.case import Case
from assistant.evaluation.compare import Comparison, compare
from assistant.evaluation.intervals import clusters
from assistant.evaluation.measure import ALL, Measured, measure
from assistant.evaluation.metric import Metric
from assistant.evaluation.report import report
from assistant.evaluation.run import Run

_TIMES = {"search_ms": "search", "first_token_ms": "first token", "total_ms": "whole answer"}


@dataclass(frozen=True)
class Written:
    """What was measured of a run, and where its report lies."""

    run: Run
    measured: Measured
    report: Path

    @property
    def shown(self) -> Sequence[Metric]:
        """The metrics that have a value for this run, in the report's order."""
        return [metric for metric in ALL if metric.name in self.measured.overall]

    def metrics(self) -> dict[str, Any]:
        """What metrics.json holds: the run's facts, and every metric with its interval, overall and by kind."""
        return {"run": dict(self.run.facts), **self.measured.to_dict()}


def write_results(run: Run, seed: int, progress: Callable[[int, int], None]) -> Written:
    """Measure the run, write metrics.json and report.html into its folder."""
    cases = run.cases()
    if not cases:
        raise EvaluationError(f"{run.folder} holds no answers yet: run 'dateline eval' to its end")
    measured = measure(cases, seed=seed, progress=progress)
    written = Written(run, measured, run.folder / "report.html")
    run.write("metrics.json", json.dumps(written.metrics(), ensure_ascii=False, indent=2) + "\n")
    about = {key.replace("_", " "): fact_text(value) for key, value in run.facts.items() if value is not None}
    answered = datetime.fromtimestamp(run.answers.stat().st_mtime, tz=UTC)
    about["date"] = answered.date().isoformat()
    page = report(
        str(run.facts.get("name", run.folder.name)),
        about,
        measured,
        written.shown,
        cases,
        _plots(cases),
        _warnings(run),
    )
    run.write("report.html", page)
    return written


def compared(a: Path, b: Path, seed: int) -> tuple[Run, Run, Comparison]:
    """Two runs of one question set, and their differences. EvaluationError for different sets."""
    one, two = Run.open(a), Run.open(b)
    if one.facts.get("question_set") != two.facts.get("question_set"):
        raise EvaluationError(
            f"{a} and {b} are of different question sets ({one.facts.get('name')}, {two.facts.get('name')}): "
            "expected two runs of the same questions"
        )
    pairs = clusters([case.question for case in one.cases()])
    metrics = [metric for metric in ALL if not metric.name.startswith("bm25_")]
    return one, two, compare(one.cases(), two.cases(), metrics, seed=seed, clusters=pairs)


def _plots(cases: Sequence[Case]) -> dict[str, str]:
    answered = [case for case in cases if case.outcome.answer]
    times = {
        name: [answer.timings[key] for case in answered if (answer := case.outcome.answer) and key in answer.timings]
        for key, name in _TIMES.items()
    }
    return {
        "risk_coverage": plots.risk_coverage(risk_coverage(answered)),
        "reliability": plots.reliability(reliability(answered)),
        "latency": plots.latency(times),
    }


def _warnings(run: Run) -> list[str]:
    path = run.folder / "warnings.txt"
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def fact_text(value: object) -> str:
    """A fact of a run as text; "–" for None."""
    if value is None:
        return "–"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else str(value)
