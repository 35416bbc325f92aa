import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from ui.text.columns import CELL_LINES, Column, table
from ui.text.style import Style

HEAD = (Column("as of"), Column("figure"))
ROWS = [("2025-04-24", "at least 12 people"), ("undated", "seven")]


def test_columns_are_aligned() -> None:
    assert table(HEAD, ROWS, 80) == [
        "as of       figure",
        "2025-04-24  at least 12 people",
        "undated     seven",
    ]


def test_numbers_are_aligned_to_the_right_and_columns_have_a_least_width() -> None:
    columns = (Column("metric", 10), Column("n", 6, right=True))
    assert table(columns, [("correct", "1,200"), ("cited", "7")], 80) == [
        "metric           n",
        "correct      1,200",
        "cited            7",
    ]
    assert max(map(len, table(columns, [("a", "7")], 12))) <= 12


def test_a_long_cell_is_wrapped_and_then_cut() -> None:
    lines = table(HEAD, [("undated", "word " * 30), ("a", "b")], 30)
    assert max(map(len, lines)) <= 30
    assert lines[CELL_LINES].endswith("…")
    assert lines[CELL_LINES + 1] == "a        b"


def test_wide_characters_take_two_cells() -> None:
    lines = table(HEAD, [("日本語", "seven"), ("undated", "日本語のテキスト" * 9)], 30)
    assert lines[1] == "日本語   seven"
    assert max(map(cell_len, lines)) <= 30


def test_colour_adds_nothing_but_bold_heads() -> None:
    colored = table(HEAD, ROWS, 80, Style(color=True))
    assert "\x1b[1m" in colored[0]
    assert colored[1:] == table(HEAD, ROWS, 80)[1:]


@pytest.mark.parametrize("width", [20, 40, 60, 80])
@given(rows=st.lists(st.tuples(*[st.text("ab c—日", max_size=70)] * 4), min_size=1, max_size=5))
def test_every_line_fits(width: int, rows: list[tuple[str, str, str, str]]) -> None:
    lines = table([Column(head) for head in "wxyz"], rows, width)
    assert max(map(cell_len, lines)) <= width
    assert len(lines) <= CELL_LINES * (len(rows) + 1)
