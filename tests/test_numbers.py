import math

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import Number, numbers
from tests.growth import grows_linearly

SEED = (
    "Ukraine reported that the Russian military launched 66 ballistic and cruise missiles, four air-to-surface "
    "missiles, and 145 drones—including decoys—during the assault."
)


def one(text: str) -> Number:
    found = numbers(text)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("text", "shown", "value", "bound", "unit", "counted"),
    [
        # digits, thousands, decimals
        ("145 drones were launched.", "145 drones", 145, None, None, "drones"),
        ("1,200 people", "1,200 people", 1200, None, None, "people"),
        ("1200 people", "1200 people", 1200, None, None, "people"),
        ("12,345,678 votes", "12,345,678 votes", 12_345_678, None, None, "votes"),
        ("a rise of 3.5 points", "3.5 points", 3.5, None, None, "points"),
        ("1,234.56 euros", "1,234.56 euros", 1234.56, None, "€", "euros"),
        ("It sold 10,000.", "10,000", 10_000, None, None, None),
        ("It was 2.0.", "2.0", 2, None, None, None),
        ("3½ years", "3½ years", 3.5, None, None, "years"),
        ("minus 5 degrees", "minus 5 degrees", -5, None, "°", "degrees"),
        ("It fell to -5 degrees.", "-5 degrees", -5, None, "°", "degrees"),
        # scales
        ("1.6 million refugees", "1.6 million refugees", 1.6e6, None, None, "refugees"),
        ("2 hundred", "2 hundred", 200, None, None, None),
        ("300k followers", "300k followers", 300_000, None, None, "followers"),
        ("5m people", "5m people", 5e6, None, None, "people"),
        ("half a million people", "half a million people", 500_000, None, None, "people"),
        ("two and a half million people", "two and a half million people", 2.5e6, None, None, "people"),
        ("half a dozen men", "half a dozen men", 6, None, None, "men"),
        # money
        ("$1.6m in damage", "$1.6m", 1.6e6, None, "$", None),
        ("$1.6 million", "$1.6 million", 1.6e6, None, "$", None),
        ("€2bn package", "€2bn package", 2e9, None, "€", "package"),
        ("a £400 fine", "£400 fine", 400, None, "£", "fine"),
        ("a US$5 million loan", "US$5 million loan", 5e6, None, "$", "loan"),
        ("A$5", "A$5", 5, None, "A$", None),
        ("worth $2.5B", "$2.5B", 2.5e9, None, "$", None),
        # shares
        ("79 percent of voters", "79 percent", 79, None, "%", None),
        ("79 per cent of voters", "79 per cent", 79, None, "%", None),
        ("79% of voters", "79%", 79, None, "%", None),
        ("7.5% growth", "7.5%", 7.5, None, "%", None),
        ("five percent", "five percent", 5, None, "%", None),
        ("5 percentage points", "5 percentage points", 5, None, None, "percentage points"),
        # words
        ("seven people dead", "seven people dead", 7, None, None, "people dead"),
        ("Seven lives of residents", "Seven lives", 7, None, None, "lives"),
        ("twenty-one soldiers", "twenty-one soldiers", 21, None, None, "soldiers"),
        ("twenty one soldiers", "twenty one soldiers", 21, None, None, "soldiers"),
        ("a hundred people", "a hundred people", 100, None, None, "people"),
        ("one hundred and five people", "one hundred and five people", 105, None, None, "people"),
        ("three hundred twenty people", "three hundred twenty people", 320, None, None, "people"),
        ("one hundred and five thousand men", "one hundred and five thousand men", 105_000, None, None, "men"),
        ("three hundred thousand", "three hundred thousand", 300_000, None, None, None),
        ("twelve hundred", "twelve hundred", 1200, None, None, None),
        ("one million people", "one million people", 1e6, None, None, "people"),
        ("two dozen fighters", "two dozen fighters", 24, None, None, "fighters"),
        ("a dozen people", "a dozen people", 12, None, None, "people"),
        # bounds
        ("over 300 drones", "over 300 drones", 300, "over", None, "drones"),
        ("more than 100 injured.", "more than 100 injured", 100, "over", None, "injured"),
        ("More than a hundred", "More than a hundred", 100, "over", None, None),
        ("at least 12 people killed", "at least 12 people killed", 12, "at least", None, "people killed"),
        ("at\nleast  12 people", "at\nleast  12 people", 12, "at least", None, "people"),
        ("no fewer than 12", "no fewer than 12", 12, "at least", None, None),
        ("not less than 12", "not less than 12", 12, "at least", None, None),
        ("not more than 12", "not more than 12", 12, "up to", None, None),
        ("no more than 12", "no more than 12", 12, "up to", None, None),
        ("up to 40 tanks", "up to 40 tanks", 40, "up to", None, "tanks"),
        ("as many as 40 tanks", "as many as 40 tanks", 40, "up to", None, "tanks"),
        ("fewer than 10 cases", "fewer than 10 cases", 10, "under", None, "cases"),
        ("nearly 500 houses", "nearly 500 houses", 500, "nearly", None, "houses"),
        ("about 30 drones", "about 30 drones", 30, "about", None, "drones"),
        ("an estimated 30 drones", "30 drones", 30, None, None, "drones"),
        ("about an estimated 30 drones", "about an estimated 30 drones", 30, "about", None, "drones"),
        ("over $5 million", "over $5 million", 5e6, "over", "$", None),
        ("300+ drones", "300+ drones", 300, "at least", None, "drones"),
        ("300-plus drones", "300-plus drones", 300, "at least", None, "drones"),
        ("12 or more people", "12 or more people", 12, "at least", None, "people"),
        ("12 or so people", "12 or so people", 12, "about", None, "people"),
        # ordinals, hyphens, ages, years
        ("the 50th anniversary of it", "50th anniversary", 50, None, "th", "anniversary"),
        ("a 10-day ultimatum to it", "10-day ultimatum", 10, None, None, "day ultimatum"),
        ("a six-year-old boy", "six-year-old boy", 6, None, "years old", "year-old boy"),
        ("a nine-storey building", "nine-storey building", 9, None, None, "storey building"),
        ("the 14,000-strong army", "14,000-strong army", 14_000, None, None, "strong army"),
        ("in 2024, it", "2024", 2024, None, None, None),
        ("the 10th-century church", "10th-century church", 10, None, "th", "century church"),
        # beside marks
        ("(145 drones)", "145 drones", 145, None, None, "drones"),
        ("—145 drones—", "145 drones", 145, None, None, "drones"),
        ("145—including decoys", "145", 145, None, None, None),
        ("“145” drones", "145", 145, None, None, None),
        ("'145 drones'", "145 drones", 145, None, None, "drones"),
        ("5°C", "5°C", 5, None, "°C", None),
    ],
)
def test_a_number_in_a_text(
    text: str, shown: str, value: float, bound: str | None, unit: str | None, counted: str | None
) -> None:
    number = one(text)
    assert (number.text, number.value, number.bound, number.unit, number.counted) == (
        shown,
        pytest.approx(value),
        bound,
        unit,
        counted,
    )


@pytest.mark.parametrize(
    "text",
    [
        "one of the most brutal attacks",
        "no drones at all",
        "the first strike and the second",
        "dozens of people, hundreds of homes, tens of thousands",
        "COVID-19 cases and F-16 jets",
        "someone often weighted it",
        "nearly a year",
        "version 1,2345",
        "9" * 400,
        "",
    ],
)
def test_what_is_no_number(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (SEED, [(66, "ballistic and cruise missiles"), (4, "air-to-surface missiles"), (145, "drones")]),
        ("over 300 drones and eight cruise missiles were", [(300, "drones"), (8, "cruise missiles")]),
        ("12 killed and 30 wounded", [(12, "killed"), (30, "wounded")]),
        ("since 1994, 12 people", [(1994, None), (12, "people")]),
        ("12 and at least 30", [(12, None), (30, None)]),
        ("145 drones, 112 of which were shot down", [(145, "drones"), (112, None)]),
    ],
)
def test_several_numbers(text: str, expected: list[tuple[float, str | None]]) -> None:
    assert [(number.value, number.counted) for number in numbers(text)] == expected


@pytest.mark.parametrize(
    "text", ["10 to 20 people", "between 10 and 20 people", "10-20 people", "10–20 people", "10 or 20 people"]
)
def test_neither_end_of_a_range_is_asserted(text: str) -> None:
    assert [(number.value, number.bound) for number in numbers(text)] == [(10, "between"), (20, "between")]


@pytest.mark.parametrize(
    "texts",
    [
        ["1,200 people", "1.2 thousand people", "twelve hundred people", "1.2k people", "1200 people"],
        ["500,000", "half a million", "0.5 million", "five hundred thousand"],
        ["250,000 people", "a quarter of a million people"],
        ["more than 100", "over a hundred", "in excess of one hundred"],
        ["79%", "79 percent", "79 per cent", "seventy-nine percent"],
        ["25% of voters", "a quarter of voters", "one-quarter of voters"],
        ["50% of voters", "half of voters", "half the voters"],
        ["two-thirds of voters", "two thirds of voters"],
        ["$5", "5 dollars", "five US dollars", "US$5"],
        ["€5m", "5 million euros", "€5,000,000"],
        ["£5", "5 pounds", "five pounds sterling"],
        ["5 km", "5km", "five kilometres", "5-kilometer"],
        ["5 miles", "five-mile"],
        ["30C", "30°C", "30 degrees Celsius", "30 °C"],
        ["30F", "30 degrees Fahrenheit"],
        ["5kg", "5 kilograms", "five kilos"],
        ["a six-year-old", "aged six", "6 years old", "aged 6", "six years of age"],
        ["the 100m race", "the 100-metre race", "100 meters"],
        ["$100m", "$100 million", "100 million dollars"],
        ["100m people", "100 million people"],
        ["a couple of days", "about two days"],
        ["a pair of gunmen", "two gunmen"],
        ["17 June", "17th of June", "June 17th", "17th June"],
    ],
)
def test_one_amount_in_every_spelling(texts: list[str]) -> None:
    found = [one(text) for text in texts]
    assert {(round(number.value, 6), number.bound, number.unit) for number in found} == {
        (round(found[0].value, 6), found[0].bound, found[0].unit)
    }


@pytest.mark.parametrize(
    ("one_text", "other"),
    [
        ("the 100m race", "100m people"),
        ("a 5m wall", "£5m"),
        ("50th", "50"),
        ("six years", "aged six"),
        ("5 pounds of TNT", "£5"),
        ("5 miles", "5 km"),
        ("30C", "30F"),
        ("5 percentage points of it", "5% of it"),
        ("5 Australian dollars", "$5"),
    ],
)
def test_amounts_that_are_not_the_same(one_text: str, other: str) -> None:
    first, second = one(one_text), one(other)
    assert (first.value, first.unit, first.counted) != (second.value, second.unit, second.counted)
    assert (first.value, first.unit) != (second.value, second.unit) or "points" in one_text


@pytest.mark.parametrize("text", ["the first half of it", "the third quarter", "a quarter-final", "half a day"])
def test_what_is_no_part_of_a_whole(text: str) -> None:
    assert numbers(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dozens of people were", [("dozens of people", 24, "dozens", "people")]),
        ("injured dozens and left", [("dozens", 24, "dozens", None)]),
        ("more than 100 injured", [("more than 100 injured", 100, "over", "injured")]),
        ("tens of thousands of homes", [("tens of thousands of homes", 20_000, "tens of thousands", "homes")]),
        ("several hundred men", [("several hundred men", 200, "hundreds", "men")]),
        ("scores of men", [("scores of men", 40, "scores", "men")]),
        ("he scores a goal", []),
        ("its fiftieth year", [("fiftieth year", 50, None, "year")]),
        ("the twenty-third man", [("twenty-third man", 23, None, "man")]),
        ("the first and the second", []),
        ("145 drones", [("145 drones", 145, None, "drones")]),
    ],
)
def test_amounts_in_words(text: str, expected: list[tuple[str, float, str | None, str | None]]) -> None:
    assert [(n.text, n.value, n.bound, n.counted) for n in amounts(text)] == expected


def test_no_ordinal_counts() -> None:
    assert not one("the 50th attack").counts("attack")
    assert one("5km").counts("kilometres")
    assert one("$5").counts("dollars")


def test_two_numbers_in_a_row_are_no_range() -> None:
    assert [number.bound for number in numbers("10 men and 20 women; 10, 20")] == [None] * 4


def test_1_200_is_1200() -> None:
    first, second = one("1,200 people"), one("1200 people")
    assert (first.value, first.bound, first.unit, first.counted) == (
        second.value,
        second.bound,
        second.unit,
        second.counted,
    )


@pytest.mark.parametrize(
    ("text", "thing", "expected"),
    [
        ("145 drones", "drone", True),
        ("145 drones", "Drones", True),
        ("145 drones", "missiles", False),
        ("66 ballistic and cruise missiles", "missile", True),
        ("four air-to-surface missiles", "missiles", True),
        ("145", "drones", False),
    ],
)
def test_what_a_number_counts(text: str, thing: str, expected: bool) -> None:
    assert one(text).counts(thing) is expected


ODD = """1 0 9 , . - – — % + ½ $ € US$ 1,200 3.5 million m bn k dozen hundred thousand a an half and one five seven
    over more than at least between to or per cent percent st th drones killed ſeven mıllion fıve MİLLION 5K twenty
    ٣ ３ ² minus − so plus -plus \u200b é 字""".split()
PIECES = st.sampled_from([*ODD, " ", " ", "\n", "\u00a0"])


@settings(deadline=None)
@given(st.one_of(st.text(), st.lists(PIECES).map("".join), st.lists(PIECES).map(" ".join)))
@example("ſeven mıllion 5 mıllion leſs than 5")
def test_every_number_stands_where_it_says(text: str) -> None:
    before = 0
    for number in amounts(text):
        assert text[number.start : number.start + len(number.text)] == number.text
        assert before <= number.start < number.end <= number.start + len(number.text)
        assert number.counted is None or number.counted in number.text
        assert math.isfinite(number.value)
        before = number.end


@settings(deadline=None)
@given(st.integers(0, 999_999_999_999), st.sampled_from(["{} drones", "over {} drones", "({})", "—{}—", "“{}”"]))
def test_any_integer_in_any_spelling_has_its_value(value: int, frame: str) -> None:
    assert one(frame.format(value)).value == value
    assert one(frame.format(f"{value:,}")).value == value


@pytest.mark.parametrize(
    "piece",
    [
        "1",
        "1,",
        "1 ",
        "1-",
        "twenty ",
        "one hundred ",
        "million ",
        "1 million million ",
        "over ",
        "\n",
        "a",
        "12 a and ",
        "5 to ",
        "minus ",
        "hundred and ",
        " ",
        "- ",
        "or ",
    ],
)
def test_100_000_characters_take_linear_time(piece: str) -> None:
    assert grows_linearly(lambda size: amounts(piece * (size // len(piece))), 25_000)
