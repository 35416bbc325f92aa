"""Digits in groups: one figure in search, in `figures` and in comparison, whole or not at all."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.composition.grounding import grounded
from assistant.evaluation.matching import matches
from assistant.language.stems import words
from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import numbers
from assistant.verification.entailment import verdict
from tests.growth import grows_linearly
from vectorstore.text.digits import joined, plain_numbers, whole_figures

MARKS = [",", " ", "\u00a0", "\u2007", "\u2009", "\u202f", "'", "’"]


def indian(value: int) -> str:
    """3,50,000"""
    head, tail = divmod(value, 1000)
    pairs = []
    while head > 99:
        head, pair = divmod(head, 100)
        pairs.append(f"{pair:02}")
    return ",".join([str(head), *reversed(pairs), f"{tail:03}"])


def values(text: str) -> list[float]:
    return [number.value for number in numbers(text)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("25\u00a0000 people", 25_000),
        ("48\u202f350 reindeer", 48_350),
        ("31\u2009500 people", 31_500),
        ("31 500 people", 31_500),
        ("About 1 250 000 people", 1_250_000),
        ("In Osted 31 500 people came", 31_500),
        ("In May 12 500 people came", 12_500),
        ("3,50,000 voters", 350_000),
        ("12,50,000 voters", 1_250_000),
        ("1’250’000 francs", 1_250_000),
        ("1'250'000.50 francs", 1_250_000.5),
        ("1.250.000 people", 1_250_000),
        ("1.250,75 euros", 1250.75),
        ("12 345,67 euros", 12_345.67),
        ("3.500 kilometres", 3.5),
        ("1,5 million people", 1.5e6),
        ("a 5 000-strong crowd", 5000),
        ("12.5 crore rupees", 125_000_000),
        ("Rs 12.5 crore", 125_000_000),
        ("Rs. 500 cr", 5e9),
        ("₹3,50,000", 350_000),
        ("INR 2 lakh crore", 2e12),
        ("half a crore people", 5e6),
        ("5 lakhs of people", 500_000),
        ("CHF 1’250", 1250),
        ("€ 1 250", 1250),
        ("2 millions", 2e6),
    ],
)
def test_a_grouped_figure_is_one_figure(text: str, value: float) -> None:
    assert values(text) == [pytest.approx(value)]


@pytest.mark.parametrize(
    ("text", "unit"),
    [("12.5 crore rupees", "₹"), ("Rs 12.5 crore", "₹"), ("₹3,50,000", "₹"), ("EUR 5 million", "€"), ("1 250 €", "€")],
)
def test_a_currency_before_or_behind_a_figure_is_its_unit(text: str, unit: str) -> None:
    assert [number.unit for number in numbers(text)] == [unit]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("In 2024 500 people came", [2024, 500]),
        ("In 2024 31 500 people came", [2024, 31_500]),
        ("on 5 May 2024 300 people came", [5, 2024, 300]),
        ("On May 5 300 people came", [5, 300]),
        ("the F-16 300 times", [300]),
        ("10 20 30", [10, 20, 30]),
        ("12 1,200", [12, 1200]),
    ],
)
def test_figures_that_stand_side_by_side_are_not_joined(text: str, expected: list[float]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "section 3 500 words",
        "Boeing 747 400",
        "Since May 12 500 people",
        "call 030 123 456",
        "+44 20 7946 0958",
        "5 31 500",
        "1234 000",
        "12 155 mm howitzers",
        "12 500-pound bombs",
        "9:30",
        "24/7",
        "1 1/2 miles",
        "192.168.100.200",
        "1.2.3",
        "12.05.2024",
        "1,2345",
        "1,2",
        "5'11",
        "000 people",
    ],
)
def test_digits_that_may_be_half_of_a_figure_are_none(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("text", "low", "high", "unit"),
    [
        ("5–7 million pounds", 5e6, 7e6, "£"),
        ("$5-7m", 5e6, 7e6, "$"),
        ("three to five million people", 3e6, 5e6, None),
        ("between 3 and 5 million people", 3e6, 5e6, None),
        ("12-15,000 people", 12_000, 15_000, None),
        ("£1.2bn-£1.5bn", 1.2e9, 1.5e9, "£"),
        ("2–3 lakh rupees", 200_000, 300_000, "₹"),
        ("15-20 percent", 15, 20, "%"),
        ("18–24 months", 18, 24, None),
        ("25 000–31 500 people", 25_000, 31_500, None),
        ("500 to 2 million", 500, 2e6, None),
        ("500-1,000 people", 500, 1000, None),
    ],
)
def test_each_end_of_a_range_keeps_scale_and_unit(text: str, low: float, high: float, unit: str | None) -> None:
    found = numbers(text)
    assert [(n.value, n.bound, n.unit) for n in found] == [
        (pytest.approx(low), "between", unit),
        (pytest.approx(high), "between", unit),
    ]
    assert found[0].text == text


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("500 people fled.", "31 500 people fled."),
        ("31 people fled.", "31 500 people fled."),
        ("25 people fled.", "25\u00a0000 people fled."),
        ("000 people fled.", "25\u202f000 people fled."),
        ("50,000 people fled.", "3,50,000 people fled."),
        ("250 people fled.", "1’250’000 people fled."),
        ("57 million people fled.", "5–7 million people fled."),
        ("7 million people fled.", "5–7 million people fled."),
        ("5.3 million people fled.", "15.3 million people fled."),
        ("30 people fled.", "At 9:30 people fled."),
        ("500 people fled.", "From section 3 500 people fled."),
    ],
)
def test_half_of_a_figure_bears_nothing_out(statement: str, sentence: str) -> None:
    assert verdict(statement, sentence) != "supported"


@pytest.mark.parametrize("spelling", ["31500", "31,500", "31 500", "31\u00a0500", "31\u202f500", "31’500", "31'500"])
def test_a_figure_bears_out_its_other_spellings(spelling: str) -> None:
    for other in ("31 500", "31,500", "31500"):
        assert verdict(f"{spelling} people fled.", f"{other} people fled.") == "supported"
        assert matches(f"Some {other} people fled.", [spelling])
        assert matches(f"Some {other} people fled.", [f"{spelling} people"])
        assert words(spelling) == ["31500"]


def grouped(value: int, mark: str) -> str:
    return indian(value) if mark == "indian" else f"{value:,}".replace(",", mark)


FIGURES = st.builds(grouped, st.integers(1000, 999_999_999_999), st.sampled_from([*MARKS, "indian"]))


@settings(deadline=None)
@given(FIGURES, st.data())
def test_no_part_of_a_figure_counts_as_found(figure: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(figure) - 1))
    end = data.draw(st.integers(start + 1, len(figure)))
    part = figure[start:end]
    sentence = f"Some {figure} people fled to Osted."
    (whole,) = numbers(sentence)
    if not part[0].isdigit() or not part[-1].isdigit() or part == figure:
        return
    assert whole.value not in values(part)
    assert grounded(f"{part} people", [sentence])[0] == 0
    assert not matches(sentence, [part])
    assert verdict(f"Some {part} people fled to Osted.", sentence) != "supported"
    assert not set(words(part)) & set(words(sentence))


@settings(deadline=None)
@given(st.integers(1000, 999_999_999_999), st.sampled_from([*MARKS, "indian"]))
def test_every_way_to_group_has_the_value(value: int, mark: str) -> None:
    assert values(f"some {grouped(value, mark)} people") == [value]
    assert plain_numbers(grouped(value, mark)) == str(value)


@settings(deadline=None)
@given(
    st.text() | st.lists(st.sampled_from(["1", "23", "456", "0", "000", "2024", *MARKS, ".", ":", "May"])).map("".join)
)
@example("1\ue0002")
def test_offsets_stay(text: str) -> None:
    assert len(whole_figures(text)) == len(joined(text)) == len(text)
    for number in amounts(text):
        assert text[number.start : number.start + len(number.text)] == number.text


@pytest.mark.parametrize("piece", ["1", "1 ", "1,", "1 000 ", "1.", "2024 ", "1:", "000"])
def test_100_000_characters_take_linear_time(piece: str) -> None:
    assert grows_linearly(lambda size: whole_figures(piece * (size // len(piece))), 25_000)
