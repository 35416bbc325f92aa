import json
from collections.abc import Mapping, Sequence

import pytest

from assistant.answer import Answer
from assistant.errors import EvaluationError
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.compare import Comparison, Difference, compare
from assistant.evaluation.metric import Metric, Part


def a_run(values: Sequence[float], **by_id: float) -> list[Case]:
    """One case a value, which is its answer's confidence; further ones by id."""
    named = {f"q{place}": value for place, value in enumerate(values)} | by_id
    return [Case(Question(name, f"{name}?"), Outcome(name, an_answer(value))) for name, value in named.items()]


def an_answer(value: float) -> Answer:
    return Answer("q?", f"It is {value}.", False, (), (), (), (), value, "m", {})


def value_of(case: Case) -> float:
    assert case.outcome.answer
    return case.outcome.answer.confidence


def share(case: Case) -> Part | None:
    """The share."""
    return value_of(case), 1.0


def mean(cases: Sequence[Case]) -> float | None:
    return sum(map(value_of, cases)) / len(cases)


RIGHT = Metric("right", "answers", each=share)
WRONG = Metric("wrong", "answers", each=share, better="lower")


def the(comparison: Comparison, metric: str = "right") -> Difference:
    (found,) = [difference for difference in comparison.differences if difference.metric == metric]
    return found


def test_mcnemar_is_the_binomial_of_the_flips() -> None:
    # One lost, nine gained, ten as before: 2 * (C(10,0) + C(10,1)) / 2^10 = 22 / 1024.
    found = the(compare(a_run([1] + [0] * 9 + [1] * 6 + [0] * 4), a_run([0] + [1] * 9 + [1] * 6 + [0] * 4), [RIGHT]))
    assert found.test == "mcnemar"
    assert found.p == pytest.approx(22 / 1024)
    assert (found.a, found.b, found.n, found.better) == (0.35, 0.75, 20, True)
    assert found.change == pytest.approx(0.4)
    assert found.unit == "share"
    assert found.definition == "The share."
    assert found.low is not None
    assert found.high is not None
    assert 0 < found.low < 0.4 < found.high < 0.8


def test_the_same_in_both_is_no_difference() -> None:
    values = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6]
    found = the(compare(a_run(values), a_run(values), [RIGHT]))
    assert (found.test, found.p, found.p_holm) == ("randomisation", 1.0, 1.0)
    assert (found.change, found.low, found.high, found.better) == (0.0, 0.0, 0.0, None)
    binary = the(compare(a_run([0, 1, 1, 0, 1]), a_run([0, 1, 1, 0, 1]), [RIGHT]))
    assert (binary.test, binary.p, binary.better) == ("mcnemar", 1.0, None)


def test_randomisation_finds_the_share_of_swaps_that_are_as_extreme() -> None:
    # All six go up by a half: of the 2^6 swaps two are as extreme, so p is near 2 / 64 = 0.03125.
    found = the(compare(a_run([0.25] * 6), a_run([0.75] * 6), [RIGHT]))
    assert found.test == "randomisation"
    assert found.p == pytest.approx(2 / 64, abs=0.008)
    assert (found.change, found.low, found.high) == (0.5, 0.5, 0.5)


def test_a_run_that_is_better_in_everything_is_found_so() -> None:
    comparison = compare(a_run([0.2] * 40), a_run([0.9] * 40), [RIGHT])
    found = the(comparison)
    assert found.p == 1 / 10_001  # no swap of forty was as extreme
    assert found.beyond_chance
    assert found.better is True
    back = the(compare(a_run([0.9] * 40), a_run([0.2] * 40), [RIGHT]))
    assert back.better is False
    assert back.beyond_chance


def test_lower_is_better_where_the_metric_says_so() -> None:
    comparison = compare(a_run([1, 1, 1, 1, 0]), a_run([0, 0, 0, 0, 0]), [WRONG])
    assert the(comparison, "wrong").better is True
    assert [flip.gained for flip in comparison.flips] == [True] * 4


def test_a_ratio_of_sums_is_no_mean_of_ratios() -> None:
    wholes = {"q0": 10.0, "q1": 1.0, "q2": 1.0, "q3": 1.0, "q4": 1.0}

    def each(case: Case) -> Part | None:
        return value_of(case), wholes[case.question.id]

    found = the(compare(a_run([5, 0, 0, 0, 0]), a_run([10, 0, 0, 0, 0]), [Metric("right", "citations", each=each)]))
    assert found.a == pytest.approx(5 / 14)
    assert found.b == pytest.approx(10 / 14)
    assert found.test == "randomisation"
    assert found.p == 1.0  # the one question that differs is as extreme either way


def test_what_one_run_alone_says_counts_in_its_own_sums_only() -> None:
    # Of what is refused (a value above 0), the share refused rightly (1): a precision has no say where none refused.
    def each(case: Case) -> Part | None:
        return (float(value_of(case) == 1), 1.0) if value_of(case) > 0 else None

    a, b = [0.5] * 10 + [1] * 10, [0] * 10 + [1] * 10
    found = the(compare(a_run(a), a_run(b), [Metric("right", "refusal", each=each)]))
    assert (found.a, found.b, found.n) == (0.5, 1.0, 20)
    assert found.test == "randomisation"
    # The ten wrong refusals fall to the runs by coin: as far apart as 0 and 10 in 2 of 1,024 swaps.
    assert found.p == pytest.approx(2 / 1024, abs=0.0015)


def test_holm_corrects_over_what_was_tested() -> None:
    # McNemar's p: 8 of 8 flips one way 2/256, 7 of 8 18/256, 4 of 8 1; Holm: times 3, 2 and 1.
    flips = {"first": [1] * 8, "second": [1] * 7 + [0], "third": [1, 0] * 4}

    def metric(name: str, ups: Sequence[int]) -> Metric:
        def each(case: Case) -> Part | None:
            up = ups[int(case.question.id[1:])]
            return float(up if value_of(case) else 1 - up), 1.0

        return Metric(name, "answers", each=each)

    metrics = [metric(name, ups) for name, ups in flips.items()]
    metrics += [Metric("whole", "calibration", whole=mean), Metric("words", "answers", each=share, better=None)]
    comparison = compare(a_run([0] * 8), a_run([1] * 8), metrics)
    ps = {difference.metric: difference.p for difference in comparison.differences}
    assert ps == {
        "first": pytest.approx(2 / 256), "second": pytest.approx(18 / 256), "third": 1.0, "whole": None, "words": None
    }  # fmt: skip
    assert the(comparison, "first").p_holm == pytest.approx(6 / 256)
    assert the(comparison, "second").p_holm == pytest.approx(36 / 256)
    assert the(comparison, "third").p_holm == 1.0
    assert the(comparison, "whole").p_holm is None
    assert comparison.tested == 3
    assert [difference.beyond_chance for difference in comparison.differences] == [True, False, False, False, False]


def test_what_is_not_tested_still_has_its_values() -> None:
    whole = Metric("whole", "calibration", whole=mean)
    neutral = Metric("words", "answers", each=share, better=None, unit="words")
    comparison = compare(a_run([1, 2, 3, 4, 5]), a_run([2, 3, 4, 5, 6]), [whole, neutral])
    for name, better in (("whole", True), ("words", None)):
        found = the(comparison, name)
        assert (found.a, found.b, found.change, found.n, found.better) == (3.0, 4.0, 1.0, 5, better)
        assert (found.test, found.p, found.low, found.high) == (None, None, None, None)
    assert comparison.flipped is None
    assert comparison.flips == ()


@pytest.mark.parametrize(("n", "tested"), [(4, False), (5, True)])
def test_fewer_than_five_pairs_are_not_tested(n: int, tested: bool) -> None:
    found = the(compare(a_run([0] * n), a_run([1] * n), [RIGHT]))
    assert (found.p is not None) is tested
    assert (found.a, found.b, found.n) == (0.0, 1.0, n)


def test_questions_in_one_run_only_are_left_out_and_counted() -> None:
    comparison = compare(a_run([1, 1], x=0), a_run([1, 0], y=0, z=0), [RIGHT])
    assert (comparison.paired, comparison.unpaired) == (2, 3)
    assert (the(comparison).a, the(comparison).b) == (1.0, 0.5)


def test_order_does_not_pair_ids_do() -> None:
    a = a_run([0, 1, 0, 1, 0])
    assert the(compare(a, list(reversed(a)), [RIGHT])).change == 0.0
    assert compare(a, list(reversed(a)), [RIGHT]).flips == ()


def test_no_pair_gives_no_values() -> None:
    comparison = compare(a_run([]), a_run([]), [RIGHT])
    assert (comparison.paired, the(comparison).a, the(comparison).p) == (0, None, None)


def test_clusters_are_drawn_together() -> None:
    # Ten articles of ten questions each: five articles all gained, five all lost nothing.
    a, b = [0] * 100, [1] * 50 + [0] * 50
    alone = the(compare(a_run(a), a_run(b), [RIGHT]))
    together = the(compare(a_run(a), a_run(b), [RIGHT], clusters=[place // 10 for place in range(100)]))
    assert alone.change == together.change == 0.5
    # By question sqrt(.25 / 100) = .05 to each side times 1.96; by article sqrt(.25 / 10) = .158 times 1.96.
    assert alone.low == pytest.approx(0.40, abs=0.02)
    assert together.low == pytest.approx(0.20, abs=0.02)
    # Fewer than ten clusters tell nothing: the questions are drawn.
    two = the(compare(a_run(a), a_run(b), [RIGHT], clusters=[place // 50 for place in range(100)]))
    assert (two.low, two.high) == (alone.low, alone.high)


def test_clusters_have_to_be_as_many_as_the_cases() -> None:
    with pytest.raises(ValueError, match="zip"):
        compare(a_run([1, 2]), a_run([1, 2]), [RIGHT], clusters=[0])


def test_the_same_seed_gives_the_same_numbers() -> None:
    a, b = a_run([0.1 * n for n in range(12)]), a_run([0.3, 0.9, 0.1] * 4)
    first, again, other = (the(compare(a, b, [RIGHT], seed=seed)) for seed in (7, 7, 8))
    assert first == again
    assert first.p != other.p


def test_flips_are_the_questions_that_changed() -> None:
    comparison = compare(a_run([1, 0, 0, 1]), a_run([0, 1, 0, 1]), [RIGHT])
    assert comparison.flipped == "right"
    assert [(flip.question.id, flip.gained) for flip in comparison.flips] == [("q0", False), ("q1", True)]
    assert comparison.flips[0].a == an_answer(1)
    assert comparison.flips[0].b == an_answer(0)


def test_flips_are_of_correct_and_cited_or_of_the_one_named() -> None:
    cited = Metric("correct_and_cited", "citations", each=lambda case: (1.0 - value_of(case), 1.0))
    a, b = a_run([1]), a_run([0])
    assert compare(a, b, [RIGHT, cited]).flips[0].gained is True
    assert compare(a, b, [RIGHT, cited], flips="right").flips[0].gained is False
    with pytest.raises(EvaluationError, match=r"'rihgt' judges no single question.*right, correct_and_cited"):
        compare(a, b, [RIGHT, cited], flips="rihgt")


def test_it_survives_json() -> None:
    comparison = compare(a_run([1, 0, 0, 1, 0]), a_run([0, 1, 0, 1, 1]), [RIGHT])
    data: Mapping[str, object] = json.loads(json.dumps(comparison.to_dict()))
    assert data["paired"] == 5
    assert data["unpaired"] == 0
    assert data["differences"][0]["metric"] == "right"  # type: ignore[index]
    assert data["differences"][0]["p"] == 1.0  # type: ignore[index]
    assert data["flips"][1]["question"]["id"] == "q1"  # type: ignore[index]
    assert data["flips"][1]["b"]["answer"] == "It is 1."  # type: ignore[index]
