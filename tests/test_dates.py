from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vectorstore.readers.dates import published_date


@pytest.mark.parametrize(
    ("given_date", "iso"),
    [
        ("2024-02-29", "2024-02-29"),
        (" 2024-02-29 ", "2024-02-29"),
        ("2024-02-29T10:11:12.5Z", "2024-02-29T10:11:12+00:00"),
        ("2024-02-29 10:11", "2024-02-29T10:11:00"),
        ("2024-02-29T10:11:12+0530", "2024-02-29T10:11:12+05:30"),
        ("20240229", "2024-02-29"),
        (20240229, "2024-02-29"),
        ("2024/2/9", "2024-02-09"),
        ("Thu, 24 Apr 2025 10:00:00 GMT", "2025-04-24T10:00:00+00:00"),
        ("Thu, 24 Apr 2025 10:00:00 -0400", "2025-04-24T10:00:00-04:00"),
        (1745488800, "2025-04-24T10:00:00+00:00"),
        (1745488800000, "2025-04-24T10:00:00+00:00"),
        ("1745488800", "2025-04-24T10:00:00+00:00"),
        ("April 5, 2024", "2024-04-05"),
        ("5 avril 2024", "2024-04-05"),
        ("5. März 2023 14:30", "2023-03-05T14:30:00"),
        ("Apr. 5, 2024, 5:04 p.m. ET", "2024-04-05T17:04:00"),
        ("25/12/2024", "2024-12-25"),
        ("12/25/2024", "2024-12-25"),
        ("03/03/2025", "2025-03-03"),
        (date(2024, 2, 29), "2024-02-29"),
        (datetime(2024, 2, 29, 8, tzinfo=UTC), "2024-02-29T08:00:00+00:00"),
    ],
)
def test_dates_as_publishers_write_them(given_date: object, iso: str) -> None:
    assert published_date(given_date) == iso


@pytest.mark.parametrize(
    "value",
    [
        "2024-02-31", "2024-02-31T10:00:00Z", "31 February 2024", "February 30, 2024", "2024/13/01",
        "0000-00-00", "99/99/2024", "banana", "yesterday", "today", "2 hours ago", "tomorrow 2024",
        "last Friday 2024", "May 2024 banana 5", "March 2024", "2024", 2024, "", " ", None, True, [], {},
        "1500-01-01", "2999-01-01", float("nan"), float("inf"), 1e300, -5, 0, "x" * 10_000,
    ],
)  # fmt: skip
def test_what_is_no_date(value: object) -> None:
    assert published_date(value) is None


@pytest.mark.parametrize("value", ["03/04/2025", "3.4.2025", "3/4/25", "25/12/24"])
def test_day_and_month_are_not_guessed(value: str) -> None:
    assert published_date(value) is None


def test_two_days_ahead_is_a_time_zone_and_more_is_not() -> None:
    today = datetime.now(UTC).date()
    assert published_date((today + timedelta(days=1)).isoformat()) is not None
    assert published_date((today + timedelta(days=4)).isoformat()) is None


@given(st.datetimes(datetime(1700, 1, 1), datetime(2024, 1, 1)))
def test_what_is_iso_comes_back_as_it_is(moment: datetime) -> None:
    moment = moment.replace(microsecond=0)
    assert published_date(moment.isoformat()) == moment.isoformat()
    assert published_date(moment.date().isoformat()) == moment.date().isoformat()


@given(st.text(max_size=70) | st.integers() | st.floats())
def test_nothing_makes_it_fail(value: object) -> None:
    found = published_date(value)
    assert found is None or datetime.fromisoformat(found).year >= 1600
