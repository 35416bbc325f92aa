"""Feedback on answers, stored with the answer and everything it depended on."""

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.answer import Answer
from ui.errors import NoConversationError, UsageError
from ui.web.chat.database import ConversationFile, now, storable
from vectorstore.articles import Filters

Kind = Literal["up", "down", "wrong_evidence"]


@dataclass(frozen=True)
class Feedback:
    """One report on one answer. `time` is ISO 8601 in UTC.

    `marker` is the citation that does not support the answer ("wrong_evidence"; None: not specified). `right_answer`
    may be several spellings with "|" between them. `history` are the earlier questions of the conversation.
    """

    turn_id: str
    kind: Kind
    marker: int | None
    note: str
    right_answer: str
    time: str
    question: str
    answer: Answer
    scope: Filters
    history: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The report as plain lists and dictionaries."""
        return asdict(self)


def store(
    file: ConversationFile,
    owner: str,
    turn_id: str,
    kind: Kind,
    *,
    marker: int | None = None,
    note: str = "",
    right_answer: str = "",
) -> None:
    """Store a report on a turn of one's own. A second thumb replaces the first, as does a second report on a marker.

    Raises NoConversationError when the owner has no such turn, UsageError when it has no answer or no such marker.
    """
    with file.transaction() as connection:
        row = connection.execute(
            "SELECT t.conversation, t.number, t.question, t.answer, t.scope FROM turns t"
            " JOIN conversations c ON c.id = t.conversation"
            " WHERE t.id = ? AND c.owner = ? AND t.cut IS NULL AND c.deleted IS NULL",
            (turn_id, owner),
        ).fetchone()
        if not row:
            raise NoConversationError("no such question: it was deleted, or the address is wrong")
        conversation, number, question, answer, scope = row
        _check(answer, kind, marker)
        before = connection.execute(
            "SELECT question FROM turns WHERE conversation = ? AND number < ? AND cut IS NULL AND state = 'done'"
            " ORDER BY number",
            (conversation, number),
        )
        history = json.dumps([earlier for (earlier,) in before], ensure_ascii=False)
        connection.execute(
            "DELETE FROM feedback WHERE turn = ? AND (kind = 'wrong_evidence') = ? AND marker IS ?",
            (turn_id, kind == "wrong_evidence", marker),
        )
        report = (kind, marker, storable(note), storable(right_answer))
        connection.execute(
            "INSERT INTO feedback (time, owner, turn, question, answer, scope, history,"
            " kind, marker, note, right_answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (now(), owner, turn_id, question, answer, scope, history, *report),
        )


def reports(file: ConversationFile) -> list[Feedback]:
    """All reports of all people, oldest first."""
    with file.transaction(write=False) as connection:
        rows = connection.execute(
            "SELECT turn, kind, marker, note, right_answer, time, question, answer, scope, history FROM feedback"
            " ORDER BY number"
        )
        return [_feedback(row) for row in rows]


def _check(answer: str | None, kind: Kind, marker: int | None) -> None:
    """Raises UsageError for a report that does not fit the answer (its stored JSON, None without one)."""
    if answer is None:
        raise UsageError("this question has no answer yet: expected one that is answered")
    if marker is not None and kind != "wrong_evidence":
        raise UsageError(f"a source was named with '{kind}': expected one with 'wrong_evidence' alone")
    markers = [citation["marker"] for citation in json.loads(answer)["citations"]]
    if marker is not None and marker not in markers:
        raise UsageError(f"the answer has no source {marker}: expected one of {', '.join(map(str, markers)) or 'none'}")


def _feedback(row: Sequence[Any]) -> Feedback:
    """The report in a row of `reports`. Raises sqlite3.DataError for an unreadable one."""
    turn, kind, marker, note, right_answer, time, question, answer, scope, history = row
    try:
        filters = json.loads(scope)
        return Feedback(
            turn,
            kind,
            marker,
            note,
            right_answer,
            time,
            question,
            Answer.from_dict(json.loads(answer)),
            Filters(**{**filters, "article_ids": tuple(filters["article_ids"])}),
            tuple(json.loads(history)),
        )
    except (KeyError, TypeError, ValueError) as wrong:
        raise sqlite3.DataError(f"the feedback on {turn} holds no answer: {wrong}") from wrong
