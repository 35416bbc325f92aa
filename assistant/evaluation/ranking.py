"""Metrics of search: whether a gold article is retrieved and the evidence contains the answer; also for BM25 alone."""

from collections.abc import Callable, Sequence
from functools import lru_cache

from assistant.evaluation.case import Case, Question
from assistant.evaluation.judging import LONG_FORM_RECALL
from assistant.evaluation.matching import matches, recall, yes_or_no
from assistant.evaluation.metric import Metric, Part

_MEASURES = {
    "hit_at_1": ("Success@1", "The share of questions whose first retrieved article is a gold one (Success@1)."),
    "hit_at_4": ("Success@4", "The share of questions with a gold article among the first 4 (Success@4)."),
    "hit_at_10": (
        "Success@10",
        "The share of questions with a gold article among the first 10 (Success@10).",
    ),
    "mrr_at_10": (
        "RR@10",
        "1 / the rank of the first gold article among the first 10 retrieved, 0 without one; the mean over questions "
        "(Voorhees 1999, The TREC-8 Question Answering Track Report).",
    ),
    "ndcg_at_10": (
        "nDCG@10",
        "Each gold article among the first 10 adds 1 / log2(rank + 1), over the sum of the best possible order; "
        "the mean over questions (Järvelin & Kekäläinen 2002, Cumulated Gain-Based Evaluation of IR Techniques).",
    ),
}
"""Our name -> the name in ir_measures, and what it is."""

_WHICH = (
    " By article, over the answerable questions whose gold articles are known, except those that may search one alone."
)
_BM25 = " Here the ranking is that of BM25 alone."


def holds_answer(question: Question, text: str) -> bool | None:
    """Whether the text contains a gold answer (all of them where all are asked for; half the words of a long one).

    None without a gold answer, and for "yes" and "no", which the word in a text does not prove.
    """
    if not question.answers or yes_or_no(question.answers):
        return None
    if question.long_form:
        return any(recall(text, answer) >= LONG_FORM_RECALL for answer in question.answers)
    return all(matches(text, spellings) for spellings in question.spellings)


def answer_in_evidence(case: Case) -> Part | None:
    """The share of answerable questions with a gold answer in the evidence that the model was given.

    A long answer counts with half of its words; where all answers are asked for, all of them must be there.
    Questions whose answer is "yes" or "no" are left out: the word in a text does not prove them.
    """
    return _held(case, case.outcome.evidence)


def bm25_answer_in_evidence(case: Case) -> Part | None:
    """As answer_in_evidence, in the best chunks by BM25 alone that fill as many tokens."""
    return _held(case, case.outcome.bm25_evidence)


def _held(case: Case, text: str | None) -> Part | None:
    held = holds_answer(case.question, text) if case.question.answerable and text is not None else None
    return None if held is None else (float(held), 1.0)


def _by_article(
    name: str, ranking: Callable[[Case], tuple[str, ...] | None], note: str = ""
) -> Callable[[Case], Part | None]:
    measure, definition = _MEASURES[name]

    def each(case: Case) -> Part | None:
        question, articles = case.question, ranking(case)
        if articles is None or not question.answerable or not question.gold or len(question.context) == 1:
            return None
        return _ranked(articles, question.gold)[measure], 1.0

    each.__doc__ = definition + _WHICH + note
    return each


@lru_cache(maxsize=4096)
def _ranked(ranking: tuple[str, ...], gold: tuple[str, ...]) -> dict[str, float]:
    """Every measure of one question at once, by ir_measures' name: each is asked for by a metric of its own."""
    import ir_measures

    wanted = [ir_measures.parse_measure(measure) for measure, _ in _MEASURES.values()]
    relevant = [ir_measures.Qrel("question", article, 1) for article in dict.fromkeys(gold)]
    run = [ir_measures.ScoredDoc("question", article, -rank) for rank, article in enumerate(ranking)]
    return {str(metric.measure): float(metric.value) for metric in ir_measures.iter_calc(wanted, relevant, run)}


def _metrics(prefix: str, ranking: Callable[[Case], tuple[str, ...] | None], note: str = "") -> Sequence[Metric]:
    return [Metric(prefix + name, "retrieval", each=_by_article(name, ranking, note)) for name in _MEASURES]


METRICS: tuple[Metric, ...] = (
    *_metrics("", lambda case: case.outcome.ranking),
    Metric("answer_in_evidence", "retrieval", each=answer_in_evidence),
    *_metrics("bm25_", lambda case: case.outcome.bm25_ranking, _BM25),
    Metric("bm25_answer_in_evidence", "retrieval", each=bm25_answer_in_evidence),
)
