"""The commands that measure: eval, eval compare, eval report."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TextIO

import typer
import typer.core

from ui import render, render_eval
from ui.console import answers_only, style, write
from ui.errors import UsageError
from ui.evaluating import asked, collection, fit_threshold, gated, written
from ui.options import Adapter, DataDir, Json, Model, NoColor, Quiet, Ranker, TopK, Verbose, begin

if TYPE_CHECKING:
    from assistant.evaluation.written import Written
    from ui.settings import Settings

Out = Annotated[
    Path | None, typer.Option("--out", metavar="FOLDER", help="Where the run is written; gone on with if it is there.")
]


class _Runs(typer.core.TyperGroup):
    """'dateline eval QUESTIONS' is 'dateline eval run QUESTIONS'."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (typer's own Context is private)
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args or ["--help"])


app = typer.Typer(name="eval", cls=_Runs, rich_markup_mode=None)


@app.callback()
def measuring() -> None:
    """Measure answers with a test set; compare two runs.

    \b
    Examples:
      dateline eval questions.csv                              over your own articles
      dateline eval seeds/questions.jsonl --articles seeds     over articles of its own
      dateline eval questions.csv --gate gate.toml             exit code 1 if it has become worse
      dateline eval compare before after                       what changed, and is it chance

    'dateline eval QUESTIONS' is short for 'dateline eval run QUESTIONS'; 'dateline eval run --help' lists its flags.
    """


@app.command()
def run(
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS", show_default=False, help="A test set: .jsonl, or .csv.")
    ],
    articles: Annotated[
        list[Path] | None,
        typer.Option(
            "--articles", metavar="PATH", help="Articles to ask instead of your own: a file or folder; may be repeated."
        ),
    ] = None,
    out: Out = None,
    model: Model = None,
    adapter: Adapter = None,
    ranker: Ranker = None,
    top_k: TopK = None,
    limit: Annotated[int | None, typer.Option(min=1, metavar="N", help="N questions, chosen by --seed.")] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="For --limit and the intervals.")] = 0,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Search and evidence alone; nothing is answered.")
    ] = False,
    oracle: Annotated[
        bool, typer.Option("--oracle", help="Search the right articles only: what is lost then, the reader loses.")
    ] = False,
    gate: Annotated[
        Path | None, typer.Option("--gate", metavar="FILE", help="Floors and drops in TOML; exit code 1 below them.")
    ] = None,
    calibrate: Annotated[
        bool, typer.Option("--calibrate", help="Fit the refusal threshold on these questions and store it.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Ask every question of a test set and measure the answers.

    \b
    Examples:
      dateline eval questions.csv
      dateline eval seeds/questions.jsonl --articles seeds --out before
      dateline eval questions.jsonl --limit 50 --seed 1
      dateline eval questions.jsonl --calibrate

    A CSV has the columns question and answer (several spellings with | between them), and if you like article
    (its title, file name or address), kind, wrong, answerable (yes or no). The folder of the run gets answers.jsonl,
    metrics.json and report.html. Stopped, the same command goes on where it stopped.
    """
    settings = begin(
        quiet=quiet,
        verbose=verbose,
        no_color=no_color,
        data_dir=data_dir,
        model=model,
        adapter=adapter,
        ranker=ranker,
        top_k=top_k,
        log=False,
    )
    if retrieval_only and calibrate:
        raise UsageError("--calibrate needs answers, and --retrieval-only gives none: leave one of them out")

    from assistant.evaluation.gate import read_gate
    from assistant.evaluation.questions import load, sample

    limits = read_gate(gate) if gate else None
    chosen = sample(load(questions), limit, seed)
    home = settings.data_dir
    how = style(settings.color, sys.stderr)
    with answers_only() as stdout:
        if articles:
            settings = replace(settings, data_dir=collection(home, articles, quiet, how))
        done = asked(settings, chosen, questions, home, out, quiet, retrieval_only=retrieval_only, oracle=oracle)
        result = written(done, seed, quiet, how)
        _tell(result, json, settings, stdout)
        if calibrate:
            fit_threshold(done, settings)
        if limits:
            gated(result, limits, how)


@app.command()
def compare(
    a: Annotated[Path, typer.Argument(metavar="A", show_default=False, help="The folder of a run.")],
    b: Annotated[Path, typer.Argument(metavar="B", show_default=False, help="The folder of the other.")],
    out: Annotated[
        Path | None, typer.Option("--out", metavar="FILE", help="The page; B/compare-with-A.html by default.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="For the tests and intervals.")] = 0,
    json: Json = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
) -> None:
    """Show what changed from run A to run B, what of it is beyond chance, and which questions flipped.

    \b
    Examples:
      dateline eval compare before after
      dateline eval compare before after --json
    """
    settings = begin(verbose=verbose, no_color=no_color)

    from assistant.evaluation.compare_page import page
    from assistant.evaluation.written import compared, fact_text

    with answers_only() as stdout:
        one, two, comparison = compared(a, b, seed)
        names = (a.resolve().name, b.resolve().name)
        about = {
            key: (fact_text(one.facts.get(key)), fact_text(two.facts.get(key)))
            for key in sorted({*one.facts, *two.facts})
            if one.facts.get(key) != two.facts.get(key)
        }
        target = out or b / f"compare-with-{names[0]}.html"
        html = page(comparison, *names, about)
        try:
            target.write_text(html, encoding="utf-8")
        except OSError as error:
            raise UsageError(f"can't write {target} ({error.strerror}): choose another file with --out") from error
        if json:
            write(render.json_line(comparison.to_dict()), stdout)
        else:
            write(render_eval.comparison(comparison, *names, style(settings.color, stdout)), stdout)
            write(f"\n{target}", stdout)


@app.command()
def report(
    folder: Annotated[Path, typer.Argument(metavar="RUN", show_default=False, help="The folder of a run.")],
    seed: Annotated[int, typer.Option(metavar="S", help="For the intervals.")] = 0,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
) -> None:
    """Measure a run anew from its answers, and write metrics.json and report.html again.

    \b
    Examples:
      dateline eval report before
      dateline eval report before --json
    """
    settings = begin(quiet=quiet, verbose=verbose, no_color=no_color)

    from assistant.evaluation.run import Run

    with answers_only() as stdout:
        result = written(Run.open(folder), seed, quiet, style(settings.color, sys.stderr))
        _tell(result, json, settings, stdout)


def _tell(result: "Written", json: bool, settings: "Settings", out: TextIO) -> None:
    """What was measured, as text or as the line of metrics.json, and where the report lies."""
    if json:
        write(render.json_line(result.metrics()), out)
    else:
        write(render_eval.measured(result.measured, result.shown, style(settings.color, out)), out)
        write(f"\n{result.report}", out)
