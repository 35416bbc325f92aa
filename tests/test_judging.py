import pytest

from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.judging import abstained, answer_due, correct, is_right, would_be_right
from tests.cases import case, refusal, reply

FOX = "The quick brown fox jumps over lazy dogs today"
"""Nine words, eight of them without the article."""


@pytest.mark.parametrize(
    ("text", "answers", "right"),
    [
        ("Twelve people died [1].", ("12", "a dozen"), True),
        ("Eleven people died [12].", ("12",), False),
        ("The U.S. won.", ("US",), True),
        ("Yes, they agree.", ("yes",), True),
        ("They agree, yes.", ("yes",), False),
        ("Anything.", (), False),
        ("Anything.", ("",), False),
    ],
)
def test_one_spelling_will_do(text: str, answers: tuple[str, ...], right: bool) -> None:
    assert correct(case(text, *answers)) is right


def test_where_all_are_asked_for_all_are_needed_in_any_spelling() -> None:
    aliases = {"1877": ("June 29, 1877",)}
    for text, right in [("In 1877 and 1605.", True), ("On June 29, 1877 and in 1605.", True), ("In 1877.", False)]:
        assert correct(case(text, "1877", "1605", all_answers=True, aliases=aliases)) is right
    assert not correct(case("In 1877.", all_answers=True))


def test_a_long_answer_is_right_from_half_of_its_words_on() -> None:
    assert correct(case("A quick brown fox jumps.", FOX, long_form=True))
    assert not correct(case("A quick brown fox.", FOX, long_form=True))
    assert correct(case("A quick brown fox.", FOX, "Brown fox here", long_form=True))


def test_no_refusal_and_no_answer_to_the_unanswerable_is_right() -> None:
    assert not correct(case(reply("12 [1].", refused=True), "12"))
    assert not correct(case("12.", "12", answerable=False))
    assert not correct(case(None, "12"))
    assert not is_right(Question("q", "?", ("12",)), None)


def test_would_be_right_looks_at_what_was_held_back() -> None:
    question = Question("q", "?", ("12",))
    assert would_be_right(Case(question, Outcome("q", refusal(), unrefused=reply("Twelve died."))))
    assert not would_be_right(Case(question, Outcome("q", refusal(), unrefused=reply("Ten died."))))
    assert not would_be_right(Case(question, Outcome("q", refusal())))
    assert would_be_right(Case(question, Outcome("q", reply("Twelve died."))))


def test_abstained() -> None:
    assert abstained(case(refusal(), "12"))
    assert abstained(case("The articles do not say how many were injured. Twelve died [1].", "5"))
    assert not abstained(case("Twelve died. The articles do not say more.", "5"))
    assert not abstained(case(None, "12"))


def test_an_answer_is_due_to_what_can_be_answered() -> None:
    answer = reply("12.")
    assert answer_due(case(answer, "12")) is answer
    assert answer_due(case(answer, answerable=False)) is None
    assert answer_due(case(None, "12")) is None
