import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Answer, Passage, Statement
from assistant.composition.composing import NEAREST, REFUSAL, compose, refusal
from vectorstore.articles import Article

FIRST = Article(
    "a.txt",
    "It was night. Ukraine reported 66 ballistic and cruise missiles, and 145 drones. At least 12 people killed.",
    title="The first strike",
    publisher="The Post",
    published="2025-04-24",
    url="https://example.com/a",
)
SECOND = Article(
    "b.txt", "Over 300 drones and eight cruise missiles were fired. Seven people died.", title="The second"
)
THIRD = Article("c.txt", "The air force counted 145 drones.", title="The third")


def passage(article: Article, text: str, number: int = 1) -> Passage:
    start = article.text.index(text)
    return Passage(number, article, start, start + len(text), text, 0.9)


def answer_of(
    *cited: Passage, question: str = "How many drones hit Kyiv?", lead: str = "", counted: str | None
) -> Answer:
    statements = [Statement(p.text, (n,), "supported") for n, p in enumerate(cited, 1)]
    return compose(
        question, statements, cited, lead=lead, counted=counted, confidence=0.9, model="m", timings={"total_ms": 12.5}
    )


MISSILES = passage(FIRST, "Ukraine reported 66 ballistic and cruise missiles, and 145 drones.")
KILLED = passage(FIRST, "At least 12 people killed.")
FIRED = passage(SECOND, "Over 300 drones and eight cruise missiles were fired.")
DIED = passage(SECOND, "Seven people died.")
SAME = passage(THIRD, "The air force counted 145 drones.")


def test_markers_go_from_1_without_gaps_and_none_is_dead() -> None:
    answer = answer_of(MISSILES, FIRED, SAME, counted="drones")
    assert [citation.marker for citation in answer.citations] == [1, 2, 3]
    assert re.findall(r"\[(\d+)\]", answer.answer) == ["1", "2", "3"]
    assert [statement.markers for statement in answer.statements] == [(1,), (2,), (3,)]


def test_a_citation_is_the_exact_place() -> None:
    first, second = answer_of(MISSILES, FIRED, counted=None).citations
    assert FIRST.text[first.start : first.end] == first.quote == MISSILES.text
    assert (first.article_id, first.title, first.publisher) == (FIRST.id, "The first strike", "The Post")
    assert (first.published, first.url, first.source) == ("2025-04-24", "https://example.com/a", "a.txt")
    assert (second.publisher, second.published, second.url) == (None, None, None)
    assert SECOND.text[second.start : second.end] == second.quote


def test_the_lead_comes_first_and_bears_no_marker() -> None:
    answer = answer_of(MISSILES, lead="The articles do not say how many.", counted="drones")
    assert answer.answer == f"The articles do not say how many. {MISSILES.text} [1]"
    assert len(answer.statements) == 1


def test_every_figure_that_is_shown_is_listed_with_its_marker() -> None:
    answer = answer_of(MISSILES, FIRED, counted="drones")
    assert [(f.text, f.value, f.bound, f.counted, f.marker) for f in answer.figures] == [
        ("66 ballistic and cruise missiles", 66, None, "ballistic and cruise missiles", 1),
        ("145 drones", 145, None, "drones", 1),
        ("Over 300 drones", 300, "over", "drones", 2),
        ("eight cruise missiles", 8, None, "cruise missiles", 2),
    ]
    assert [f.text for f in answer.figures if f.text not in answer.answer] == []


@pytest.mark.parametrize(
    ("cited", "question", "counted", "rivals"),
    [
        ((MISSILES, FIRED), "How many drones hit Kyiv?", "drones", [["145 drones", "Over 300 drones"]]),
        (
            (MISSILES, FIRED),
            "How many missiles were fired?",
            "missiles",
            [["66 ballistic and cruise missiles", "eight cruise missiles"]],
        ),
        ((KILLED, DIED), "How many people died?", "people", [["At least 12 people killed", "Seven people died"]]),
        ((MISSILES, SAME), "How many drones hit Kyiv?", "drones", []),
        ((MISSILES,), "How many drones hit Kyiv?", "drones", []),
        ((MISSILES, FIRED), "What happened?", None, []),
        ((MISSILES, DIED), "How many drones hit Kyiv?", "drones", []),
    ],
)
def test_figures_that_differ_are_a_conflict(
    cited: tuple[Passage, ...], question: str, counted: str | None, rivals: list[list[str]]
) -> None:
    answer = answer_of(*cited, question=question, counted=counted)
    assert [[answer.figures[place].text for place in conflict.figures] for conflict in answer.conflicts] == rivals
    assert [conflict.counted for conflict in answer.conflicts] == [counted] * len(rivals)


def test_a_bound_makes_a_difference() -> None:
    over = Article("d.txt", "It counted over 145 drones.")
    answer = answer_of(SAME, passage(over, over.text), counted="drones")
    assert len(answer.conflicts) == 1


def test_the_injured_are_no_rivals_of_the_killed() -> None:
    both = Article("e.txt", "At least 12 people killed and more than 100 injured.")
    answer = answer_of(passage(both, both.text), DIED, question="How many died?", counted="people")
    (conflict,) = answer.conflicts
    assert [answer.figures[place].text for place in conflict.figures] == [
        "At least 12 people killed",
        "Seven people died",
    ]


def test_a_refusal_shows_the_nearest_passages_and_says_nothing() -> None:
    near = [MISSILES, KILLED, FIRED, DIED]
    answer = refusal("What is the capital of Japan?", near, confidence=0.1, model="m", timings={})
    assert (answer.refused, answer.answer) == (True, REFUSAL)
    assert (answer.statements, answer.figures, answer.conflicts) == ((), (), ())
    assert [citation.quote for citation in answer.citations] == [p.text for p in near[:NEAREST]]
    assert [citation.marker for citation in answer.citations] == [1, 2, 3]


def test_a_refusal_of_nothing() -> None:
    assert refusal("?", [], confidence=0.0, model="m", timings={}).citations == ()


@pytest.mark.parametrize(
    "answer",
    [
        answer_of(MISSILES, FIRED, lead="None say.", counted="drones"),
        answer_of(counted=None),
        refusal("Wer? „Łódź” 💥 \u2028", [DIED], confidence=0.25, model="modèle", timings={"search_ms": 1.0}),
    ],
)
def test_an_answer_survives_json(answer: Answer) -> None:
    line = answer.to_json()
    assert "\n" not in line
    assert Answer.from_dict(json.loads(line)) == answer
    assert Answer.from_dict(answer.to_dict()) == answer
    assert list(json.loads(line)) == list(answer.to_dict())


def test_the_fields_of_the_design() -> None:
    data = json.loads(answer_of(MISSILES, FIRED, counted="drones").to_json())
    names = "question answer refused statements citations figures conflicts confidence model timings warning left_out"
    assert list(data) == [*names.split(), "short", "excluded_sentences"]
    assert data["statements"][0]["verdict"] == "supported"
    assert data["conflicts"] == [{"counted": "drones", "figures": [1, 2], "same_event": "unknown", "because": ""}]
    assert list(data["figures"][1]) == (
        "text value bound counted marker unit event status said_by event_date as_of headline copies".split()
    )


def test_an_answer_of_an_earlier_version_is_read() -> None:
    data = json.loads(answer_of(MISSILES, FIRED, counted="drones").to_json())
    data["figures"] = [{key: figure[key] for key in list(figure)[:5]} for figure in data["figures"]]
    data["conflicts"] = [{"counted": "drones", "figures": [1, 2]}]
    old = Answer.from_dict(data)
    assert old.figures[1].as_of is None
    assert (old.conflicts[0].figures, old.conflicts[0].same_event) == ((1, 2), "unknown")


def told(text: str, title: str = "News", published: str | None = None, publisher: str | None = None) -> Passage:
    article = Article(f"{title} {text}", text, title=title, publisher=publisher, published=published)
    return Passage(1, article, 0, len(text), text, 0.9)


def test_figures_that_differ_come_newest_first_and_undated_last() -> None:
    answer = answer_of(
        told("Police said 9 people were killed."),
        told("Police said 10 people were killed.", published="2025-04-24T09:00:00Z"),
        told("Police said 14 people were killed.", published="2025-04-26"),
        question="How many people were killed?",
        counted="people",
    )
    (conflict,) = answer.conflicts
    rows = [(answer.figures[place].as_of, answer.figures[place].value) for place in conflict.figures]
    assert rows == [("2025-04-26", 14), ("2025-04-24", 10), (None, 9)]


def test_every_figure_has_its_account() -> None:
    text = "The fire service said on Friday that at least 12 people were killed on Tuesday."
    (figure,) = answer_of(told(text, published="2025-04-25"), counted=None).figures
    assert (figure.event, figure.said_by) == ("killed", "The fire service")
    assert (figure.event_date, figure.as_of, figure.headline) == ("2025-04-22", "2025-04-22", False)


def test_a_headline_that_its_article_contradicts_is_shown() -> None:
    text = "At least 12 people were killed and 30 injured in the strike."
    answer = answer_of(told(text, "Strike leaves dozens dead"), question="How many died?", counted="people")
    (conflict,) = answer.conflicts
    body, title = (answer.figures[place] for place in conflict.figures)
    assert (body.value, body.headline) == (12, False)
    assert (title.text, title.bound, title.headline, title.marker) == ("dozens dead", "dozens", True, 1)
    assert conflict.same_event == "same"
    for fits in ("Strike kills 12", "Strike kills more than 10", "Minister visits after strike", "100 days of war"):
        assert answer_of(told(text, fits), question="How many died?", counted="people").conflicts == ()


def test_wire_copies_count_once() -> None:
    wire = "At least 12 people were killed in a missile strike on the capital on Thursday, officials said."
    other = told("Nine people were killed in the capital, the mayor said.", "C")
    copies = [told(wire, "A", publisher="The Post"), told(f"KYIV (Agency) - {wire}", "B", publisher="The Times")]
    asked = "How many people were killed?"
    assert answer_of(*copies, question=asked, counted="people").conflicts == ()
    answer = answer_of(*copies, other, question=asked, counted="people")
    (conflict,) = answer.conflicts
    assert [answer.figures[place].marker for place in conflict.figures] == [1, 3]
    assert [answer.figures[place].copies for place in conflict.figures] == [(2,), ()]


def test_launched_and_shot_down_are_no_rivals() -> None:
    launched, down = told("Russia launched 145 drones.", "A"), told("Ukraine shot down 112 drones.", "B")
    assert answer_of(launched, down, question="How many drones hit Kyiv?", counted="drones").conflicts == ()


def test_a_follow_up_is_taken_for_what_it_means() -> None:
    passages = told("Russia launched 145 drones.", "A"), told("Russia launched 300 drones; 112 were shot down.", "B")
    said = [Statement(p.text, (n,), "supported") for n, p in enumerate(passages, 1)]
    answer = compose(
        "and drones?", said, passages, lead="", counted="drones", confidence=1.0, model="m", timings={},
        query="How many drones were launched?",
    )  # fmt: skip
    assert [answer.figures[place].value for place in answer.conflicts[0].figures] == [145, 300]


@settings(deadline=None)
@given(st.text())
def test_figures_of_any_text_are_valid_json(text: str) -> None:
    article = Article("f.txt", f"x{text}")
    data = answer_of(passage(article, article.text), counted="people").to_json()
    json.loads(data, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))


@pytest.mark.parametrize("data", [{}, {"statements": []}, {"statements": [{"text": "x"}]}])
def test_what_is_no_answer_is_an_error(data: dict[str, object]) -> None:
    with pytest.raises((TypeError, KeyError)):
        Answer.from_dict(data)
