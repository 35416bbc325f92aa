"""A turn of a conversation as HTML, in each of its states. Pure functions."""

from collections.abc import Sequence

from assistant.answer import Answer, Passage
from ui.web.chat.turn import Turn
from ui.web.html.answer_details import details_html
from ui.web.html.citations import byline_html, target
from ui.web.html.escaping import safe
from ui.web.html.statements import statements_html, statements_so_far_html

FIRST_SOURCES = 5
"""Articles shown while the answer is written."""

_QUESTION_ACTIONS = (
    ("retry", "Ask again", "Ask again"),
    ("edit", "Edit", "Edit the question"),
    ("undo", "Undo", "Undo this question"),
)
_ANSWER_ACTIONS = (
    ("up", "Good", "Good answer"),
    ("down", "Bad", "Bad answer"),
    ("wrong", "Wrong evidence", "Wrong evidence: report it"),
    ("copy", "Copy", "Copy the answer with its sources"),
)


def turn_html(turn: Turn) -> str:
    """The turn: its question, as much of the answer as there is, its stage, and its buttons once it is over."""
    name = safe(turn.id)
    status = f'<p class="stage" role="status">{safe(stage(turn))}</p>'
    return (
        f'<article class="turn" id="turn-{name}" data-turn="{name}" data-state="{turn.state}" '
        f'aria-labelledby="question-{name}"><h2 class="question" id="question-{name}">{safe(turn.question)}</h2>'
        f"{_content(turn)}{_unsaved(turn)}{status}{_toolbar(turn)}</article>"
    )


def stage(turn: Turn) -> str:
    """One line on the state: the place in the queue, the passages found, or the time it took."""
    if turn.state == "waiting":
        return f"Waiting: {_many(turn.ahead, 'question')} before yours" if turn.ahead else "Waiting…"
    if turn.state == "searching":
        return "Searching…"
    if turn.state == "writing":
        articles = len({passage.article.id for passage in turn.passages})
        passages = f"{_many(len(turn.passages), 'passage')} of {_many(articles, 'article')} found; writing…"
        return passages if turn.passages else "Writing…"
    if turn.state == "stopped":
        return "Stopped."
    return _times(turn.answer) if turn.answer else ""


def _many(number: int, noun: str) -> str:
    return f"{number} {noun}{'s' * (number != 1)}"


def _times(answer: Answer) -> str:
    search, total = answer.timings.get("search_ms"), answer.timings.get("total_ms")
    parts = [
        f"search {search / 1000:.1f} s" if search is not None else "",
        f"writing {(total - search) / 1000:.1f} s" if search is not None and total and not answer.refused else "",
        f"in all {total / 1000:.1f} s" if total is not None else "",
    ]
    return " · ".join(part for part in parts if part)


def _content(turn: Turn) -> str:
    if turn.state == "done" and turn.answer:
        text = statements_html(turn.id, turn.answer)
        refused = " refused" if turn.answer.refused else ""
        return f'<div class="answer{refused}">{text}</div>{details_html(turn.id, turn.answer)}'
    written = f'<div class="answer">{statements_so_far_html(turn.statements)}</div>' if turn.statements else ""
    failed = f'<p class="failed" role="alert"><b>✕ Failed</b> {safe(turn.error)}</p>' if turn.state == "failed" else ""
    return written + failed + _passages(turn.id, turn.passages)


def _unsaved(turn: Turn) -> str:
    return f'<p class="unsaved" role="alert"><b>Not kept</b> {safe(turn.unsaved)}</p>' if turn.unsaved else ""


def _passages(turn_id: str, passages: Sequence[Passage]) -> str:
    """The articles found, best first, each with its best sentence; a click opens the article at it."""
    best: dict[str, Passage] = {}
    for passage in sorted(passages, key=lambda passage: (-passage.score, passage.number)):
        best.setdefault(passage.article.id, passage)
    items = "".join(
        f'<li><button type="button" class="read" {target(turn_id, passage)}>{byline_html(passage.article)} '
        f'<span class="sentence">{safe(passage.text)}</span></button></li>'
        for passage in list(best.values())[:FIRST_SOURCES]
    )
    return f'<section class="passages"><h3>Found</h3><ul>{items}</ul></section>' if items else ""


def _toolbar(turn: Turn) -> str:
    """The buttons of a turn that is over; only an answer can be judged and copied."""
    if not turn.over:
        return ""
    actions = (*_ANSWER_ACTIONS, *_QUESTION_ACTIONS) if turn.answer else _QUESTION_ACTIONS
    buttons = "".join(
        f'<button type="button" data-do="{do}" data-turn="{safe(turn.id)}" aria-label="{label}">{words}</button>'
        for do, words, label in actions
    )
    return f'<div class="toolbar" role="group" aria-label="This answer">{buttons}</div>'
