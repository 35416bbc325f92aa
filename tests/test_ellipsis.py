import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.query.ellipsis import instead, is_date, is_piece


@pytest.mark.parametrize(
    ("piece", "before", "asked"),
    [
        ("in June", "How many fell in May?", "How many fell in June?"),
        ("in 2024", "Who won in Oslo in 2020?", "Who won in Oslo in 2024?"),
        ("the July one", "Who died in the May storm at sea?", "Who died in the July storm at sea?"),
        ("the July attack", "Who died in May?", "Who died in July (attack)?"),
        ("last year", "How many fell?", "How many fell last year?"),
        ("yesterday", "What did it cost on Monday?", "What did it cost yesterday?"),
        ("in Paris", "Who spoke in New York?", "Who spoke in Paris?"),
        ("for Rovers", "Who scored for Tarn City in the final?", "Who scored for Rovers in the final?"),
        ("at home", "Who lost?", "Who lost at home?"),
        ("with milk", "Who lost?", None),
        ("the king", "What did the queen wear?", "What did the king wear?"),
        ("Chile", "Who governs Peru?", "Who governs Chile?"),
        ("Chile", "Who won?", None),
        ("sunk", "How many ships were hit?", None),
    ],
)
def test_a_piece_takes_the_place_of_its_like(piece: str, before: str, asked: str | None) -> None:
    assert instead(piece, before) == asked


@pytest.mark.parametrize(("text", "piece"), [("in June", True), ("next week", True), ("missiles", False), ("", False)])
def test_what_says_where_or_when(text: str, piece: bool) -> None:
    assert is_piece(text) is piece


def test_dates() -> None:
    assert all(map(is_date, ["July", "Friday", "2024"]))
    assert not any(map(is_date, ["Juliet", "20245", "may", ""]))


@settings(deadline=None)
@given(st.text(), st.text())
def test_nothing_breaks_it(piece: str, before: str) -> None:
    assert instead(piece, before) != ""
