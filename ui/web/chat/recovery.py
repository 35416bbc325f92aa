"""What the start of a server does to the stored conversations: unfinished turns fail, old deleted rows are purged."""

import sqlite3
from datetime import UTC, datetime, timedelta

from ui.web.chat import conversation_rows as rows

KEPT_DAYS = 30
"""Days for which deleted conversations and removed turns can be restored."""

INTERRUPTED = "Dateline was stopped before this answer was finished: ask again."


def fail_unfinished(connection: sqlite3.Connection) -> None:
    """Turns that were being answered when the last server ended get the state "failed".

    The turns that they should have replaced come back.
    """
    unfinished = connection.execute(
        "SELECT id, conversation FROM turns WHERE state NOT IN ('done', 'stopped', 'failed')"
    ).fetchall()
    for turn_id, conversation in unfinished:
        rows.settle_replaced(connection, turn_id, answered=False)
        connection.execute("UPDATE turns SET state = 'failed', error = ? WHERE id = ?", (INTERRUPTED, turn_id))
        rows.name(connection, conversation)


def purge(connection: sqlite3.Connection) -> None:
    """Delete for good what was removed KEPT_DAYS ago, and conversations begun as long ago without a question."""
    before = (datetime.now(UTC) - timedelta(days=KEPT_DAYS)).isoformat(timespec="milliseconds")
    connection.execute("DELETE FROM turns WHERE cut < ?", (before,))
    connection.execute("DELETE FROM conversations WHERE deleted < ?", (before,))
    connection.execute(
        "DELETE FROM conversations WHERE updated < ? AND id NOT IN (SELECT conversation FROM turns)", (before,)
    )
