"""Metrics of the answers: whether they are right, whether wrong ones are stated, how long they are."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from assistant.answer import Answer
from assistant.evaluation.case import Case, Question
from assistant.evaluation.intervals import OfRows
from assistant.evaluation.judging import answer_due
from assistant.evaluation.judging import correct as is_correct
from assistant.evaluation.matching import exact, match_spans, matches, matches_words, without_markers
from assistant.evaluation.matching import f1 as word_f1
from assistant.evaluation.metric import Metric, Part

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def correct(case: Case) -> Part | None:
    """The share of the answerable questions that are answered rightly; a refusal is not.

    An answer is right if it contains one accepted spelling, as words side by side or as a figure of the same value
    and unit; where all answers are asked for, one spelling of each. A long answer is right if it has at least
    half of the words of an accepted one (our own convention).
    """
    return (float(is_correct(case)), 1) if answer_due(case) else None


def alias_match(case: Case) -> Part | None:
    """The share of the answerable questions whose answer has an accepted spelling as words side by side.

    Figures of the same value in another spelling do not count, nor do refusals. Long answers and questions that
    ask for several answers are left out.
    """
    answer = answer_due(case)
    if answer is None or case.question.all_answers or case.question.long_form:
        return None
    text = _answer_text(answer)
    return float(any(matches_words(text, spelling) for spelling in _spellings(case.question))), 1


def exact_match(case: Case) -> Part | None:
    """The share of the answerable questions whose short answer is an accepted one, once both are normalized.

    SQuAD's exact match (Rajpurkar et al. 2016, evaluate-v1.1) of the words that the answer marks as those asked for;
    of its whole text, without citation markers, where it marks none. The best over the spellings; a refusal has 0.
    Where all answers are asked for, the accepted one is all of them in a row.
    """
    return _best(case, lambda text, accepted: float(exact(text, accepted)))


def f1(case: Case) -> Part | None:
    """The mean F1 of the short answer's words and those of an accepted one, over the answerable questions.

    SQuAD's F1 (Rajpurkar et al. 2016, evaluate-v1.1) of the same words as `exact_match`, the best over the
    spellings; a refusal has 0. Where all answers are asked for, the accepted one is all of them in a row.
    """
    return _best(case, word_f1)


def all_given(case: Case) -> Part | None:
    """Of the answers that are needed where all are asked for: the share that is given, over all such questions."""
    answer = answer_due(case)
    if answer is None or not case.question.all_answers or not case.question.answers:
        return None
    text = _answer_text(answer)
    needed = case.question.spellings
    return sum(matches(text, spellings) for spellings in needed), len(needed)


def wrong_stated(case: Case) -> Part | None:
    """Of the questions with known wrong answers: the share whose answer contains one, with or without a right one.

    A wrong answer that occurs only as a part of a right one ("300" in "over 300") does not count.
    """
    return (float(_states_wrong(case)), 1) if case.outcome.answer and case.question.wrong_answers else None


def wrong_alone(case: Case) -> Part | None:
    """Of the questions with known wrong answers: the share whose answer contains one of them and no right one."""
    answer = case.outcome.answer
    if answer is None or not case.question.wrong_answers:
        return None
    right = is_correct(case) or matches(_answer_text(answer), _spellings(case.question))
    return float(_states_wrong(case) and not right), 1


def words(rows: "NDArray[np.float64]") -> float:
    """The median number of words of the answers that are no refusals, without citation markers."""
    import numpy as np

    return float(np.median(rows[:, 0]))


def _length(case: Case) -> tuple[float] | None:
    answer = case.outcome.answer
    return None if answer is None or answer.refused else (float(len(_answer_text(answer).split())),)


def short_words(rows: "NDArray[np.float64]") -> float:
    """The median number of words that an answer marks as those asked for, over the answers that mark some."""
    return words(rows)


def _short_length(case: Case) -> tuple[float] | None:
    answer = case.outcome.answer
    return (float(len(answer.short.split())),) if answer and answer.short else None


def _answer_text(answer: Answer) -> str:
    """The answer's text without markers; nothing for a refusal."""
    return "" if answer.refused else without_markers(answer.answer)


def _spellings(question: Question) -> list[str]:
    return [spelling for group in question.spellings for spelling in group]


def _best(case: Case, score: Callable[[str, str], float]) -> Part | None:
    answer, question = answer_due(case), case.question
    if answer is None:
        return None
    accepted = [" ".join(question.answers)] if question.all_answers else _spellings(question)
    scores = [score(answer.short or _answer_text(answer), spelling) for spelling in accepted if not answer.refused]
    return max(scores, default=0.0), 1


def _states_wrong(case: Case) -> bool:
    """Whether a wrong answer occurs where it is no part of a right one."""
    if case.outcome.answer is None:
        return False
    text = _answer_text(case.outcome.answer)
    right = match_spans(text, _spellings(case.question))
    wrong = match_spans(text, case.question.wrong_answers)
    return any(not any(start <= a and b <= end for start, end in right) for a, b in wrong)


METRICS: tuple[Metric, ...] = (
    Metric("correct", "answers", each=correct),
    Metric("alias_match", "answers", each=alias_match),
    Metric("exact_match", "answers", each=exact_match),
    Metric("f1", "answers", each=f1),
    Metric("all_given", "answers", each=all_given),
    Metric("wrong_stated", "answers", each=wrong_stated, better="lower"),
    Metric("wrong_alone", "answers", each=wrong_alone, better="lower"),
    Metric("words", "answers", whole=OfRows(_length, words), better=None, unit="words"),
    Metric("short_words", "answers", whole=OfRows(_short_length, short_words), better=None, unit="words"),
)
