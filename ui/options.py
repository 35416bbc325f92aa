"""The flags that commands share, the forms of a date, and what every command does first."""

import calendar
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
import typer.core

from ui.console import set_up_messages
from ui.errors import UsageError
from ui.folders import ensure_home
from vectorstore.articles import Filters

if TYPE_CHECKING:
    from ui.settings import Settings


class Command(typer.core.TyperCommand):
    """A command whose help leaves out the Python types of its arguments, such as <list[str]>."""

    def get_help(self, ctx: Any) -> str:  # noqa: ANN401  (typer's own Context is private)
        """The help, as --help prints it."""
        return re.sub(r" <(?:list\[)?(?:str|path|Path)\]?>(?=  )", "", super().get_help(ctx))


def first_day(text: str) -> str:
    """'2025-04-24', '2025-04' or '2025' as an ISO day, the first one of the month or the year.

    Raises typer.BadParameter for anything else.
    """
    return _day(text, last=False)


def last_day(text: str) -> str:
    """'2025-04-24', '2025-04' or '2025' as an ISO day, the last one of the month or the year.

    Raises typer.BadParameter for anything else.
    """
    return _day(text, last=True)


def _day(text: str, last: bool) -> str:
    match = re.fullmatch(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", text.strip())
    try:
        if not match:
            raise ValueError
        year = int(match[1])
        month = int(match[2] or (12 if last else 1))
        day = int(match[3] or (calendar.monthrange(year, month)[1] if last else 1))
        return date(year, month, day).isoformat()
    except ValueError as error:  # IllegalMonthError is one
        raise typer.BadParameter(f"'{text}' is no date, expected YYYY-MM-DD, YYYY-MM or YYYY.") from error


DataDir = Annotated[Path | None, typer.Option("--data-dir", metavar="FOLDER", help="Folder of the index and the log.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Show nothing on stderr but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Show times, all messages, and tracebacks of errors.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour; so does NO_COLOR in the environment.")]
Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
Since = Annotated[
    str | None,
    typer.Option(parser=first_day, metavar="DATE", help="Only articles from this day, month or year on."),
]
Until = Annotated[
    str | None,
    typer.Option(parser=last_day, metavar="DATE", help="Only articles up to this day, month or year."),
]
Publisher = Annotated[
    str | None, typer.Option(metavar="NAME", help="Only articles whose publisher has this in its name.")
]
Model = Annotated[
    str | None,
    typer.Option("--model", "-m", metavar="FILE", help="A .gguf file instead of the bundled model."),
]
Adapter = Annotated[
    bool | None,
    typer.Option(
        "--no-adapter",
        callback=lambda off: False if off else None,
        help="The bundled model as published, without its training on news.",
    ),
]
Ranker = Annotated[
    bool | None,
    typer.Option(
        "--no-ranker",
        callback=lambda off: False if off else None,
        help="Leave sentences in the order of the search.",
    ),
]
TopK = Annotated[int | None, typer.Option("--top-k", metavar="N", help="Passages to retrieve for a question.")]
ArticleId = Annotated[
    str, typer.Argument(metavar="ARTICLE_ID", show_default=False, help="The article's id, or the beginning of it.")
]


def filters(since: str | None, until: str | None, publisher: str | None) -> Filters:
    """The filters of a search. Raises UsageError if `since` is after `until`."""
    if since and until and since > until:
        raise UsageError(f"--since {since} is after --until {until}: expected an earlier day")
    return Filters(since=since, until=until, publisher=publisher)


def begin(*, quiet: bool = False, verbose: bool = False, no_color: bool = False, **flags: object) -> "Settings":
    """What every command does first: direct messages to stderr, and load the settings.

    `flags` are settings given on the command line; None for one that was not given. Raises SettingsError.
    """
    from ui.settings import load_settings  # its declarations take time that --help does not have

    set_up_messages(quiet, verbose)
    settings, _ = load_settings({"color": "never" if no_color else None, **flags})
    ensure_home(settings.data_dir)
    return settings
