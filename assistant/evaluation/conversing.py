"""A conversation as the product has it: earlier questions are asked for real, since what follows is searched by their
answers: whom "he" means, which articles count for more, what was cited before.
"""

from collections.abc import Iterable
from contextlib import closing

from assistant.answer import Answer, Retrieved
from assistant.assistant import Assistant
from vectorstore.articles import Filters


def asked_before(assistant: Assistant, questions: Iterable[str], filters: Filters | None = None) -> list[Answer]:
    """The answers to the questions of a conversation, each asked behind those before it."""
    history: list[Answer] = []
    for question in questions:
        history.append(assistant.ask(question, history=history, filters=filters))
    return history


def found(assistant: Assistant, question: str, history: list[Answer], filters: Filters | None = None) -> Retrieved:
    """What the product finds for a question behind `history`; it is not answered."""
    with closing(assistant.stream(question, history=history, filters=filters)) as events:
        return next((event for event in events if isinstance(event, Retrieved)), Retrieved((), question))
