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

from ui import render_eval
from ui.building import open_assistant, open_store
from ui.console import style, write
from ui.errors import UsageError
from ui.progress import showing
from ui.render import Style
from ui.settings import Settings, store_setting

if TYPE_CHECKING:
    from assistant.evaluation.case import Question
    from assistant.evaluation.gate import Gate
    from assistant.evaluation.run import Run
    from assistant.evaluation.written import Written

log = logging.getLogger("dateline")
GATE_FAILED = 1
SHOWN_WARNINGS = 5
_ASKED_WITH = ("adapter", "ranker", "top_k", "evidence_tokens", "answer_tokens", "context", "min_confidence")


def collection(home: Path, articles: Sequence[Path], quiet: bool, how: Style) -> Path:
    """The data folder of a collection of these articles alone, up to date, beside the user's own."""
    from vectorstore.ingest import ingest

    if missing := [path for path in articles if not path.exists()]:
        raise UsageError(f"there is no {missing[0]}: expected a file or a folder of articles after --articles")
    names = "\n".join(sorted(str(path.resolve()) for path in articles))
    folder = home / "eval" / f"articles-{hashlib.sha256(names.encode()).hexdigest()[:12]}"
    with showing(quiet, how) as show, open_store(folder, create=True) as store:
        found = ingest(articles, store, prune_all=True, progress=lambda at: show(at.done, at.total, at.source))
    for problem in found.failed[:SHOWN_WARNINGS]:
        log.warning("%s: %s", problem.source, problem.reason)
    if len(found.failed) > SHOWN_WARNINGS:
        log.warning("and %d more articles that can't be read", len(found.failed) - SHOWN_WARNINGS)
    return folder


def asked(
    settings: Settings,
    questions: "Sequence[Question]",
    path: Path,
    home: Path,
    out: Path | None,
    quiet: bool,
    *,
    retrieval_only: bool,
    oracle: bool,
) -> "Run":
    """The run with an answer to every question."""
    from assistant.evaluation.evaluate import code_digest, evaluate
    from assistant.evaluation.questions import digest
    from assistant.evaluation.resolving import resolve
    from assistant.evaluation.run import Run

    with open_assistant(settings) as assistant:
        resolved, warnings = resolve(questions, assistant.store.library)
        for warning in warnings[:SHOWN_WARNINGS]:
            log.warning("%s", warning)
        if len(warnings) > SHOWN_WARNINGS:
            log.warning("and %d more such warnings, in the report", len(warnings) - SHOWN_WARNINGS)
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
            **{key: value for key, value in asdict(settings).items() if key in _ASKED_WITH},
        }
        told = hashlib.sha256(repr(sorted(facts.items())).encode()).hexdigest()[:8]
        begun = Run.begin(out or home / "eval" / f"{path.stem}-{told}", facts, resolved)
        begun.write("warnings.txt", "".join(f"{warning}\n" for warning in warnings))
        try:
            with showing(quiet, style(settings.color, sys.stderr), "questions") as show:
                evaluate(begun, assistant, oracle=oracle, retrieval_only=retrieval_only, progress=show)
        except KeyboardInterrupt:
            log.error("%d of %d questions answered; the same command goes on", len(begun.outcomes()), len(questions))
            raise
    return begun


def written(done: "Run", seed: int, quiet: bool, how: Style) -> "Written":
    """The run measured, metrics.json and report.html in its folder."""
    from assistant.evaluation.written import write_results

    with showing(quiet, how, "metrics") as show:
        return write_results(done, seed, lambda at, total: show(at, total, "measuring"))


def fit_threshold(done: "Run", settings: Settings) -> None:
    """Fit the threshold; store it where it beats the one in use on questions that it was not fitted on."""
    from assistant.answering.weights import weights_for
    from assistant.evaluation.threshold import fit
    from assistant.model.catalogue import BUNDLED

    reads = settings.adapter and settings.model in (None, BUNDLED)
    own = weights_for(ranker=settings.ranker, reader=reads).min_confidence
    now = own if settings.min_confidence is None else settings.min_confidence
    fitted = fit(done.cases(), now)
    threshold = math.ceil(fitted.threshold * 1000) / 1000  # confidences have three digits: none may slip below
    told = (
        f"threshold {threshold:.3f} instead of {now:.3f}: score {fitted.score:+.3f} on these questions, "
        f"{fitted.validated:+.3f} in five-fold cross-validation, {fitted.score_now:+.3f} as it is"
    )
    if fitted.validated > fitted.score_now:
        path = store_setting("min_confidence", threshold)
        write(f"calibrated: {told}; stored in {path}", sys.stderr)
    else:
        write(f"not calibrated: {told}; no better, so the setting stays", sys.stderr)


def gated(result: "Written", limits: "Gate", how: Style) -> None:
    """Say which limits of the gate were missed; typer.Exit with code 1 if any was."""
    from assistant.evaluation.gate import check

    failures = check(limits, {name: estimate.value for name, estimate in result.measured.overall.items()})
    write(render_eval.gate(failures, how), sys.stderr)
    if failures:
        raise typer.Exit(GATE_FAILED)
