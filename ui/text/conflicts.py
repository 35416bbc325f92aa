"""Figures of one event on which the articles differ, as a table."""

import re

from assistant.answer import Answer, Conflict, Figure
from ui.text.columns import Column, table
from ui.text.escaping import inline
from ui.text.style import PLAIN, Style

CONFLICT_HEAD = ("as of", "figure", "who says so", "source")
TABLE_WIDTH = 80
"""Columns of a terminal that the table takes at most."""

_NARROWEST = 20
_YEAR = re.compile(r"\b\d{4}\b")


def conflicts(answer: Answer, style: Style = PLAIN) -> list[str]:
    """The lines of a table for each conflict, an empty line before each, and a sentence about the event after it."""
    width = max(_NARROWEST, min(style.width or TABLE_WIDTH, TABLE_WIDTH))
    columns = [Column(head) for head in CONFLICT_HEAD]
    lines = []
    for conflict in answer.conflicts:
        lines += ["", *table(columns, conflict_rows(answer, conflict), width, style), style.wrap(same_event(conflict))]
    return lines


def conflict_rows(answer: Answer, conflict: Conflict) -> list[tuple[str, str, str, str]]:
    """The figures of a conflict as printable texts, in the order of CONFLICT_HEAD."""
    publishers = {citation.marker: citation.publisher or "" for citation in answer.citations}
    rows = []
    for figure in (answer.figures[place] for place in conflict.figures):
        attribution = "headline" if figure.headline else figure.said_by or "the article"
        markers = "".join(f"[{marker}]" for marker in (figure.marker, *figure.copies))
        source = f"{markers} {publishers.get(figure.marker, '')}"
        rows.append((inline(_as_of(figure)), inline(_with_event(figure)), inline(attribution), inline(source)))
    return rows


def _as_of(figure: Figure) -> str:
    """The day or year of the figure; words that name neither ("late Wednesday") follow the word "undated"."""
    if figure.as_of is None or _YEAR.search(figure.as_of):
        return figure.as_of or "undated"
    return f"undated: {figure.as_of}"


def _with_event(figure: Figure) -> str:
    """The figure's words, with the event that it counts where they don't name it: "145 drones (launched)"."""
    from assistant.quantities.events import events  # its tables take time that "dateline --help" does not have

    event = None if figure.event in events(figure.text) else figure.event
    more = ", ".join(word for word in (event, figure.status) if word)
    return f"{figure.text} ({more})" if more else figure.text


def same_event(conflict: Conflict) -> str:
    """One sentence: whether the figures of a conflict are of one event, as far as the articles show it."""
    if conflict.same_event == "unknown":
        return "The articles do not show whether this is the same event."
    verdict = "The same event" if conflict.same_event == "same" else "Different events"
    return f"{verdict}: {conflict.because}." if conflict.because else f"{verdict}."
