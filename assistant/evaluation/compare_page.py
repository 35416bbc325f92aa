"""The page of a comparison: one HTML file that needs nothing else, and its first sentences."""

from collections.abc import Mapping, Sequence
from importlib.resources import files

from assistant.evaluation.compare import Comparison, Difference

_HOW = {"correct_and_cited": "rightly with a supporting citation", "correct": "rightly"}
_ASKED = "answerable questions"


def page(comparison: Comparison, name_a: str, name_b: str, about: Mapping[str, tuple[str, str]]) -> str:
    """The page as HTML. `about`: what was set differently, by name: (in a, in b)."""
    from jinja2 import Environment, StrictUndefined

    environment = Environment(autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    environment.filters.update(plain=plain, with_unit=with_unit, chance=chance)
    template = files("assistant.evaluation").joinpath("comparison.html.j2").read_text(encoding="utf-8")
    html = environment.from_string(template).render(
        comparison=comparison,
        headline=headline(comparison),
        name_a=name_a,
        name_b=name_b,
        about={plain(name): values for name, values in about.items()},
        sections=sections(comparison.differences),
    )
    # An article may hold half a surrogate pair, which no file can.
    return html.encode("utf-8", "replace").decode("utf-8")


def headline(comparison: Comparison) -> str:
    """Which run is better in what, in words for people who do not know the metrics: two sentences at most."""
    if not comparison.paired:
        return "No question is answered in both runs: there is nothing to compare."
    main = next((d for d in comparison.differences if d.metric == comparison.flipped and d.change is not None), None)
    rest = _rest([d for d in comparison.differences if d is not main and d.p is not None], main)
    return f"{_main(main)} {rest}".strip() if main else rest


def sections(differences: Sequence[Difference]) -> dict[str, list[Difference]]:
    """The differences grouped by their significance, each in the metrics' order; those without values are left out."""
    groups: dict[str, list[Difference]] = {"Beyond chance": [], "May be chance": [], "The same": [], "Not tested": []}
    for difference in differences:
        if difference.a is None and difference.b is None:
            continue
        if difference.p is None:
            groups["Not tested"].append(difference)
        elif difference.beyond_chance:
            groups["Beyond chance"].append(difference)
        else:
            groups["May be chance" if difference.change else "The same"].append(difference)
    return {name: section for name, section in groups.items() if section}


def plain(name: str) -> str:
    """A metric's or fact's name in words."""
    return name.replace("_", " ")


def with_unit(value: float, unit: str, change: bool = False) -> str:
    """A value with its unit; a change with its sign, and of shares in percentage points."""
    sign = "+" if change else ""
    match unit:
        case "share":
            return f"{100 * value:{sign}.1f}{'' if change else '%'}"
        case "ms":
            return f"{value / 1000:{sign},.1f} s" if abs(value) >= 1000 else f"{value:{sign}.0f} ms"
        case "MB":
            return f"{value:{sign},.0f} MB"
        case "points":
            return f"{value:{sign}.3f}"
        case _:
            return f"{value:{sign},.1f} {unit}"


def chance(p: float | None) -> str:
    """A probability with three decimals."""
    if p is None:
        return "–"
    return f"{p:.3f}" if p >= 0.001 else "< 0.001"


def _main(main: Difference) -> str:
    """The sentence about the metric that people ask for first."""
    how = _HOW.get(main.metric)
    if main.better is None:
        what = f"answer equally many {_ASKED} {how}" if how else f"are equally good in {plain(main.metric)}"
        return f"A and B {what}."
    change = abs(main.change or 0.0)
    more = f"{100 * change:.0f}" if change >= 0.01 else "less than 1"
    what = f"answers {more} more of 100 {_ASKED} {how}" if how else f"is better in {plain(main.metric)}"
    sentence = f"{'B' if main.better else 'A'} {what}"
    if main.p_holm is None:
        return f"{sentence}; {main.n} questions are too few to tell whether that is chance."
    p = f"p {chance(main.p_holm)}" if main.p_holm < 0.001 else f"p = {chance(main.p_holm)}"
    return f"{sentence}; the difference is beyond chance ({p})." if main.beyond_chance else (
        f"{sentence}, but that may well be chance ({p})."
    )  # fmt: skip


def _rest(tested: Sequence[Difference], main: Difference | None) -> str:
    """What else is beyond chance."""
    lists = []
    for which, better in (("B", True), ("A", False)):
        names = [plain(d.metric) for d in tested if d.beyond_chance and d.better is better]
        lists += [f"{which} is better in {', '.join(names)}"] if names else []
    if lists:
        return f"{'Also beyond' if main and main.beyond_chance else 'Beyond'} chance: {'; '.join(lists)}."
    if not tested:
        return ""
    other = "other " if main else ""
    if len(tested) == 1:
        return f"The {other}measure tested does not differ beyond chance."
    return f"Of the {other}{len(tested)} measures tested, none differs beyond chance."
