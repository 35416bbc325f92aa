"""The table of commands, and the rule that a question alone means `ask`."""

import difflib
import re
import sys
from collections.abc import Collection, Sequence
from typing import Annotated, Any

import typer
import typer.core

from ui.commands import articles, ask, chat, config, eval, feedback, logs, people, search
from ui.console import write
from ui.errors import UsageError
from ui.options import Command

_FLAGS_OF_DATELINE = ("-h", "--help", "--version", "--install-completion", "--show-completion")
_QUESTION_WORDS = frozenset(
    (
        "how", "who", "whom", "whose", "what", "when", "where", "which", "why", "is", "are", "was", "were",
        "do", "does", "did", "has", "have", "had", "can", "could", "will", "would", "should",
    )
)  # fmt: skip


def with_command(arguments: Sequence[str], commands: Collection[str], terminal: bool) -> list[str]:
    """The arguments with one of `commands` first: 'ask' is put before a question alone.

    `terminal`: whether standard input is a terminal; if it is not, it may hold the question. Raises UsageError for a
    first word that looks like a misspelt command, and for flags before a command.
    """
    if not arguments:
        return ["--help"] if terminal else ["ask"]
    first, *rest = arguments
    if first == "help":
        return [*rest[:1], "--help"]
    if first in commands or first.split("=")[0] in _FLAGS_OF_DATELINE:
        return list(arguments)
    if first.startswith("-") and first not in ("-", "--"):
        if late := [word for word in rest if word in commands]:
            raise UsageError(f"flags come after the command: expected 'dateline {late[0]} {first} …'")
    elif re.fullmatch("[a-z-]+", first) and first not in _QUESTION_WORDS:
        near = difflib.get_close_matches(first, commands, n=1, cutoff=0.75)
        if near:
            raise UsageError(
                f"no command '{first}': did you mean 'dateline {near[0]}'? "
                f"To ask it as a question: dateline ask {first} …"
            )
    return ["ask", *arguments]


class _Commands(typer.core.TyperGroup):
    """The group of all commands, which reads a question alone as `ask`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:  # noqa: ANN401  (typer's own Context is private)
        if not ctx.resilient_parsing:
            args = with_command(args, self.commands, sys.stdin is None or sys.stdin.isatty())
        return super().parse_args(ctx, args)


app = typer.Typer(
    name="dateline",
    cls=_Commands,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="""\b
Exit codes:
  0 answered or done        1 any other error
  2 wrong use of a flag, date, question or setting
  3 the articles do not say
  4 no index                5 no model        130 interrupted
""",
)
for command in (
    ask.ask,
    search.search,
    articles.ingest,
    articles.list_articles,
    articles.show,
    articles.remove,
    articles.rebuild,
    articles.stats,
    logs.logs,
    feedback.feedback,
    people.people,
    config.config,
    chat.chat,
):
    app.command(command.__name__.removesuffix("_articles"), cls=Command)(command)
app.add_typer(eval.app)


def _version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        write(f"dateline {version('dateline')}")
        raise typer.Exit


@app.callback()
def dateline(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version and exit.")
    ] = False,
) -> None:
    """Answers questions about your own news articles, and proves every word.

    \b
    Examples:
      dateline ingest news/                       read a folder of articles
      dateline "How many drones hit Kyiv?"        ask; the same as 'dateline ask'
      dateline -c "And how many died?"            a follow-up
      dateline search drones over Kyiv            find passages, without the model
      dateline show 1f0c3a                        the article behind a citation
      dateline chat                               ask in a browser
      dateline eval questions.csv                 measure how often it is right

    Answers go to stdout, progress and warnings to stderr. Settings: 'dateline config'.
    """
