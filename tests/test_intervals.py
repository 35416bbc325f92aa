"""Intervals: against literals, against scipy, and that clusters widen them."""

from collections.abc import Sequence

import numpy as np
import pytest

from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.intervals import OfRows, clusters, design_effect, estimate, few_clusters
from assistant.evaluation.metric import Estimate, Metric, Part


def parts_of(parts: Sequence[Part | None], articles: Sequence[str] | None = None) -> tuple[list[Case], dict[str, Part]]:
    """A case for each part, each about an article of its own if none are given; the parts by the question's id."""
    names = articles or [f"article {n}" for n in range(len(parts))]
    cases = [
        Case(Question(f"q{n}", "Who?", gold=(name,)), Outcome(f"q{n}", None))
        for n, (_, name) in enumerate(zip(parts, names, strict=True))
    ]
    return cases, {case.question.id: part for case, part in zip(cases, parts, strict=True) if part is not None}


def estimated(
    parts: Sequence[Part | None], articles: Sequence[str] | None = None, seed: int = 0, resamples: int = 10_000
) -> Estimate | None:
    cases, by_id = parts_of(parts, articles)
    metric = Metric("it", "answers", each=lambda case: by_id.get(case.question.id))
    return estimate(metric, cases, seed, resamples)


def width(found: Estimate | None) -> float:
    assert found
    return found.high - found.low


def about(*articles: str, context: tuple[str, ...] = ()) -> Question:
    return Question("q", "Who?", gold=articles, context=context)


def test_clusters_are_chains_of_shared_articles() -> None:
    questions = [about("a"), about("b", "c"), about("a", "d"), about("e"), about("c", "f"), about("f"), about()]
    found = clusters(questions)
    assert found[0] == found[2]
    assert found[1] == found[4] == found[5]
    assert len({found[0], found[1], found[3], found[6]}) == 4


def test_clusters_by_gold_else_by_what_may_be_searched() -> None:
    a, b, c, d = clusters([about("a", context=("x",)), about("b", context=("x",)), about(context=("x", "b")), about()])
    assert a != b
    assert b == c
    assert d not in (a, b, c)
    assert clusters([]) == []
    assert len(set(clusters([about(), about(), about()]))) == 3


def test_few_clusters() -> None:
    assert few_clusters([about(str(n % 9)) for n in range(90)])
    assert not few_clusters([about(str(n % 10)) for n in range(90)])


@pytest.mark.parametrize(
    ("right", "n", "low", "high"),
    [(0, 60, 0.0, 0.0602), (60, 60, 0.9398, 1.0), (15, 148, 0.0624, 0.1605), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_as_it_is_printed(right: int, n: int, low: float, high: float) -> None:
    # 15 of 148 and 81 of 263 as in Newcombe 1998, Two-sided confidence intervals for the single proportion.
    found = estimated([(float(place < right), 1.0) for place in range(n)])
    assert found
    assert (found.value, found.n, found.method) == (right / n, n, "wilson")
    assert (found.low, found.high) == pytest.approx((low, high), abs=5e-5)
    assert 0 <= found.low <= found.value <= found.high <= 1


def test_design_effect() -> None:
    # 10 pairs that are the same twice are worth 10 questions: 2 · (n - 1)/n · C/(C - 1) = 2 · 19/20 · 10/9.
    values = [float(n % 2) for n in range(10) for _ in range(2)]
    assert design_effect(values, [n for n in range(10) for _ in range(2)]) == pytest.approx(2 * 19 / 20 * 10 / 9)
    assert design_effect(values, list(range(20))) == pytest.approx(1)
    assert design_effect([1.0, 1.0, 1.0], [0, 0, 1]) == 1
    # Pairs that balance each other would narrow the interval: that is not claimed.
    assert design_effect([0.0, 1.0] * 10, [n for n in range(10) for _ in range(2)]) == 1


def test_wilson_with_clusters_is_that_of_fewer_questions() -> None:
    from statsmodels.stats.proportion import proportion_confint

    parts = [(float(cluster < 15), 1.0) for cluster in range(20) for _ in range(5)]
    names = [str(cluster) for cluster in range(20) for _ in range(5)]
    clustered, plain = estimated(parts, names), estimated(parts)
    assert clustered
    # Five the same are worth one: 100 / (5 · 99/100 · 20/19).
    effective = 100 / (5 * 99 / 100 * 20 / 19)
    expected = proportion_confint(0.75 * effective, effective, method="wilson")
    assert (clustered.low, clustered.high) == pytest.approx(expected)
    assert (clustered.value, clustered.n) == (0.75, 100)
    assert width(clustered) > 2 * width(plain)


def test_the_bootstrap_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    values = np.random.default_rng(5).gamma(2, 3, size=80)
    found = estimated([(float(value), 1.0) for value in values])
    assert found
    theirs = bootstrap((values,), np.mean, method="percentile", rng=np.random.default_rng(1)).confidence_interval
    assert found.method == "bootstrap"
    assert found.value == pytest.approx(values.mean())
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.05 * (theirs.high - theirs.low))


def test_the_bootstrap_of_a_ratio_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    random = np.random.default_rng(6)
    whole = random.integers(1, 9, size=80)
    part = random.binomial(whole, 0.6)
    found = estimated([(float(p), float(w)) for p, w in zip(part, whole, strict=True)])
    assert found
    theirs = bootstrap(
        (part, whole),
        lambda p, w, axis: p.sum(axis=axis) / w.sum(axis=axis),
        paired=True,
        method="percentile",
        rng=np.random.default_rng(1),
    ).confidence_interval
    assert found.value == pytest.approx(part.sum() / whole.sum())
    assert (found.low, found.high) == pytest.approx((theirs.low, theirs.high), abs=0.05 * (theirs.high - theirs.low))


def test_clusters_widen_the_bootstrap() -> None:
    parts = [(float(cluster), 10.0) for cluster in range(20) for _ in range(5)]
    names = [str(cluster) for cluster in range(20) for _ in range(5)]
    # Five the same are worth one: the interval is about √5 as wide.
    assert width(estimated(parts, names)) / width(estimated(parts)) == pytest.approx(5**0.5, abs=0.15)


def test_few_clusters_are_not_resampled() -> None:
    parts = [(float(n % 7), 10.0) for n in range(90)]
    by_question = estimated(parts)
    assert estimated(parts, [str(n % 9) for n in range(90)]) == by_question
    assert estimated(parts, [str(n % 10) for n in range(90)]) != by_question
    # What counts is how many clusters say something.
    silent: list[Part | None] = [*parts, *([None] * 30)]
    assert estimated(silent, [*(str(n % 9) for n in range(90)), *(f"x{n}" for n in range(30))]) == by_question


def test_who_says_nothing_does_not_count() -> None:
    assert estimated([(1.0, 1.0), None, (0.0, 1.0), (0.0, 0.0)]) == estimated([(1.0, 1.0), (0.0, 1.0)])
    assert estimated([None, None]) is None
    assert estimated([]) is None
    assert estimated([(0.0, 0.0)]) is None


def test_points_are_no_share_even_if_all_are_zero_or_one() -> None:
    cases, by_id = parts_of([(1.0, 1.0), (0.0, 1.0)] * 10)
    metric = Metric("it", "refusal", each=lambda case: by_id[case.question.id], unit="points")
    found = estimate(metric, cases)
    assert found
    assert found.method == "bootstrap"


def of_ids(statistic: str, resampled: bool = True) -> Metric:
    """The median or the maximum of the numbers in the ids."""

    def of(rows: np.ndarray) -> float | None:
        return float(getattr(np, statistic)(rows))

    return Metric("it", "running", whole=OfRows(lambda case: (float(case.question.id[1:]),), of, resampled))


def test_a_whole_metric_is_that_of_scipy() -> None:
    from scipy.stats import bootstrap

    cases, _ = parts_of([None] * 101)
    found = estimate(of_ids("median"), cases)
    assert found
    theirs = bootstrap((np.arange(101.0),), np.median, method="percentile", rng=np.random.default_rng(1))
    interval = theirs.confidence_interval
    assert (found.value, found.n, found.method) == (50, 101, "bootstrap")
    assert (found.low, found.high) == pytest.approx((interval.low, interval.high), abs=1.5)


def test_clusters_widen_a_whole_metric() -> None:
    plain, _ = parts_of([None] * 100)
    clustered, _ = parts_of([None] * 100, [str(n // 5) for n in range(100)])
    metric = of_ids("mean")
    assert width(estimate(metric, clustered)) / width(estimate(metric, plain)) == pytest.approx(5**0.5, abs=0.15)


def test_a_plain_function_of_cases_will_do_too() -> None:
    def middle(cases: Sequence[Case]) -> float | None:
        numbers = [float(case.question.id[1:]) for case in cases if case.question.answerable]
        return float(np.median(numbers)) if numbers else None

    cases, _ = parts_of([None] * 40, [str(n // 2) for n in range(40)])
    silent = [Case(Question("q9", "Who?", answerable=False), Outcome("q9", None))] * 5
    plain = estimate(Metric("it", "running", whole=middle), [*cases, *silent], 3, 200)
    assert plain == estimate(of_ids("median"), cases, 3, 200)
    assert plain
    assert (plain.value, plain.n) == (19.5, 40)


def test_what_is_not_resampled_has_no_width() -> None:
    cases, _ = parts_of([None] * 20)
    assert estimate(of_ids("max", resampled=False), cases) == Estimate(19, 19, 19, 20, "bootstrap")


def test_samples_that_say_nothing_are_dropped() -> None:
    cases, _ = parts_of([None] * 12)

    def spread(rows: np.ndarray) -> float | None:
        return float(rows.max()) if rows.min() == 0 else None

    found = estimate(Metric("it", "running", whole=OfRows(lambda case: (float(case.question.id[1:]),), spread)), cases)
    assert found
    assert 0 < found.low < found.high == 11
    never = OfRows(lambda _case: (1.0,), lambda rows: 1.0 if len(rows) != 12 else None)
    assert estimate(Metric("it", "running", whole=never), cases) is None


def test_the_same_seed_gives_the_same() -> None:
    parts = [(float(n % 7), 10.0) for n in range(40)]
    first = estimated(parts, seed=1)
    assert estimated(parts, seed=2) != first
    assert estimated(parts, seed=1) == first


def test_more_questions_narrow_it() -> None:
    wide, middle, narrow = (
        width(estimated([(float(n % 7), 10.0) for n in range(size)], resamples=2_500)) for size in (21, 84, 336)
    )
    # Four times as many, half as wide; and 2,500 resamples are two blocks and a half.
    assert middle / wide == pytest.approx(0.5, abs=0.06)
    assert narrow / middle == pytest.approx(0.5, abs=0.06)
