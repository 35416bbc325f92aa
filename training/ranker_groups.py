"""Training questions as the ranker's training items: a window of sentences, which of them answer, and the spans."""

import random
from collections.abc import Iterable
from dataclasses import dataclass

from assistant.answer import Passage
from assistant.ranker.windows import Part, Window, WindowMaker
from training.questions import GatheredQuestion

SENTENCES = 8
"""Sentences of a question at most: two that answer, then the best of the others, and one from further behind."""


@dataclass(frozen=True)
class Group:
    """A question's window; of each sentence in it whether it answers, and the first and last piece of the answer.

    For an unanswerable question no sentence is right.
    """

    window: Window
    right: tuple[bool, ...]
    spans: tuple[tuple[int, int] | None, ...]
    weight: float = 1.0

    @property
    def tokens(self) -> int:
        """The length of the window in word pieces."""
        return len(self.window.ids)


def groups(questions: Iterable[GatheredQuestion], maker: WindowMaker, seed: int) -> list[Group]:
    """The groups of the questions whose passage has the answer within one sentence, and of those without any."""
    made = (group(question, maker, random.Random(f"{seed} {question.question}")) for question in questions)
    return [group for group in made if group is not None]


def group(question: GatheredQuestion, maker: WindowMaker, draw: random.Random) -> Group | None:
    """The training item of a question; None where no sentence of its passage, as far as it is read, has its answer."""
    right = question.answering()[:2]
    if not right and (question.answer or not question.passages):
        return None
    others = [p for p in question.passages if not question.mentions(p)]
    room = SENTENCES - len(right)
    if len(others) > room:
        others = [*others[: room - 1], draw.choice(others[room - 1 :])]
    chosen = [*right, *others]
    while len(windows := maker.windows(question.question, chosen)) > 1:
        chosen.pop()
    parts = windows[0].parts
    spans = tuple(_span(part, chosen[part.place], question.answer) for part in parts)
    if question.answer and not any(spans):
        return None
    return Group(windows[0], tuple(question.right(chosen[part.place]) for part in parts), spans)


def _span(part: Part, passage: Passage, answer: str) -> tuple[int, int] | None:
    """The first and last piece of the answer, among all pieces of the window."""
    begin = passage.text.find(answer) if answer else -1
    inside = [k for k, (start, end) in enumerate(part.offsets) if start < begin + len(answer) and end > begin]
    return (part.first + inside[0], part.first + inside[-1]) if begin >= 0 and inside else None
