"""Answers, hits, articles and reports as text for a terminal or a pipe. Pure: nothing here prints.

What comes from articles and questions is somebody else's text: before a terminal sees it, `printable` makes
control characters visible, so that no article can move the cursor, set the title or hide what it says.
"""

import json
import re
import textwrap
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Answer, Citation, Conflict, Figure, Span
from assistant.composition.grounding import grounding
from ui.columns import columns
from vectorstore.articles import Article, Hit, Problem
from vectorstore.report import Report

MANY = 20
_YEAR = re.compile(r"\b\d{4}\b")
TABLE = 80
"""Columns of a table of figures, at most."""

CONFLICT_HEAD = ("as of", "figure", "who says so", "source")
_BIDI = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_CONTROL = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
    | {0x7F: "␡"}
    | dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), "�")
    | dict.fromkeys(_BIDI)
)
_ON, _OFF = "\x01", "\x02"
"""Where bold begins and ends in a text that is still to be wrapped; `printable` leaves none of an article's own."""

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


@dataclass(frozen=True)
class Style:
    """How to write: `width` in characters to wrap at (None: never, for a pipe), and whether in colour."""

    width: int | None = None
    color: bool = False

    def bold(self, text: str) -> str:
        """Bold, in colour."""
        return f"\x1b[1m{text}\x1b[0m" if self.color else text

    def dim(self, text: str) -> str:
        """Faint, in colour."""
        return f"\x1b[2m{text}\x1b[0m" if self.color else text

    def lines(self, text: str, indent: str = "", marks: Sequence[Span] = ()) -> str:
        """The text, printable, each of its lines indented and wrapped to the width; its `marks` bold, in colour."""
        lines = self._marked(text, marks).splitlines() or [""]
        if self.width is None:
            return self._bolded("\n".join(indent + line for line in lines))
        width = max(20, self.width)
        wrapped = "\n".join(
            textwrap.fill(
                line,
                width,
                initial_indent=indent,
                subsequent_indent=indent,
                break_long_words=False,
                break_on_hyphens=False,
            )
            for line in lines
        )
        return self._bolded(wrapped)

    def _marked(self, text: str, marks: Sequence[Span]) -> str:
        """The text, printable, with _ON and _OFF around its marks where there is colour to show them."""
        pieces, at = [], 0
        for start, end in sorted(marks) if self.color else ():
            pieces += [printable(text[at:start]), _ON, printable(text[start:end]), _OFF]
            at = end
        return "".join([*pieces, printable(text[at:])])

    def _bolded(self, text: str) -> str:
        return text.replace(_ON, "\x1b[1m").replace(_OFF, "\x1b[0m")


PLAIN = Style()


def printable(text: str) -> str:
    """The text without what a terminal obeys: control characters become visible, CRLF a line break."""
    return text.replace("\r\n", "\n").translate(_CONTROL)


def json_line(value: object) -> str:
    """One line of JSON, the same value, with whatever a terminal may obey escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def one_line(text: str) -> str:
    """The text, printable, with every run of white space one space."""
    return " ".join(printable(text).split())


def byline(thing: Article | Citation) -> str:
    """'Title — Publisher, date' on one line, with what is known of it."""
    known = [part for part in (thing.publisher, (thing.published or "undated")[:10]) if part]
    return one_line(f"{thing.title or thing.source} — {', '.join(known)}")


def answer(answer: Answer, style: Style = PLAIN) -> str:
    """The whole answer: its text, then what stands below it."""
    text = style.lines(answer.answer, marks=marks(answer))
    return "\n".join(part for part in (text, sources(answer, style)) if part)


def marks(answer: Answer) -> list[Span]:
    """Where in the answer's text the words stand that were asked for."""
    found, at = [], 0
    for statement in answer.statements:
        place = answer.answer.find(statement.text, at)
        if place >= 0:
            found += [(place + start, place + end) for start, end in statement.marks]
            at = place + len(statement.text)
    return found


def sources(answer: Answer, style: Style = PLAIN) -> str:
    """What stands below an answer's text, nothing if there is nothing: its warning directly below; an empty line, the
    figures that differ and the citations; what was found in them, what was left out and what was not used.
    """
    warning = [style.lines(answer.warning)] if answer.warning else []
    if not answer.citations:
        return "\n".join([*warning, *([style.dim(line)] if (line := excluded_line(answer)) else [])])
    head = ["", style.dim("The nearest passages:")] if answer.refused else conflicts(answer, style)
    lines = (figures_line(answer), left_out_line(answer), excluded_line(answer))
    foot = [style.dim(style.lines(line)) for line in lines if line]
    below = ["", *foot] if foot else []
    return "\n".join((*warning, *head, *(_citation(citation, style) for citation in answer.citations), *below))


def conflicts(answer: Answer, style: Style = PLAIN) -> list[str]:
    """The lines of a table for each conflict, an empty line before it: as of, figure, who says so, source."""
    width = max(20, min(style.width or TABLE, TABLE))
    lines = []
    for conflict in answer.conflicts:
        head, *rows = columns([CONFLICT_HEAD, *conflict_rows(answer, conflict)], width)
        lines += ["", style.dim(head), *rows, style.lines(same_event(conflict))]
    return lines


def conflict_rows(answer: Answer, conflict: Conflict) -> list[tuple[str, str, str, str]]:
    """The figures of a conflict as printable cells, in the order of CONFLICT_HEAD."""
    publishers = {citation.marker: citation.publisher or "" for citation in answer.citations}
    rows = []
    for figure in (answer.figures[place] for place in conflict.figures):
        says = "headline" if figure.headline else figure.said_by or "the article"
        markers = "".join(f"[{marker}]" for marker in (figure.marker, *figure.copies))
        source = f"{markers} {publishers.get(figure.marker, '')}"
        cells = (_as_of(figure), _counted(figure), says, source)
        rows.append((one_line(cells[0]), one_line(cells[1]), one_line(cells[2]), one_line(cells[3])))
    return rows


def _as_of(figure: Figure) -> str:
    """The day or year the figure is of; words that name neither ("late Wednesday") stand behind "undated"."""
    if figure.as_of is None or _YEAR.search(figure.as_of):
        return figure.as_of or "undated"
    return f"undated: {figure.as_of}"


def _counted(figure: Figure) -> str:
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


def figures_line(answer: Answer) -> str:
    """How many of the answer's figures stand in what it cites, in words; nothing for an answer without figures."""
    there, said = grounding(answer)
    if not said:
        return ""
    return f"{there} of {said} figure{'s' if said > 1 else ''} found in the sentences cited."


def left_out_line(answer: Answer) -> str:
    """How many sentences of the model are not shown, and why; nothing if there are none."""
    many = len(answer.left_out)
    if not many:
        return ""
    what, it = ("1 sentence", "it") if many == 1 else (f"{many} sentences", "them")
    return f"{what} of the model left out: no cited sentence bears {it} out (--json shows {it})."


def excluded_line(answer: Answer) -> str:
    """How many sentences of the articles were not used because they speak to a language model; nothing if none do."""
    many = answer.excluded_sentences
    if not many:
        return ""
    what = "1 sentence of the articles speaks" if many == 1 else f"{many} sentences of the articles speak"
    return f"{what} to a language model, not to readers: not used."


def _citation(citation: Citation, style: Style) -> str:
    head = style.lines(f"[{citation.marker}] {byline(citation)}")
    quote = style.lines(citation.quote, indent="    ")
    return f"\n{style.bold(head)}\n{quote}\n{style.dim(f'    dateline show {citation.article_id}')}"


def timings(answer: Answer) -> str:
    """Confidence, model and times on one line."""
    spent = ", ".join(
        f"{name.removesuffix('_ms').replace('_', ' ')} {value:,.0f} ms" for name, value in answer.timings.items()
    )
    return f"confidence {answer.confidence:.2f}, model {answer.model}, {spent or 'no times'}"


def hits(found: Sequence[Hit], style: Style = PLAIN) -> str:
    """What a search found, best first."""
    return "\n\n".join(
        f"{style.bold(style.lines(f'{place}. {byline(hit.article)} ({hit.score:.2f})'))}\n"
        f"{style.lines(hit.chunk.text, indent='    ')}\n"
        f"{style.dim(f'    dateline show {hit.article.id}')}"
        for place, hit in enumerate(found, 1)
    )


def hit_dict(hit: Hit) -> dict[str, Any]:
    """A hit as plain values; the keys are those of a citation where they mean the same."""
    article, chunk = hit.article, hit.chunk
    return {
        "article_id": article.id,
        **{key: getattr(article, key) for key in ("title", "publisher", "published", "url", "source")},
        **{key: getattr(chunk, key) for key in ("text", "start", "end")},
        **{key: round(getattr(hit, key), 4) for key in ("score", "bm25", "cosine")},
    }


def article_dict(article: Article, text: bool = True) -> dict[str, Any]:
    """An article as plain values, its id first; without its text if so wished."""
    values = {"id": article.id, **asdict(article), "characters": len(article.text)}
    return values if text else {key: value for key, value in values.items() if key != "text"}


def article_row(article: Article) -> str:
    """One line of a list: id, day, title and publisher."""
    publisher = f" — {article.publisher}" if article.publisher else ""
    day = one_line(article.published or "undated")[:10]
    return f"{article.id}  {day:10}  {one_line((article.title or article.source) + publisher)}"


def article_head(article: Article) -> str:
    """What is known of an article besides its text, one `name: value` a line."""
    known = {key: value for key, value in article_dict(article, text=False).items() if value not in (None, "")}
    return table(known)


def table(values: dict[str, Any]) -> str:
    """Names and values below one another."""
    width = max(map(len, values), default=0)
    return "\n".join(f"{name:{width}}  {one_line(str(v))}" for name, v in values.items())


def report(report: Report, style: Style = PLAIN) -> str:
    """What an ingest did: the counts first, then what changed, what went and what failed, and why."""
    counts = ", ".join(
        f"{len(getattr(report, kind)):,} {kind}" for kind in ("added", "changed", "unchanged", "removed", "failed")
    )
    seconds = f"{report.chunks:,} passages embedded, {report.seconds:,.1f} s"
    return "\n".join(
        (
            f"{style.bold(counts)} ({seconds})",
            *_some("added", map(near, report.added)),
            *_some("changed", map(near, report.changed)),
            *_some("removed", map(near, report.removed)),
            *_some("failed", map(_problem, report.failed)),
            *_some("warning", map(_problem, report.warnings)),
        )
    )


def _problem(problem: Problem) -> str:
    return f"{near(problem.source)}: {problem.reason}"


def near(source: str) -> str:
    """A source as seen from the current folder: shorter where it lies below it."""
    return source.removeprefix(f"{Path.cwd()}/")


def _some(kind: str, lines: Iterable[str]) -> list[str]:
    """At most MANY lines of a kind, and how many more there are."""
    every = [one_line(line) for line in lines]
    more = [f"  {kind} {len(every) - MANY:,} more: --json names them all"] if len(every) > MANY else []
    return [f"  {kind} {line}" for line in every[:MANY]] + more
