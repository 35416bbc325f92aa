"""The details after the text of an answer: warning, summary strip, figures that differ, sources, dropped sentences."""

import re

from assistant.answer import Answer, Conflict, Statement
from assistant.retrieval.near_duplicates import groups
from ui.text.answers import excluded_note, grounding_note, left_out_note
from ui.text.conflicts import conflict_rows, same_event
from ui.web.html.citations import SHAPES, by_marker, byline_html, chip, name_of, target
from ui.web.html.dates import day_of, from_to, readable
from ui.web.html.escaping import link, safe, with_figures
from ui.web.html.timeline import timeline

_OF_THE_COMMAND = re.compile(r" \(--json[^)]*\)")
"""Hints about flags in texts shared with the command, which the page leaves out."""


def details_html(turn_id: str, answer: Answer) -> str:
    """All details as HTML. A refusal has no summary strip, and its passages are not called sources."""
    warning = _warning(answer.warning) if answer.warning else ""
    if answer.refused:
        return warning + _nearest(turn_id, answer) + _foot(excluded_note(answer))
    tables = "".join(_conflict(turn_id, answer, conflict) for conflict in answer.conflicts)
    grounded, not_used = _foot(grounding_note(answer)), _foot(excluded_note(answer))
    return f"{warning}{strip(answer)}{tables}{_sources(turn_id, answer)}{grounded}{_left_out(answer)}{not_used}"


def _foot(line: str) -> str:
    return f'<p class="foot">{safe(line)}</p>' if line else ""


def strip(answer: Answer) -> str:
    """Summary strip: number of sources, how many independent, their dates, the newest; "" without citations."""
    if not answer.citations:
        return ""
    published = {citation.article_id: citation.published for citation in answer.citations}
    days = [day for text in published.values() if (day := day_of(text))]
    undated = len(published) - len(days)
    span = from_to(days)
    newest = from_to(days and [max(days)])
    items = [
        f"{len(published)} source{'s' * (len(published) != 1)}",
        f"{independent(answer)} independent",
        span if span != newest else "",
        f"as of {newest}" if newest else "",
        "undated" if not days else f"{undated} undated" if undated else "",
    ]
    entries = "".join(f"<li>{safe(item)}</li>" for item in items if item)
    return f'<ul class="strip" aria-label="The sources in short">{entries}</ul>'


def independent(answer: Answer) -> int:
    """The number of cited articles, counting those with near-duplicate quotes once."""
    head = {citation.article_id: citation.article_id for citation in answer.citations}
    for group in groups([citation.quote for citation in answer.citations]):
        joined = {head[answer.citations[place].article_id] for place in group}
        head = {article: min(joined) if first in joined else first for article, first in head.items()}
    return len(set(head.values()))


def _warning(words: str) -> str:
    return f'<p class="warning" role="note"><span aria-hidden="true">▲</span> <b>Warning</b> {safe(words)}</p>'


def _conflict(turn_id: str, answer: Answer, conflict: Conflict) -> str:
    """The table of figures that differ, and their timeline."""
    cited = by_marker(answer)
    figures = [answer.figures[place] for place in conflict.figures]
    rows = []
    for figure, (as_of, words, attribution, _) in zip(figures, conflict_rows(answer, conflict), strict=True):
        sources = [cited[marker] for marker in (figure.marker, *figure.copies) if marker in cited]
        chips = " ".join(chip(turn_id, citation, verdict) for citation, verdict, _ in sources)
        publisher = next((citation.publisher for citation, _, _ in sources if citation.publisher), None)
        rows.append(
            f'<tr><th scope="row">{with_figures(words, [figure])}</th>'
            f'<td data-label="who says so">{safe(attribution)}</td><td data-label="as of">{safe(readable(as_of))}</td>'
            f"<td>{chips} {safe(publisher or '')}</td></tr>"
        )
    head = "".join(f'<th scope="col">{name}</th>' for name in ("figure", "who says so", "as of", "source"))
    return (
        f'<section class="conflict"><table><caption>Figures that differ: {safe(conflict.counted)}</caption>'
        f"<thead><tr>{head}</tr></thead><tbody>{''.join(rows)}</tbody></table>"
        f'<p class="foot">{safe(same_event(conflict))}</p>{timeline(figures)}</section>'
    )


def _sources(turn_id: str, answer: Answer) -> str:
    items = _items(turn_id, answer)
    return f'<section class="evidence"><h3>Sources</h3><ol class="sources">{items}</ol></section>' if items else ""


def _nearest(turn_id: str, answer: Answer) -> str:
    items = _items(turn_id, answer)
    if not items:
        return ""
    note = '<p class="foot">They do not answer the question; they come nearest to its words.</p>'
    nearest = f'<h3>The nearest passages</h3>{note}<ol class="sources">{items}</ol>'
    return f'<section class="evidence nearest">{nearest}</section>'


def _items(turn_id: str, answer: Answer) -> str:
    return "".join(
        f'<li value="{citation.marker}">{byline_html(citation)}'
        f"<blockquote>{with_figures(citation.quote, figures)}</blockquote>"
        f'<p class="ways"><button type="button" class="read" {target(turn_id, citation)} '
        f'aria-label="Read in the article: {safe(name_of(citation))}">Read in the article</button> '
        f"{link(citation.url, 'Original at')}</p></li>"
        for citation, _, figures in by_marker(answer).values()
    )


def _left_out(answer: Answer) -> str:
    """The model's statements that no source supports, collapsed, each with its verdict."""
    line = _OF_THE_COMMAND.sub("", left_out_note(answer))
    items = "".join(map(_dropped, answer.left_out))
    return f'<details class="left-out"><summary>{safe(line)}</summary><ul>{items}</ul></details>' if line else ""


def _dropped(statement: Statement) -> str:
    shape = SHAPES.get(statement.verdict, "?")
    verdict = f'<span class="verdict" data-verdict="{safe(statement.verdict)}">{shape} {safe(statement.verdict)}</span>'
    return f"<li>{verdict} {safe(statement.text)}</li>"
