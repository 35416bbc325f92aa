from pathlib import Path

import pytest

from bench.chat import drawn
from bench.chat_table import OURS, THEIRS, Asked, share_of_median, summary_of_stops, table
from bench.plain_chat import with_sources
from bench.questions import load

SEEDS = load(Path(__file__).parents[1] / "seeds/questions.jsonl")


def test_the_same_questions_are_drawn_each_time_and_none_that_follows_another() -> None:
    questions = drawn(SEEDS, 23)
    assert questions == drawn(SEEDS, 23)
    assert len({row["id"] for row in questions}) == 23
    assert not any(row.get("history") for row in questions)
    assert {row["answerable"] for row in questions[3:]} == {True, False}


def test_more_questions_than_there_are_is_all_of_them() -> None:
    assert len(drawn(SEEDS, 1000)) == sum(not row.get("history") for row in SEEDS)


def test_the_share_is_of_the_medians_and_its_interval_is_of_pairs() -> None:
    theirs = [1.0, 2.0, 4.0, 8.0, 100.0]
    assert share_of_median([time / 4 for time in theirs], theirs) == (0.25, 0.25, 0.25)
    share, low, high = share_of_median([8.0, 4.0, 2.0, 1.0, 3.0], theirs)
    assert (share, low < share < high) == (0.75, True)


@pytest.mark.parametrize(("pages", "columns"), [([OURS], 3), ([OURS, THEIRS], 6)])
def test_the_table_has_a_row_for_each_wait_and_columns_for_each_page(pages: list[str], columns: int) -> None:
    times = {"source": 1.0, "word": 2.0, "whole": 3.0}
    asked = [Asked({"answerable": at == 0}, dict.fromkeys(pages, times), refused=at == 1) for at in range(3)]
    told = list(table(asked))
    assert told[0].startswith("3 questions, 1 of them answerable; Dateline refused 1.")
    assert {row.count("|") for row in told[2:]} == {columns + 1}
    assert [row.split(" | ")[1] for row in told[4:]] == ["1.00", "2.00", "3.00"]


def test_stops_that_never_came_are_told() -> None:
    assert summary_of_stops([]) == "From Stop to 'Stopped.', 0 times"
    assert summary_of_stops([0.1, 0.3, 0.2]) == "From Stop to 'Stopped.', 3 times: median 0.20 s, at most 0.30 s"


def test_the_plain_page_shows_its_sources_below_the_answer() -> None:
    assert with_sources("Yes.", ["A", "B"]) == "Yes.\n\n#### Sources\n\n1. A\n2. B"
