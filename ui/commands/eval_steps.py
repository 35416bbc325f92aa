"""The steps of 'dateline eval': the collection, the answers, the results, the threshold, the gate."""

import hashlib
import logging
import math
import sys
from collections.abc import Sequence
from dataclasses import asdict
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from assistant.opening import open_store
from ui.building import open_assistant
from ui.console import style_for, write
from ui.errors import UsageError
from ui.progress import showing
from ui.text.evaluation import gate_result
from ui.text.style import Style

if TYPE_CHECKING:
    from assistant.evaluation.case import Question
    from assistant.evaluation.gate import Gate
    from assistant.evaluation.run import Run
    from assistant.evaluation.written import Written
    from ui.settings import Settings

log = logging.getLogger("dateline")
GATE_FAILED = 1
MOST_WARNINGS = 5
_FACTS = ("adapter", "ranker", "top_k", "evidence_tokens", "answer_tokens", "context", "min_confidence")


def eval_collection(home: Path, articles: Sequence[Path], quiet: bool, style: Style) -> Path:
    """The data folder, inside `home`, of a collection of these articles alone; made, or brought up to date.

    Raises UsageError for a path that is not there.
    """
    from vectorstore.ingest import ingest

    if missing := [path for path in articles if not path.exists()]:
        raise UsageError(f"there is no {missing[0]}: expected a file or a folder of articles after --articles")
    names = "\n".join(sorted(str(path.resolve()) for path in articles))
    folder = home / "eval" / f"articles-{hashlib.sha256(names.encode()).hexdigest()[:12]}"
    with showing(quiet, style) as show, open_store(folder, create=True) as store:
        report = ingest(articles, store, prune_all=True, progress=lambda at: show(at.done, at.total, at.source))
    for problem in report.failed[:MOST_WARNINGS]:
        log.warning("%s: %s", problem.source, problem.reason)
    if len(report.failed) > MOST_WARNINGS:
        log.warning("and %d more articles that can't be read", len(report.failed) - MOST_WARNINGS)
    return folder


def answer_questions(
    settings: "Settings",
    questions: "Sequence[Question]",
    path: Path,
    home: Path,
    out: Path | None,
    quiet: bool,
    *,
    retrieval_only: bool,
    oracle: bool,
) -> "Run":
    """Ask the questions that the run has no answer to yet, and return it complete.

    `path` is the file of the test set, `home` the user's data folder, `out` the run's folder (None: one in `home`,
    named for the test set and the settings). Ctrl-C keeps the answers so far.
    """
    from assistant.evaluation.evaluate import code_digest, evaluate
    from assistant.evaluation.questions import digest
    from assistant.evaluation.resolving import resolve
    from assistant.evaluation.run import Run

    with open_assistant(settings) as assistant:
        resolved, warnings = resolve(questions, assistant.store.library)
        for warning in warnings[:MOST_WARNINGS]:
            log.warning("%s", warning)
        if len(warnings) > MOST_WARNINGS:
            log.warning("and %d more such warnings, in the report", len(warnings) - MOST_WARNINGS)
        stats = assistant.store.library.stats()
        facts = {
            "name": path.stem,
            "question_set": digest(questions),
            "questions": len(questions),
            "collection": assistant.store.library.digest(),
            "articles": stats["articles"],
            "model": assistant.engine.name,
            "dateline": version("dateline"),
            "code": code_digest(),
            "oracle": oracle,
            "retrieval_only": retrieval_only,
            **{key: value for key, value in asdict(settings).items() if key in _FACTS},
        }
        facts_hash = hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:8]
        run = Run.begin(out or home / "eval" / f"{path.stem}-{facts_hash}", facts, resolved)
        run.write("warnings.txt", "".join(f"{warning}\n" for warning in warnings))
        try:
            with showing(quiet, style_for(settings.color, sys.stderr), "questions") as show:
                evaluate(run, assistant, oracle=oracle, retrieval_only=retrieval_only, progress=show)
        except KeyboardInterrupt:
            log.error(
                "%d of %d questions answered; the same command continues the run", len(run.outcomes()), len(questions)
            )
            raise
    return run


def measure_run(run: "Run", seed: int, quiet: bool, style: Style) -> "Written":
    """Measure the run, and write metrics.json and report.html into its folder."""
    from assistant.evaluation.written import write_results

    with showing(quiet, style, "metrics") as show:
        return write_results(run, seed, lambda at, total: show(at, total, "measuring"))


def fit_threshold(run: "Run", settings: "Settings") -> None:
    """Fit the refusal threshold to the run; store it if it is better than the one in use.

    Better: by its score in cross-validation, on questions that it was not fitted on.
    """
    from assistant.answering.weights import weights_for
    from assistant.evaluation.threshold import fit
    from assistant.model.catalogue import BUNDLED

    reads = settings.adapter and settings.model in (None, BUNDLED)
    own = weights_for(ranker=settings.ranker, reader=reads).min_confidence
    now = own if settings.min_confidence is None else settings.min_confidence
    fitted = fit(run.cases(), now)
    threshold = math.ceil(fitted.threshold * 1000) / 1000  # confidences have three digits: none may slip below
    summary = (
        f"threshold {threshold:.3f} instead of {now:.3f}: score {fitted.score:+.3f} on these questions, "
        f"{fitted.validated:+.3f} in five-fold cross-validation, {fitted.score_now:+.3f} as it is"
    )
    if fitted.validated > fitted.score_now:
        from ui.settings import store_setting

        path = store_setting("min_confidence", threshold)
        write(f"calibrated: {summary}; stored in {path}", sys.stderr)
    else:
        write(f"not calibrated: {summary}; no better, so the setting stays", sys.stderr)


def check_gate(result: "Written", limits: "Gate", style: Style) -> None:
    """Write to stderr which limits of the gate were missed; raises typer.Exit with code 1 if any was."""
    from assistant.evaluation.gate import check

    failures = check(limits, {name: estimate.value for name, estimate in result.measured.overall.items()})
    write(gate_result(failures, style), sys.stderr)
    if failures:
        raise typer.Exit(GATE_FAILED)
