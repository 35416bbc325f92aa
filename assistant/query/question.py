"""A question and the conversation before it -> the forms in which the steps of an answer use it."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace

from assistant.answer import Answer, Citation, Passage
from assistant.errors import QuestionError
from assistant.language.stems import words
from assistant.query.count_questions import restated
from assistant.query.counting import asked_in_common_words
from assistant.query.rewriting import asks_who_said_it, goes_elsewhere, is_followup, standalone
from assistant.query.small_talk import is_courtesy
from assistant.query.truecasing import capitalised

MAX_QUESTION = 2_000
"""Characters. A longer text is an article, not a question."""


@dataclass(frozen=True)
class Query:
    """A question in three forms, and the answers of the conversation that it depends on.

    `question` is as it was typed; `restated` is the same, put as "How many ...?" where it asks for a count in other
    words; `standalone` is what is searched for: what a follow-up leaves out is put back. `history` has the earlier
    answers without which it can't be understood, oldest first; it is empty for a question that stands alone.
    """

    question: str
    restated: str
    standalone: str
    history: tuple[Answer, ...] = ()

    @property
    def is_courtesy(self) -> bool:
        """Whether it is a greeting, thanks or the like, and no question."""
        return is_courtesy(self.question)

    @property
    def earlier_citations(self) -> tuple[Citation, ...]:
        """The citations of the answer before; none after a refusal."""
        return self.history[-1].citations if self.history and not self.history[-1].refused else ()

    @property
    def asks_for_source(self) -> bool:
        """Whether it asks who said what the answer before cites, so that nothing is searched."""
        return bool(self.earlier_citations) and asks_who_said_it(self.question)

    @property
    def favoured_articles(self) -> frozenset[str]:
        """The ids of the articles that a follow-up is probably about: those cited before."""
        if goes_elsewhere(self.question):
            return frozenset()
        return frozenset(citation.article_id for citation in self.earlier_citations)

    def with_names_of(self, passages: Sequence[Passage]) -> "Query":
        """The same with its names capitalised as the passages write them: see query/truecasing.py."""
        return replace(
            self,
            restated=capitalised(self.restated, passages),
            standalone=capitalised(self.standalone, passages),
        )


def understand(question: str, history: Sequence[Answer] = ()) -> Query:
    """The forms of a question, given the answers of its conversation so far, oldest first.

    Raises QuestionError for a question without a word, or with more than MAX_QUESTION characters.
    """
    question = _cleaned(question)
    asked = restated(question)
    needed = tuple(_needed(asked, history))
    texts = ["" if answer.refused else answer.answer for answer in needed]
    alone = standalone(asked, [restated(answer.question) for answer in needed], texts)
    return Query(question, asked, asked_in_common_words(alone), needed)


def _needed(question: str, history: Sequence[Answer]) -> Sequence[Answer]:
    """The earlier answers without which `question` can't be understood: none for one that stands alone."""
    return [answer for answer in history if not is_courtesy(answer.question)] if is_followup(question) else []


def _cleaned(question: str) -> str:
    """The question without control and invisible characters; QuestionError without a word, or with too many."""
    visible = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in question
        if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")
    )
    text = " ".join(visible.split())
    if not words(text):
        raise QuestionError("the question is empty: expected some words, as in 'How many drones hit Kyiv?'")
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(text):,} characters, expected at most {MAX_QUESTION:,}: "
            "ask in a sentence; add long texts with 'dateline ingest'"
        )
    return text
