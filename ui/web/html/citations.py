"""Citations as HTML: a chip with number and verdict in the text, and a card with the cited sentence."""

import re
from collections.abc import Sequence

from assistant.answer import Answer, Citation, Figure, Passage, Verdict
from ui.web.html.dates import day_of, time_html
from ui.web.html.escaping import safe, with_figures
from vectorstore.articles import Article

SHAPES: dict[Verdict, str] = {"supported": "✓", "differs": "≠", "unsupported": "?"}


def name_of(source: Article | Citation) -> str:
    """The title; without one, the name of the file it was read from."""
    return source.title or re.split(r"[/\\]", source.source)[-1] or "Untitled"


def byline_html(source: Article | Citation) -> str:
    """Title, publisher and day as HTML, the title first."""
    return f'<cite>{safe(name_of(source))}</cite> <span class="byline">{origin_html(source)}</span>'


def origin_html(source: Article | Citation) -> str:
    """Publisher and day as HTML: "Reuters, 14 May 2025", "undated"."""
    publisher = f"{safe(source.publisher)}, " if source.publisher else ""
    return publisher + time_html(source.published)


def target(turn_id: str, item: Citation | Passage) -> str:
    """The attributes that the page's scripts read to open an article at a sentence."""
    article_id = item.article_id if isinstance(item, Citation) else item.article.id
    marker = f' data-marker="{item.marker}"' if isinstance(item, Citation) else ""
    place = f'data-article="{safe(article_id)}" data-quote="{item.start}-{item.end}"'
    return f'data-turn="{safe(turn_id)}"{marker} {place}'


def chip(turn_id: str, citation: Citation, verdict: Verdict, card_id: str = "") -> str:
    """The button of a citation; `card_id` is the id of its card, "" without one."""
    day = day_of(citation.published)
    origin = ", ".join(filter(None, (citation.publisher or name_of(citation), day.isoformat() if day else "undated")))
    described = f' aria-describedby="{safe(card_id)}"' if card_id else ""
    return (
        f'<button type="button" class="cite" data-verdict="{safe(verdict)}" {target(turn_id, citation)} '
        f'aria-label="Source {citation.marker}, {safe(verdict)}: {safe(origin)}"{described}>'
        f'{citation.marker}<span aria-hidden="true">{SHAPES.get(verdict, "?")}</span></button>'
    )


def card(card_id: str, citation: Citation, verdict: Verdict, figures: Sequence[Figure]) -> str:
    """The card of a chip: publisher, day, verdict, title, and the sentence with its figures in bold."""
    return (
        f'<span role="tooltip" class="card" id="{safe(card_id)}">'
        f'<span class="byline">{origin_html(citation)}</span> '
        f'<span class="verdict" data-verdict="{safe(verdict)}">{SHAPES.get(verdict, "?")} {safe(verdict)}</span> '
        f"<cite>{safe(name_of(citation))}</cite> "
        f"<q>{with_figures(citation.quote, figures)}</q></span>"
    )


def by_marker(answer: Answer) -> dict[int, tuple[Citation, Verdict, list[Figure]]]:
    """For each marker: the citation, the verdict of the first statement that cites it, and its figures."""
    verdicts: dict[int, Verdict] = {}
    for statement in answer.statements:
        for marker in statement.markers:
            verdicts.setdefault(marker, statement.verdict)
    return {
        citation.marker: (
            citation,
            verdicts.get(citation.marker, "supported"),
            [figure for figure in answer.figures if citation.marker in (figure.marker, *figure.copies)],
        )
        for citation in answer.citations
    }
