from dataclasses import replace

import pytest

from assistant.evaluation.answers import METRICS
from assistant.evaluation.case import Case
from tests.cases import case, named, refusal, reply

NAMES = [
    "correct", "alias_match", "exact_match", "f1", "all_given", "wrong_stated", "wrong_alone", "words", "short_words",
]  # fmt: skip


def part(name: str, one: Case) -> tuple[float, float] | None:
    each = named(METRICS, name).each
    assert each
    return each(one)


def test_the_metrics_and_their_definitions() -> None:
    assert [metric.name for metric in METRICS] == NAMES
    assert {metric.group for metric in METRICS} == {"answers"}
    assert {metric.name for metric in METRICS if metric.better == "lower"} == {"wrong_stated", "wrong_alone"}
    assert (named(METRICS, "words").better, named(METRICS, "words").unit) == (None, "words")
    assert all(40 < len(metric.definition) < 600 for metric in METRICS)


@pytest.mark.parametrize(
    ("name", "text", "answers", "expected"),
    [
        ("correct", "It has 1.6 million people [1].", ("1,600,000",), 1.0),
        ("correct", "It has 2 million people [1].", ("1,600,000",), 0.0),
        ("alias_match", "It has 1.6 million people [1].", ("1,600,000",), 0.0),
        ("alias_match", "It has 1,600,000 people [1].", ("many", "1600000"), 1.0),
        ("exact_match", "The Joe Biden [1].", ("Joseph Biden", "Joe Biden"), 1.0),
        ("exact_match", "Joe Biden won [1].", ("Joe Biden",), 0.0),
        ("f1", "Joe Biden won [1].", ("Joe Biden", "Joe"), 0.8),
        ("f1", "Twelve died [1].", ("Joe Biden",), 0.0),
        ("f1", "Twelve died [1].", (), 0.0),
    ],
)
def test_one_answer(name: str, text: str, answers: tuple[str, ...], expected: float) -> None:
    assert part(name, case(text, *answers)) == (pytest.approx(expected), 1)


@pytest.mark.parametrize("name", ["correct", "alias_match", "exact_match", "f1"])
def test_a_refusal_is_wrong_even_if_its_words_are_the_answer(name: str) -> None:
    assert part(name, case(reply("12", refused=True), "12")) == (0.0, 1)
    assert part(name, case(refusal(), "A")) == (0.0, 1)  # Normalized, that is no word at all.


@pytest.mark.parametrize("name", NAMES[:-2])
def test_without_an_answer_they_say_nothing(name: str) -> None:
    assert part(name, case(None, "12", wrong_answers=("13",))) is None
    assert part(name, case(None, "12", wrong_answers=("13",), all_answers=True)) is None


@pytest.mark.parametrize("name", NAMES[:5])
def test_of_the_unanswerable_they_say_nothing(name: str) -> None:
    assert part(name, case("12", "12", answerable=False, all_answers=name == "all_given")) is None


def test_where_all_are_asked_for() -> None:
    both = {"all_answers": True, "aliases": {"1877": ("June 29, 1877",)}}
    one_given = case("On June 29, 1877 [1].", "1877", "1605, England", **both)
    assert part("correct", one_given) == (0.0, 1)
    assert part("all_given", one_given) == (1, 2)
    assert part("all_given", case("In 1877 and 1605 [1].", "1877", "1605", **both)) == (2, 2)
    assert part("all_given", case(refusal(), "1877", "1605", **both)) == (0, 2)
    assert part("all_given", case("1877", all_answers=True)) is None
    assert part("all_given", case("1877", "1877", "1605")) is None
    assert part("alias_match", one_given) is None
    # "1877 1605" against "1605 and 1877": 2 * 2 / (2 + 3).
    assert part("f1", case("1605 and 1877.", "1877", "1605", **both)) == (pytest.approx(0.8), 1)
    assert part("f1", case("1877.", "1877", "1605", **both)) == (pytest.approx(2 / 3), 1)
    assert part("exact_match", case("1877.", "1877", "1605", **both)) == (0.0, 1)
    assert part("exact_match", case("1877, 1605.", "1877", "1605", **both)) == (1.0, 1)


def test_a_long_answer_needs_half_of_the_words_and_has_no_alias() -> None:
    long = case("Brown foxes jump.", "Brown foxes jump over dogs", long_form=True)
    assert part("correct", long) == (1.0, 1)
    assert part("alias_match", long) is None
    assert part("f1", long) == (0.75, 1)


@pytest.mark.parametrize(
    ("text", "answers", "wrong", "stated", "alone"),
    [
        ("James Cameron did [1].", ("Joss Whedon",), ("James Cameron",), 1.0, 1.0),
        ("James Cameron or Joss Whedon [1].", ("Joss Whedon",), ("James Cameron",), 1.0, 0.0),
        ("Joss Whedon did [1].", ("Joss Whedon",), ("James Cameron",), 0.0, 0.0),
        ("Over 300 drones came.", ("over 300",), ("300",), 0.0, 0.0),
        ("Over 300 drones came.", ("300",), ("over 300",), 0.0, 0.0),
        ("Over 300 drones and 300 men.", ("over 300 drones",), ("300 men",), 1.0, 0.0),
        ("It took 12 million years.", ("12",), ("12 million",), 1.0, 0.0),
        ("It has 1.6 million people.", ("1,600,000",), ("1.6 million",), 0.0, 0.0),
        ("Some 5% of it.", ("12",), ("$5",), 0.0, 0.0),
        ("New York City won.", ("New York City",), ("York", "New York"), 0.0, 0.0),
        ("Yes, no one did.", ("yes",), ("no",), 0.0, 0.0),
        ("No.", ("yes",), ("no",), 1.0, 1.0),
        ("Café owners.", ("tea",), ("cafe\u0301",), 1.0, 1.0),
    ],
)
def test_wrong_answers(
    text: str, answers: tuple[str, ...], wrong: tuple[str, ...], stated: float, alone: float
) -> None:
    one = case(text, *answers, wrong_answers=wrong)
    assert part("wrong_stated", one) == (stated, 1)
    assert part("wrong_alone", one) == (alone, 1)


def test_a_refusal_states_nothing_and_the_unanswerable_has_wrong_answers_too() -> None:
    for name in ("wrong_stated", "wrong_alone"):
        assert part(name, case(reply("13", refused=True), "12", wrong_answers=("13",))) == (0.0, 1)
        assert part(name, case("13.", answerable=False, wrong_answers=("13",))) == (1.0, 1)
        assert part(name, case("13.", "12")) is None


def test_a_right_long_answer_is_not_wrong_alone() -> None:
    long = {"long_form": True, "wrong_answers": ("dogs",)}
    assert part("wrong_alone", case("Foxes jump over dogs.", "Foxes may jump over cats", **long)) == (0.0, 1)
    assert part("wrong_alone", case("Cats and dogs.", "Foxes may jump over cats", **long)) == (1.0, 1)


def test_words_is_the_median_of_what_is_no_refusal() -> None:
    words = named(METRICS, "words")
    cases = [case("One two three [1]."), case("One [1, 2]."), case(refusal()), case(None), case("1 2 3 4 5 6")]
    assert words.value(cases) == 3.0
    assert words.value(cases[:3]) == 2.0
    assert words.value([case(refusal()), case(None)]) is None
    assert words.value([]) is None


def test_the_words_that_were_asked_for_are_judged_where_they_are_marked() -> None:
    long = case("Joe Biden, who was born in Scranton, won the vote in Iowa [1].", "Joe Biden")
    assert long.outcome.answer
    marked = replace(long, outcome=replace(long.outcome, answer=replace(long.outcome.answer, short="Joe Biden")))
    assert part("exact_match", long) == (0.0, 1)
    assert part("exact_match", marked) == part("f1", marked) == (1.0, 1)
    short, whole = (named(METRICS, name).whole for name in ("short_words", "words"))
    assert short
    assert whole
    assert [short([one]) for one in (long, marked)] == [None, 2.0]
    assert whole([marked]) == 12.0


def test_a_share_is_over_all_questions() -> None:
    cases = [
        case("12.", "12"),
        case("13.", "12"),
        case(refusal(), "12"),
        case("12.", answerable=False),
        case(None, "1"),
    ]
    assert named(METRICS, "correct").value(cases) == pytest.approx(1 / 3)
    assert named(METRICS, "correct").value(cases[3:]) is None
