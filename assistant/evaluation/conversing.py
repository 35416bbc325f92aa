"""A conversation as the product has it: the earlier questions are really answered, since a follow-up depends on their
answers: whom "he" means, which articles are favoured, what was cited before.
"""

from collections.abc import Iterable
from contextlib import closing

from assistant.answer import Answer, Retrieved
from assistant.assistant import Assistant
from vectorstore.articles import Filters


def answer_in_turn(assistant: Assistant, questions: Iterable[str], filters: Filters | None = None) -> list[Answer]:
    """The answers to the questions of a conversation, each asked with the answers before it as its history."""
    history: list[Answer] = []
    for question in questions:
        history.append(assistant.ask(question, history=history, filters=filters))
    return history


def retrieve(assistant: Assistant, question: str, history: list[Answer], filters: Filters | None = None) -> Retrieved:
    """The evidence for a question that follows `history`; it is not answered."""
    with closing(assistant.stream(question, history=history, filters=filters)) as events:
        return next((event for event in events if isinstance(event, Retrieved)), Retrieved((), question))
