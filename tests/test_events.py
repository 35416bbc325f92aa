import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.quantities.events import EVENT_OF, counted_event, events, status
from assistant.quantities.mentions import amounts


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("It left at least 12 people killed and more than 100 injured.", ["killed", "injured"]),
        (
            "It launched 66 ballistic and cruise missiles, four gliders, and 145 drones—including decoys.",
            ["launched"] * 3,
        ),
        ("The attack left seven people dead, including a six-year-old boy.", ["killed", None]),
        ("Ukraine shot down 12 of 20 drones.", ["shot down", None]),
        ("Of the drones, 12 of the 145 drones launched were shot down.", ["shot down", "launched"]),
        ("It intercepted 112 of the 145 drones that were launched.", ["shot down", "launched"]),
        ("He said that over 300 drones and eight missiles were fired.", ["launched", "launched"]),
        ("12 drones hit Kyiv and 30 were shot down.", ["hit", "shot down"]),
        ("12 buildings were hit by drones.", ["hit"]),
        ("“Seven lives of residents were taken,” he said.", ["killed"]),
        ("They led two very different lives.", [None]),
        ("He saved 12 lives.", [None]),
        ("5,000 soldiers a week are dying.", ["killed"]),
        ("Missile Strike Kills 7 in Kyiv", ["killed"]),
        ("It damaged 14 homes and 12 people were killed.", [None, "killed"]),
        ("3,000 homes were damaged and 12,485 people were displaced.", [None, "displaced"]),
        ("Three people who were aboard a ship have died.", ["killed"]),
        ("Two gunmen killed 12 people.", [None, "killed"]),
        ("The death toll rose to 12 on Tuesday.", ["killed"]),
        ("The number of people killed has risen to 40.", ["killed"]),
        ("They mourned the killing of five people.", ["killed"]),
        ("A gunman killed 19 children and two teachers.", ["killed", "killed"]),
        ("The strike killed nine civilians, including three children.", ["killed", "killed"]),
        ("The storm killed 12 people in Kyiv and 4 in Lviv.", ["killed", "killed"]),
        ("It killed 12 people and 20 homes were destroyed.", ["killed", None]),
        ("Police arrested 44 people after three officers were hurt.", ["arrested", "injured"]),
        ("200 people attended the vigil for a man who died.", [None]),
        ("200 people mourned a man killed by police.", [None]),
        ("12 soldiers captured in May died.", ["killed"]),
        ("12,000 people live there.", [None]),
        ("He was killed 12 days ago with 30 people watching.", [None, None]),
        ("82 people were rescued and 15 were injured.", [None, "injured"]),
        ("It injured dozens and left a trail of destruction.", ["injured"]),
        ("After Monday's strike 12 people met.", [None]),
        ("He was killed in 2017.", [None]),
        ("12% of people died.", [None]),
    ],
)
def test_the_event_that_each_number_counts(sentence: str, expected: list[str | None]) -> None:
    assert [counted_event(sentence, number) for number in amounts(sentence)] == expected


@pytest.mark.parametrize(
    ("sentence", "expected"),
    [
        ("Kyiv claims that 400 soldiers died.", ["claimed"]),
        ("Kyiv claimed 400 dead.", ["claimed"]),
        ("Reportedly 400 soldiers died.", ["claimed"]),
        ("Officials confirmed 12 deaths.", ["confirmed"]),
        ("There are 12 confirmed deaths, and 30 suspected cases.", ["confirmed", "claimed"]),
        ("The 12 deaths have not been independently verified.", ["claimed"]),
        ("12 people died.", [None]),
    ],
)
def test_claimed_is_not_confirmed(sentence: str, expected: list[str | None]) -> None:
    assert [status(sentence, number) for number in amounts(sentence)] == expected


def test_casualties_are_killed_or_injured() -> None:
    assert events("the casualty count") == {"killed", "injured"}


@settings(deadline=None)
@given(st.lists(st.sampled_from([*EVENT_OF, "12", "people", "of", ",", "and", "were", "dozens", "who", "the", "—"])))
def test_no_sentence_breaks_it(parts: list[str]) -> None:
    sentence = " ".join(parts)
    for number in amounts(sentence):
        assert counted_event(sentence, number) in {None, *EVENT_OF.values()}
        assert status(sentence, number) in (None, "claimed", "confirmed")
