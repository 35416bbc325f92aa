"""The text of an answer, statement by statement, with chips where its markers stand; no word lost, none added."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from assistant.answer import Answer, Statement, StatementReady
from ui.web.html.citations import by_marker, card, chip
from ui.web.html.escaping import emphasised, safe


@dataclass(frozen=True)
class Part:
    """A statement of a text and the words before it (its lead); None: words behind the last statement."""

    before: str
    statement: Statement | None


def parts(text: str, statements: Iterable[Statement]) -> list[Part]:
    """The text cut at its statements. A marker is only what stands behind a statement and is one of its own."""
    found, at = [], 0
    for statement in statements:
        markers = "".join(rf"\s*\[{marker}\]" for marker in statement.markers)
        match = re.compile(re.escape(statement.text) + markers).search(text, at)
        if match:
            found.append(Part(text[at : match.start()].strip(), statement))
            at = match.end()
    rest = text[at:].strip()
    return [*found, Part(rest, None)] if rest else found


def statements_html(turn_id: str, answer: Answer) -> str:
    """The whole text of an answer as paragraphs, each citation a chip with its card."""
    cited = by_marker(answer)

    def told(place: int, statement: Statement) -> str:
        chips = []
        for marker in statement.markers:
            if marker in cited:
                citation, _, its = cited[marker]
                card_id = f"card-{turn_id}-{place}-{marker}"
                chips.append(chip(turn_id, citation, statement.verdict, card_id))
                chips.append(card(card_id, citation, statement.verdict, its))
            else:
                chips.append(_number(marker))
        return f"{emphasised(statement.text, statement.marks, 'mark')} {' '.join(chips)}".rstrip()

    pieces = []
    for place, part in enumerate(parts(answer.answer, answer.statements)):
        if part.statement is None:
            pieces.append(f'<p class="statement lead">{safe(part.before)}</p>')
        elif place == 0 and part.before:
            pieces.append(f'<p class="statement lead">{safe(part.before)}</p>{_paragraph("", told(0, part.statement))}')
        else:
            pieces.append(_paragraph(part.before, told(place, part.statement)))
    return "".join(pieces)


def statements_so_far_html(said: Sequence[StatementReady]) -> str:
    """What has been said so far; its citations are not there yet, so its markers are bare numbers."""
    pieces = []
    for one in said:
        for part in parts(one.text, [one.statement]):
            if part.statement is None or not part.statement.markers:
                words = " ".join(filter(None, (part.before, part.statement.text if part.statement else "")))
                pieces.append(f'<p class="statement lead">{safe(words)}</p>')
            else:
                numbers = " ".join(map(_number, part.statement.markers))
                pieces.append(
                    _paragraph(
                        part.before, f"{emphasised(part.statement.text, part.statement.marks, 'mark')} {numbers}"
                    )
                )
    return "".join(pieces)


def _paragraph(before: str, words: str) -> str:
    lead = f'<span class="lead">{safe(before)}</span> ' if before else ""
    return f'<p class="statement">{lead}{words}</p>'


def _number(marker: int) -> str:
    return f'<span class="number">[{marker}]</span>'
