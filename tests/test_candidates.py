import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answering.candidates import candidates, learned_candidate
from assistant.language.stems import stems

SENTENCE = (
    "PARIS (AP) — On May 5, Mayor Ana Ruiz of Erie told 12 people that the “great flood” had ended the old town fair."
)


def texts(sentence: str, form: str, question: str = "") -> list[str]:
    return [candidate.text for candidate in candidates(sentence, question) if candidate.form == form]


def test_every_form_is_found() -> None:
    assert texts(SENTENCE, "name") == ["Mayor Ana Ruiz of Erie"]
    assert texts(SENTENCE, "date") == ["May 5"]
    assert "12 people" in texts(SENTENCE, "number")
    assert texts(SENTENCE, "quote") == ["great flood"]
    assert any("old town fair" in text for text in texts(SENTENCE, "phrase"))


def test_nothing_of_the_dateline_is_one() -> None:
    assert not any("PARIS" in candidate.text or "AP" in candidate.text for candidate in candidates(SENTENCE, ""))


def test_what_the_question_says_already_answers_nothing() -> None:
    assert "Mayor Ana Ruiz of Erie" not in texts(SENTENCE, "name", "Is Ana Ruiz the mayor of Erie?")
    assert texts(SENTENCE, "quote", "Which great flood was it?") == []
    assert "Mayor Ana Ruiz of Erie" in texts(SENTENCE, "name", "Who is the mayor of Erie?")


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("The storm hit Kyiv’s port.", "Kyiv"),
        ("On Monday Smith spoke.", "Smith"),
        ("He met the Bank of England on Friday.", "Bank of England"),
        ("It was J. K. Rowling who wrote.", "J. K. Rowling"),
        ("Johnson & Johnson rose.", "Johnson & Johnson"),
    ],
)
def test_a_name_has_no_day_no_little_word_and_no_possessive_at_its_ends(sentence: str, name: str) -> None:
    assert name in texts(sentence, "name")


@pytest.mark.parametrize(
    "date",
    [
        "5 May 2024",
        "May 5, 2024",
        "Monday, May 5",
        "May 2024",
        "1998",
        "the 1990s",
        "last week",
        "19th century",
        "early June",
    ],
)
def test_dates(date: str) -> None:
    assert date.removeprefix("the ") in texts(f"The old bridge was opened {date} by the mayor.", "date")


WORDS = st.sampled_from(
    "the Ana Ruiz of Erie, told 12 people that “the flood” (AP) — May 5 2024 was $5 million; in a Kyiv’s town".split()
)
TEXT = st.one_of(st.text(max_size=80), st.lists(WORDS, max_size=30).map(" ".join))


@settings(deadline=None)
@given(TEXT, TEXT)
def test_a_candidate_stands_where_it_says_and_says_something_new(sentence: str, question: str) -> None:
    found = candidates(sentence, question)
    assert len({(one.start, one.end) for one in found}) == len(found)
    for one in found:
        assert sentence[one.start : one.end] == one.text
        assert stems(one.text) - stems(question)


@pytest.mark.parametrize(
    ("read", "kept"),
    [
        ("“great flood” had ended the", "had ended the"),
        ("told 12 people that the “great", "told 12 people that the"),
        (", Mayor Ana Ruiz of Erie ", "Mayor Ana Ruiz of Erie"),
        ("12 people", "12 people"),
    ],
)
def test_what_was_read_is_cut_to_words(read: str, kept: str) -> None:
    start = SENTENCE.index(read)
    found = learned_candidate(SENTENCE, start, start + len(read), "", "read")
    assert found
    assert found.text == kept == SENTENCE[found.start : found.end]
    assert found.form == "read"


def test_what_was_read_is_nothing_where_it_repeats_the_question_or_has_no_word() -> None:
    start = SENTENCE.index("12 people")
    assert learned_candidate(SENTENCE, start, start + 9, "Which 12 people?", "read") is None
    assert learned_candidate(SENTENCE, start, start, "Who?", "read") is None
    assert learned_candidate("— “” .", 0, 6, "Who?", "read") is None


@pytest.mark.parametrize(
    ("read", "whole"), [("six-year", "six-year-old boy"), ("year-old", "six-year-old"), ("boy", "boy"), ("US", "US")]
)
def test_half_of_a_figure_is_no_answer(read: str, whole: str) -> None:
    sentence = "The US-made missile left seven people dead, including a six-year-old boy."
    start = sentence.index(read)
    found = learned_candidate(sentence, start, start + len(read), "Who?", "read")
    assert found is not None
    assert (found.text, sentence[found.start : found.end]) == (whole, whole)
