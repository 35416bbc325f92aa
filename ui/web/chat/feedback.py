"""What people say of answers: stored with all they saw, and turned into test questions for `dateline eval`."""

import json
import sqlite3
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

from assistant.answer import Answer, Citation
from ui.errors import NoConversationError, UsageError
from ui.web.chat.database import ConversationFile, now, storable
from vectorstore.articles import Filters

Kind = Literal["up", "down", "wrong_evidence"]


@dataclass(frozen=True)
class Feedback:
    """One report of an answer and the whole state it is about. `time` is ISO 8601 in UTC.

    `marker` is the citation that does not bear the answer out ("wrong_evidence"; None: not said which).
    `right_answer` may be several spellings with "|" between them. `history` are the questions before.
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


def keep(
    file: ConversationFile,
    owner: str,
    turn_id: str,
    kind: Kind,
    *,
    marker: int | None = None,
    note: str = "",
    right_answer: str = "",
) -> None:
    """Store a report of one's own turn. The same thumb again, or the other one, replaces what was said before.

    Raises NoConversationError when the owner has no such turn, UsageError when there is nothing to judge.
    """
    with file.transaction() as connection:
        found = connection.execute(
            "SELECT t.conversation, t.number, t.question, t.answer, t.scope FROM turns t"
            " JOIN conversations c ON c.id = t.conversation"
            " WHERE t.id = ? AND c.owner = ? AND t.cut IS NULL AND c.deleted IS NULL",
            (turn_id, owner),
        ).fetchone()
        if not found:
            raise NoConversationError("no such question: it was deleted, or the address is wrong")
        conversation, number, question, answer, scope = found
        _refuse(answer, kind, marker)
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
        said = (kind, marker, storable(note), storable(right_answer))
        connection.execute(
            "INSERT INTO feedback (time, owner, turn, question, answer, scope, history,"
            " kind, marker, note, right_answer) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (now(), owner, turn_id, question, answer, scope, history, *said),
        )


def reports(file: ConversationFile) -> list[Feedback]:
    """All reports of all people, oldest first."""
    with file.transaction(write=False) as connection:
        rows = connection.execute(
            "SELECT turn, kind, marker, note, right_answer, time, question, answer, scope, history FROM feedback"
            " ORDER BY number"
        )
        return [_feedback(row) for row in rows]


def questions(given: Sequence[Feedback]) -> tuple[list[dict[str, Any]], int]:
    """Test questions as `dateline eval` reads them, one for each turn, and how many turns were left out.

    Left out is what somebody found wrong without saying what is right: nothing is known of the right answer then.
    """
    turns: dict[str, list[Feedback]] = {}
    for report in given:
        turns.setdefault(report.turn_id, []).append(report)
    made = [_question(about) for about in turns.values()]
    return [question for question in made if question], made.count(None)


def _refuse(answer: str | None, kind: Kind, marker: int | None) -> None:
    if answer is None:
        raise UsageError("this question has no answer yet: expected one that is answered")
    if marker is not None and kind != "wrong_evidence":
        raise UsageError(f"a source was named with '{kind}': expected one with 'wrong_evidence' alone")
    markers = [citation["marker"] for citation in json.loads(answer)["citations"]]
    if marker is not None and marker not in markers:
        raise UsageError(f"the answer has no source {marker}: expected one of {', '.join(map(str, markers)) or 'none'}")


def _feedback(row: Sequence[Any]) -> Feedback:
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


def _question(about: Sequence[Feedback]) -> dict[str, Any] | None:
    """The question of the reports of one turn; None when nobody says what is right."""
    last = about[-1]
    corrected = [spelling for report in about for spelling in _spellings(report.right_answer)]
    if corrected:
        wrong = {report.marker for report in about if report.kind == "wrong_evidence"}
        expected = _expected(corrected, _proofs(last.answer, corrected, wrong))
    elif any(report.kind != "up" for report in about):
        return None
    elif _silent(last.answer):
        expected = {"answers": [], "answerable": False, "gold_article_ids": [], "evidence": []}
    else:
        expected = _confirmed(last.answer)
    return {
        "id": f"feedback-{last.turn_id}",
        "question": last.question,
        **expected,
        "kind": "feedback",
        "history": list(last.history),
        "context_article_ids": list(last.scope.article_ids),
        "note": "; ".join(_notes(about)),
    }


def _spellings(right_answer: str) -> list[str]:
    return [" ".join(spelling.split()) for spelling in right_answer.split("|") if spelling.strip()]


def _silent(answer: Answer) -> bool:
    from assistant.evaluation.judging import is_silence  # its tables take time that "dateline --help" does not have

    return answer.refused or is_silence(answer.answer)


def _confirmed(answer: Answer) -> dict[str, Any]:
    """What is expected of an answer that is right: its figures, or its words where it has none."""
    from assistant.evaluation.matching import without_markers

    figures = list(dict.fromkeys(figure.text for figure in answer.figures))
    if figures:
        return _expected(figures, answer.citations)
    told = [without_markers(statement.text) for statement in answer.statements] or [without_markers(answer.answer)]
    return {**_expected(told, answer.citations), "long_form": True}


def _proofs(answer: Answer, spellings: Sequence[str], wrong: set[int | None]) -> list[Citation]:
    """The citations whose sentence says the right answer, without those that were reported as wrong."""
    from assistant.evaluation.matching import matches

    return [c for c in answer.citations if c.marker not in wrong and matches(c.quote, spellings)]


def _expected(answers: Sequence[str], proofs: Sequence[Citation]) -> dict[str, Any]:
    return {
        "answers": list(dict.fromkeys(answers)),
        "answerable": True,
        "gold_article_ids": list(dict.fromkeys(citation.article_id for citation in proofs)),
        "evidence": [quote for citation in proofs if (quote := citation.quote.strip())],
    }


def _notes(about: Sequence[Feedback]) -> Iterator[str]:
    """What a reader of the test set should know: what people wrote, and filters that a test can't have."""
    yield from (" ".join(report.note.split()) for report in about if report.note.strip())
    scope = about[-1].scope
    for name in ("since", "until", "publisher"):
        if value := getattr(scope, name):
            yield f"asked with {name} {value}"
