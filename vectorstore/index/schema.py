"""The tables of the library file: created in a new file, and migrated in one that an older version wrote."""

import sqlite3
from contextlib import closing
from importlib.resources import files

from vectorstore.text.normalization import folded
from vectorstore.text.words import VERSION, index_text


def prepare(connection: sqlite3.Connection) -> None:
    """Set a connection up: the SQL function `folded`, pragmas, tables. Raises sqlite3.DatabaseError."""
    connection.create_function("folded", 1, lambda text: None if text is None else folded(text), deterministic=True)
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    with closing(connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'manifest'")) as tables:
        exists = tables.fetchone() is not None
    if not exists:
        connection.executescript(f"BEGIN IMMEDIATE; {_sql('schema.sql')} COMMIT;")
    _migrate_words(connection)


def _migrate_words(connection: sqlite3.Connection) -> None:
    """Create the full-text table, or build it anew if its words were normalised by another version of `index_text`."""
    if _words_version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        if _words_version(connection) != VERSION:  # another process may have done it meanwhile
            connection.execute("DROP TABLE IF EXISTS words")
            connection.execute(_sql("words.sql"))
            chunks = connection.execute(
                'SELECT number, title, substr(text, start + 1, "end" - start) FROM chunks'
                " JOIN articles ON articles.id = chunks.article_id"
            )
            connection.executemany(
                "INSERT INTO words (rowid, title, text) VALUES (?, ?, ?)",
                ((number, index_text(title), index_text(text)) for number, title, text in chunks),
            )
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _words_version(connection: sqlite3.Connection) -> int:
    """The version of `index_text` that the full-text table was written with; 0 for no table."""
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _sql(name: str) -> str:
    return files("vectorstore.index").joinpath(name).read_text(encoding="utf-8")
