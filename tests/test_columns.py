import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.columns import LINES, columns

ROWS = [("as of", "figure"), ("2025-04-24", "at least 12 people"), ("undated", "seven")]


def test_columns_are_aligned() -> None:
    assert columns(ROWS, 80) == [
        "as of       figure",
        "2025-04-24  at least 12 people",
        "undated     seven",
    ]


def test_a_long_cell_is_wrapped_and_then_cut() -> None:
    lines = columns([("undated", "word " * 30), ("a", "b")], 30)
    assert max(map(len, lines)) <= 30
    assert lines[LINES - 1].endswith("…")
    assert lines[LINES] == "a        b"


@pytest.mark.parametrize("width", [20, 40, 60, 80])
@given(rows=st.lists(st.tuples(*[st.text("ab c—", max_size=70)] * 4), min_size=1, max_size=5))
def test_every_line_fits(width: int, rows: list[tuple[str, str, str, str]]) -> None:
    lines = columns(rows, width)
    assert max(map(len, lines)) <= max(width, 4 * 6 + 6)
    assert len(lines) <= LINES * len(rows)
