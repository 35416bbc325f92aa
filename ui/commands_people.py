"""The command about the people who sign in to the chat page: people."""

import logging
from dataclasses import asdict
from typing import Annotated

import typer

from ui import render
from ui.console import write
from ui.errors import UsageError
from ui.options import DataDir, Json, Verbose, begin

log = logging.getLogger("dateline")


def people(
    add: Annotated[
        str | None, typer.Option("--add", metavar="NAME", help="Take a name for somebody, with a new passphrase.")
    ] = None,
    reset: Annotated[
        str | None, typer.Option("--reset", metavar="NAME", help="Give a name a new passphrase; the old one is void.")
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    data_dir: DataDir = None,
) -> None:
    """Show who signs in to the chat page, or give somebody a new passphrase.

    \b
    Examples:
      dateline people
      dateline people --reset "Ada Lovelace"     prints the new passphrase, to hand on

    A name belongs to who signed in with it first. With a new passphrase whoever is signed in with the name has to
    sign in again; the conversations stay.
    """
    from ui.web.security.user_names import tidy, usable
    from ui.web.security.users import FILE_NAME, People, new_passphrase

    settings = begin(verbose=verbose, data_dir=data_dir)
    known = People(settings.data_dir / FILE_NAME)
    if add is not None and reset is not None:
        raise UsageError("--add and --reset were both given: expected one of them")
    if add is not None or reset is not None:
        name = tidy(add or reset or "")
        own = new_passphrase()
        if add is not None and not usable(name):
            raise UsageError(f"the name '{name}' can't be used: expected 1 to 60 printable characters")
        if not (known.claim(name, own) if add is not None else known.reset(name, own)):
            names = ", ".join(person.name for person in known.all()) or "none"
            raise UsageError(
                f"somebody has the name '{name}' already: 'dateline people --reset' gives it a new passphrase"
                if add is not None
                else f"nobody has the name '{name}': the names are {names}"
            )
        write(own)
        return
    everyone = known.all()
    if not everyone:
        log.warning("nobody has signed in yet: people do at the page that 'dateline chat --host' serves")
    for person in everyone:
        told = {field: value for field, value in asdict(person).items() if field in ("name", "since")}
        write(render.json_line(told) if json else f"{person.since[:10]}  {render.one_line(person.name)}")
