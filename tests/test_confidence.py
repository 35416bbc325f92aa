import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Passage
from assistant.answering.candidates import Candidate
from assistant.answering.confidence import SURE, WARNING, confidence, signals
from assistant.answering.scoring import Finding
from assistant.answering.selection import Choice
from assistant.answering.weights import PLAIN, RANKED
from vectorstore.articles import Article

QUERY = "How many lanterns did the city of Lisbon light?"
ARTICLE = Article("seed.txt", "The festival\n\nIt rained. Lisbon lit 70 lanterns.", "The festival")
SHARE = st.floats(0, 1)
COSINE = st.floats(-1, 1)
ARTICLES = st.integers(0, 100_000)


def passage(coverage: float, cosine: float, *, number: int = 1, text: str = "Lisbon lit 70 lanterns.") -> Passage:
    start = ARTICLE.text.index(text)
    return Passage(number, ARTICLE, start, start + len(text), text, 0.5, coverage, cosine)


def found(passage: Passage, score: float = 0.0, text: str = "70 lanterns") -> Finding:
    start = passage.text.index(text)
    form = "number" if text[0].isdigit() else "name"
    return Finding(passage, Candidate(start, start + len(text), text, form, text), 1.0, score)  # type: ignore[arg-type]


def chosen_in(passage: Passage, answer: str) -> Choice:
    start = passage.text.index(answer)
    return Choice(passage, start, start + len(answer))


def sure(
    coverage: float = 0.8, cosine: float = 0.5, *, score: float = 5.0, articles: int = 2, query: str = QUERY
) -> float:
    """The confidence in one passage that is chosen, and all there is."""
    only = passage(coverage, cosine)
    chosen = [chosen_in(only, "70 lanterns")]
    return confidence(signals(query, chosen, [found(only, score)], [only], articles), PLAIN.confidence)


def test_without_a_choice_there_is_none() -> None:
    only = passage(1.0, 1.0)
    assert confidence(signals(QUERY, [], [], [], 0), PLAIN.confidence) == 0.0
    assert confidence(signals(QUERY, [], [found(only)], [only], 1_000), PLAIN.confidence) == 0.0
    assert signals(QUERY, [], [found(only)], [only], 1_000) == {"constant": 1.0}


def test_every_signal_has_a_weight_and_every_weight_a_signal() -> None:
    only = passage(0.8, 0.5)
    assert set(signals(QUERY, [Choice(only)], [], [only], 2)) == {*PLAIN.confidence, "share"}


@settings(deadline=None)
@given(SHARE, COSINE, st.floats(-20, 20), ARTICLES)
def test_it_lies_between_0_and_1(coverage: float, cosine: float, score: float, articles: int) -> None:
    assert 0 <= sure(coverage, cosine, score=score, articles=articles) <= 1


@settings(deadline=None)
@given(SHARE, SHARE, COSINE, COSINE, st.integers(1, 100_000))
def test_more_coverage_and_more_likeness_never_make_it_less(
    c: float, d: float, a: float, b: float, articles: int
) -> None:
    assert sure(min(c, d), min(a, b), articles=articles) <= sure(max(c, d), max(a, b), articles=articles)


@pytest.mark.parametrize("articles", [1, 2, 3_000])
@pytest.mark.parametrize(("coverage", "cosine"), [(0.2, 0.2), (0.5, 0.3), (0.8, 0.1)])
def test_it_grows_with_each(coverage: float, cosine: float, articles: int) -> None:
    here = sure(coverage, cosine, articles=articles)
    assert sure(coverage + 0.2, cosine, articles=articles) > here
    assert sure(coverage, cosine + 0.2, articles=articles) > here


@pytest.mark.parametrize("articles", [2, 30, 3_000])
def test_the_better_the_answer_was_read_the_surer(articles: int) -> None:
    assert sure(score=9.0, articles=articles) >= sure(score=1.0, articles=articles)
    assert sure(score=9.0, articles=3_000) > sure(score=1.0, articles=3_000)


@settings(deadline=None)
@given(SHARE, COSINE, st.integers(1, 10_000))
def test_the_more_articles_the_less_a_poor_likeness_tells(coverage: float, cosine: float, articles: int) -> None:
    poor, fewer = min(coverage, 0.4), min(cosine, 0.3)
    assert sure(poor, fewer, articles=articles * 10) <= sure(poor, fewer, articles=articles)


def test_a_name_that_the_article_lacks_makes_it_less() -> None:
    assert sure(query=QUERY.replace("Lisbon", "Oporto")) < sure()
    assert sure(query=QUERY.replace("lanterns", "umbrellas")) < sure()


def test_a_count_that_no_passage_gives_makes_it_less() -> None:
    rain = passage(0.8, 0.5, text="It rained.")
    chosen = [Choice(rain)]
    assert signals(QUERY, chosen, [], [rain], 2)["uncounted"] == 1.0
    assert signals(QUERY, chosen, [], [rain, passage(0.8, 0.5, number=2)], 2)["uncounted"] == 0.0
    assert signals("Who rained?", chosen, [], [rain], 2)["uncounted"] == 0.0
    assert PLAIN.confidence["uncounted"] < 0


def test_the_first_choice_decides_and_its_own_findings_alone() -> None:
    first, other = passage(0.8, 0.5), passage(0.9, 0.7, number=2)
    one, two = chosen_in(first, "70 lanterns"), chosen_in(other, "Lisbon")
    signal = signals(QUERY, [one, two], [found(other, 9.0), found(first, 4.0)], [first, other], 2)
    assert (signal["coverage"], signal["cosine"], signal["score"]) == (0.8, 0.5, 0.4)
    assert (signal["best_coverage"], signal["best_cosine"]) == (0.9, 0.7)
    assert signals(QUERY, [one], [found(other, 9.0), found(first, 4.0)], [first, other], 2) == signal


@pytest.mark.parametrize(("answer", "fits"), [("70 lanterns", 1.0), ("Lisbon", 0.0), ("", 0.0)])
def test_right_form_is_of_the_words_that_are_said(answer: str, fits: float) -> None:
    only = passage(0.8, 0.5)
    findings = [found(only), found(only, text="Lisbon")]
    assert signals(QUERY, [chosen_in(only, answer)], findings, [only], 2)["right_form"] == fits


def test_the_names_of_a_question_are_looked_for_in_article_and_passage() -> None:
    only = passage(0.8, 0.5)
    signal = signals("Did Lisbon and Oporto light lanterns?", [Choice(only)], [], [only], 2)
    assert signal["has_names"] == 1.0
    assert 0 < signal["names_in_article"] == signal["names_in_passage"] < 1
    none = signals("did anyone light lanterns?", [Choice(only)], [], [only], 2)
    assert (none["has_names"], none["names_in_article"]) == (0.0, 0.0)


@pytest.mark.parametrize("articles", [1, 2, 100, 3_000])
def test_a_perfect_passage_is_answered_and_a_foreign_one_refused(articles: int) -> None:
    perfect = sure(1.0, 0.8, score=9.0, articles=articles, query="Which city lit 70 lanterns in Lisbon?")
    foreign = sure(0.0, 0.05, score=1.0, articles=articles, query="What is the capital of Japan?")
    assert perfect > PLAIN.min_confidence > foreign


def test_warning_lies_above_refusal() -> None:
    for weights in (PLAIN, RANKED):
        assert 0 < weights.min_confidence < SURE < 1
    assert WARNING


def test_it_is_a_plain_number_for_json() -> None:
    assert json.loads(json.dumps(sure())) == sure()
