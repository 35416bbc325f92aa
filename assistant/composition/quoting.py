"""A chosen passage -> the statement that quotes it: the article's whole sentence, with the answering words marked."""

import re

from assistant.answer import Passage, Span, Statement
from assistant.answering.selection import Choice
from assistant.composition.context import with_context

_MARKER = re.compile(r"\[([\d\s,–-]+)\]")
"""What an article may have of its own ("[9]"), and what must not pass for one of the answer's."""


def quoted(choice: Choice, marker: int) -> tuple[Statement, Passage]:
    """The statement with the citation `marker`, and the passage it cites.

    That is the choice's passage, widened where it can't be understood alone. The statement's text has every word of
    it; runs of white space are one space, and the article's own "[9]" is "(9)".
    """
    passage = with_context(choice.passage)
    moved = choice.passage.start - passage.start
    text = _MARKER.sub(r"(\1)", passage.text)
    start, end = moved + choice.start, moved + choice.end
    before, words, behind = (" ".join(part.split()) for part in (text[:start], text[start:end], text[end:]))
    before += " " * bool(before and text[:start][-1:].isspace())
    behind = " " * bool(behind and text[end : end + 1].isspace()) + behind
    if choice.start == choice.end:
        return Statement(" ".join(text.split()), (marker,), "supported"), passage
    mark: Span = (len(before), len(before) + len(words))
    return Statement(f"{before}{words}{behind}", (marker,), "supported", (mark,)), passage
