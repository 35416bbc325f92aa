"""The command about the people who sign in to the chat page: people."""

import logging
from typing import Annotated

import typer

from ui.console import write
from ui.errors import UsageError
from ui.options import DataDir, Json, Verbose, begin
from ui.text.escaping import inline, json_line

log = logging.getLogger("dateline")


def people(
    add: Annotated[
        str | None, typer.Option("--add", metavar="NAME", help="Add somebody; prints a new passphrase.")
    ] = None,
    reset: Annotated[
        str | None, typer.Option("--reset", metavar="NAME", help="Replace somebody's passphrase; prints the new one.")
    ] = None,
    json: Json = False,
    verbose: Verbose = False,
    data_dir: DataDir = None,
) -> None:
    """List, add and reset the people who sign in to the chat page.

    \b
    Examples:
      dateline people
      dateline people --reset "Ada Lovelace"     prints the new passphrase, to hand on

    A name belongs to the person who signed in with it first. After --reset everybody who is signed in with the name
    has to sign in again; the conversations stay.
    """
    from ui.web.security.user_names import tidy, usable
    from ui.web.security.users import FILE_NAME, People, new_passphrase

    settings = begin(verbose=verbose, data_dir=data_dir)
    known = People(settings.data_dir / FILE_NAME)
    if add is not None and reset is not None:
        raise UsageError("--add and --reset were both given: expected one of them")
    if add is not None or reset is not None:
        name = tidy(add or reset or "")
        passphrase = new_passphrase()
        if add is not None and not usable(name):
            raise UsageError(f"the name '{name}' can't be used: expected 1 to 60 printable characters")
        if not (known.claim(name, passphrase) if add is not None else known.reset(name, passphrase)):
            names = ", ".join(person.name for person in known.all()) or "none"
            raise UsageError(
                f"somebody has the name '{name}' already: 'dateline people --reset' gives it a new passphrase"
                if add is not None
                else f"nobody has the name '{name}': the names are {names}"
            )
        write(passphrase)
        return
    everyone = known.all()
    if not everyone:
        log.warning("nobody has signed in yet: people do at the page that 'dateline chat --host' serves")
    for person in everyone:
        fields = {"name": person.name, "since": person.since}
        write(json_line(fields) if json else f"{person.since[:10]}  {inline(person.name)}")
