"""The commands about runs that are there: eval compare, eval report; and how a measured run is printed."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TextIO

import typer

from ui.commands.eval_steps import measure_run
from ui.console import answers_only, style_for, write
from ui.errors import UsageError
from ui.options import Json, NoColor, Quiet, Verbose, begin
from ui.text.escaping import json_line
from ui.text.evaluation import comparison_of_runs, measured_run

if TYPE_CHECKING:
    from assistant.evaluation.written import Written
    from ui.settings import Settings


def compare(
    a: Annotated[Path, typer.Argument(metavar="A", show_default=False, help="The folder of a run.")],
    b: Annotated[Path, typer.Argument(metavar="B", show_default=False, help="The folder of the other run.")],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to write the page; B/compare-with-A.html by default."),
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the tests and intervals.")] = 0,
    json: Json = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
) -> None:
    """Compare two runs: what changed, and what of it is beyond chance.

    \b
    Examples:
      dateline eval compare before after
      dateline eval compare before after --json

    Prints the metrics of both runs, and the questions that one run answers better; writes a page with all of them.
    """
    settings = begin(verbose=verbose, no_color=no_color)

    from assistant.evaluation.compare_page import page
    from assistant.evaluation.written import compared, fact_text

    with answers_only() as stdout:
        run_a, run_b, comparison = compared(a, b, seed)
        names = (a.resolve().name, b.resolve().name)
        about = {
            key: (fact_text(run_a.facts.get(key)), fact_text(run_b.facts.get(key)))
            for key in sorted({*run_a.facts, *run_b.facts})
            if run_a.facts.get(key) != run_b.facts.get(key)
        }
        target = out or b / f"compare-with-{names[0]}.html"
        html = page(comparison, *names, about)
        try:
            target.write_text(html, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"can't write {target} ({error.strerror}): choose another file with --out") from error
        if json:
            write(json_line(comparison.to_dict()), stdout)
        else:
            write(comparison_of_runs(comparison, *names, style_for(settings.color, stdout)), stdout)
            write(f"\n{target}", stdout)


def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", show_default=False, help="The folder of a run.")],
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of the intervals.")] = 0,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
) -> None:
    """Measure a run again from the answers it holds.

    \b
    Examples:
      dateline eval report before
      dateline eval report before --json

    Writes metrics.json and report.html of the run's folder again. Nothing is asked.
    """
    settings = begin(quiet=quiet, verbose=verbose, no_color=no_color)

    from assistant.evaluation.run import Run

    with answers_only() as stdout:
        result = measure_run(Run.open(folder), seed, quiet, style_for(settings.color, sys.stderr))
        print_result(result, json, settings, stdout)


def print_result(result: "Written", json: bool, settings: "Settings", out: TextIO) -> None:
    """Write the metrics of a run to `out`: as a table with the path of its report, or as one line of JSON."""
    if json:
        write(json_line(result.metrics()), out)
    else:
        write(measured_run(result.measured, result.shown, style_for(settings.color, out)), out)
        write(f"\n{result.report}", out)
