"""The test set over the two sample articles is what seeds/README.md says it is."""

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

SEEDS = Path(__file__).resolve().parents[1] / "seeds"
SHA256 = {
    "000_620820a8eddc9c55": "80b265ec5e68390fdd50933547f5cecb09a549c0286fa2eceb791e62798a02a3",
    "004_51144c61bb42c65f": "63abcf74681913184b495c1525bd6b111e87f1a94d58d386df8cdd3b9d20c6b4",
}
ARTICLES = {stem: (SEEDS / f"{stem}.txt").read_bytes().decode("utf-8") for stem in SHA256}
REQUIRED: dict[str, type] = {
    "id": str,
    "question": str,
    "answers": list,
    "answerable": bool,
    "gold_article_ids": list,
    "evidence": list,
    "kind": str,
}
OPTIONAL: dict[str, type] = {
    "answers_mode": str,
    "answer_aliases": dict,
    "wrong_answers": list,
    "unanswerable_kind": str,
    "history": list,
    "note": str,
}
LEAST = {"number": 14, "name": 8, "date": 6, "quote": 6, "conflict": 6, "followup": 8, "unanswerable": 14}

Row = dict[str, Any]
ROWS: list[Row] = [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
ANSWERABLE = [row for row in ROWS if row["answerable"]]
UNANSWERABLE = [row for row in ROWS if not row["answerable"]]


def words(text: str) -> str:
    return " ".join(re.findall(r"\w+(?:,\d+)*", text.casefold()))


def says(text: str, answer: str) -> bool:
    return f" {words(answer)} " in f" {words(text)} "


def key(row: Row) -> tuple[str, ...]:
    return tuple(words(turn) for turn in [*row.get("history", []), row["question"]])


def by_id(rows: list[Row]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("row", rows, ids=[row["id"] for row in rows])


@pytest.mark.parametrize("stem", SHA256)
def test_articles_are_unchanged(stem: str) -> None:
    assert hashlib.sha256((SEEDS / f"{stem}.txt").read_bytes()).hexdigest() == SHA256[stem]


def test_counts() -> None:
    kinds = Counter(row["kind"] for row in ROWS)
    assert kinds.keys() == LEAST.keys()
    assert all(kinds[kind] >= least for kind, least in LEAST.items()), kinds
    assert len(ANSWERABLE) >= 40
    assert len(UNANSWERABLE) >= 12
    unanswerable = Counter(row["unanswerable_kind"] for row in UNANSWERABLE)
    assert unanswerable.keys() == {"near", "far"}
    assert unanswerable["near"] >= 8
    assert unanswerable["far"] >= 6


def test_ids_and_questions_are_distinct() -> None:
    assert len({row["id"] for row in ROWS}) == len(ROWS)
    assert len({key(row) for row in ROWS}) == len(ROWS)


@by_id(ROWS)
def test_fields(row: Row) -> None:
    assert row.keys() >= REQUIRED.keys()
    assert row.keys() <= REQUIRED.keys() | OPTIONAL.keys()
    for name, value in row.items():
        assert isinstance(value, (REQUIRED | OPTIONAL)[name]), name
        for item in value if isinstance(value, list) else []:
            assert isinstance(item, str), name
            assert item == item.strip() != "", name
    assert row["question"].strip()
    assert (row["kind"] == "unanswerable") is not row["answerable"]
    assert ("unanswerable_kind" in row) is not row["answerable"]
    assert row["kind"] != "followup" or row["history"]
    assert row.get("answers_mode") in (None, "all")
    assert row.get("answer_aliases", {}).keys() <= set(row["answers"])


@by_id(ANSWERABLE)
def test_evidence_is_the_articles_own(row: Row) -> None:
    gold = row["gold_article_ids"]
    assert gold
    assert set(gold) <= ARTICLES.keys()
    for sentence in row["evidence"]:
        pattern = rf"(?<!\S){re.escape(sentence)}(?!\S)"
        assert any(re.search(pattern, ARTICLES[stem]) for stem in gold), sentence
    for stem in gold:
        assert any(sentence in ARTICLES[stem] for sentence in row["evidence"]), stem
    if row["kind"] == "conflict":
        assert set(gold) == ARTICLES.keys()
        assert row["answers_mode"] == "all"


@by_id(ANSWERABLE)
def test_answer_is_in_the_evidence(row: Row) -> None:
    evidence = "\n".join(row["evidence"])
    found = [says(evidence, answer) for answer in row["answers"]]
    assert all(found) if row.get("answers_mode") == "all" else any(found)
    assert not {words(answer) for answer in row["answers"]} & set(map(words, row.get("wrong_answers", [])))


@by_id(UNANSWERABLE)
def test_unanswerable_has_no_answer(row: Row) -> None:
    assert row["answers"] == row["gold_article_ids"] == row["evidence"] == []


def test_the_demo_question_says_what_is_right() -> None:
    (row,) = [row for row in ROWS if row["question"] == "How many drones hit Kyiv?"]
    assert row["unanswerable_kind"] == "near"
    assert "145" in row["note"]
    assert "over 300" in row["note"]
