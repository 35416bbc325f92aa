"""assistant.answering.scoring: which words of the evidence answer the question. (tests/test_formats.py is of files.)"""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Passage
from assistant.answering.candidates import Candidate
from assistant.answering.model_features import Clues, clues
from assistant.answering.scoring import READ, Finding, features, is_right_form, ranked, read
from assistant.answering.selection import choose
from assistant.answering.weights import PLAIN, RANKED
from assistant.language.stems import stems
from assistant.query.answer_type import kind
from assistant.ranker.packaged import find_ranker
from vectorstore.articles import Article
from vectorstore.index.embedding import Embedder

MAYOR = "Maria Santos, 52, the mayor of Braga, opened the new bridge on 4 May 2024 for 12 million euros in Braga."
RAIN = "Heavy rain fell over the coast on Tuesday, and 300 people in Aveiro fled their homes."
CRITIC = "“A bridge too late,” said Paulo Reis, a critic of the council, while 4,500 cars a day used it."


def evidence(*texts: str, title: str = "News") -> list[Passage]:
    """A passage of an article of its own for each text, the first with the best score."""
    return [
        Passage(n, Article(f"{n}.txt", text, title), 0, len(text), text, 0.9 - 0.05 * n, 0.5, 0.5)
        for n, text in enumerate(texts, 1)
    ]


def by_rules(question: str, passages: Sequence[Passage], embedder: Embedder) -> list[Finding]:
    return read(question, passages, embedder.embed, Clues(), PLAIN.reading)[0]


def best(question: str, embedder: Embedder, *texts: str) -> Finding:
    return by_rules(question, evidence(*(texts or (MAYOR, RAIN, CRITIC))), embedder)[0]


@pytest.mark.parametrize(
    ("question", "form", "answer"),
    [
        ("Who opened the new bridge?", "name", "Maria Santos"),
        ("Where was the new bridge opened?", "name", "Braga"),
        ("When was the new bridge opened?", "date", "4 May 2024"),
        ("How much did the new bridge cost?", "number", "12 million euros"),
        ("How old is Maria Santos?", "number", "52"),
        ("How many people fled their homes?", "number", "300 people"),
        ("Who is a critic of the council?", "name", "Paulo Reis"),
    ],
)
def test_the_form_that_is_asked_for_comes_first(embedder: Embedder, question: str, form: str, answer: str) -> None:
    found = best(question, embedder)
    assert (found.candidate.form, found.candidate.text) == (form, answer)
    assert is_right_form(question, found)


def test_the_figure_that_counts_the_very_thing_comes_first(embedder: Embedder) -> None:
    text = "A critic of the council counted 90 boats and 12 trains while 4,500 cars used the bridge."
    found = best("How many cars used the bridge?", embedder, text, RAIN)
    assert found.candidate.text.startswith("4,500 cars")


@pytest.mark.parametrize("question", ["Who opened the new bridge?", "When was it opened?", "How many cars crossed it?"])
def test_a_run_of_words_is_no_person_date_or_number(embedder: Embedder, question: str) -> None:
    forms = {finding.candidate.form for finding in by_rules(question, evidence(MAYOR, CRITIC), embedder)}
    assert "phrase" not in forms
    lone = by_rules(question, evidence("The council kept its word at last."), embedder)
    assert {finding.candidate.form for finding in lone} == {"phrase"}
    assert not any(is_right_form(question, finding) for finding in lone)


@pytest.mark.parametrize(
    "question",
    [
        "Who opened the new bridge in Braga?",
        "Which bridge did Maria Santos, mayor of Braga, open?",
        "What did Paulo Reis say of the bridge?",
        "When did heavy rain fall over the coast at Aveiro?",
        "Why did 300 people flee their homes?",
    ],
)
def test_what_only_repeats_the_question_is_no_answer(embedder: Embedder, question: str) -> None:
    findings = by_rules(question, evidence(MAYOR, RAIN, CRITIC), embedder)
    assert findings
    assert [f for f in findings if stems(f.candidate.text) <= stems(question)] == []


def test_half_a_repetition_counts_against_it(embedder: Embedder) -> None:
    passages = evidence("Lisbon Tower stood beside Vasco Ponte.")
    places, rows = features("Which Lisbon bridge was it?", passages, embedder.embed)
    share = {c.text: row["repeats_question"] for (_, c), row in zip(places, rows, strict=True)}
    assert share["Lisbon Tower"] == 0.5
    assert share["Vasco Ponte"] == 0.0
    assert PLAIN.reading["repeats_question"] < 0


@pytest.mark.parametrize("question", ["Who opened the new bridge?", "Why is it late?", "drones", "How many?", "?"])
def test_shares_sum_to_1_and_fall(embedder: Embedder, question: str) -> None:
    findings = by_rules(question, evidence(MAYOR, RAIN, CRITIC), embedder)
    shares = [finding.share for finding in findings]
    assert math.fsum(shares) == pytest.approx(1.0)
    assert shares == sorted(shares, reverse=True)
    assert [f.score for f in findings] == sorted((f.score for f in findings), reverse=True)


def told(findings: Sequence[Finding]) -> dict[tuple[int, int, int], float]:
    return {(f.passage.number, f.candidate.start, f.candidate.end): f.share for f in findings}


@pytest.mark.parametrize("question", ["Who opened the new bridge?", "How many cars crossed it?", "Why is it late?"])
def test_the_order_of_the_passages_changes_nothing(embedder: Embedder, question: str) -> None:
    passages = evidence(MAYOR, RAIN, CRITIC)
    forward, backward = (by_rules(question, order, embedder) for order in (passages, passages[::-1]))
    assert told(forward) == pytest.approx(told(backward), abs=1e-4)
    assert forward[0].candidate == backward[0].candidate
    assert told(by_rules(question, passages, embedder)) == told(forward)


def test_no_evidence_has_no_answer(embedder: Embedder) -> None:
    assert by_rules("Who opened the bridge?", [], embedder) == []
    assert features("Who opened the bridge?", [], embedder.embed) == ([], [])
    assert by_rules("Who was it?", evidence("It was."), embedder) == []


def test_passages_behind_the_first_are_not_read_but_bear_out(embedder: Embedder) -> None:
    guests = [
        f"The guest on day {n} was {name}." for n, name in enumerate("Ann Bea Cid Dan Eva Fay Gus Hal".split(), 1)
    ]
    assert len(guests) == READ

    def said_elsewhere(last: str) -> dict[str, float]:
        places, rows = features("Who was it?", evidence(*guests, last), embedder.embed)
        assert {p.number for p, _ in places} == set(range(1, READ + 1))
        return {c.text: row["said_elsewhere"] for (_, c), row in zip(places, rows, strict=True)}

    assert said_elsewhere("Bob met Hal.")["Hal"] > said_elsewhere("Bob met Ida.")["Hal"] > 0
    assert said_elsewhere("Bob met Hal.")["Ann"] == said_elsewhere("Bob met Ida.")["Ann"]


def test_an_answer_that_other_passages_have_too_is_likelier(embedder: Embedder) -> None:
    alone, borne_out = (
        told(by_rules("Who opened the new bridge?", evidence(MAYOR, other), embedder))
        for other in ("On Friday, Vasco Ponte spoke of it.", "On Friday, Maria Santos spoke of it.")
    )
    here = (1, 0, len("Maria Santos"))
    assert borne_out[here] > alone[here]


@pytest.mark.parametrize(
    ("question", "text", "name", "answer"),
    [
        ("How old is she?", "She is 41 years old and has 3 cats.", "right_unit", "41 years old"),
        ("How long did it last?", "It lasted 90 minutes in 2 halls.", "right_unit", "90 minutes"),
        ("What percentage agreed?", "Of 900 voters 61% agreed.", "right_unit", "61%"),
        ("How much did it cost?", "It cost $5 million and took 12 ships.", "right_unit", "$5 million"),
        ("How many ships did it take?", "It cost $5 million and took 12 ships.", "very_count", "12 ships"),
        ("Where is he?", "He stays in Porto with Ann Lee.", "behind_in", "Porto"),
        ("Who is it?", "The guest in Porto is Ann Lee.", "full_name", "Ann Lee"),
    ],
)
def test_a_feature_tells_the_answer_from_the_rest(
    embedder: Embedder, question: str, text: str, name: str, answer: str
) -> None:
    places, rows = features(question, evidence(text), embedder.embed)
    marked = [c.text for (_, c), row in zip(places, rows, strict=True) if row.get(name)]
    assert marked == [answer]


def test_every_weight_is_of_a_feature_and_every_feature_weighs(embedder: Embedder) -> None:
    asked = ["Who?", "When?", "Where?", "How old?", "What happened?", "Why?", "How did he put it?", "How many cars?"]
    assert len({kind(question) for question in asked}) == 8
    seen = {
        name
        for question in asked
        for name in {key for row in features(question, evidence(MAYOR, CRITIC), embedder.embed)[1] for key in row}
    }
    assert set(PLAIN.reading) <= seen


def test_candidates_are_ranked_by_their_weighted_sum() -> None:
    (passage,) = evidence("Ann met Bob and Cid.")
    spots = [(passage, Candidate(at, at + 3, passage.text[at : at + 3], "name", "")) for at in (0, 8, 16)]
    rows = [{"a": 1.0, "unknown": 99.0}, {"a": 3.0}, {"a": 1.0, "b": 1.0}]
    findings = ranked(spots, rows, {"a": 2.0, "b": -1.0})
    assert [(f.candidate.text, f.score) for f in findings] == [("Bob", 6.0), ("Ann", 2.0), ("Cid", 1.0)]
    assert findings[0].share / findings[1].share == pytest.approx(math.exp(4))
    assert ranked([], [], {"a": 1.0}) == []


@settings(deadline=None)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30))
def test_shares_sum_to_1_for_all_scores(scores: list[float]) -> None:
    (passage,) = evidence("a" * 40)
    spots = [(passage, Candidate(n, n + 1, "a", "name", "a")) for n in range(len(scores))]
    findings = ranked(spots, [{"x": score} for score in scores], {"x": 1.0})
    assert math.fsum(f.share for f in findings) == pytest.approx(1.0)
    assert findings[0].score == pytest.approx(max(scores))
    assert [f.candidate.start for f in ranked(spots, [{}] * len(spots), {})] == list(range(len(scores)))


def test_whether_to_answer_is_read_as_if_there_were_no_ranker(embedder: Embedder) -> None:
    ranker = find_ranker(embedder)
    assert ranker is not None
    passages = evidence(MAYOR, RAIN, CRITIC)
    plain, same = read("Who opened the new bridge?", passages, embedder.embed, Clues(), PLAIN.reading)
    told = clues("Who opened the new bridge?", passages, ranker, None)
    ranked_, without = read("Who opened the new bridge?", passages, embedder.embed, told, RANKED.reading)
    assert plain == same
    assert [(f.passage, f.candidate) for f in plain] == [(f.passage, f.candidate) for f in without]
    # More texts are embedded at once with the ranker's words among them: other last digits.
    assert [f.share for f in plain] == pytest.approx([f.share for f in without], abs=0.02)
    assert "Maria Santos" in choose("Who opened the new bridge?", passages, ranked_)[0].passage.text
    assert ranked_ != plain
