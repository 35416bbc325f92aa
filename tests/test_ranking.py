"""Retrieval metrics, counted by hand."""

import math

import pytest

from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.metric import Metric, Part
from assistant.evaluation.ranking import METRICS, holds_answer

BY_NAME = {metric.name: metric for metric in METRICS}
THREE_FROM_GOLD = Question("q", "Who?", answers=("Ann",), gold=("g",))


def ranked(question: Question, *articles: str) -> Case:
    return Case(question, Outcome("q", None, ranking=articles))


def part(name: str, case: Case) -> Part | None:
    each = BY_NAME[name].each
    assert each
    return each(case)


def test_the_names_in_order() -> None:
    own = ["hit_at_1", "hit_at_4", "hit_at_10", "mrr_at_10", "ndcg_at_10", "answer_in_evidence"]
    assert [metric.name for metric in METRICS] == own + ["bm25_" + name for name in own]
    assert {(metric.group, metric.better, metric.unit) for metric in METRICS} == {("retrieval", "higher", "share")}


@pytest.mark.parametrize("metric", METRICS, ids=lambda metric: metric.name)
def test_each_is_defined(metric: Metric) -> None:
    assert metric.definition.endswith(".")
    assert ("BM25 alone" in metric.definition) == metric.name.startswith("bm25_")


def test_a_gold_article_at_rank_three() -> None:
    case = ranked(THREE_FROM_GOLD, "a", "b", "g", "c", "d")
    assert part("hit_at_1", case) == (0, 1)
    assert part("hit_at_4", case) == (1, 1)
    assert part("hit_at_10", case) == (1, 1)
    assert part("mrr_at_10", case) == pytest.approx((1 / 3, 1))
    assert part("ndcg_at_10", case) == pytest.approx((0.5, 1))  # 1 / log2(4)


def test_two_gold_articles_at_ranks_one_and_four() -> None:
    case = ranked(Question("q", "Who?", answers=("Ann",), gold=("g", "h")), "g", "a", "b", "h")
    best = 1 + 1 / math.log2(3)
    assert part("hit_at_1", case) == (1, 1)
    assert part("mrr_at_10", case) == (1, 1)
    assert part("ndcg_at_10", case) == pytest.approx(((1 + 1 / math.log2(5)) / best, 1))


def test_a_tie_of_names_does_not_change_the_order() -> None:
    # pytrec_eval orders equal scores by name: ranks must be told by scores that differ.
    assert part("hit_at_1", ranked(THREE_FROM_GOLD, "g", "z")) == (1, 1)
    assert part("hit_at_1", ranked(THREE_FROM_GOLD, "z", "g")) == (0, 1)


def test_rank_ten_counts_and_nothing_found_is_zero() -> None:
    last = ranked(THREE_FROM_GOLD, *"abcdefhij", "g")
    assert part("hit_at_4", last) == (0, 1)
    assert part("hit_at_10", last) == (1, 1)
    assert part("mrr_at_10", last) == pytest.approx((0.1, 1))
    for name in ("hit_at_1", "hit_at_10", "mrr_at_10", "ndcg_at_10"):
        assert part(name, ranked(THREE_FROM_GOLD)) == (0, 1)


def test_bm25_says_nothing_where_nobody_looked() -> None:
    case = Case(THREE_FROM_GOLD, Outcome("q", None, ranking=("g",), evidence="12"))
    assert part("hit_at_1", case) == (1, 1)
    assert part("bm25_hit_at_1", case) is None
    assert part("bm25_answer_in_evidence", case) is None


def test_bm25_has_its_own_ranking() -> None:
    case = Case(THREE_FROM_GOLD, Outcome("q", None, ranking=("a", "g"), bm25_ranking=("g", "a")))
    assert part("hit_at_1", case) == (0, 1)
    assert part("bm25_hit_at_1", case) == (1, 1)
    assert part("bm25_mrr_at_10", case) == (1, 1)


@pytest.mark.parametrize(
    "question",
    [
        Question("q", "Who?", answers=("Ann",)),
        Question("q", "Who?", answerable=False, gold=("g",)),
        Question("q", "Who?", answers=("Ann",), gold=("g",), context=("g",)),
    ],
    ids=["without gold", "unanswerable", "one article to search"],
)
def test_who_says_nothing_of_the_ranking(question: Question) -> None:
    assert part("hit_at_1", ranked(question, "g")) is None
    assert part("bm25_ndcg_at_10", ranked(question, "g")) is None


def test_two_articles_to_search_say_something() -> None:
    question = Question("q", "Who?", answers=("Ann",), gold=("g",), context=("g", "a"))
    assert part("hit_at_1", ranked(question, "g")) == (1, 1)


def test_the_answer_in_the_evidence() -> None:
    question = Question("q", "How many?", answers=("twelve", "12"), gold=("g",), context=("g",))
    case = Case(question, Outcome("q", None, evidence="At least 12 died.", bm25_evidence="Nobody knows."))
    assert part("answer_in_evidence", case) == (1, 1)
    assert part("bm25_answer_in_evidence", case) == (0, 1)
    assert part("answer_in_evidence", Case(question, Outcome("q", None))) == (0, 1)


def test_all_answers_must_be_there() -> None:
    question = Question("q", "Who?", answers=("Ann", "Bob"), all_answers=True, aliases={"Bob": ("Robert",)})
    assert holds_answer(question, "Ann met Robert.") is True
    assert holds_answer(question, "Ann met Carl.") is False


def test_half_of_a_long_answer_is_enough() -> None:
    question = Question("q", "Why?", answers=("rain fell on Kyiv",), long_form=True)
    assert holds_answer(question, "Kyiv saw rain.") is True
    assert holds_answer(question, "Kyiv was dry.") is False


def test_yes_and_no_and_the_unanswerable_say_nothing_of_the_evidence() -> None:
    assert holds_answer(Question("q", "Did it?", answers=("Yes",)), "Yes, it did.") is None
    assert holds_answer(Question("q", "Did it?", answers=("no.",)), "No.") is None
    assert holds_answer(Question("q", "Who?"), "Ann.") is None
    unanswerable = Question("q", "Who?", answers=("Ann",), answerable=False)
    assert part("answer_in_evidence", Case(unanswerable, Outcome("q", None, evidence="Ann."))) is None
