import pytest

from assistant.composition.headlines import disagreeing, in_body
from assistant.quantities.events import counted_event
from assistant.quantities.mentions import amounts
from vectorstore.articles import Article


@pytest.mark.parametrize(
    ("title", "body", "found"),
    [
        ("Strike leaves dozens dead", "At least 12 people were killed.", "dozens dead"),
        ("Strike leaves dozens dead", "45 people were killed.", None),
        ("Strike kills 14", "12 people were killed.", "14"),
        ("Strike kills 14", "At least 12 people were killed.", "14"),
        ("Strike kills 12", "At least 12 people were killed.", None),
        ("Strike kills more than 10", "12 people were killed.", None),
        ("Strike kills up to 20", "12 people were killed.", None),
        ("Strike kills nearly 50", "48 people were killed.", None),
        ("Strike injures 30", "12 people were killed.", None),
        ("Russia has 300 tanks", "It has 200 tanks.", "300 tanks"),
        ("Day 100 of the war", "12 people were killed.", None),
    ],
)
def test_a_headline_is_held_against_its_body(title: str, body: str, found: str | None) -> None:
    told = [(number, counted_event(body, number)) for number in amounts(body)]
    number = disagreeing(title, told)
    assert (number.text if number else None) == found


def test_the_title_in_the_text_bears_nothing_out() -> None:
    title = "Strike kills 14"
    number = amounts(title)[0]
    assert not in_body(Article("a.txt", f"{title}\n\n12 people were killed.", title=title), number)
    assert in_body(Article("a.txt", f"{title}\n\n12 people died at first. 14 people were killed.", title=title), number)
