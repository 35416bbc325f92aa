"""Names of articles become the collection's ids; what looks wrong in a test set is said."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from assistant.errors import EvaluationError
from assistant.evaluation.case import Question
from assistant.evaluation.questions import load
from assistant.evaluation.resolving import resolve
from vectorstore.articles import Article
from vectorstore.index.embedding import Embedder
from vectorstore.index.library import Library
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

SEEDS = Path(__file__).parents[1] / "seeds"

STRIKE = Article(
    "/n/news.jsonl#s1", "Russia fired 66  missiles\nat Kyiv.", "Strike on Kyiv", url="https://www.A.b/c/#top"
)
TALKS = Article("/n/news.jsonl#t2", "Witkoff stayed away.", "Talks  fail")
NOTE = Article("/n/note.txt", "The mayor resigned.", "")
TWIN = Article("/n/other.jsonl#s1", "Seven died.", "Strike on Kyiv", url="http://a.b/d?x=1")
ARTICLES = (STRIKE, replace(TALKS, title="Talks fail"), NOTE, TWIN)
TALKS = ARTICLES[1]


def put(library: Library, *articles: Article) -> None:
    with library.transaction() as connection:
        for article in articles:
            library.add(article, [], np.zeros((0, 4), np.float32))
            file = article.source.partition("#")[0]
            connection.execute("INSERT INTO sources VALUES (?, ?, ?)", (article.source, file, article.id))


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library.open(tmp_path / "data", create=True)
    put(library, *ARTICLES)
    yield library
    library.close()


def asking(*gold: str, **fields: object) -> Question:
    """A question that no article answers, so that nothing is said of its answer."""
    return replace(Question("q1", "How many?", answerable=False, gold=gold), **fields)  # type: ignore[arg-type]


def found(library: Library, *gold: str) -> tuple[str, ...]:
    ((question,), _) = resolve([asking(*gold)], library)
    return question.gold


def warned(library: Library, question: Question) -> tuple[str, ...]:
    return resolve([question], library)[1]


@pytest.mark.parametrize(
    ("name", "article"),
    [
        ("t2", TALKS),
        (" t2\n", TALKS),
        ("note", NOTE),
        ("note.txt", NOTE),
        ("https://www.a.b/c/", STRIKE),
        ("http://A.B/c", STRIKE),
        ("WWW.a.b/c#end", STRIKE),
        ("a.b/d?x=1", TWIN),
        ("TALKS \n fail", TALKS),
        (NOTE.id, NOTE),
        (NOTE.id.upper(), NOTE),
        (NOTE.id[:6], NOTE),
    ],
)
def test_an_article_by_each_of_its_names(library: Library, name: str, article: Article) -> None:
    assert found(library, name) == (article.id,)


@pytest.mark.parametrize("name", ["news", "news.jsonl", NOTE.id[:5], "a.b/d", "a.b/D?x=1", "Talks", "zz", "other2"])
def test_what_names_no_article(library: Library, name: str) -> None:
    """The file of several articles names none; neither does an id's beginning of five digits."""
    with pytest.raises(EvaluationError, match="does not have"):
        found(library, name)


def test_the_only_article_of_a_file_has_the_files_name(library: Library) -> None:
    assert found(library, "other.jsonl") == (TWIN.id,)


def test_the_key_goes_before_the_title_and_the_title_before_the_id(library: Library) -> None:
    by_title = Article("/n/x.jsonl#x1", "One.", "t2")
    by_id = Article("/n/x.jsonl#x2", "Two.", NOTE.id)
    put(library, by_title, by_id)
    assert found(library, "t2") == (TALKS.id,)
    assert found(library, NOTE.id) == (by_id.id,)


def test_two_names_of_one_article_are_one_id_and_the_order_stays(library: Library) -> None:
    copy = replace(STRIKE, source="/n/copy.jsonl#copied")
    with library.transaction() as connection:
        connection.execute("INSERT INTO sources VALUES (?, ?, ?)", (copy.source, "/n/copy.jsonl", copy.id))
    question = asking("t2", "copied", "a.b/c", "Talks fail", context=("note", "t2", "note.txt"))
    ((resolved,), warnings) = resolve([question], library)
    assert resolved == replace(question, gold=(TALKS.id, STRIKE.id), context=(NOTE.id, TALKS.id))
    assert warnings == ()


def test_a_title_stands_for_all_that_have_it(library: Library) -> None:
    ((question,), warnings) = resolve([asking("strike on kyiv")], library)
    assert set(question.gold) == {STRIKE.id, TWIN.id}
    assert len(question.gold) == 2
    assert warnings == ()


def test_a_key_in_two_files_is_said(library: Library) -> None:
    assert found(library, "s1") == (STRIKE.id, TWIN.id)
    assert warned(library, asking("s1", context=("s1", "t2"))) == (
        f'q1: "s1" names 2 articles ({STRIKE.id}, {TWIN.id}), and all are taken: check the test set',
    )


def test_unknown_articles_are_counted_and_the_first_is_named(library: Library) -> None:
    with pytest.raises(EvaluationError) as raised:
        resolve([asking("t2"), asking("gone", id="q2")], library)
    assert str(raised.value) == (
        '1 question names 1 article that the collection does not have, the first of them q2: "gone":'
        " ingest those articles, or give them with --articles FILE|FOLDER"
    )
    with pytest.raises(EvaluationError) as raised:
        resolve([asking("t2", "x1", "x2"), asking("t2", id="q2"), asking(id="q3", context=("x1", "x3"))], library)
    assert str(raised.value) == (
        '2 questions name 3 articles that the collection does not have, the first of them q1: "x1":'
        " ingest those articles, or give them with --articles FILE|FOLDER"
    )


# -- warnings


def answered(answers: tuple[str, ...], *gold: str, **fields: object) -> Question:
    return asking(*gold, **{"answerable": True, "answers": answers, **fields})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "question",
    [
        answered(("67", "66"), "a.b/c"),  # one of the spellings
        answered(("Strike on Kyiv",), "a.b/c"),  # in the title
        answered(("sixty",), "a.b/c", aliases={"sixty": ("66 missiles",)}),
        answered(("Witkoff",), "a.b/c", "t2"),  # in one of the articles
        answered(("Witkoff", "66"), "a.b/c", "t2", all_answers=True),
        answered(("Yes",), "t2"),
        answered(("no.",), "t2"),
        answered(("67",), "a.b/c", long_form=True),
        answered(("67",)),  # no article is named
        asking("a.b/c", answers=("67",)),  # no article answers it
    ],
)
def test_nothing_to_warn_of(library: Library, question: Question) -> None:
    assert warned(library, question) == ()


def test_an_answer_that_no_gold_article_says(library: Library) -> None:
    assert warned(library, answered(("67", "sixty-seven"), "a.b/c")) == (
        "q1: the article 'Strike on Kyiv' does not say \"67\": check the test set",
    )
    assert warned(library, answered(("67",), "note", "t2", "a.b/c")) == (
        f"q1: the article '{NOTE.id}' (nor 2 others) does not say \"67\": check the test set",
    )


def test_of_all_answers_those_that_are_missing(library: Library) -> None:
    question = answered(("67", "Witkoff", "Rubio"), "t2", "note", all_answers=True, aliases={"67": ("sixty-seven",)})
    assert warned(library, question) == (
        'q1: the article \'Talks fail\' (nor 1 other) does not say "67", "Rubio": check the test set',
    )


def test_evidence_is_compared_without_its_line_breaks(library: Library) -> None:
    assert warned(library, answered(("66",), "a.b/c", evidence=("fired 66 missiles at\nKyiv.",))) == ()


def test_evidence_that_stands_in_no_gold_article(library: Library) -> None:
    question = answered(("66",), "a.b/c", evidence=("Russia fired 66 missiles", "Witkoff stayed away.", "x" * 70))
    assert warned(library, question) == (
        "q1: the article 'Strike on Kyiv' does not have the evidence \"Witkoff stayed away.\","
        f' "{"x" * 59}…": check the test set',
    )
    assert warned(library, replace(question, gold=("a.b/c", "t2"), evidence=("Witkoff stayed away.",))) == ()


def test_warnings_are_in_the_order_of_the_questions(library: Library) -> None:
    questions = [
        answered(("67",), "a.b/c", id="q1", evidence=("None.",)),
        answered(("67",), "t2", id="q0"),
        answered(("Seven",), "s1", id="q2"),
    ]
    warnings = resolve(questions, library)[1]
    assert [warning.partition(":")[0] for warning in warnings] == ["q1", "q1", "q0", "q2"]


# -- with what ingest makes


def test_articles_as_ingest_reads_them(tmp_path: Path, embedder: Embedder) -> None:
    folder = tmp_path / "news"
    folder.mkdir()
    rows = [
        {"id": "n1", "title": "Strike  on Kyiv", "text": "Russia fired 66 missiles.", "url": "https://www.a.b/c/"},
        {"id": 2, "title": "Talks", "text": "Witkoff stayed away."},
    ]
    (folder / "news.jsonl").write_text("".join(f"{json.dumps(row)}\n" for row in rows), encoding="utf-8")
    (folder / "one.json").write_text(json.dumps({"title": "Vote", "text": "The vote is on Monday."}), encoding="utf-8")
    (folder / "mayor.txt").write_text("Mayor resigns\n\nThe mayor resigned on Friday.\n", encoding="utf-8")
    questions = tmp_path / "q.csv"
    questions.write_text(
        "question,answer,article\nHow many missiles?,66,n1 | strike on kyiv | http://a.b/c\n"
        "Who stayed away?,Witkoff,2\nWhen is the vote?,Monday,one\nWhen did she resign?,Friday,mayor.txt | mayor\n"
        "Who resigned?,the mayor,MAYOR RESIGNS\n",
        encoding="utf-8",
    )
    store = Store.open(tmp_path / "data", create=True, embedder=embedder)
    try:
        assert len(ingest([folder], store).added) == 4
        titles = {article.id: article.title for article in store.library.articles()}
        resolved, warnings = resolve(load(questions), store.library)
    finally:
        store.close()
    assert [[titles[id_] for id_ in question.gold] for question in resolved] == [
        ["Strike on Kyiv"],
        ["Talks"],
        ["Vote"],
        ["Mayor resigns"],
        ["Mayor resigns"],
    ]
    assert warnings == ()


def test_the_set_over_the_seeds_has_nothing_wrong_with_it(seed_store: Store) -> None:
    resolved, warnings = resolve(load(SEEDS / "questions.jsonl"), seed_store.library)
    files = {article.id: Path(article.source).stem for article in seed_store.library.articles()}
    assert len(files) == 2
    written = load(SEEDS / "questions.jsonl")
    assert [tuple(files[id_] for id_ in question.gold) for question in resolved] == [q.gold for q in written]
    assert warnings == ()
