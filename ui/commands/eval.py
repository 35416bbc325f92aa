"""The command that measures answers with a test set: eval run; and the table of the eval commands."""

import sys
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
import typer.core

from ui.commands import eval_reports
from ui.commands.eval_steps import answer_questions, check_gate, eval_collection, fit_threshold, measure_run
from ui.console import answers_only, style_for
from ui.errors import UsageError
from ui.options import Adapter, Command, DataDir, Json, Model, NoColor, Quiet, Ranker, TopK, Verbose, begin

Out = Annotated[
    Path | None,
    typer.Option("--out", metavar="FOLDER", help="Folder of the run; a run that was stopped there is continued."),
]


class _EvalCommands(typer.core.TyperGroup):
    """Reads 'dateline eval QUESTIONS' as 'dateline eval run QUESTIONS'."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (typer's own Context is private)
        if args and args[0] not in (*self.commands, "-h", "--help"):
            args = ["run", *args]
        return super().parse_args(ctx, args or ["--help"])


app = typer.Typer(name="eval", cls=_EvalCommands, rich_markup_mode=None)


@app.callback()
def eval_command() -> None:
    """Measure answers with a test set; compare two runs.

    \b
    Examples:
      dateline eval questions.csv                              over your own articles
      dateline eval seeds/questions.jsonl --articles seeds     over the articles of a folder
      dateline eval questions.csv --gate gate.toml             exit code 1 if a limit is missed
      dateline eval compare before after                       what changed, beyond chance or not

    'dateline eval QUESTIONS' is short for 'dateline eval run QUESTIONS', whose flags 'dateline eval run --help' lists.
    """


@app.command(cls=Command)
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
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Ask only N questions, drawn at random with --seed.")
    ] = None,
    seed: Annotated[int, typer.Option(metavar="S", help="Seed of --limit and of the intervals.")] = 0,
    retrieval_only: Annotated[
        bool, typer.Option("--retrieval-only", help="Measure search and evidence alone; nothing is answered.")
    ] = False,
    oracle: Annotated[
        bool, typer.Option("--oracle", help="Search the right articles only: errors that are left are the reader's.")
    ] = False,
    gate: Annotated[
        Path | None,
        typer.Option("--gate", metavar="FILE", help="Limits in TOML (floors, drops); exit code 1 if one is missed."),
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

    A CSV has the columns question and answer (several spellings with | between them) and, if you like, article
    (its title, file name or address), kind, wrong and answerable (yes or no). answers.jsonl, metrics.json and
    report.html are written to the folder of the run. After Ctrl-C the same command continues the run.
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
    style = style_for(settings.color, sys.stderr)
    with answers_only() as stdout:
        if articles:
            settings = replace(settings, data_dir=eval_collection(home, articles, quiet, style))
        done = answer_questions(
            settings, chosen, questions, home, out, quiet, retrieval_only=retrieval_only, oracle=oracle
        )
        result = measure_run(done, seed, quiet, style)
        eval_reports.print_result(result, json, settings, stdout)
        if calibrate:
            fit_threshold(done, settings)
        if limits:
            check_gate(result, limits, style)


app.command(cls=Command)(eval_reports.compare)
app.command(cls=Command)(eval_reports.report)
