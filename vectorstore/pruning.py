"""Files that are gone: their articles taken out if that is meant, and articles followed to where they stand now."""

from collections.abc import Sequence
from pathlib import Path

from vectorstore.articles import Problem
from vectorstore.index.library import Library
from vectorstore.index.store import Store
from vectorstore.readers.files import is_gone
from vectorstore.report import Tally

MOST = 1 / 3
"""Of the articles below one path, what `--prune` takes out at most: a drive that is not there has lost them all."""


def take_out_gone(paths: Sequence[Path], store: Store, tally: Tally, everything: bool) -> None:
    """Take out what was read from files below `paths` that are gone, and count it in the tally.

    A path that would lose more than MOST of its articles keeps them all and is reported, unless `everything`.
    What stands in another file, too, is not lost.
    """
    rows = store.library.rows("SELECT file, source, article_id FROM sources ORDER BY source")
    missing = {file for file in {row[0] for row in rows} if _is_below(file, paths) and is_gone(file)}
    kept = {article_id for file, _, article_id in rows if file not in missing}
    out: dict[str, tuple[str, str]] = {}  # source -> file, article id
    refused: set[str] = set()
    for path in dict.fromkeys(path.resolve() for path in paths):
        below = [row for row in rows if Path(row[0]).is_relative_to(path)]
        gone = [row for row in below if row[0] in missing]
        lost = {row[2] for row in gone} - kept
        among = len({row[2] for row in below})
        if lost and not everything and len(lost) > MOST * among:
            tally.refuse_prune(_refusal(path, len(lost), among))
            refused |= {source for _, source, _ in below}
        out.update({source: (file, article_id) for file, source, article_id in gone})
    out = {source: place for source, place in out.items() if source not in refused}
    with store.library.transaction() as connection:
        connection.executemany("DELETE FROM sources WHERE source = ?", [(source,) for source in out])
        connection.executemany("DELETE FROM files WHERE file = ?", {(file,) for file, _ in out.values()})
        store.library.remove_unreferenced({article_id for _, article_id in out.values()})
    store.sync()
    tally.removed += out


def follow_sources(library: Library) -> None:
    """Have each article name a file that is still there as its source, where it was read from several places."""
    rows = library.rows(
        "SELECT id, articles.source, sources.source, file FROM articles JOIN sources ON article_id = id WHERE id IN"
        " (SELECT article_id FROM sources GROUP BY article_id HAVING count(*) > 1) OR NOT EXISTS (SELECT 1 FROM sources"
        " AS own WHERE own.source = articles.source AND own.article_id = id) ORDER BY id, sources.source"
    )
    there = {file: not is_gone(file) for file in {row[3] for row in rows}}
    places: dict[str, list[str]] = {}
    named = {article_id: source for article_id, source, _, _ in rows}
    for article_id, _, source, file in rows:
        if there[file]:
            places.setdefault(article_id, []).append(source)
    moved = [(found[0], article_id) for article_id, found in places.items() if named[article_id] not in found]
    if moved:
        with library.transaction() as connection:
            connection.executemany("UPDATE articles SET source = ? WHERE id = ?", moved)


def _is_below(file: str, paths: Sequence[Path]) -> bool:
    return any(Path(file).is_relative_to(path.resolve()) for path in paths)


def _refusal(path: Path, lost: int, among: int) -> Problem:
    return Problem(
        str(path),
        f"--prune would take out {lost:,} of the {among:,} articles read from here, more than a third: all are kept;"
        " bring the files back (is a drive missing?), or use --prune-all if they are gone for good",
    )
