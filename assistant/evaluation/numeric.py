"""Metrics of figures: whether the one asked for is right, and whether those shown occur in what is cited."""

from assistant.composition.grounding import grounding
from assistant.evaluation.case import Case
from assistant.evaluation.judging import answer_due
from assistant.evaluation.matching import figure, matches_figure, without_markers
from assistant.evaluation.metric import Metric, Part


def numeric_accuracy(case: Case) -> Part | None:
    """Of the answerable questions whose accepted answer is a figure: the share whose answer has that figure.

    Figures are compared by value, unit and scale: "1.6 million" is 1,600,000, "three" is 3, "$5" is not 5%. A
    refusal has none. Dates are no figures; long answers and questions for several answers are left out.
    """
    answer, question = answer_due(case), case.question
    if answer is None or question.all_answers or question.long_form:
        return None
    wanted = [spelling for spelling in question.spellings[0] if figure(spelling)]
    if not wanted:
        return None
    text = without_markers(answer.answer)
    return float(not answer.refused and any(matches_figure(text, spelling) for spelling in wanted)), 1


def numeric_grounding(case: Case) -> Part | None:
    """Of the figures in the answers: the share that occurs, with the same value and unit, in a quote or title that
    the same statement cites. Answers of all questions count, refusals do not; no gold answer is needed.
    """
    answer = case.outcome.answer
    if answer is None or answer.refused:
        return None
    grounded, stated = grounding(answer)
    return (grounded, stated) if stated else None


METRICS: tuple[Metric, ...] = (
    Metric("numeric_accuracy", "numbers", each=numeric_accuracy),
    Metric("numeric_grounding", "numbers", each=numeric_grounding),
)
