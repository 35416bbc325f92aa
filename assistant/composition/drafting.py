"""What the model is asked, and what of its reply is used: only what the passages bear out, in its own words."""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Passage, Statement
from assistant.answering.selection import Choice
from assistant.language.stems import stems
from assistant.verification.attribution import Checked
from assistant.verification.entailment import verdict


def numbered(choices: Sequence[Choice]) -> list[Passage]:
    """The chosen passages by the marker that each will have in the answer."""
    return [replace(choice.passage, number=marker) for marker, choice in enumerate(choices, 1)]


def cited_lines(passages: int) -> str:
    """A grammar (GBNF): at most one line a passage, each ending with the number of a passage that there is."""
    numbers = " | ".join(f'"{number}"' for number in range(1, passages + 1))
    lines = " ".join(["line", *["line?"] * (passages - 1)])
    return f'root ::= {lines}\nline ::= [^\\[\\]\\n]{{8,240}} " [" ({numbers}) "]\\n"\n'


def worded(choice: Choice, marker: int, drafted: Sequence[Checked]) -> Statement | None:
    """The model's own words for a choice, if its passage alone bears them out and they give the answer; else None."""
    passage = choice.passage
    for statement in drafted:
        answers = choice.answer and stems(choice.answer) <= stems(statement.text)
        if (
            answers
            and _ended(statement)
            and verdict(statement.text, passage.text, passage.article.title) == "supported"
        ):
            place = re.search(re.escape(choice.answer), statement.text, re.IGNORECASE)
            return Statement(statement.text, (marker,), "supported", (place.span(),) if place else ())
    return None


def _ended(statement: Checked) -> bool:
    """Whether the model came to the end of the sentence; else its tokens ran out, and it said nothing."""
    return statement.text.rstrip("”\"’')").endswith((".", "!", "?"))


def left_out(drafted: Sequence[Checked]) -> tuple[Statement, ...]:
    """What the model said and no passage bears out: never shown as an answer, never changed."""
    return tuple(
        Statement(statement.text, tuple(p.number for p in statement.passages), statement.verdict)
        for statement in drafted
        if statement.verdict != "supported" and _ended(statement)
    )
