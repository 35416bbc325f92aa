"""The judgements that metrics share: whether an answer abstains, and whether it is right."""

from assistant.answer import Answer
from assistant.composition.composing import REFUSAL
from assistant.evaluation.case import Case, Question
from assistant.evaluation.matching import matches, recall, without_markers

LONG_FORM_RECALL = 0.5
"""Of a long answer's words: with so many of them a text counts as right. Our own convention."""


def abstained(case: Case) -> bool:
    """Whether the answer is a refusal, or begins with the sentence that the articles do not say it."""
    answer = case.outcome.answer
    return answer is not None and (answer.refused or is_silence(answer.answer))


def is_silence(text: str) -> bool:
    """Whether the text begins with the sentence that the articles do not say it."""
    return text.startswith(REFUSAL.rstrip("."))


def answer_due(case: Case) -> Answer | None:
    """The answer to a question that the articles do answer; None for other questions and with retrieval alone."""
    return case.outcome.answer if case.question.answerable else None


def is_right(question: Question, answer: Answer | None) -> bool:
    """Whether what was asked for is in the answer: a spelling of it, of each answer where all are asked for.

    A long answer is right if it holds at least half of the words of an accepted one. No refusal is right.
    """
    if answer is None or answer.refused or not question.answerable or not question.answers:
        return False
    text = without_markers(answer.answer)
    if question.long_form:
        return any(recall(text, gold) >= LONG_FORM_RECALL for gold in question.answers)
    return all(matches(text, spellings) for spellings in question.spellings)


def correct(case: Case) -> bool:
    """Whether the answer given is right: see `is_right`."""
    return is_right(case.question, case.outcome.answer)


def would_be_right(case: Case) -> bool:
    """Whether the answer is right, or would have been had it not been held back as a refusal."""
    return is_right(case.question, case.outcome.unrefused or case.outcome.answer)
