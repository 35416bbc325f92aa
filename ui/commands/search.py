"""The command that finds passages: search."""

import logging
import sys
from typing import Annotated

import typer

from assistant.opening import open_store
from ui.console import answers_only, clean, style_for, write
from ui.errors import UsageError
from ui.options import DataDir, Json, NoColor, Publisher, Quiet, Since, Until, Verbose, begin, filters
from ui.progress import waiting
from ui.text.articles import hit_dict, hit_list
from ui.text.escaping import inline, json_line

log = logging.getLogger("dateline")


def search(
    words: Annotated[list[str], typer.Argument(metavar="QUERY", show_default=False, help="What to look for.")],
    k: Annotated[int, typer.Option("-k", min=1, max=1000, metavar="N", help="How many passages to show.")] = 10,
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Find passages by words and by meaning, without the model.

    \b
    Examples:
      dateline search drones over Kyiv
      dateline search "North Korean missile" -k 3 --since 2025-04
      dateline search Zelensky --publisher reuters --json
    """
    settings = begin(quiet=quiet, verbose=verbose, no_color=no_color, data_dir=data_dir)
    query, chosen = clean(" ".join(words)), filters(since, until, publisher)
    if not query:
        raise UsageError("no query was given: expected one, such as dateline search drones over Kyiv")
    with (
        answers_only() as out,
        waiting(quiet or json, style_for(settings.color, sys.stderr), "Searching the articles"),
        open_store(settings.data_dir) as store,
    ):
        hits = store.search(query, k, chosen)
    if json:
        for hit in hits:
            write(json_line(hit_dict(hit)), out)
    elif hits:
        write(hit_list(hits, style_for(settings.color, out)), out)
    else:
        log.warning("no passage matches '%s'", inline(query))
