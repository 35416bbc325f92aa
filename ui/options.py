"""The flags that commands share, the forms of a date, and what every command does first."""

import calendar
import re
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ui.console import set_up_messages
from ui.errors import UsageError
from ui.folders import stand_in
from vectorstore.articles import Filters

if TYPE_CHECKING:
    from ui.settings import Settings


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


DataDir = Annotated[Path | None, typer.Option("--data-dir", metavar="FOLDER", help="Where the index and the log lie.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Nothing on stderr but errors.")]
Verbose = Annotated[bool, typer.Option("--verbose", "-v", help="Times, messages, and tracebacks of errors.")]
NoColor = Annotated[bool, typer.Option("--no-color", help="No colour (NO_COLOR does the same).")]
Json = Annotated[bool, typer.Option("--json", help="JSON, one object a line.")]
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
        help="The bundled model as it was published, without what it learnt of news.",
    ),
]
Ranker = Annotated[
    bool | None,
    typer.Option(
        "--no-ranker",
        callback=lambda off: False if off else None,
        help="Sentences in the order of the search alone.",
    ),
]
TopK = Annotated[int | None, typer.Option("--top-k", metavar="N", help="Passages to find for the question.")]
ArticleId = Annotated[
    str, typer.Argument(metavar="ARTICLE_ID", show_default=False, help="Its id, or how the id begins.")
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
    stand_in(settings.data_dir)
    return settings
