"""Missing files: the removal of their articles, where that is wanted, and new sources for articles that have moved."""

from collections.abc import Sequence
from pathlib import Path

from vectorstore.articles import Problem
from vectorstore.index.library import Library
from vectorstore.index.store import Store
from vectorstore.readers.files import is_gone
from vectorstore.report import Tally

MAX_SHARE = 1 / 3
"""Of the articles read from one path, what `--prune` removes at most: more may mean that a drive is missing."""


def prune_missing(paths: Sequence[Path], store: Store, tally: Tally, everything: bool) -> None:
    """Remove what was read from files in `paths` that no longer exist, and count it in the tally.

    A path that would lose more than MAX_SHARE of its articles keeps them all and is reported, unless `everything`.
    An article that also has a source in an existing file is not lost.
    """
    rows = store.library.rows("SELECT file, source, article_id FROM sources ORDER BY source")
    missing = {file for file in {row[0] for row in rows} if _is_inside(file, paths) and is_gone(file)}
    kept = {article_id for file, _, article_id in rows if file not in missing}
    removed: dict[str, tuple[str, str]] = {}  # source -> (file, article id)
    refused: set[str] = set()
    for path in dict.fromkeys(path.resolve() for path in paths):
        inside = [row for row in rows if Path(row[0]).is_relative_to(path)]
        gone = [row for row in inside if row[0] in missing]
        lost = {row[2] for row in gone} - kept
        total = len({row[2] for row in inside})
        if lost and not everything and len(lost) > MAX_SHARE * total:
            tally.refuse_prune(_refusal(path, len(lost), total))
            refused |= {source for _, source, _ in inside}
        removed.update({source: (file, article_id) for file, source, article_id in gone})
    removed = {source: place for source, place in removed.items() if source not in refused}
    with store.library.transaction() as connection:
        connection.executemany("DELETE FROM sources WHERE source = ?", [(source,) for source in removed])
        connection.executemany("DELETE FROM files WHERE file = ?", {(file,) for file, _ in removed.values()})
        store.library.remove_unreferenced({article_id for _, article_id in removed.values()})
    store.sync()
    tally.removed += removed


def update_sources(library: Library) -> None:
    """Where the source named by an article no longer exists, name another of its sources that does."""
    rows = library.rows(
        "SELECT id, articles.source, sources.source, file FROM articles JOIN sources ON article_id = id WHERE id IN"
        " (SELECT article_id FROM sources GROUP BY article_id HAVING count(*) > 1) OR NOT EXISTS (SELECT 1 FROM sources"
        " AS own WHERE own.source = articles.source AND own.article_id = id) ORDER BY id, sources.source"
    )
    exists = {file: not is_gone(file) for file in {row[3] for row in rows}}
    named = {article_id: source for article_id, source, _, _ in rows}
    existing: dict[str, list[str]] = {}
    for article_id, _, source, file in rows:
        if exists[file]:
            existing.setdefault(article_id, []).append(source)
    moved = [(sources[0], article_id) for article_id, sources in existing.items() if named[article_id] not in sources]
    if moved:
        with library.transaction() as connection:
            connection.executemany("UPDATE articles SET source = ? WHERE id = ?", moved)


def _is_inside(file: str, paths: Sequence[Path]) -> bool:
    return any(Path(file).is_relative_to(path.resolve()) for path in paths)


def _refusal(path: Path, lost: int, total: int) -> Problem:
    return Problem(
        str(path),
        f"--prune would take out {lost:,} of the {total:,} articles read from here, more than a third: all are kept;"
        " bring the files back (is a drive missing?), or use --prune-all if they are gone for good",
    )
