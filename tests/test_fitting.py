"""The fit of the weights: it finds what was planted, and its slope is the slope of its loss."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import OptimizeResult, check_grad

from bench import fitting
from bench.fitting import L2, Array, Listed, listwise, softmax

NAMES = ("a", "b", "c")
PLANTED = np.array([2.0, -1.0, 0.0])


def drawn(questions: int, planted: Array, seed: int = 7) -> list[Listed]:
    """Questions of eight candidates each; which one is right is drawn by the planted weights."""
    random = np.random.default_rng(seed)
    examples = []
    for _ in range(questions):
        table = random.normal(size=(8, len(planted)))
        right = np.arange(8) == random.choice(8, p=softmax(table @ planted))
        examples.append(Listed([dict(zip(NAMES, map(float, row), strict=False)) for row in table], right))
    return examples


def test_planted_weights_are_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fitting, "L2", 0.0)
    found = listwise(drawn(3_000, PLANTED))
    assert list(found) == list(NAMES)
    assert np.allclose([found[name] for name in NAMES], PLANTED, atol=0.15)


def test_the_penalty_keeps_weights_small() -> None:
    certain = [Listed([{"a": 1.0}, {"a": -1.0}], np.array([True, False]))]
    weight = listwise(certain)["a"]
    assert 0 < weight < 5
    # Where the slope is 0: 2 · L2 · w = 2 · share of the wrong one.
    assert 2 * L2 * weight == pytest.approx(2 / (1 + np.exp(2 * weight)), rel=1e-3)


def test_its_slope_is_that_of_its_loss(monkeypatch: pytest.MonkeyPatch) -> None:
    examples = drawn(20, PLANTED)
    examples[0] = Listed(examples[0].rows, np.arange(8) < 3, weight=2.5)
    checked: list[float] = []

    def minimize(loss: Callable[[Array], tuple[float, Array]], start: Array, **options: object) -> OptimizeResult:
        assert options["jac"]
        random = np.random.default_rng(1)
        for _ in range(5):
            at = random.normal(size=len(start))
            checked.append(check_grad(lambda w: loss(w)[0], lambda w: loss(w)[1], at))
        return OptimizeResult(x=start)

    monkeypatch.setattr(fitting, "minimize", minimize)
    listwise(examples)
    assert len(checked) == 5
    assert max(checked) < 1e-5


def test_a_question_counts_by_its_weight() -> None:
    up, down = np.array([True, False]), np.array([False, True])
    rows = [{"a": 1.0}, {"a": 0.0}]
    assert listwise([Listed(rows, up, 3.0), Listed(rows, down)]) == pytest.approx(
        listwise([*[Listed(rows, up)] * 3, Listed(rows, down)]), abs=1e-4
    )
    assert listwise([Listed(rows, up), Listed(rows, down)])["a"] == pytest.approx(0.0, abs=1e-6)


def test_one_of_several_right_candidates_is_enough() -> None:
    both = Listed([{"a": 1.0}, {"b": 1.0}, {"c": 1.0}], np.array([True, True, False]))
    found = listwise([both])
    assert found["a"] == pytest.approx(found["b"], abs=1e-3)
    assert found["a"] > 0 > found["c"]


def test_what_it_is_fitted_upon_stays() -> None:
    """The other weights come out as they were planted, beside the known one; and alone where that one is wrong."""
    examples = drawn(3_000, PLANTED)
    found = listwise(examples, {"a": 2.0})
    assert list(found) == ["b", "c"]
    assert np.allclose([found["b"], found["c"]], PLANTED[1:], atol=0.15)
    assert listwise(examples, {"a": 0.0})["b"] > found["b"]


def test_a_question_without_a_right_candidate_tells_nothing() -> None:
    examples = drawn(50, PLANTED)
    dumb = Listed([{"a": 9.0, "other": 1.0}], np.array([False]))
    assert listwise([*examples, dumb]) == listwise(examples)


def test_a_feature_that_a_row_lacks_is_zero() -> None:
    whole = [Listed([{"a": 1.0, "b": 0.0}, {"a": 0.0, "b": 1.0}], np.array([True, False]))]
    sparse = [Listed([{"a": 1.0}, {"b": 1.0}], np.array([True, False]))]
    assert listwise(whole) == listwise(sparse)


@settings(deadline=None)
@given(arrays(np.float64, st.integers(1, 20), elements=st.floats(-1e4, 1e4)), st.floats(-1e4, 1e4))
def test_shares_sum_to_1_whatever_is_added_to_all(scores: Array, more: float) -> None:
    shares = softmax(scores)
    assert shares.sum() == pytest.approx(1.0)
    assert (shares >= 0).all()
    assert softmax(scores + more) == pytest.approx(shares, abs=1e-6)
    assert (shares[scores == scores.max()] == shares.max()).all()
