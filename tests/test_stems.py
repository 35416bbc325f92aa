import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.language.stems import rarity, stem, stems, words
from tests.growth import grows_linearly


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("145 drones hit Kyiv.", ["145", "drones", "hit", "Kyiv"]),
        ("1,200 people", ["1200", "people"]),
        ("12,345,678", ["12345678"]),
        ("3.5 points", ["3.5", "points"]),
        ("Ukraine’s and Russia's", ["Ukraine’s", "and", "Russia's"]),
        ("the U.S. said", ["the", "U.S", "said"]),
        ("drones—including decoys—fell", ["drones", "including", "decoys", "fell"]),
        ("air-to-surface", ["air", "to", "surface"]),
        ("“Seven lives”", ["Seven", "lives"]),
        ("snake_case", ["snake", "case"]),
        ("Støre и Київ", ["Støre", "и", "Київ"]),
        ("", []),
        ("?! … —", []),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("drone", "drones"),
        ("Drone", "DRONES"),
        ("drone's", "drone"),
        ("Ukraine’s", "ukraine"),
        ("missile", "missiles"),
        ("launched", "launch"),
        ("launching", "launches"),
        ("injured", "injuring"),
        ("U.S", "US"),
        ("soldiers", "soldier"),
        ("claimed", "claims"),
        ("didn’t", "didn't"),
    ],
)
def test_the_same_stem(one: str, other: str) -> None:
    assert stem(one) == stem(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("drone", "missile"), ("Kyiv", "Kharkiv"), ("killed", "injured"), ("145", "1450"), ("Iran", "Iraq")],
)
def test_different_stems(one: str, other: str) -> None:
    assert stem(one) != stem(other)


def test_stop_words_carry_no_meaning() -> None:
    assert stems("How is it that they were there, and not with his?") == frozenset()


def test_stems_are_a_set_over_all_forms() -> None:
    assert stems("Drones, the drone; a drone’s 1,200") == stems("drone 1200")


def test_a_rare_word_tells_more_than_a_common_one() -> None:
    assert rarity("the") == 1.0
    assert rarity("people") < rarity("drones") < rarity("Tkachenko")
    assert 3.5 < rarity("drones") < 5
    assert rarity("Drones") == rarity("drones")


def test_a_word_that_nobody_knows_is_the_rarest() -> None:
    assert rarity("qzxqzxqzx") == 8.0


@settings(deadline=None)
@given(st.text())
def test_no_text_breaks_words_or_stems(text: str) -> None:
    found = words(text)
    assert all(word for word in found)
    assert len(stems(text)) <= len(found)


@pytest.mark.parametrize("piece", ["a.", "a'", "1,", "drone ", "x", "’"])
def test_100_000_characters_take_linear_time(piece: str) -> None:
    assert grows_linearly(lambda size: words(piece * (size // len(piece))), 25_000)
