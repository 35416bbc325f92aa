import random
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Passage
from assistant.retrieval.evidence import MAX_TOKENS, select
from vectorstore.articles import Article, Chunk, Hit

STRIKE = Article(
    "strike.txt",
    "Kyiv Under Siege: One of the Most Sophisticated Attacks Yet\n\n"
    "Ukraine reported that the military launched 145 drones at Kyiv. The air force shot down 112 of them in Kyiv.\n\n"
    "Zelensky spoke to reporters in South Africa. Seven people died when a house in Kyiv was hit by drones.\n\n"
    "The weather was fine, and the harvest of wheat was good.",
    title="Drones over Kyiv",
)
COPY = Article(
    "copy.txt",
    "A wire report follows below. Ukraine reported that the military launched 145 drones at Kyiv.",
    title="Wire copy",
)
OTHER = Article(
    "other.txt", "More than 300 drones were launched across the country. Markets fell in Tokyo.", title="Night"
)


def hit(article: Article, score: float = 0.5, start: int = 0, end: int | None = None) -> Hit:
    end = len(article.text) if end is None else end
    return Hit(article, Chunk(article.id, start, end, article.text[start:end]), score, 1.0, 0.5)


def count(text: str) -> int:
    return len(text.split())


def find(
    question: str,
    hits: Sequence[Hit],
    *,
    budget: int = 400,
    favoured: Sequence[str] = (),
    cosine: float = 0.3,
) -> tuple[Passage, ...]:
    return select(
        question, hits, cosines=lambda texts: [cosine] * len(texts), count=count, budget=budget, favoured=favoured
    )


QUESTION = "How many drones hit Kyiv?"


def test_passages_are_numbered_from_1_best_first_with_exact_offsets() -> None:
    passages = find(QUESTION, [hit(STRIKE), hit(OTHER)])
    assert [p.number for p in passages] == list(range(1, len(passages) + 1))
    assert [p.score for p in passages] == sorted((p.score for p in passages), reverse=True)
    assert [p for p in passages if p.article.text[p.start : p.end] != p.text] == []
    assert "drones" in passages[0].text
    assert all(0 <= p.score <= 1 and 0 <= p.coverage <= 1 for p in passages)


@pytest.mark.parametrize("budget", [0, 1, 11, 12, 25, 40, 1000])
def test_the_budget_is_never_exceeded(budget: int) -> None:
    passages = find(QUESTION, [hit(STRIKE), hit(OTHER)], budget=budget)
    assert sum(count(p.text) for p in passages) <= budget
    if budget >= 40:
        assert len(passages) > 1


def test_of_sentences_alike_the_earlier_comes_first() -> None:
    said = "The council of Brem said that {} bridges of the town are closed now. "
    text = said.format(14) + "The weather was fine, and the harvest of wheat was good. " * 60 + said.format(15)
    passages = find("How many bridges of Brem are closed?", [hit(Article("brem.txt", text, title="Brem"))])
    assert ["14" in passages[0].text, "15" in passages[1].text] == [True, True]
    assert passages[0].score > passages[1].score > passages[2].score


def test_a_heading_is_no_evidence() -> None:
    texts = [p.text for p in find("Kyiv siege sophisticated attacks", [hit(STRIKE)])]
    assert texts
    assert not any(text.startswith("Kyiv Under Siege") for text in texts)


def test_the_sentence_of_a_wire_copy_counts_once() -> None:
    passages = find(QUESTION, [hit(STRIKE), hit(COPY)])
    assert [p.article for p in passages if "145 drones" in p.text] == [STRIKE]
    swapped = find(QUESTION, [hit(COPY), hit(STRIKE)])
    assert [p.article for p in swapped if "145 drones" in p.text] == [COPY]


def test_overlapping_chunks_give_a_sentence_once() -> None:
    passages = find(QUESTION, [hit(STRIKE), hit(STRIKE, 0.4)])
    assert len({(p.start, p.end) for p in passages}) == len(passages)


def test_only_sentences_within_the_chunk_are_taken() -> None:
    start = STRIKE.text.index("Seven people")
    passages = find(QUESTION, [hit(STRIKE, start=start)])
    assert passages
    assert all(p.start >= start for p in passages)


def test_an_article_of_the_answer_before_is_favoured() -> None:
    plain = find("What about the drones launched?", [hit(STRIKE), hit(OTHER)])
    last = plain[-1].article
    favoured = find("What about the drones launched?", [hit(STRIKE), hit(OTHER)], favoured=[last.id])
    gains = {
        (p.article.id, p.start): p.score - q.score
        for p in favoured
        for q in plain
        if (p.article.id, p.start) == (q.article.id, q.start)
    }
    assert all(gain == pytest.approx(0.1 if id_ == last.id else 0.0) for (id_, _), gain in gains.items())
    assert len(gains) == len(plain)


def test_a_question_for_a_number_prefers_sentences_with_one() -> None:
    article = Article("n.txt", "The drones were launched at night in Kyiv. The 145 drones were launched in Kyiv.")
    assert find("How many drones were launched in Kyiv?", [hit(article)])[0].text.startswith("The 145")
    assert find("Where were the drones launched in Kyiv?", [hit(article)])[0].text.startswith("The drones")


def test_killed_answers_died() -> None:
    article = Article("k.txt", "The mayor spoke of 20 buses there. At least 12 people were killed there.")
    best = find("How many people died?", [hit(article)])[0]
    assert best.text == "At least 12 people were killed there."
    assert best.coverage > 0.5


def test_live_is_no_word_for_dead() -> None:
    article = Article("l.txt", "At least 12 people were killed there. The town where 12,000 people live is near.")
    assert find("How many people live there?", [hit(article)])[0].text.startswith("The town")


def test_the_cosine_breaks_a_tie_and_is_kept() -> None:
    article = Article("t.txt", "The minister went to Paris today. The minister went to Berlin today.")
    chosen = select(
        "Where did the minister go today?",
        [hit(article)],
        cosines=lambda texts: [0.9 if "Berlin" in text else -0.5 for text in texts],
        count=count,
        budget=100,
    )
    assert [p.cosine for p in chosen] == [0.9, -0.5]
    assert "Berlin" in chosen[0].text


def test_a_sentence_longer_than_a_table_is_left_out() -> None:
    article = Article(
        "table.txt", "Drones " + "in Kyiv and elsewhere " * MAX_TOKENS + "flew. The drones hit Kyiv at night."
    )
    assert [p.text for p in find(QUESTION, [hit(article)], budget=10_000)] == ["The drones hit Kyiv at night."]


def test_nothing_found_gives_nothing() -> None:
    assert find(QUESTION, []) == ()
    assert find(QUESTION, [hit(Article("e.txt", "Leave"))]) == ()
    assert find("", [hit(STRIKE)])[0].coverage == 0


def test_the_same_question_gives_the_same_evidence() -> None:
    hits = [hit(STRIKE), hit(OTHER), hit(COPY, 0.4)]
    first = find(QUESTION, hits)
    assert find(QUESTION, hits) == first
    shuffled = [hits[0], hits[1]]
    random.Random(3).shuffle(shuffled)
    assert find(QUESTION, shuffled) == find(QUESTION, hits[:2])


@settings(deadline=None)
@given(st.text(), st.text(), st.integers(-5, 60))
def test_any_text_and_any_question_keep_the_promises(text: str, question: str, budget: int) -> None:
    article = Article("any.txt", text)
    passages = find(question, [hit(article), hit(STRIKE)], budget=budget)
    assert sum(count(p.text) for p in passages) <= max(0, budget)
    assert all(p.article.text[p.start : p.end] == p.text for p in passages)
    assert [p.number for p in passages] == list(range(1, len(passages) + 1))
