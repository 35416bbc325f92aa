"""Training examples derived from others: figures edited, copies that disagree, the answering sentence removed.

Edited figures teach the model to read the text instead of answering from memory; two copies that disagree, to give both
answers; evidence without the answering sentence, to give none.
"""

import random
import re
from dataclasses import dataclass, replace

from assistant.answer import Passage
from training.questions import GatheredQuestion

_DIGITS = re.compile(r"\d+")
_TIME = re.compile(r"\d[:.]\d\d\b|\b[ap]\.?m\b", re.IGNORECASE)
_MONTH = re.compile(r"January|February|March|April|May|June|July|August|September|October|November|December")


@dataclass(frozen=True)
class Lesson:
    """A question, the sentences that it is asked of, and the answers: each with the sentence that gives it."""

    question: str
    passages: tuple[Passage, ...]
    answers: tuple[tuple[str, Passage], ...]


def plain(question: GatheredQuestion, most: int) -> Lesson:
    """The `most` best sentences; the best of those that answer takes the place of the last, if none is among them."""
    passages, right = question.passages[:most], question.answering()[:1]
    if right and not any(question.right(passage) for passage in passages):
        passages = (*passages[: most - 1], right[0])
    return Lesson(question.question, passages, tuple((question.answer, passage) for passage in right))


def without_answer(question: GatheredQuestion, most: int) -> Lesson:
    """The `most` best sentences but for those that answer, or might."""
    passages = [p for p in question.passages if not question.mentions(p)]
    return Lesson(question.question, tuple(passages[:most]), ())


def edited(question: GatheredQuestion, most: int, draw: random.Random) -> Lesson | None:
    """Another figure in the sentence that answers, and in the answer.

    None where the answer has no digits, or stands in the sentence only as a part of another word or number.
    """
    lesson = plain(question, most)
    figure = _another_figure(question.answer, draw)
    if figure is None or not lesson.answers:
        return None
    changed = _with(lesson.answers[0][1], question.answer, figure)
    if changed is None:
        return None
    others = [changed if p is lesson.answers[0][1] else p for p in lesson.passages]
    return Lesson(
        question.question,
        tuple(p for p in others if p is changed or question.answer not in p.text),
        ((figure, changed),),
    )


def disagreeing(question: GatheredQuestion, most: int, draw: random.Random) -> Lesson | None:
    """A copy of the sentence that answers with another figure beside it: both are to be said, in their order.

    None where `edited` gives None.
    """
    lesson = plain(question, most - 1)
    figure = _another_figure(question.answer, draw)
    if figure is None or not lesson.answers:
        return None
    original = lesson.answers[0][1]
    copy = _with(original, question.answer, figure)
    passages = [p for p in lesson.passages if p is original or question.answer not in p.text]
    place = draw.randrange(len(passages) + 1)
    if copy is None:
        return None
    passages.insert(place, copy)
    return Lesson(question.question, tuple(passages), ((question.answer, original), (figure, copy)))


def _with(passage: Passage, answer: str, figure: str) -> Passage | None:
    """The sentence with the figure wherever it has the answer whole; None where it nowhere has: 5 is not in 15."""
    sentence, times = _as_whole_words(answer).subn(lambda _: figure, passage.text)
    if not times:
        return None
    text = passage.article.text[: passage.start] + sentence + passage.article.text[passage.end :]
    return replace(
        passage, article=replace(passage.article, text=text), end=passage.start + len(sentence), text=sentence
    )


def _as_whole_words(answer: str) -> re.Pattern[str]:
    """The answer not as a part of a longer word, nor of a number such as 1,500 or 2.5."""
    before = (r"(?<!\w)" if re.match(r"\w", answer) else "") + (r"(?<!\d[.,])" if re.match(r"\d", answer) else "")
    behind = (r"(?!\w)" if re.search(r"\w\Z", answer) else "") + (r"(?![.,]\d)" if re.search(r"\d\Z", answer) else "")
    return re.compile(before + re.escape(answer) + behind)


def _another_figure(answer: str, draw: random.Random) -> str | None:
    """The answer with other digits, as many: a year in its century, a day in its month. None for a time of day."""
    if not _DIGITS.search(answer) or _TIME.search(answer):
        return None

    def other(match: re.Match[str]) -> str:
        old, low, high = match[0], 10 ** (len(match[0]) - 1), 10 ** len(match[0])
        if _MONTH.search(answer) and len(old) <= 2:
            low, high = 1, 29
        elif re.fullmatch(r"(?:1[5-9]|20)\d\d", old):
            low, high = int(old[:2]) * 100, int(old[:2]) * 100 + 100
        elif answer[: match.start()].endswith((",", ".")):  # behind a mark of thousands, or decimals
            low = 0
        while (new := draw.randrange(low, high)) == int(old):
            pass
        return str(new).zfill(len(old))

    return _DIGITS.sub(other, answer)
