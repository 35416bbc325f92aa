import pytest

from assistant.answer import Passage
from assistant.composition.same_event import Sourced, same_event
from assistant.quantities.event_dates import event_time
from vectorstore.articles import Article


def source(text: str, published: str | None = None, title: str = "Strike on Kyiv") -> Sourced:
    article = Article(f"{title} {published}", text, title=title, published=published)
    return Sourced(Passage(1, article, 0, len(text), text, 1.0), event_time(article, 0, len(text)))


TUESDAY = source("12 people were killed in Kyiv on Tuesday.", "2025-04-24")


@pytest.mark.parametrize(
    ("other", "expected"),
    [
        (source("9 people were killed in Kyiv on Tuesday.", "2025-04-25"), ("same", "both texts date it 2025-04-22")),
        (
            source("9 people died in Kyiv on July 31.", "2025-08-01"),
            ("different", "the texts date them 2025-04-22 and 2025-07-31"),
        ),
        (
            source("9 people were killed in Kyiv overnight.", "2025-08-01"),
            ("different", "each article tells of the days before it, and they are 3 months apart"),
        ),
        (source("9 people were killed in Gaza.", title="War"), ("different", "one is of Kyiv, the other of Gaza")),
        # the night between two days; undated; a total or a date without a day; another place that is not told apart
        (source("9 people were killed in Kyiv on Wednesday.", "2025-04-25"), ("unknown", "")),
        (source("9 people were killed in Kyiv on Tuesday."), ("unknown", "")),
        (source("9 people were killed in Kyiv.", "2025-08-01"), ("unknown", "")),
        (source("9 people were killed in Kyiv in 1990.", "2025-08-01"), ("unknown", "")),
        (source("9 people were killed in Podil near Kyiv on Tuesday.", "2025-04-25"), ("unknown", "")),
    ],
)
def test_only_what_the_texts_show(other: Sourced, expected: tuple[str, str]) -> None:
    assert same_event([TUESDAY, other]) == expected
    assert same_event([other, TUESDAY])[0] == expected[0]


def test_of_three_one_other_event_is_enough_and_all_must_be_the_same() -> None:
    same = source("9 people were killed in Kyiv on Tuesday.", "2025-04-25")
    undated = source("Seven people were killed in Kyiv.")
    other = source("9 people were killed in Kyiv on July 31.", "2025-08-01")
    assert same_event([TUESDAY, same, undated]) == ("unknown", "")
    assert same_event([TUESDAY, undated, other])[0] == "different"


def test_one_article_may_tell_of_two_events() -> None:
    assert same_event([TUESDAY, TUESDAY]) == ("unknown", "")
    assert same_event([]) == ("unknown", "")
