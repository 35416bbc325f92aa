"""An answer as text: its sentences, its warning, figures that differ, its citations, and notes about both."""

from assistant.answer import Answer, Citation, Span
from assistant.composition.grounding import grounding
from ui.text.articles import byline
from ui.text.conflicts import conflicts
from ui.text.style import PLAIN, Style


def answer_text(answer: Answer, style: Style = PLAIN) -> str:
    """The whole answer: its text, and then what `sources` gives."""
    text = style.wrap(answer.answer, marks=marks(answer))
    return "\n".join(part for part in (text, sources(answer, style)) if part)


def marks(answer: Answer) -> list[Span]:
    """The (start, end) offsets, in the answer's text, of the words that answer the question."""
    spans: list[Span] = []
    at = 0
    for statement in answer.statements:
        start = answer.answer.find(statement.text, at)
        if start >= 0:
            spans += [(start + first, start + last) for first, last in statement.marks]
            at = start + len(statement.text)
    return spans


def sources(answer: Answer, style: Style = PLAIN) -> str:
    """What is printed after an answer's text, "" if there is nothing.

    The warning is in the first line. An empty line before each, there follow the figures that differ (after a refusal
    the words "The nearest passages:" instead), the citations, and the notes about them.
    """
    warning = [style.wrap(answer.warning)] if answer.warning else []
    if not answer.citations:
        return "\n".join([*warning, *([style.dim(note)] if (note := excluded_note(answer)) else [])])
    head = ["", style.dim("The nearest passages:")] if answer.refused else conflicts(answer, style)
    notes = (grounding_note(answer), left_out_note(answer), excluded_note(answer))
    foot = [style.dim(style.wrap(note)) for note in notes if note]
    return "\n".join(
        (
            *warning,
            *head,
            *(_citation(citation, style) for citation in answer.citations),
            *(["", *foot] if foot else []),
        )
    )


def grounding_note(answer: Answer) -> str:
    """How many of the answer's figures are in the sentences it cites, in words; "" for an answer without figures."""
    grounded, figures = grounding(answer)
    if not figures:
        return ""
    return f"{grounded} of {figures} figure{'s' if figures > 1 else ''} found in the sentences cited."


def left_out_note(answer: Answer) -> str:
    """How many sentences of the model are not shown, and why; "" if there are none."""
    count = len(answer.left_out)
    if not count:
        return ""
    what, it = ("1 sentence", "it") if count == 1 else (f"{count} sentences", "them")
    return f"{what} of the model left out: no cited sentence bears {it} out (--json shows {it})."


def excluded_note(answer: Answer) -> str:
    """How many sentences of the articles were not used because they address a language model; "" if there are none."""
    count = answer.excluded_sentences
    if not count:
        return ""
    what = "1 sentence of the articles speaks" if count == 1 else f"{count} sentences of the articles speak"
    return f"{what} to a language model, not to readers: not used."


def _citation(citation: Citation, style: Style) -> str:
    head = style.wrap(f"[{citation.marker}] {byline(citation)}")
    quote = style.wrap(citation.quote, indent="    ")
    return f"\n{style.bold(head)}\n{quote}\n{style.dim(f'    dateline show {citation.article_id}')}"


def timings(answer: Answer) -> str:
    """Confidence, model and times on one line."""
    spent = ", ".join(
        f"{name.removesuffix('_ms').replace('_', ' ')} {value:,.0f} ms" for name, value in answer.timings.items()
    )
    return f"confidence {answer.confidence:.2f}, model {answer.model}, {spent or 'no times'}"
