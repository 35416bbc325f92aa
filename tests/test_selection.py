import pytest

from assistant.answer import Passage
from assistant.answering.candidates import Candidate
from assistant.answering.scoring import Finding
from assistant.answering.selection import MOST, NEAR_BEST, WHOLE, Choice, choose, lead_of, weigh
from assistant.quantities import mentions
from assistant.quantities.numbers import Number
from vectorstore.articles import Article

QUESTION = "Who sank the ferry?"


def passage(number: int, text: str, score: float = 0.5, source: str | None = None, coverage: float = 0.5) -> Passage:
    article = Article(source or f"/{number}.txt", text if source is None else source, f"Story {number}")
    return Passage(number, article, 0, len(text), text, score, coverage, 0.5)


def finding(passage: Passage, answer: str, share: float) -> Finding:
    start = passage.text.index(answer)
    return Finding(passage, Candidate(start, start + len(answer), answer, "name", answer.lower()), share, share)


RUIZ = passage(1, "Police said that Ana Ruiz sank the ferry.")
COLE = passage(2, "Brian Cole sank the old ferry in the bay.")
STORM = passage(3, "A storm passed over the bay on Monday night.")


def test_the_passage_with_most_belief_is_said_first() -> None:
    findings = [finding(COLE, "Brian Cole", 0.9), finding(RUIZ, "Ana Ruiz", 0.1)]
    first = choose(QUESTION, [RUIZ, COLE, STORM], findings)[0]
    assert (first.passage, first.answer) == (COLE, "Brian Cole")


def test_another_answer_of_another_article_stands_beside_it() -> None:
    findings = [finding(RUIZ, "Ana Ruiz", 0.5), finding(COLE, "Brian Cole", 0.5)]
    chosen = choose(QUESTION, [RUIZ, COLE, STORM], findings)
    assert [choice.answer for choice in chosen] == ["Ana Ruiz", "Brian Cole"]


def test_a_much_less_likely_answer_is_given_only_where_the_very_thing_is_spoken_of() -> None:
    def answers(coverage: float, share: float) -> list[str]:
        asked = passage(1, RUIZ.text, coverage=1.0)
        other = passage(2, COLE.text, coverage=coverage)
        chosen = choose(QUESTION, [asked, other], [finding(asked, "Ana Ruiz", 1), finding(other, "Brian Cole", share)])
        return [choice.answer for choice in chosen]

    assert answers(0.5, NEAR_BEST / 2) == ["Ana Ruiz"]
    assert answers(0.5, NEAR_BEST * 2) == ["Ana Ruiz", "Brian Cole"]
    assert answers(WHOLE, NEAR_BEST / 2) == ["Ana Ruiz", "Brian Cole"]


def test_the_same_answer_is_said_once() -> None:
    again = passage(2, "The court found that Ana Ruiz sank it.")
    findings = [finding(RUIZ, "Ana Ruiz", 0.5), finding(again, "Ana Ruiz", 0.5)]
    assert [choice.passage for choice in choose(QUESTION, [RUIZ, again], findings)] == [RUIZ]


def test_an_article_and_its_copy_are_heard_once() -> None:
    other = passage(2, "Ana Ruiz was seen near the ferry.", source=RUIZ.article.source)
    copy = passage(3, RUIZ.text)
    one = Passage(2, RUIZ.article, 0, len(other.text), other.text, 0.5, 0.5, 0.5)
    for twin, answer in ((one, "Ana Ruiz"), (copy, "Ana Ruiz")):
        findings = [finding(RUIZ, "Ana Ruiz", 0.5), finding(twin, answer, 0.4)]
        assert [choice.passage for choice in choose(QUESTION, [RUIZ, twin], findings)] == [RUIZ]


def test_no_more_than_a_few_are_said() -> None:
    names = ["Ann Bo", "Cy Dun", "Ed Fox", "Gus Hay", "Ivy Jo", "Kim Lee", "Max Nay", "Oz Pit"]
    passages = [passage(n, f"{name} sank the ferry of that company.") for n, name in enumerate(names, 1)]
    findings = [finding(p, name, 1 / len(names)) for p, name in zip(passages, names, strict=True)]
    assert len(choose(QUESTION, passages, findings)) <= MOST


def test_a_passage_without_a_candidate_is_said_as_it_is() -> None:
    assert choose(QUESTION, [STORM], []) == [Choice(STORM)]
    assert choose(QUESTION, [], []) == []


def test_weight_grows_with_belief_and_with_the_score() -> None:
    findings = [finding(RUIZ, "Ana Ruiz", 0.6), finding(COLE, "Brian Cole", 0.3)]
    weights = weigh([RUIZ, COLE, STORM], findings)
    assert weights[1] == pytest.approx(2 * weights[2], rel=1e-3)
    assert weights[3] > 0
    better = passage(2, COLE.text, score=0.8)
    assert weigh([better], [finding(better, "Brian Cole", 0.3)])[2] > weights[2]


LAUNCHED = passage(1, "Ukraine said that Russia launched 145 drones at the port.")
SHOT_DOWN = passage(2, "Ukraine shot down 112 drones over the port on Monday.")


def test_a_count_is_given_by_the_figures_that_count_the_very_thing() -> None:
    findings = [finding(SHOT_DOWN, "112 drones", 0.9)]
    chosen = choose("How many drones were launched?", [SHOT_DOWN, LAUNCHED], findings)
    assert [(choice.passage, choice.answer) for choice in chosen] == [(LAUNCHED, "145 drones")]
    assert lead_of("How many drones were launched?", "How many drones were launched?", chosen) == ""


def test_where_no_article_counts_it_the_other_counts_are_shown_and_that_is_said() -> None:
    question = "How many drones hit the port?"
    chosen = choose(question, [SHOT_DOWN, LAUNCHED], [])
    assert {choice.answer for choice in chosen} == {"112 drones", "145 drones"}
    assert "do not say how many drones hit the port" in lead_of(question, question, chosen)


def test_no_sentence_is_searched_for_amounts_twice_for_one_count(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []

    def counted(text: str) -> list[Number]:
        looked.append(text)
        return find(text)

    find = mentions._amounts
    monkeypatch.setattr(mentions, "_amounts", counted)
    mentions._amounts_of.cache_clear()
    question = "How many drones hit the port?"
    chosen = choose(question, [SHOT_DOWN, LAUNCHED], [])
    lead_of(question, question, chosen)
    assert LAUNCHED.text in looked
    assert len(looked) == len(set(looked))
