import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.quantities.event_dates import event_time
from vectorstore.articles import Article

THURSDAY = "2025-07-31"


def dated(text: str, published: str | None = THURSDAY) -> tuple[str | None, str | None]:
    when = event_time(Article("a.txt", text, published=published), 0, len(text))
    return (when.words, when.day) if when else (None, None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Drones flew between late Wednesday and early Thursday.", ("between late Wednesday and early Thursday", None)),
        ("12 people died on June 17.", ("June 17", "2025-06-17")),
        ("12 people died on 17 June 2024, officials said on Tuesday.", ("17 June 2024", "2024-06-17")),
        ("12 people died on 2024-06-17.", ("2024-06-17", "2024-06-17")),
        ("12 people died on Friday, Aug. 1, when it rained.", ("Friday, Aug. 1", "2025-08-01")),
        ("12 people died on Tuesday, officials said.", ("Tuesday", "2025-07-29")),
        ("12 people died Thursday.", ("Thursday", THURSDAY)),
        ("12 people died yesterday.", ("yesterday", "2025-07-30")),
        ("12 people died on Jan. 5.", ("Jan. 5", "2025-01-05")),
        ("12 people died on Dec. 24.", ("Dec. 24", None)),
        ("12 people died last Thursday.", ("last Thursday", None)),
        ("12 people died in 1990.", ("1990", None)),
        ("12 people died in August 2011.", ("August 2011", None)),
        ("12 people died last year.", ("last year", None)),
        ("12 people died overnight.", ("overnight", None)),
        ("12 people will meet on Tuesday.", ("Tuesday", None)),
        # the day of the saying is not the day of the event; two days are one too many; no days at all
        ("12 people died, officials said Tuesday.", (None, None)),
        ("12 people died Tuesday and 4 on Friday.", (None, None)),
        ("12 people may have died.", (None, None)),
        ("USA TODAY counted 12 people.", (None, None)),
        ("12 people died on February 30.", ("February 30", None)),
    ],
)
def test_when_a_sentence_says_it_was(text: str, expected: tuple[str | None, str | None]) -> None:
    assert dated(text) == expected


def test_without_a_day_of_publication_the_words_stand() -> None:
    assert dated("12 people died on Tuesday.", None) == ("Tuesday", None)
    assert dated("12 people died on June 17.", None) == ("June 17", None)
    assert dated("12 people died on June 17, 2025.", None) == ("June 17, 2025", "2025-06-17")


def test_the_paragraph_and_the_opening_date_what_has_no_day_of_its_own() -> None:
    text = "A strike hit the city on Tuesday.\n\nIt rained on Monday. Windows broke.\n\nAt least 12 people were killed."
    article = Article("a.txt", text, published=THURSDAY)
    places = {part: text.index(part) for part in ("Windows broke.", "At least 12 people were killed.")}
    found = {part: event_time(article, at, at + len(part)) for part, at in places.items()}
    assert [when.day if when else None for when in found.values()] == ["2025-07-28", "2025-07-29"]
    at, part = places["At least 12 people were killed."], "At least 12 people were killed."
    assert event_time(article, at, at + len(part), of_article=False) is None


def test_what_is_of_more_than_the_article_is_not_dated_by_it() -> None:
    text = "A strike hit the city on Tuesday.\n\nMore than 9,000 people were killed since the war began."
    at = text.index("More")
    assert event_time(Article("a.txt", text, published=THURSDAY), at, len(text)) is None


@settings(deadline=None)
@given(st.text(), st.one_of(st.none(), st.dates().map(str), st.text(max_size=12)))
def test_no_text_breaks_it(text: str, published: str | None) -> None:
    dated(f"{text} on Feb. 29 {text}", published)
