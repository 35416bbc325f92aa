import random
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.retrieval.near_duplicates import groups

WIRE = "A missile strike on the capital killed at least 12 people and injured more than 90, officials said on Thursday."


@pytest.mark.parametrize(
    "other",
    [
        WIRE,
        WIRE.upper(),
        WIRE.replace("on Thursday", "Thursday"),
        WIRE.replace("officials said on Thursday", "according to officials"),
        f"KYIV (Agency) — {WIRE}",
        WIRE.replace("A missile strike", "Missile strikes"),
        WIRE.replace(", officials said on Thursday", ""),
        WIRE.split(" and ")[0],
    ],
)
def test_a_copy_with_small_edits_is_one_source(other: str) -> None:
    assert groups([WIRE, other]) == ((0, 1),)


@pytest.mark.parametrize(
    "other",
    [
        WIRE.replace("12", "14"),
        WIRE.replace("at least 12", "12"),
        "Rescuers said at least 12 people had died in the capital and more than 90 were hurt by a missile.",
        "Parliament met on Thursday.",
        "",
    ],
)
def test_other_words_or_another_figure_are_another_source(other: str) -> None:
    assert groups([WIRE, other]) == ((0,), (1,))


def test_copies_of_copies_are_one_group_in_the_order_of_the_texts() -> None:
    other = "Parliament will meet on Thursday to vote on the budget."
    assert groups([other, WIRE, "Nothing.", WIRE.lower(), other]) == ((0, 4), (1, 3), (2,))
    assert groups([]) == ()


def test_short_sentences_are_no_part_of_long_ones() -> None:
    assert groups(["Officials said on Thursday.", WIRE.replace("12", "some").replace("90", "many")]) == ((0,), (1,))


def test_two_hundred_sentences_are_quick() -> None:
    vocabulary = [f"word{n}" for n in range(400)]
    texts = [" ".join(random.Random(n).choices(vocabulary, k=30)) for n in range(200)]
    assert len(groups(texts)) == 200


@settings(deadline=None)
@given(st.lists(st.one_of(st.text(max_size=40), st.just(WIRE))))
def test_every_text_is_in_one_group(texts: list[str]) -> None:
    found = groups(texts)
    assert sorted(chain.from_iterable(found)) == list(range(len(texts)))
    assert sum(any(texts[place] == WIRE for place in group) for group in found) == (WIRE in texts)


def test_another_name_or_day_is_news() -> None:
    won = "{} won the Lisbon marathon on {}, after rain that kept many others at home."
    assert groups([won.format("Ann Lee", "Sunday"), won.format("Bob Orr", "Sunday")]) == ((0,), (1,))
    assert groups([won.format("Ann Lee", "Sunday"), won.format("Ann Lee", "Monday")]) == ((0,), (1,))
    assert groups([won.format("Ann Lee", "Sunday"), won.format("Ann Lee of Porto", "Sunday")]) == ((0, 1),)
