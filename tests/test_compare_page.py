import re
from html.parser import HTMLParser

import pytest

from assistant.answer import Answer, Citation
from assistant.evaluation.case import Question
from assistant.evaluation.compare import Comparison, Difference, Flip
from assistant.evaluation.compare_page import chance, headline, page, sections, with_unit

ATTACK = "<script>alert('x')</script>\"&"


def a_difference(metric: str, a: float, b: float, p: float | None, better: bool | None, **more: object) -> Difference:
    values = {"low": None, "high": None, "n": 100, "test": "mcnemar" if p is not None else None, "p_holm": p, **more}
    return Difference(metric=metric, a=a, b=b, change=b - a, p=p, better=better, **values)  # type: ignore[arg-type]


def a_comparison(*differences: Difference, flips: tuple[Flip, ...] = (), **more: object) -> Comparison:
    values = {"flipped": "correct_and_cited", "paired": 100, "unpaired": 0, **more}
    return Comparison(differences, flips, **values)  # type: ignore[arg-type]


def an_answer(text: str, quote: str = "", refused: bool = False, **more: str | None) -> Answer:
    known = {"title": "Kyiv under attack", "publisher": "Reuters", "published": "2025-04-24T08:15:00+00:00", **more}
    citation = Citation(1, "0123", url=None, source="/a.txt", quote=quote, start=0, end=9, **known)  # type: ignore[arg-type]
    return Answer("q?", text, refused, (), (citation,) if quote else (), (), (), 0.5, "m", {})


CITED = a_difference("correct_and_cited", 0.41, 0.53, 0.003, True)
FASTER = a_difference("over_refusal", 0.3, 0.1, 0.0001, True)
WORSE = a_difference("f1", 0.6, 0.5, 0.02, False)
LUCK = a_difference("mrr_at_10", 0.6, 0.61, 0.4, True)
SAME = a_difference("exact_match", 0.2, 0.2, 1.0, None)
TIMES = a_difference("total_ms_p50", 1500, 900, None, None, unit="ms")


@pytest.mark.parametrize(
    ("differences", "said"),
    [
        (
            [CITED, LUCK, SAME, TIMES],
            "B answers 12 more of 100 answerable questions rightly with a supporting citation; the difference is "
            "beyond chance (p = 0.003). Of the other 2 measures tested, none differs beyond chance.",
        ),
        (
            [CITED, FASTER, WORSE],
            "B answers 12 more of 100 answerable questions rightly with a supporting citation; the difference is "
            "beyond chance (p = 0.003). Also beyond chance: B is better in over refusal; A is better in f1.",
        ),
        (
            [a_difference("correct_and_cited", 0.5, 0.47, 0.41, False), WORSE],
            "A answers 3 more of 100 answerable questions rightly with a supporting citation, but that may well be "
            "chance (p = 0.410). Beyond chance: A is better in f1.",
        ),
        (
            [a_difference("correct_and_cited", 0.5, 0.504, 0.9, True)],
            "B answers less than 1 more of 100 answerable questions rightly with a supporting citation, but that may "
            "well be chance (p = 0.900).",
        ),
        (
            [a_difference("correct_and_cited", 0.5, 0.75, None, True, n=4)],
            "B answers 25 more of 100 answerable questions rightly with a supporting citation; 4 questions are too few "
            "to tell whether that is chance.",
        ),
        (
            [a_difference("correct_and_cited", 0.5, 0.5, 1.0, None)],
            "A and B answer equally many answerable questions rightly with a supporting citation.",
        ),
        ([LUCK, SAME], "Of the 2 measures tested, none differs beyond chance."),
        ([LUCK], "The measure tested does not differ beyond chance."),
        ([FASTER], "Beyond chance: B is better in over refusal."),
    ],
)
def test_the_first_sentences(differences: list[Difference], said: str) -> None:
    assert headline(a_comparison(*differences)) == said


def test_the_first_sentence_of_another_metric() -> None:
    found = a_comparison(FASTER, flipped="over_refusal")
    assert headline(found) == "B is better in over refusal; the difference is beyond chance (p < 0.001)."
    same = a_comparison(SAME, flipped="exact_match")
    assert headline(same) == "A and B are equally good in exact match."


def test_nothing_to_compare_is_said() -> None:
    nothing = a_comparison(paired=0)
    assert headline(nothing) == "No question is answered in both runs: there is nothing to compare."
    assert "What was measured" not in page(nothing, "a", "b", {})


def test_differences_stand_by_what_is_to_be_said_of_them() -> None:
    silent = Difference("all_given", None, None, None, None, None, 0, None, None, None, None)
    found = sections([SAME, TIMES, LUCK, CITED, silent, WORSE])
    assert found == {
        "Beyond chance": [CITED, WORSE],
        "May be chance": [LUCK],
        "The same": [SAME],
        "Not tested": [TIMES],
    }


@pytest.mark.parametrize(
    ("value", "unit", "change", "said"),
    [
        (0.4123, "share", False, "41.2%"),
        (0.1, "share", True, "+10.0"),
        (-0.034, "share", True, "-3.4"),
        (912.4, "ms", False, "912 ms"),
        (2580.0, "ms", False, "2.6 s"),
        (-168.0, "ms", True, "-168 ms"),
        (1234.0, "MB", False, "1,234 MB"),
        (0.4251, "points", True, "+0.425"),
        (11.0, "words", False, "11.0 words"),
        (23.46, "tokens/s", True, "+23.5 tokens/s"),
    ],
)
def test_values_have_their_units(value: float, unit: str, change: bool, said: str) -> None:
    assert with_unit(value, unit, change) == said


def test_probabilities() -> None:
    assert [chance(p) for p in (None, 0.0009, 0.001, 0.0499, 1.0)] == ["–", "< 0.001", "0.001", "0.050", "1.000"]


FLIP = Flip(
    Question("seed-1", "How many drones hit Kyiv?", answers=("145", "145 drones"), kind="number", history=("Who?",)),
    an_answer("The articles do not say.", "The nearest words.", refused=True),
    an_answer("145 drones. [1]", "Russia launched 145 drones at Kyiv."),
    gained=True,
)


def text_of(html: str) -> str:
    """The page's words as they are read."""
    parts: list[str] = []
    parser = HTMLParser()
    parser.handle_data = parts.append  # type: ignore[method-assign]
    parser.feed(html)
    return " ".join(" ".join(parts).split())


def test_a_flip_shows_both_answers_with_their_quotes() -> None:
    html = page(a_comparison(CITED, flips=(FLIP,)), "before", "after", {})
    text = text_of(html)
    assert "Better in B: 1" in text
    assert "Better in A" not in text
    assert "Asked after: Who?" in text
    assert "Expected: 145 or 145 drones number, seed-1" in text
    a, b = text.index("A refused The articles do not say. The nearest passages:"), text.index("B 145 drones. [1]")
    assert a < text.index("The nearest words.") < b < text.index("Russia launched 145 drones at Kyiv.")
    assert "[1] Kyiv under attack — Reuters, 2025-04-24" in text
    assert re.findall("<summary.*?>(.*?)</summary>", html) == ["What each measure is", "How many drones hit Kyiv?"]


def test_an_unanswerable_question_expects_a_refusal_and_no_answer_is_said() -> None:
    question = Question("u", "Who won?", answerable=False)
    flip = Flip(question, None, an_answer("Nobody.", title="", publisher=None, published=None), gained=False)
    text = text_of(page(a_comparison(CITED, flips=(flip,)), "before", "after", {}))
    assert "Expected: a refusal, the articles do not say it" in text
    assert "A No answer. B Nobody. No sentence is cited." in text
    assert "Better in A: 1" in text


def test_all_answers_are_joined_by_and() -> None:
    flip = Flip(Question("l", "Who?", answers=("Li", "Bo"), all_answers=True), None, None, gained=True)
    assert "Expected: Li and Bo" in text_of(page(a_comparison(CITED, flips=(flip,)), "before", "after", {}))


def test_the_table_has_every_value() -> None:
    cited = a_difference(
        "correct_and_cited", 0.41, 0.53, 0.003, True, low=0.02, high=0.21, n=1234, definition="Of <b>.\n\nMore."
    )
    text = text_of(page(a_comparison(cited, SAME, TIMES, unpaired=2), "before", "after", {"top_k": ("8", "24")}))
    assert "A is before, B is after. 100 questions answered in both; 2 answered in one only are left out." in text
    assert "top k 8 24" in text
    assert "correct and cited 41.0% 53.0% +12.0 +2.0 to +21.0 1,234 0.003 B" in text
    assert "exact match 20.0% 20.0% 0 – 100 1.000 –" in text
    assert "total ms p50 1.5 s 900 ms -600 ms – 100 – –" in text
    assert "for the 2 measures tested" in text
    assert "correct and cited Of <b>. More." in text


def test_nothing_but_text_gets_through() -> None:
    answer = an_answer(ATTACK, ATTACK, title=ATTACK, publisher=ATTACK, published=ATTACK)
    question = Question(ATTACK, ATTACK, answers=(ATTACK,), kind=ATTACK, history=(ATTACK,))
    cited = a_difference("correct_and_cited", 0.41, 0.53, 0.003, True, definition=ATTACK)
    html = page(
        a_comparison(cited, flips=(Flip(question, answer, answer, True),)), ATTACK, ATTACK, {ATTACK: (ATTACK, ATTACK)}
    )
    assert "<script" not in html
    assert html.count("&lt;script&gt;") > 10
    assert text_of(html).count(ATTACK) > 10


def test_the_page_needs_nothing_else() -> None:
    html = page(a_comparison(CITED, flips=(FLIP,)), "before", "after", {})
    assert not re.findall(r"""\b(?:src|href|url|@import|on\w+)\s*[=(]""", html)
    assert "default-src 'none'" in html
    assert "prefers-color-scheme: dark" in html


def test_half_a_surrogate_pair_does_not_stop_the_page() -> None:
    flip = Flip(Question("s", "Who \ud800 won?"), None, None, gained=True)
    html = page(a_comparison(CITED, flips=(flip,)), "before", "after", {})
    assert "Who ? won?" in html
    assert html.encode("utf-8")
