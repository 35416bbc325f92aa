import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.composition.grounding import grounded, grounding
from tests.cases import cite, cited, refusal, reply


@pytest.mark.parametrize(
    ("text", "quotes", "expected"),
    [
        ("Russia fired 66 missiles and 145 drones.", ["66 missiles, 145 drones"], (2, 2)),
        ("Russia fired 66 missiles and 145 drones.", ["66 missiles", "145 drones"], (2, 2)),
        ("Russia fired 66 missiles and 146 drones.", ["66 missiles, 145 drones"], (1, 2)),
        ("Up 5%.", ["It cost $5."], (0, 1)),
        ("Up 5%.", ["Up five percent."], (1, 1)),
        ("1.6 million people", ["1,600,000 people"], (1, 1)),
        ("450 people", ["1,450 people"], (0, 1)),
        ("It cost 5 dollars.", ["It cost $5."], (1, 1)),
        ("aged six", ["a six-year-old boy"], (1, 1)),
        ("aged six", ["six boys"], (0, 1)),
        ("the 100m race", ["100m people"], (0, 1)),
        ("a quarter of voters", ["25% of voters"], (1, 1)),
        ("more than 12 people", ["at least 12 drones"], (1, 1)),
        ("12 and 12", ["12"], (2, 2)),
        ("No figures.", ["12"], (0, 0)),
        ("12 died", [], (0, 1)),
        ("", ["12"], (0, 0)),
    ],
)
def test_grounded(text: str, quotes: list[str], expected: tuple[int, int]) -> None:
    assert grounded(text, quotes) == expected


def test_a_statement_stands_on_its_own_citations() -> None:
    right = cited(("12 died.", "Twelve died."), ("7 lived.", "Seven lived."))
    swapped = cited(("12 died.", "Seven lived."), ("7 lived.", "Twelve died."))
    assert grounding(right) == (2, 2)
    assert grounding(swapped) == (0, 2)


def test_a_title_counts_as_cited() -> None:
    quote = cite(1, "They died at night.", title="Strike on Kyiv kills 12")
    assert grounding(reply("12 died. [1]", statements=[("12 died.", (1,))], citations=[quote])) == (1, 1)


def test_several_citations_are_taken_together() -> None:
    quotes = [cite(1, "Twelve died."), cite(2, "Seven lived.")]
    assert grounding(reply("", statements=[("12 died, 7 lived, 5 left.", (1, 2))], citations=quotes)) == (2, 3)


def test_without_a_citation_no_figure_is_grounded() -> None:
    quotes = [cite(1, "Twelve died.")]
    assert grounding(reply("12 died.", statements=[("12 died.", ())], citations=quotes)) == (0, 1)
    assert grounding(reply("12 died. [2]", statements=[("12 died.", (2,))], citations=quotes)) == (0, 1)
    lead = "The articles do not say how many were injured."
    assert grounding(reply(lead, statements=[(lead, ())], citations=quotes)) == (0, 0)
    assert grounding(refusal(*quotes)) == (0, 0)


@given(st.text(max_size=60))
def test_a_text_grounds_itself(text: str) -> None:
    there, said = grounded(text, [text])
    assert there == said
