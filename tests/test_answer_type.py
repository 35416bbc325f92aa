import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.query.answer_type import NUMERIC, focus, kind


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many drones were launched?", "count"),
        ("What was the death toll?", "count"),
        ("How big is the fleet?", "count"),
        ("What percentage of voters agreed?", "percent"),
        ("How many per cent of voters agreed?", "percent"),
        ("How old is the mayor?", "age"),
        ("At what age did she retire?", "age"),
        ("How long did the siege last?", "duration"),
        ("How many long years did the siege last?", "duration"),
        ("How much did the bridge cost?", "money"),
        ("How much money was raised?", "money"),
        ("When did the war begin?", "date"),
        ("In which year did the war begin?", "date"),
        ("Where did the ferry sink?", "place"),
        ("Which country won the final?", "place"),
        ("Who won the final?", "person"),
        ("Whose ship sank?", "person"),
        ("How did the mayor describe the storm?", "quote"),
        ("What slogan did the crowd shout?", "quote"),
        ("Why did the ferry sink?", "words"),
        ("How did the ferry sink?", "words"),
        ("Which ferry sank?", "name"),
        ("Did the ferry sink?", "words"),
        ("", "words"),
    ],
)
def test_the_kind_of_answer(question: str, expected: str) -> None:
    assert kind(question) == expected
    assert kind(question.upper()) == expected


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("Which tennis player won the final?", "tennis player won the final"),
        ("Which tennis player has won?", "tennis player"),
        ("What company did Acme buy?", "company"),
        ("Who won?", "person"),
        ("When was it?", "date"),
        ("How many drones were launched?", "number"),
        ("Why?", ""),
        ("Did it sink?", ""),
    ],
)
def test_the_words_for_what_is_asked(question: str, expected: str) -> None:
    assert focus(question) == expected


@given(st.text())
def test_any_text_has_a_kind(question: str) -> None:
    assert isinstance(focus(question), str)
    if kind(question) in NUMERIC:
        assert any(word in question.lower() for word in ("how", "what", "which"))
