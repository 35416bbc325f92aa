"""Feedback reports -> test questions for `dateline eval`."""

from collections.abc import Iterator, Sequence
from typing import Any

from assistant.answer import Answer, Citation
from ui.web.chat.feedback import Feedback


def questions(reports: Sequence[Feedback]) -> tuple[list[dict[str, Any]], int]:
    """Test questions as `dateline eval` reads them, one for each turn, and the number of turns left out.

    Left out are answers reported as wrong without the right answer.
    """
    turns: dict[str, list[Feedback]] = {}
    for report in reports:
        turns.setdefault(report.turn_id, []).append(report)
    per_turn = [_question(same_turn) for same_turn in turns.values()]
    return [question for question in per_turn if question], per_turn.count(None)


def _question(same_turn: Sequence[Feedback]) -> dict[str, Any] | None:
    """The test question of the reports on one turn; None when the right answer is unknown."""
    last = same_turn[-1]
    corrected = [spelling for report in same_turn for spelling in _spellings(report.right_answer)]
    if corrected:
        wrong = {report.marker for report in same_turn if report.kind == "wrong_evidence"}
        expected = _expected(corrected, _proofs(last.answer, corrected, wrong))
    elif any(report.kind != "up" for report in same_turn):
        return None
    elif _refused(last.answer):
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
        "note": "; ".join(_notes(same_turn)),
    }


def _spellings(right_answer: str) -> list[str]:
    return [" ".join(spelling.split()) for spelling in right_answer.split("|") if spelling.strip()]


def _refused(answer: Answer) -> bool:
    from assistant.evaluation.judging import is_silence  # slow to import, and `dateline --help` imports this

    return answer.refused or is_silence(answer.answer)


def _confirmed(answer: Answer) -> dict[str, Any]:
    """The expected fields of an answer reported as right: its figures, or its statements if it has none."""
    from assistant.evaluation.matching import without_markers

    figures = list(dict.fromkeys(figure.text for figure in answer.figures))
    if figures:
        return _expected(figures, answer.citations)
    texts = [without_markers(statement.text) for statement in answer.statements] or [without_markers(answer.answer)]
    return {**_expected(texts, answer.citations), "long_form": True}


def _proofs(answer: Answer, spellings: Sequence[str], wrong: set[int | None]) -> list[Citation]:
    """The citations whose sentence contains the right answer, without those that were reported as wrong."""
    from assistant.evaluation.matching import matches

    return [c for c in answer.citations if c.marker not in wrong and matches(c.quote, spellings)]


def _expected(answers: Sequence[str], proofs: Sequence[Citation]) -> dict[str, Any]:
    return {
        "answers": list(dict.fromkeys(answers)),
        "answerable": True,
        "gold_article_ids": list(dict.fromkeys(citation.article_id for citation in proofs)),
        "evidence": [quote for citation in proofs if (quote := citation.quote.strip())],
    }


def _notes(same_turn: Sequence[Feedback]) -> Iterator[str]:
    """Notes for readers of the test set: what people wrote, and filters, which a test question can't have."""
    yield from (" ".join(report.note.split()) for report in same_turn if report.note.strip())
    scope = same_turn[-1].scope
    for name in ("since", "until", "publisher"):
        if value := getattr(scope, name):
            yield f"asked with {name} {value}"
