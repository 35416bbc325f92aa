"""A model words the chosen passages: its reply is checked, and used only where the passages support it."""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from assistant.answer import Passage, Statement
from assistant.answering.prompting import messages
from assistant.answering.selection import Choice
from assistant.composition.quoting import quoted
from assistant.language.stems import stems
from assistant.model.language_model import LanguageModel
from assistant.verification.attribution import Checked, checked
from assistant.verification.entailment import verdict


def draft(
    query: str,
    choices: Sequence[Choice],
    model: LanguageModel,
    max_tokens: int,
    prompts: Path | None,
    cancel: threading.Event,
    on_token: Callable[[], None],
) -> list[Checked]:
    """The statements of a model that answers `query` from the chosen passages, each with its verdict.

    Nothing is asked of a model with the reader's adapter, which can only name words: it gives no statement. `on_token`
    is called at each piece of the reply; setting `cancel` ends it. Raises ModelError.
    """
    if model.adapter:
        return []
    passages = numbered(choices)
    prompt, grammar = messages(query, passages, prompts), cited_lines(len(passages))
    reply = ""
    with model.stream(prompt, max_tokens=max_tokens, grammar=grammar, cancel=cancel) as pieces:
        for piece in pieces:
            on_token()
            reply += piece
    return checked(reply, passages)


def stated(choice: Choice, marker: int, drafted: Sequence[Checked]) -> tuple[Statement, Passage]:
    """The statement of the answer for a choice, and the passage that its `marker` cites.

    It is the model's wording where `worded` accepts it, else the article's own sentence.
    """
    own = worded(choice, marker, drafted)
    return (own, choice.passage) if own else quoted(choice, marker)


def numbered(choices: Sequence[Choice]) -> list[Passage]:
    """The chosen passages by the marker that each will have in the answer."""
    return [replace(choice.passage, number=marker) for marker, choice in enumerate(choices, 1)]


def cited_lines(passages: int) -> str:
    """A grammar (GBNF): at most one line a passage, each ending with the number of a passage that there is."""
    numbers = " | ".join(f'"{number}"' for number in range(1, passages + 1))
    lines = " ".join(["line", *["line?"] * (passages - 1)])
    return f'root ::= {lines}\nline ::= [^\\[\\]\\n]{{8,240}} " [" ({numbers}) "]\\n"\n'


def worded(choice: Choice, marker: int, drafted: Sequence[Checked]) -> Statement | None:
    """The model's own words for a choice, if its passage alone supports them and they give the answer; else None."""
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
    """Whether the model came to the end of the sentence; else its tokens ran out in the middle."""
    return statement.text.rstrip("”\"’')").endswith((".", "!", "?"))


def left_out(drafted: Sequence[Checked]) -> tuple[Statement, ...]:
    """The model's statements that no passage supports, unchanged: they are listed apart, never shown as an answer."""
    return tuple(
        Statement(statement.text, tuple(p.number for p in statement.passages), statement.verdict)
        for statement in drafted
        if statement.verdict != "supported" and _ended(statement)
    )
