"""The commands about articles: ingest, list, show, remove, rebuild, stats."""

import logging
import sys
from pathlib import Path
from typing import Annotated

import typer

from assistant.opening import open_store
from ui.building import open_library
from ui.console import answers_only, style_for, write
from ui.options import (
    ArticleId,
    DataDir,
    Json,
    NoColor,
    Publisher,
    Quiet,
    Since,
    Until,
    Verbose,
    begin,
    filters,
)  # fmt: skip
from ui.progress import showing
from ui.text.articles import article_dict, article_head, article_row, byline
from ui.text.columns import field_list
from ui.text.escaping import json_line, printable
from ui.text.ingest_report import ingest_report

log = logging.getLogger("dateline")
_STATS_LABELS = {"first": "oldest", "last": "newest", "chunks": "passages", "data_dir": "folder"}


def ingest(
    paths: Annotated[
        list[Path],
        typer.Argument(metavar="PATH", show_default=False, help="Folders and files of articles."),
    ],
    prune: Annotated[
        bool, typer.Option("--prune", help="Remove the articles whose files are gone from these folders.")
    ] = False,
    prune_all: Annotated[
        bool, typer.Option("--prune-all", help="Like --prune, even for more than a third of a folder's articles.")
    ] = False,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    no_color: NoColor = False,
    data_dir: DataDir = None,
) -> None:
    """Read articles into the index: txt, md, html, json and jsonl.

    \b
    Examples:
      dateline ingest news/
      dateline ingest news/ --prune      also remove articles whose files are gone
      dateline ingest a.html b.jsonl --json

    An article that is in the index already is skipped; a changed one replaces the old. --prune refuses to remove
    more than a third of a folder's articles, because its drive may be missing; --prune-all does it. Exit code 1 if
    all articles failed or --prune was refused.
    """
    from vectorstore.ingest import ingest as run

    settings = begin(quiet=quiet, verbose=verbose, no_color=no_color, data_dir=data_dir)
    with answers_only() as out, open_store(settings.data_dir, create=True) as store:
        with showing(quiet, style_for(settings.color, sys.stderr)) as show:
            report = run(
                paths,
                store,
                prune=prune,
                prune_all=prune_all,
                progress=lambda at: show(at.done, at.total, at.source),
            )
        write(
            json_line(report.to_dict()) if json else ingest_report(report, style_for(settings.color, out)),
            out,
        )
    nothing = report.failed and not (report.added or report.changed or report.unchanged)
    if nothing or report.prune_refused:
        raise typer.Exit(1)


def list_articles(
    since: Since = None,
    until: Until = None,
    publisher: Publisher = None,
    json: Json = False,
    verbose: Verbose = False,
    data_dir: DataDir = None,
) -> None:
    """List the articles, newest first.

    \b
    Examples:
      dateline list --since 2025-04
      dateline list --publisher reuters --json
    """
    settings = begin(verbose=verbose, data_dir=data_dir)
    chosen = filters(since, until, publisher)
    style = style_for(settings.color, sys.stdout)
    with open_library(settings.data_dir) as library:
        articles = library.articles(chosen)
        for article in articles:
            row = json_line(article_dict(article, text=False)) if json else article_row(article, style)
            sys.stdout.write(f"{row}\n")
    if not articles:
        log.warning("no article matches: 'dateline list' without flags shows all")


def show(
    article_id: ArticleId,
    json: Json = False,
    quiet: Quiet = False,
    verbose: Verbose = False,
    data_dir: DataDir = None,
) -> None:
    """Print an article's text, exactly as it is stored.

    \b
    Examples:
      dateline show 1f0c3a
      dateline show 1f0c3a > article.txt
      dateline show 1f0c3a --json        with everything that is known of it

    The text goes to stdout, what else is known of the article to stderr. The start and end of a citation are
    offsets in this text. A terminal shows control characters as visible signs; a pipe or a file gets every character
    as it is.
    """
    settings = begin(quiet=quiet, verbose=verbose, data_dir=data_dir)
    with open_library(settings.data_dir) as library:
        article = library.article(article_id)
    if json:
        write(json_line(article_dict(article)))
        return
    if not quiet:
        write(f"{article_head(article)}\n", sys.stderr)
    if sys.stdout.isatty():
        write(printable(article.text))
    else:
        sys.stdout.write(article.text)


def remove(
    article_id: ArticleId,
    quiet: Quiet = False,
    verbose: Verbose = False,
    data_dir: DataDir = None,
) -> None:
    """Take one article out of the index.

    \b
    Example:
      dateline remove 1f0c3a

    Its file stays where it is; ingesting it again adds the article again.
    """
    settings = begin(quiet=quiet, verbose=verbose, data_dir=data_dir)
    with answers_only() as out, open_store(settings.data_dir, check=False) as store:
        article = store.remove(article_id)
        write(f"removed {article.id}  {byline(article)}", out)


def rebuild(
    quiet: Quiet = False, verbose: Verbose = False, no_color: NoColor = False, data_dir: DataDir = None
) -> None:
    """Build the vector index again from the stored articles.

    \b
    Example:
      dateline rebuild

    Needed where a message asks for it: after damage to the index, or a change of the embedder. No file is read.
    """
    settings = begin(quiet=quiet, verbose=verbose, no_color=no_color, data_dir=data_dir)
    with answers_only() as out, open_store(settings.data_dir, check=False) as store:
        with showing(quiet, style_for(settings.color, sys.stderr), "articles") as shown:
            count = store.rebuild(lambda done, total: shown(done, total, ""))
        write(f"{count:,} vectors rebuilt from the stored articles", out)


def stats(json: Json = False, verbose: Verbose = False, data_dir: DataDir = None) -> None:
    """Show how many articles, passages and publishers there are.

    \b
    Example:
      dateline stats --json
    """
    settings = begin(verbose=verbose, data_dir=data_dir)
    with open_library(settings.data_dir) as library:
        values = {**library.stats(), "data_dir": str(settings.data_dir)}
    if json:
        write(json_line(values))
    else:
        write(field_list({_STATS_LABELS.get(key, key): value for key, value in values.items()}))
