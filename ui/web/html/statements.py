"""The text of an answer as paragraphs, one a statement, with chips in place of its markers; no word lost or added."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Statement, StatementReady
from ui.web.html.citations import by_marker, card, chip
from ui.web.html.escaping import emphasised, safe


@dataclass(frozen=True)
class Part:
    """A statement and the text before it (its lead). With `statement` None: the text after the last statement."""

    before: str
    statement: Statement | None


def parts(text: str, statements: Iterable[Statement]) -> list[Part]:
    """The text cut at its statements, each with the markers that follow it; other "[1]" in the text stay text."""
    result, at = [], 0
    for statement in statements:
        markers = "".join(rf"\s*\[{marker}\]" for marker in statement.markers)
        match = re.compile(re.escape(statement.text) + markers).search(text, at)
        if match:
            result.append(Part(text[at : match.start()].strip(), statement))
            at = match.end()
    rest = text[at:].strip()
    return [*result, Part(rest, None)] if rest else result


def statements_html(turn_id: str, answer: Answer) -> str:
    """The text of a finished answer; each citation is a chip with its card."""
    cited = by_marker(answer)

    def with_chips(place: int, statement: Statement) -> str:
        chips = []
        for marker in statement.markers:
            if marker in cited:
                citation, _, figures = cited[marker]
                card_id = f"card-{turn_id}-{place}-{marker}"
                chips.append(chip(turn_id, citation, statement.verdict, card_id))
                chips.append(card(card_id, citation, statement.verdict, figures))
            else:
                chips.append(_number(marker))
        return f"{emphasised(statement.text, statement.marks, 'mark')} {' '.join(chips)}".rstrip()

    pieces = []
    for place, part in enumerate(parts(answer.answer, answer.statements)):
        if part.statement is None:
            pieces.append(_lead(part.before))
        elif place == 0 and part.before:
            pieces += [_lead(part.before), _paragraph("", with_chips(0, part.statement))]
        else:
            pieces.append(_paragraph(part.before, with_chips(place, part.statement)))
    return "".join(pieces)


def statements_so_far_html(events: Sequence[StatementReady]) -> str:
    """The text written so far. Its citations are not known yet, so its markers are plain numbers."""
    pieces = []
    for event in events:
        for part in parts(event.text, [event.statement]):
            statement = part.statement
            if statement is None or not statement.markers:
                words = " ".join(filter(None, (part.before, statement.text if statement else "")))
                pieces.append(_lead(words))
            else:
                marked = emphasised(statement.text, statement.marks, "mark")
                pieces.append(_paragraph(part.before, f"{marked} {' '.join(map(_number, statement.markers))}"))
    return "".join(pieces)


def _lead(words: str) -> str:
    return f'<p class="statement lead">{safe(words)}</p>'


def _paragraph(before: str, words: str) -> str:
    lead = f'<span class="lead">{safe(before)}</span> ' if before else ""
    return f'<p class="statement">{lead}{words}</p>'


def _number(marker: int) -> str:
    return f'<span class="number">[{marker}]</span>'
