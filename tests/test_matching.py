import re
import string
import unicodedata
from collections import Counter

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assistant.evaluation.matching import (
    exact,
    f1,
    figure,
    match_spans,
    matches,
    matches_figure,
    matches_words,
    normalized,
    recall,
    without_markers,
)


# The reference: SQuAD's own evaluate-v1.1.py (Rajpurkar et al. 2016), to the letter.
def normalize_answer(s: str) -> str:
    def remove_articles(text: str) -> str:
        return re.sub(r"\b(a|an|the)\b", " ", text)

    def white_space_fix(text: str) -> str:
        return " ".join(text.split())

    def remove_punc(text: str) -> str:
        exclude = set(string.punctuation)
        return "".join(ch for ch in text if ch not in exclude)

    def lower(text: str) -> str:
        return text.lower()

    return white_space_fix(remove_articles(remove_punc(lower(s))))


def f1_score(prediction: str, ground_truth: str) -> float:
    prediction_tokens = normalize_answer(prediction).split()
    ground_truth_tokens = normalize_answer(ground_truth).split()
    common = Counter(prediction_tokens) & Counter(ground_truth_tokens)
    num_same = sum(common.values())
    if num_same == 0:
        return 0
    precision = 1.0 * num_same / len(prediction_tokens)
    recall = 1.0 * num_same / len(ground_truth_tokens)
    return (2 * precision * recall) / (precision + recall)


def exact_match_score(prediction: str, ground_truth: str) -> bool:
    return normalize_answer(prediction) == normalize_answer(ground_truth)


SQUAD = st.lists(
    st.sampled_from("the a an The AN cat Cat's dog, “dog” U.S. - – 5,000 5000 theatre na\tïve \u00a0 ' is".split(" ")),
    max_size=6,
).map(" ".join) | st.text(max_size=20)


@given(SQUAD, SQUAD)
@example("the cat sat", "The cat.")
@example("theatre", "atre")
@example("the-end", "theend")
def test_em_and_f1_are_those_of_squad(text: str, answer: str) -> None:
    assert normalized(text) == normalize_answer(text)
    assert exact(text, answer) is exact_match_score(text, answer)
    if normalized(text) or normalized(answer):  # Where both are empty we follow SQuAD 2.0: they agree.
        assert f1(text, answer) == pytest.approx(f1_score(text, answer), abs=1e-12)
    else:
        assert f1(text, answer) == 1.0


@pytest.mark.parametrize(
    ("text", "answer", "same", "score"),
    [
        ("The Cat.", "cat", True, 1.0),
        ("a cat sat", "the cat", False, 2 / 3),
        ("Joe Biden", "Joseph Biden", False, 0.5),
        ("one two three four", "four", False, 0.4),
        ("cat cat", "cat", False, 2 / 3),
        ("U.S.", "US", True, 1.0),
        ("5,000", "5000", True, 1.0),
        ("dog", "cat", False, 0.0),
        ("", "cat", False, 0.0),
        ("the", "", True, 1.0),
    ],
)
def test_em_and_f1(text: str, answer: str, same: bool, score: float) -> None:
    assert exact(text, answer) is same
    assert f1(text, answer) == pytest.approx(score)


@pytest.mark.parametrize(
    ("text", "answer", "share"),
    [
        ("the cat sat on a mat", "A cat sat", 1.0),
        ("cat", "cat cat", 0.5),
        ("cat and dog", "cat dog bird fish", 0.5),
        ("", "cat", 0.0),
        ("cat", "", 0.0),
        ("cat", "the", 0.0),
    ],
)
def test_recall(text: str, answer: str, share: float) -> None:
    assert recall(text, answer) == share


@pytest.mark.parametrize(
    ("text", "bare"),
    [
        ("Twelve died [1].", "Twelve died."),
        ("Twelve died. [1] Six lived. [2, 3]", "Twelve died. Six lived."),
        ("Twelve died. [1–3]", "Twelve died."),
        ("He [Putin] left.", "He [Putin] left."),
    ],
)
def test_without_markers(text: str, bare: str) -> None:
    assert without_markers(text) == bare


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("Moscow's mayor", "Moscow"),
        ("Moscow’s mayor", "MOSCOW"),
        ("They won 27-0.", "27"),
        ("They won 27–0.", "27-0"),
        ("the Covid‑19 wave", "COVID-19"),
        ("“Dune” won", "Dune"),
        ("the play ‘Othello’", '"Othello"'),
        ("O’Brien left", "O'Brien"),
        ("cafe\u0301 owners", "café"),
        ("12,000 people", "12000"),
        ("12000 people", "12,000 people"),
        ("1,450.", "1,450"),
        ("The U.S. voted", "US"),
        ("The US voted", "U.S."),
        ("The U.S voted", "U.S."),
        ("a U.S.-led force", "US-led"),
        ("J.K. Rowling wrote", "JK Rowling"),
        ("at 6 a.m. sharp", "6 am"),
        ("79 percent of them", "79%"),
        ("79 per cent of them", "79%"),
        ("79% of them", "79 percent"),
        ("It cost $5.", "$5"),
        ("It cost US$5.", "$5"),
        ("It cost $5.", "5"),
        ("See x.com now", "com"),
        ("Yes, it did.", "Yes"),
        ("No.", "no"),
    ],
)
def test_says_words(text: str, spelling: str) -> None:
    assert matches_words(text, spelling)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("1,450 people", "450"),
        ("1,450 people", "1"),
        ("450.5 people", "450"),
        ("1450 people", "450"),
        ("Moscows", "Moscow"),
        ("York New", "New York"),
        ("New big York", "New York"),
        ("There is no doubt: yes.", "yes"),
        ("There is no doubt.", "no"),
        ("It rose 5%.", "$5"),
        ("It cost $5.", "5%"),
        ("It cost €5.", "$5"),
        ("us.a", "usb"),
        ("vitamin D. A study", "DA"),
        ("anything", ""),
        ("anything", "   "),
        ("anything", "“…”"),
        ("", "Moscow"),
        ("", ""),
    ],
)
def test_does_not_say_words(text: str, spelling: str) -> None:
    assert not matches_words(text, spelling)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("It has 1.6 million people.", "1,600,000"),
        ("It has 1,600,000 people.", "1.6 million"),
        ("Three died.", "3"),
        ("3 died.", "three"),
        ("Up 79 percent.", "79%"),
        ("Up 79 %.", "79 per cent"),
        ("Up 79%.", "79"),
        ("It cost $1.6bn.", "$1.6 billion"),
        ("It cost $5.", "5"),
        ("It cost 5 dollars.", "$5"),
        ("It cost 1 euro.", "€1"),
        ("At least 12 people died.", "more than 12"),
        ("on her 70th year", "70"),
        ("twenty-one guns", "21 guns"),
    ],
)
def test_says_figure(text: str, spelling: str) -> None:
    assert matches_figure(text, spelling)


@pytest.mark.parametrize(
    ("text", "spelling"),
    [
        ("It rose 5%.", "$5"),
        ("It cost $5.", "5%"),
        ("It cost 5 euros.", "$5"),
        ("5 people came.", "$5"),
        ("It cost $5.", "5 dollars a head for 3 heads"),
        ("1,450 people", "450"),
        ("It has 1.6 billion people.", "1.6 million"),
        ("5 million", "5"),
        ("27 died", "27 October"),
        ("16 ships", "16th century"),
        ("in 1980", "the 1980s"),
        ("in 1980", "1980s"),
        ("148 men", "148 BC"),
        ("two men", "two of the many things that men in towns do"),
        ("12 died", "Kyiv"),
        ("12 died", ""),
        ("", "12"),
    ],
)
def test_does_not_say_figure(text: str, spelling: str) -> None:
    assert not matches_figure(text, spelling)


def test_says_takes_words_or_figures_and_any_spelling() -> None:
    assert matches("It has 1.6 million people.", ["many", "1,600,000"])
    assert matches("Joe Biden won.", ["Biden"])
    assert not matches("It rose 5%.", ["$5"])
    assert not matches("Joe Biden won.", [])
    assert not matches("Joe Biden won.", ["", " ", "…"])


@pytest.mark.parametrize(
    ("spelling", "value", "unit"),
    [
        ("at least 12 people", 12.0, None),
        ("$1.6 million", 1_600_000.0, "$"),
        ("79 percent", 79.0, "%"),
        (" twelve ", 12.0, None),
        ("two of Trump’s top peace envoys", 2.0, None),
        ("5 mayors", 5.0, None),
    ],
)
def test_figure(spelling: str, value: float, unit: str | None) -> None:
    found = figure(spelling)
    assert found is not None
    assert (found.value, found.unit) == (value, unit)


@pytest.mark.parametrize(
    "spelling",
    ["", "Kyiv", "June 29, 1877", "29 June", "29 Jun", "29 June 1877", "in 1605", "10 to 20", "3rd", "1980s", "5 BCE"],
)
def test_no_figure(spelling: str) -> None:
    assert figure(spelling) is None


@pytest.mark.parametrize(
    ("text", "spelling", "said"),
    [
        ("Over 300 drones and 300 men.", "300", ["300", "300", "Over 300", "300"]),
        ("New York, new york", "New York", ["New York", "new york"]),
        ("The U.S. and US", "US", ["U.S", "US"]),
        ("1,600,000 or 1.6 million", "1.6 million", ["1.6 million", "1,600,000", "1.6 million"]),
        ("No one said no.", "no", ["No"]),
        ("Kyiv", "Moscow", []),
    ],
)
def test_places(text: str, spelling: str, said: list[str]) -> None:
    assert [text[start:end] for start, end in match_spans(text, [spelling])] == said


WORDS = st.lists(st.sampled_from("Kyiv yes U.S. 1,450 Zoë O’Brien 5% $7 3.5 27-0".split()), min_size=1, max_size=3)


@given(WORDS, WORDS, WORDS)
def test_a_text_says_what_stands_in_it(before: list[str], answer: list[str], behind: list[str]) -> None:
    text = " ".join([*before, *answer, *behind])
    if answer != ["yes"]:
        assert matches_words(text, " ".join(answer))
    assert matches_words(text, "yes") is (before[0] == "yes")


@given(st.text(max_size=30), st.text(max_size=10))
def test_places_are_in_the_text_and_are_what_says_says(text: str, answer: str) -> None:
    found = match_spans(text, [answer])
    assert matches(text, [answer]) is bool(found)
    assert all(0 <= start < end <= len(unicodedata.normalize("NFC", text)) for start, end in found)


@given(st.integers(1, 999), st.sampled_from([("thousand", 10**3), ("million", 10**6), ("billion", 10**9)]))
def test_a_scale_is_part_of_the_value(number: int, scale: tuple[str, int]) -> None:
    word, by = scale
    assert matches_figure(f"It has {number * by:,} stars.", f"{number} {word}")
    assert matches_figure(f"It has {number} {word} stars.", str(number * by))
    assert not matches_figure(f"It has {number} {word} stars.", str(number))
