"""The gate: limits that a run has to keep, in TOML, so that a worse build fails.

reference = "before.metrics.json"   # for [drops]: the metrics.json of an earlier run, relative to this file
[floors]                            # no metric may be below
correct_and_cited = 0.40
[ceilings]                          # none above
wrong_alone = 0.05
[drops]                             # how much worse than the reference each may be
correct_and_cited = 0.03
"""

import difflib
import json
import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from assistant.errors import EvaluationError
from assistant.evaluation.metric import Metric

_TABLES = ("floors", "ceilings", "drops")
_SLACK = 1e-9
"""0.41 - 0.38 is a little more than 0.03 in binary."""


@dataclass(frozen=True)
class Drop:
    """How much worse than `reference` a metric may be: `allowed`, 0 or more, in the metric's own unit."""

    reference: float
    allowed: float
    lower_is_better: bool


@dataclass(frozen=True)
class Gate:
    """The limits, by metric name."""

    floors: Mapping[str, float]
    ceilings: Mapping[str, float]
    drops: Mapping[str, Drop]


def read_gate(path: Path, metrics: Sequence[Metric] | None = None) -> Gate:
    """The gate of a TOML file over these metrics (None: all that Dateline has).

    EvaluationError, one line, for a file that is missing, no TOML, limits nothing or names what there is not.
    """
    if metrics is None:
        from assistant.evaluation.measure import ALL

        metrics = ALL
    data = _read(path, tomllib.loads, "TOML")
    _check_names(path, "the file", data, ("reference", *_TABLES))
    known = {metric.name: metric for metric in metrics}
    floors, ceilings, allowed = (_limits(path, table, data.get(table, {}), tuple(known)) for table in _TABLES)
    if not (floors or ceilings or allowed):
        raise EvaluationError(f"gate {path} limits nothing: expected a metric under [floors], [ceilings] or [drops]")
    return Gate(floors, ceilings, _drops(path, allowed, known, _reference(path, data)))


def check(gate: Gate, overall: Mapping[str, float]) -> tuple[str, ...]:
    """One line for each limit that these values miss, in the file's order; a metric that is not there misses it."""
    lines = [
        *(_beyond(name, overall, limit, "floor") for name, limit in gate.floors.items()),
        *(_beyond(name, overall, limit, "ceiling") for name, limit in gate.ceilings.items()),
        *(_fallen(name, overall, drop) for name, drop in gate.drops.items()),
    ]
    return tuple(dict.fromkeys(line for line in lines if line))


def _beyond(name: str, overall: Mapping[str, float], limit: float, kind: str) -> str | None:
    value = overall.get(name)
    if value is None:
        return f"{name} was not measured"
    if value >= limit if kind == "floor" else value <= limit:
        return None
    digits = _digits((value, limit))
    return f"{name} is {value:,.{digits}f}, the {kind} is {limit:,.{digits}f}"


def _fallen(name: str, overall: Mapping[str, float], drop: Drop) -> str | None:
    value = overall.get(name)
    if value is None:
        return f"{name} was not measured"
    worse = value - drop.reference if drop.lower_is_better else drop.reference - value
    if worse <= drop.allowed + _SLACK:
        return None
    way = "above" if drop.lower_is_better else "below"
    digits = _digits((value, drop.reference), (worse, drop.allowed))
    return (
        f"{name} is {value:,.{digits}f}, {worse:,.{digits}f} {way} the reference's {drop.reference:,.{digits}f}; "
        f"at most {drop.allowed:,.{digits}f} is allowed"
    )


def _digits(*pairs: tuple[float, float]) -> int:
    """Two decimals, or as many as it takes to tell each pair apart: a message must not say that 0.40 is below 0.40."""
    enough = (d for d in range(2, 9) if all(f"{a:.{d}f}" != f"{b:.{d}f}" for a, b in pairs))
    return next(enough, 9)


def _read(path: Path, parse: Callable[[str], Any], form: str) -> dict[str, Any]:
    try:
        data = parse(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise EvaluationError(f"can't read {path} ({error.strerror or error}): expected a file of {form}") from error
    except (ValueError, RecursionError) as error:
        raise EvaluationError(f"{path} is no {form} ({error}): mend it") from error
    if not isinstance(data, dict):
        raise EvaluationError(f"{path} holds no object: expected a metrics.json that 'dateline eval' wrote")
    return data


def _check_names(path: Path, where: str, given: Mapping[str, Any], known: Sequence[str]) -> None:
    for name in given:
        if name not in known:
            near = difflib.get_close_matches(name, known, n=3)
            expected = f"did you mean {' or '.join(near)}?" if near else f"expected one of {', '.join(known)}"
            raise EvaluationError(f"gate {path}: {where} has an unknown name {name!r}: {expected}")


def _limits(path: Path, table: str, given: object, known: Sequence[str]) -> dict[str, float]:
    if not isinstance(given, dict):
        raise EvaluationError(f"gate {path}: {table} is {given!r}, expected a table: write [{table}]")
    _check_names(path, f"[{table}]", given, known)
    for name, value in given.items():
        if not _is_number(value):
            raise EvaluationError(f"gate {path}: {name} under [{table}] is {value!r}, expected a number")
        if table == "drops" and value < 0:
            raise EvaluationError(f"gate {path}: {name} under [drops] is {value!r}, expected 0 or more")
    return {name: float(value) for name, value in given.items()}


def _reference(path: Path, data: Mapping[str, Any]) -> dict[str, float]:
    """The values of the reference run by metric name; none where no reference is named."""
    if "reference" not in data:
        return {}
    if not isinstance(data["reference"], str):
        raise EvaluationError(f"gate {path}: reference is {data['reference']!r}, expected the path of a metrics.json")
    reference = path.parent / data["reference"]
    overall = _read(reference, json.loads, "JSON").get("overall")
    if not isinstance(overall, dict):
        raise EvaluationError(f"{reference} has no 'overall': expected a metrics.json that 'dateline eval' wrote")
    values = {name: item.get("value") if isinstance(item, dict) else item for name, item in overall.items()}
    return {name: float(value) for name, value in values.items() if _is_number(value)}


def _is_number(value: object) -> TypeGuard[int | float]:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _drops(
    path: Path, allowed: Mapping[str, float], known: Mapping[str, Metric], reference: Mapping[str, float]
) -> dict[str, Drop]:
    for name in allowed:
        if known[name].better is None:
            raise EvaluationError(f"gate {path}: {name} is neither better nor worse: put it under [ceilings]")
        if name not in reference:
            problem = "the reference lacks it" if reference else "no reference is named"
            raise EvaluationError(f"gate {path}: {name} under [drops] needs a reference, and {problem}")
    return {name: Drop(reference[name], value, known[name].better == "lower") for name, value in allowed.items()}
