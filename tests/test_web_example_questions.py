"""Example questions: well-formed, of the articles' own words, at no cost, and none where nothing fits."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ui.web.collection.example_questions import FIRST_SENTENCES, RECENT, example_questions, of_article
from vectorstore.articles import Article
from vectorstore.index.embedding import Embedder
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

ARTICLES = Path(__file__).parents[1] / "bench/conversations/articles"


@pytest.fixture
def store(embedder: Embedder, tmp_path: Path) -> Iterator[Store]:
    store = Store.open(tmp_path / "data", create=True, embedder=embedder)
    yield store
    store.close()


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The navy launched 14 rockets on Friday.", "How many rockets were launched?"),
        ("The blast in Oslo killed 12 people.", "How many people were killed in Oslo?"),
        ("The blast in Oslo killed 12.", "How many people were killed in Oslo?"),
        ("After talks in Lund, a blast in Oslo killed 12 people.", "How many people were killed in Oslo?"),
        ("A blast in Bergen killed 12 people.", None),
        ("The bomb killed 12 people.", None),
        ("It could have killed 12 people in the fire in Oslo.", None),
        ("In all 31 barns were burnt.", None),
        ("The tower in Oslo is 31 metres high.", None),
        (
            "“Nobody had asked for this bridge,” said Tom Berg.",
            "Who said “Nobody had asked for this bridge”?",
        ),
        ("“Nobody had asked for this bridge,” Tom Berg said.", "Who said “Nobody had asked for this bridge”?"),
        ("“Nobody had asked for this bridge,” he said.", None),
        ("“No bridge,” said Tom Berg.", None),
    ],
)
def test_a_sentence_answers_a_question_or_none(sentence: str, question: str | None) -> None:
    assert of_article(Article("/a", sentence, "Blast in Oslo and Lund")) == ([question] if question else [])


@pytest.mark.parametrize("strange", ["\u202e", "\u200b", "\x07", "\ufffd"])
def test_what_can_not_be_seen_is_in_no_question(strange: str) -> None:
    text = "“Nobody had {}asked for this bridge,” said Tom Berg."
    assert of_article(Article("/a", text.format("")))
    assert not of_article(Article("/a", text.format(strange)))


def test_the_kinds_come_in_turn() -> None:
    text = "They fired 9 rockets and 3 drones. “Nobody had asked for this bridge,” said Tom Berg."
    assert [question[:3] for question in of_article(Article("/a", text))] == ["How", "Who", "How"]


def test_of_the_seed_articles_the_figures_of_the_news(seed_store: Store) -> None:
    questions = example_questions(seed_store.library)
    assert len(questions) == 4
    assert "How many people were killed in Kyiv?" in questions


def test_the_first_of_each_article_then_the_others(store: Store) -> None:
    ingest([ARTICLES], store)
    questions = example_questions(store.library)
    assert len(questions) == 3
    texts = [article.text for article in store.library.articles()]
    quoted = [question.split("“")[1].split("”")[0] for question in questions]
    assert len({next(place for place, text in enumerate(texts) if quote in text) for quote in quoted}) == 3
    assert len(example_questions(store.library, n=2)) == 2


def test_they_follow_the_collection(store: Store) -> None:
    assert example_questions(store.library) == []
    ingest([ARTICLES / "port-strike.md", ARTICLES / "cup-final.md"], store)
    assert any("crane" in question for question in example_questions(store.library))
    store.remove(next(a.id for a in store.library.articles() if "Dockers" in a.title))
    assert not any("crane" in question for question in example_questions(store.library))


def test_a_large_collection_costs_no_more(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(RECENT + 5):
        sentences = " ".join(f"They fired {n} rockets on Monday." for n in range(FIRST_SENTENCES + 5))
        (tmp_path / f"{number}.txt").write_text(f"Rockets {number}\n\n{sentences}")
    ingest([*tmp_path.glob("*.txt")], store)
    read: list[str] = []
    article = store.library.article
    monkeypatch.setattr(store.library, "article", lambda id_: read.append(id_) or article(id_))  # type: ignore[func-returns-value]
    assert example_questions(store.library) == ["How many rockets were launched?"]
    assert len(read) == RECENT
