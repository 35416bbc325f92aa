"""The conversations of bench/conversations are what its README says they are."""

import json
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from assistant.evaluation.matching import matches, normalized
from assistant.evaluation.questions import load
from bench.questions import tuning
from vectorstore.articles import Article
from vectorstore.readers.markdown import read_markdown

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "bench/conversations"
FILES = sorted((FOLDER / "articles").glob("*.md"))
SEEDS = {path.stem: path.read_text(encoding="utf-8") for path in (ROOT / "seeds").glob("*.txt")}

Row = dict[str, Any]
ROWS: list[Row] = [json.loads(line) for line in (FOLDER / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERABLE = [row for row in ROWS if row["answerable"]]


def read(path: Path) -> Article:
    (article,) = read_markdown(path.read_text(encoding="utf-8"), path.name)
    assert isinstance(article, Article)
    return article


OWN = {path.stem: read(path) for path in FILES}
TEXTS = SEEDS | {stem: article.text for stem, article in OWN.items()}


def by_id(rows: Iterable[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=lambda row: row["id"])


def turns(row: Row) -> tuple[str, ...]:
    return tuple(normalized(turn) for turn in (*row["history"], row["question"]))


def test_there_are_enough_of_each() -> None:
    seeds = [row for row in ROWS if set(row["gold_article_ids"]) & SEEDS.keys()]
    assert 10 <= len(FILES) <= 14
    assert len(ROWS) >= 56
    assert len(seeds) >= 14
    assert len(ANSWERABLE) - len(seeds) >= 40
    assert len(ROWS) - len(ANSWERABLE) >= 8
    assert sum(len(row["history"]) == 2 for row in ROWS) >= 8
    assert sum("who said" in row["question"].lower() for row in ROWS) >= 5


def test_the_half_to_report_on_is_large_enough() -> None:
    assert 0.4 <= sum(not tuning(row) for row in ROWS) / len(ROWS) <= 0.6
    assert 0.4 <= sum(not tuning(row) for row in ANSWERABLE) / len(ANSWERABLE) <= 0.6


def test_ids_and_conversations_are_distinct() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({turns(row) for row in ROWS}) == len(ROWS)


def test_no_conversation_of_seeds_is_asked_again() -> None:
    lines = (ROOT / "seeds/questions.jsonl").read_text(encoding="utf-8").splitlines()
    known = {turns({"history": [], **json.loads(line)}) for line in lines}
    assert not known & {turns(row) for row in ROWS}


def test_the_evaluation_reads_them() -> None:
    assert len(load(FOLDER / "questions.jsonl")) == len(ROWS)


@pytest.mark.parametrize("stem", OWN)
def test_an_article_of_our_own(stem: str) -> None:
    article = OWN[stem]
    assert article.title
    assert article.publisher
    assert re.fullmatch(r"2025-\d\d-\d\d", article.published or "")
    assert 150 <= len(article.text.split()) <= 300
    assert any(stem in row["gold_article_ids"] for row in ROWS)


@by_id(ROWS)
def test_a_conversation(row: Row) -> None:
    assert 1 <= len(row["history"]) <= 2
    assert all(turn.strip().endswith("?") for turn in (*row["history"], row["question"]))
    assert row["kind"] == ("followup" if row["answerable"] else "unanswerable")
    assert row.get("unanswerable_kind") == (None if row["answerable"] else "near")
    assert bool(row["answers"]) is bool(row["gold_article_ids"]) is bool(row["evidence"]) is row["answerable"]


@by_id(ANSWERABLE)
def test_evidence_is_the_articles_own(row: Row) -> None:
    for sentence in row["evidence"]:
        pattern = rf"(?<!\S){re.escape(sentence)}(?!\S)"
        assert any(re.search(pattern, TEXTS[stem]) for stem in row["gold_article_ids"]), sentence
    for stem in row["gold_article_ids"]:
        assert any(sentence in TEXTS[stem] for sentence in row["evidence"]), stem


@by_id(ANSWERABLE)
def test_each_answer_stands_in_the_evidence(row: Row) -> None:
    for answer in row["answers"]:
        assert any(matches(sentence, [answer]) for sentence in row["evidence"]), answer


@by_id(ROWS)
def test_no_wrong_answer_is_right(row: Row) -> None:
    for wrong in row.get("wrong_answers", []):
        assert wrong not in row["answers"]
        assert not any(matches(wrong, [answer]) for answer in row["answers"]), wrong


@by_id(ROWS)
def test_a_question_is_not_the_articles_sentence(row: Row) -> None:
    asked = [word for word in normalized(row["question"]).split() if len(word) > 3]
    shared = [all(word in normalized(sentence).split() for word in asked) for sentence in row["evidence"]]
    assert len(asked) < 5 or not any(shared)
