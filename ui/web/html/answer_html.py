"""A turn of a conversation as HTML, from waiting to the whole answer. Pure: the page only places it."""

from collections.abc import Sequence

from assistant.answer import Answer, Passage
from ui.web.chat.turn import Turn
from ui.web.html.answer_details import details_html
from ui.web.html.citations import byline_html, target
from ui.web.html.escaping import safe
from ui.web.html.statements import statements_html, statements_so_far_html

FIRST_SOURCES = 5
"""Articles that are shown while the answer is written."""

_AGAIN = (
    ("retry", "Ask again", "Ask again"),
    ("edit", "Edit", "Edit the question"),
    ("undo", "Undo", "Undo this question"),
)
_JUDGE = (
    ("up", "Good", "Good answer"),
    ("down", "Bad", "Bad answer"),
    ("wrong", "Wrong evidence", "Wrong evidence: report it"),
    ("copy", "Copy", "Copy the answer with its sources"),
)


def turn_html(turn: Turn) -> str:
    """The turn as it stands: the question, one line of where it is, and what there is of the answer."""
    name = safe(turn.id)
    status = f'<p class="stage" role="status">{safe(stage(turn))}</p>'
    return (
        f'<article class="turn" id="turn-{name}" data-turn="{name}" data-state="{turn.state}" '
        f'aria-labelledby="question-{name}"><h2 class="question" id="question-{name}">{safe(turn.question)}</h2>'
        f"{_content(turn)}{_unsaved(turn)}{status}{_toolbar(turn)}</article>"
    )


def stage(turn: Turn) -> str:
    """Where the turn is, in a line: what it waits for, what was found, how long it took."""
    if turn.state == "waiting":
        return f"Waiting: {_many(turn.ahead, 'question')} before yours" if turn.ahead else "Waiting…"
    if turn.state == "searching":
        return "Searching…"
    if turn.state == "writing":
        articles = len({passage.article.id for passage in turn.passages})
        found = f"{_many(len(turn.passages), 'passage')} of {_many(articles, 'article')} found; writing…"
        return found if turn.passages else "Writing…"
    if turn.state == "stopped":
        return "Stopped."
    return _times(turn.answer) if turn.answer else ""


def _many(number: int, thing: str) -> str:
    return f"{number} {thing}{'s' * (number != 1)}"


def _times(answer: Answer) -> str:
    search, whole = answer.timings.get("search_ms"), answer.timings.get("total_ms")
    told = [
        f"search {search / 1000:.1f} s" if search is not None else "",
        f"writing {(whole - search) / 1000:.1f} s" if search is not None and whole and not answer.refused else "",
        f"in all {whole / 1000:.1f} s" if whole is not None else "",
    ]
    return " · ".join(part for part in told if part)


def _content(turn: Turn) -> str:
    if turn.state == "done" and turn.answer:
        text = statements_html(turn.id, turn.answer)
        refused = " refused" if turn.answer.refused else ""
        return f'<div class="answer{refused}">{text}</div>{details_html(turn.id, turn.answer)}'
    said = f'<div class="answer">{statements_so_far_html(turn.statements)}</div>' if turn.statements else ""
    failed = f'<p class="failed" role="alert"><b>✕ Failed</b> {safe(turn.error)}</p>' if turn.state == "failed" else ""
    return said + failed + _found(turn.id, turn.passages)


def _unsaved(turn: Turn) -> str:
    return f'<p class="unsaved" role="alert"><b>Not kept</b> {safe(turn.unsaved)}</p>' if turn.unsaved else ""


def _found(turn_id: str, passages: Sequence[Passage]) -> str:
    """The articles found, best first, each with its best sentence; a click opens it there."""
    best: dict[str, Passage] = {}
    for passage in sorted(passages, key=lambda passage: (-passage.score, passage.number)):
        best.setdefault(passage.article.id, passage)
    items = "".join(
        f'<li><button type="button" class="read" {target(turn_id, passage)}>{byline_html(passage.article)} '
        f'<span class="sentence">{safe(passage.text)}</span></button></li>'
        for passage in list(best.values())[:FIRST_SOURCES]
    )
    return f'<section class="found"><h3>Found</h3><ul>{items}</ul></section>' if items else ""


def _toolbar(turn: Turn) -> str:
    """What can be done with a turn that is over; only an answer can be judged and copied."""
    if not turn.over:
        return ""
    actions = (*_JUDGE, *_AGAIN) if turn.answer else _AGAIN
    buttons = "".join(
        f'<button type="button" data-do="{do}" data-turn="{safe(turn.id)}" aria-label="{label}">{words}</button>'
        for do, words, label in actions
    )
    return f'<div class="toolbar" role="group" aria-label="This answer">{buttons}</div>'
