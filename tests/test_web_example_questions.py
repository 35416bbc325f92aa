"""Example questions: well-formed, made of the articles' own words, and each answered from its own sentence."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.assistant import Assistant
from assistant.model.engine import Engine
from ui.web.collection.example_questions import Examples, examples, of_article
from ui.web.collection.question_generation import RULES
from vectorstore.articles import Article
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

ARTICLES = Path(__file__).parents[1] / "bench/conversations/articles"


@pytest.fixture(scope="module")
def thirteen(engine: Engine, embedder: Embedder, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    store = Store.open(tmp_path_factory.mktemp("thirteen") / "data", create=True, embedder=embedder)
    ingest([ARTICLES], store)
    yield Assistant(store, engine)
    store.close()


def posed(sentence: str, lead: str = "") -> list[str]:
    return [question for _, rule in RULES for question, _ in rule(sentence, lead)]


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("In all 31 barns were burnt.", None),
        ("In all 31 barns were flooded, the county said.", "How many barns were flooded"),
        ("Some 60 divers had been sent to Lisbon after the spill.", "How many divers were sent to Lisbon"),
        ("The navy launched 14 rockets on Friday.", "How many rockets were launched"),
        ("The blast in Oslo killed 12 people.", "How many people were killed in the blast in Oslo"),
        ("The bomb killed 12 people.", None),
        ("It could have killed 12 people in the fire in Oslo.", None),
        ("About 400 soldiers a week are dying in the strikes on Oslo.", None),
        ("Storm Ada hit the Fleet coast on March 3, 2024.", "When did Storm Ada hit the Fleet coast"),
        ("The court in Bergen was founded in 1911.", "When was the court in Bergen founded"),
        ("Talks about the canal begin on May 3.", None),
        ("He died on May 3.", None),
        ("The bridge in Lund will cost 31 million euros.", "How much will the bridge in Lund cost"),
        ("Repairs will cost 31 million euros.", None),
        ("“Nobody had asked for this bridge,” said Tom Berg.", "Who said “Nobody had asked for this bridge”"),
        ("“Nobody had asked for this bridge,” he said.", None),
        ("Bergen’s mayor, Ada Lund, resigned.", "Who is Bergen’s mayor"),
        ("Tuesday’s coach, Ada Lund, resigned.", None),
        ("“No,” said Ada Lund, head of the Port of Oslo.", "Who is the head of the Port of Oslo"),
        ("Nobody knew, Ada Lund, a spokesperson for the Port of Oslo said.", None),
        ("Tom Berg, president of the Board, Culture and Sports.", None),
        ("The studio killed two films.", None),
        ("The army launched 12 investigations.", None),
    ],
)
def test_a_sentence_poses_a_question_or_none(sentence: str, question: str | None) -> None:
    assert posed(sentence) == ([question] if question else [])


def test_the_lead_says_what_people_died_of() -> None:
    lead = "Divers ended their work after the Ardal flood."
    assert posed("Police said that 41 people had been hurt.", lead) == ["How many people were hurt in the Ardal flood"]
    assert posed("Police said that 41 people had been hurt.", "Divers ended their work.") == []


@pytest.mark.parametrize("strange", ["\u202e", "\u200b", "\x07", "\ufffd"])
def test_what_can_not_be_seen_is_in_no_question(strange: str) -> None:
    text = "“Nobody had {}asked for this bridge,” said Tom Berg."
    assert list(of_article(Article("/a", text.format(""))))
    assert not list(of_article(Article("/a", text.format(strange))))


def test_of_many_articles_four_that_are_answered_surely(thirteen: Assistant) -> None:
    found = examples(thirteen)
    assert len(set(found)) == 4
    answers = [thirteen.ask(question) for question in found]
    assert not any(answer.refused or answer.warning for answer in answers)
    assert len({answer.citations[0].article_id for answer in answers}) == 4
    assert len({question.split()[0:2][-1] for question in found}) >= 3  # of different kinds
    assert all(question[0].isupper() and question.endswith("?") for question in found)


def test_of_two_articles_some_that_are_answered(seed_store: Store, engine: Engine) -> None:
    assistant = Assistant(seed_store, engine)
    found = examples(assistant)
    assert 2 <= len(set(found)) <= 4
    answers = [assistant.ask(question) for question in found]
    assert not any(answer.refused for answer in answers)
    assert len({answer.citations[0].article_id for answer in answers}) == 2


def test_of_no_article_none(engine: Engine, embedder: Embedder, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data", create=True, embedder=embedder)
    assert examples(Assistant(store, engine)) == []
    store.close()


def test_they_follow_the_collection(engine: Engine, embedder: Embedder, tmp_path: Path) -> None:
    store = Store.open(tmp_path / "data", create=True, embedder=embedder)
    ingest([ARTICLES / "port-strike.md", ARTICLES / "cup-final.md"], store)
    seeking = Examples(Assistant(store, engine))

    def found() -> list[str]:
        give_up = time.monotonic() + 60
        while (now := seeking.now()) is None:
            assert time.monotonic() < give_up
            time.sleep(0.05)
        return now

    assert seeking.now() is None
    before = found()
    assert any("dockers" in q or "Quayside" in q or "crane" in q or "ships" in q for q in before)
    assert seeking.now() is before  # made once
    store.remove(next(a.id for a in store.library.articles() if "Dockers" in a.title))
    assert seeking.now() is None
    after = found()
    assert after
    assert not any("Quayside" in q or "crane" in q or "ships" in q for q in after)
    store.close()
