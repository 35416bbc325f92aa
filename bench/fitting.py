"""Weights by maximum likelihood: which of a question's candidates is right."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize

Array = NDArray[np.float64]

L2 = 0.0015
"""The weight of the L2 penalty, added to the mean loss of a question."""


NOTHING: Mapping[str, float] = {}


@dataclass(frozen=True)
class Listed:
    """A question's candidates: `rows` by name of feature, which of them are right, and how much the question counts."""

    rows: Sequence[Mapping[str, float]]
    right: NDArray[np.bool_]
    weight: float = 1.0


def listwise(examples: Sequence[Listed], upon: Mapping[str, float] = NOTHING) -> dict[str, float]:
    """The weights that maximise Σ log (share of the right candidates), shares being the softmax of the scores.

    Cao et al. 2007, "Learning to Rank: From Pairwise Approach to Listwise Approach", with an L2 penalty. Questions
    without a right candidate are left out. The weights of `upon` stay as they are, and only those
    of other names are fitted and given back.
    """
    usable = [example for example in examples if example.right.any()]
    names = sorted({name for example in usable for row in example.rows for name in row} - set(upon))
    tables = [_table(example.rows, names) for example in usable]
    known = [_table(example.rows, list(upon)) @ np.array(list(upon.values())) for example in usable]
    total = sum(example.weight for example in usable)

    def loss(weights: Array) -> tuple[float, Array]:
        value, slope = L2 * float(weights @ weights), 2 * L2 * weights
        for table, score, example in zip(tables, known, usable, strict=True):
            shares = softmax(score + table @ weights)
            right = float(shares[example.right].sum()) + 1e-12
            value -= example.weight / total * float(np.log(right))
            slope = slope + example.weight / total * (table.T @ (shares - shares * example.right / right))
        return value, slope

    optimum = minimize(loss, np.zeros(len(names)), jac=True, method="L-BFGS-B")
    return dict(zip(names, map(float, optimum.x), strict=True))


def softmax(scores: Array) -> Array:
    """exp(score) over their sum."""
    raised = np.exp(scores - scores.max())
    return np.asarray(raised / raised.sum(), dtype=np.float64)


def _table(rows: Sequence[Mapping[str, float]], names: Sequence[str]) -> Array:
    return np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float64)
