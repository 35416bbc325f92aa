"""Metrics of refusals: whether Dateline refuses where it should, and only there.

An answer abstains if it is a refusal or begins by saying that the articles do not say it. What follows that
beginning may still show the right figure: then the answer to an answerable question is right all the same.
"""

from collections.abc import Callable

from assistant.evaluation.case import Case
from assistant.evaluation.judging import abstained, correct
from assistant.evaluation.metric import Metric, Part
from assistant.evaluation.ranking import holds_answer


def refusal_precision(case: Case) -> Part | None:
    """Of the answers that abstain: the share whose question is unanswerable.

    An answer that abstains and yet shows what was asked for is left out.
    """
    if case.outcome.answer is None or not abstained(case) or correct(case):
        return None
    return float(not case.question.answerable), 1.0


def refusal_recall(case: Case) -> Part | None:
    """Of the unanswerable questions: the share whose answer abstains."""
    if case.outcome.answer is None or case.question.answerable:
        return None
    return float(abstained(case)), 1.0


def refusal_f1(case: Case) -> Part | None:
    """The harmonic mean of refusal_precision and refusal_recall: 2TP / (2TP + FP + FN), van Rijsbergen 1979.

    TP: abstained, unanswerable. FP: abstained, answerable and not right. FN: answered, unanswerable.
    """
    if case.outcome.answer is None:
        return None
    if abstained(case) and not case.question.answerable:
        return 2.0, 2.0
    wrongly = _refused_in_vain(case) if case.question.answerable else not abstained(case)
    return (0.0, 1.0) if wrongly else None


def over_refusal(case: Case) -> Part | None:
    """Of the answerable questions: the share whose answer abstains and is not right."""
    if case.outcome.answer is None or not case.question.answerable:
        return None
    return float(_refused_in_vain(case)), 1.0


def refused_with_evidence(case: Case) -> Part | None:
    """Of the answerable questions with a gold answer in the model's evidence: the share refused and not right.

    Questions whose answer is "yes" or "no" are left out: the word in a text does not prove them.
    """
    if not holds_answer(case.question, case.outcome.evidence):
        return None
    return over_refusal(case)


def false_answers(case: Case) -> Part | None:
    """Of the unanswerable questions: the share answered, with anything."""
    if case.outcome.answer is None or case.question.answerable:
        return None
    return float(not abstained(case)), 1.0


def score(case: Case) -> Part | None:
    """What an answer is worth: +1 right, or abstained where there is no answer; -1 wrong; 0 refused in vain.

    The mean over all questions, in [-1, 1]: to answer pays where it is more often right than wrong.
    """
    if case.outcome.answer is None:
        return None
    return float(points(case)), 1.0


def points(case: Case) -> int:
    """1, 0 or -1: see `score`. The case must have an answer."""
    if correct(case):
        return 1
    if abstained(case):
        return int(not case.question.answerable)
    return -1


def _refused_in_vain(case: Case) -> bool:
    return abstained(case) and not correct(case)


def _false_answers_of(ending: str, what: str) -> Callable[[Case], Part | None]:
    def each(case: Case) -> Part | None:
        return false_answers(case) if (case.question.unanswerable_kind or "").endswith(ending) else None

    each.__doc__ = f"As false_answers, of the unanswerable questions of the kind {ending!r}: {what}."
    return each


METRICS: tuple[Metric, ...] = (
    Metric("refusal_precision", "refusal", each=refusal_precision),
    Metric("refusal_recall", "refusal", each=refusal_recall),
    Metric("refusal_f1", "refusal", each=refusal_f1),
    Metric("over_refusal", "refusal", each=over_refusal, better="lower"),
    Metric("refused_with_evidence", "refusal", each=refused_with_evidence, better="lower"),
    Metric("false_answers", "refusal", each=false_answers, better="lower"),
    Metric(
        "false_answers_near",
        "refusal",
        each=_false_answers_of("near", "the articles are about it, and do not say it"),
        better="lower",
    ),
    Metric(
        "false_answers_far",
        "refusal",
        each=_false_answers_of("far", "no article is about it"),
        better="lower",
    ),
    Metric("score", "refusal", each=score, unit="points"),
)
