"""Which rows are learnt from, and the collection of their passages."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from training.corpus import RememberingEmbedder, headline, key, open_corpus
from training.entailment_rows import EntailmentRow, load_entailment
from training.errors import TrainingError
from training.rows import MAX_PASSAGE, Row, load_rows
from training.sentence_rows import SentenceRow, load_sentences
from vectorstore.index.embedding import Embedder

GOOD: dict[str, Any] = {
    "question": "How many bridges has Brem?",
    "passage": "The town of Brem has 14 bridges. Two of them are closed.",
    "answer": "14",
    "answerable": True,
    "origin": "squadshifts/nyt",
}


def line(**changed: object) -> bytes:
    return json.dumps({**GOOD, **changed}).encode()


def rows_file(folder: Path, *lines: bytes) -> Path:
    path = folder / "train.jsonl.gz"
    path.write_bytes(gzip.compress(b"\n".join(lines) + b"\n"))
    return path


def test_licensed_rows_once_each_in_their_order(tmp_path: Path) -> None:
    silent = {"answer": "", "answerable": False, "origin": "squad2-train-part"}
    path = rows_file(tmp_path, line(), line(question="Second?"), line(**silent), line())
    rows, skipped = load_rows(path)
    assert rows[0] == Row(GOOD["question"], GOOD["passage"], "14", "squadshifts/nyt")
    assert [row.question for row in rows] == [GOOD["question"], "Second?", GOOD["question"]]
    assert [row.answer for row in rows] == ["14", "14", ""]
    assert str(skipped) == "1 row skipped: the same as an earlier one (line 4)"
    plain = tmp_path / "train.jsonl"
    plain.write_bytes(gzip.decompress(path.read_bytes()))
    assert load_rows(plain)[0] == rows


def test_no_other_licence_is_learnt_from(tmp_path: Path) -> None:
    others = [line(origin=origin) for origin in ("realtimeqa", "ester", "squad2-dev", "x/squadshifts/nyt", "")]
    rows, skipped = load_rows(rows_file(tmp_path, line(), *others))
    assert len(rows) == 1
    assert str(skipped) == "5 rows skipped: its origin's licence does not let weights ship (lines 2, 3, 4, 5, 6)"


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (b"{", "not JSON"),
        (b"", "not JSON"),
        (b"[" * 100_000, "not JSON"),
        (b"\xff\xfe\x00", "not JSON"),
        (b"[]", "question, passage, answer and origin must be texts"),
        (line(answer=None), "question, passage, answer and origin must be texts"),
        (line(passage=7), "question, passage, answer and origin must be texts"),
        (line(question=" \n"), "no question or no passage"),
        (line(passage="", answer=""), "no question or no passage"),
        (line(answer="  ", passage="Two  spaces."), "an answer of white space"),
        (line(passage="14" * MAX_PASSAGE), "a passage over 20,000 or a question over 2,000 characters"),
        (line(question="?" * 2001), "a passage over 20,000 or a question over 2,000 characters"),
        (line(answer="15"), "the answer is not in the passage"),
        (line(answer=""), "answerable, and no answer, or the other way round"),
        (line(answerable=False), "answerable, and no answer, or the other way round"),
        (line(question="\ud800?"), "half a character (a lone surrogate)"),
    ],
)
def test_bad_rows_are_counted_named_and_skipped(bad: bytes, reason: str, tmp_path: Path) -> None:
    rows, skipped = load_rows(rows_file(tmp_path, bad, line(), bad))
    assert len(rows) == 1
    assert str(skipped) == f"2 rows skipped: {reason} (lines 1, 3)"


def test_of_many_bad_rows_the_first_are_named(tmp_path: Path) -> None:
    _, skipped = load_rows(rows_file(tmp_path, line(), *[b"{"] * 1200))
    assert str(skipped) == "1,200 rows skipped: not JSON (lines 2, 3, 4, 5, 6, …)"


def test_a_file_that_cannot_be_used_is_one_clear_line(tmp_path: Path) -> None:
    path = rows_file(tmp_path, *(line(question=f"Question {n}?") for n in range(500)))
    whole = path.read_bytes()
    for damaged, said in (
        (whole[: len(whole) // 2], r"can't be read behind line \d+ .*\. Get it anew\."),
        (b"<html>", "can't be read behind line 0 .*Get it anew"),
        (gzip.compress(b""), "has no row to train on .it is empty"),
        (gzip.compress(b"{\n[\n"), r"has no row to train on \(2 rows skipped: not JSON \(lines 1, 2\)\)"),
    ):
        path.write_bytes(damaged)
        with pytest.raises(TrainingError, match=said) as raised:
            load_rows(path)
        assert str(path) in str(raised.value)
        assert "\n" not in str(raised.value)
    with pytest.raises(TrainingError, match=r"There is no .*absent\.jsonl\.gz\. Name the folder of the data sets"):
        load_rows(tmp_path / "absent.jsonl.gz")


ENTAILED: dict[str, Any] = {
    "premise": "Brem has 14 bridges.", "claim": "Brem has bridges.", "label": "supported", "origin": "mnli_dev",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"premise": None}, "premise, claim, label and origin must be texts"),
        ({"claim": "\ud800"}, "half a character (a lone surrogate)"),
        ({"origin": "anli"}, "its origin's licence does not let weights ship"),
        ({"claim": " "}, "no premise or no claim"),
        ({"premise": "x" * 20_001}, "a premise over 20,000 or a claim over 2,000 characters"),
        ({"label": "true"}, "a label that is none of refuted, nei, supported"),
    ],
)
def test_claims_with_their_source(changed: dict[str, Any], reason: str, tmp_path: Path) -> None:
    lines = [json.dumps(one).encode() for one in (ENTAILED, ENTAILED | changed, ENTAILED, ENTAILED | {"label": "nei"})]
    rows, skipped = load_entailment(rows_file(tmp_path, *lines))
    first = EntailmentRow("Brem has 14 bridges.", "Brem has bridges.", "supported", "mnli_dev")
    assert rows == [first, EntailmentRow(first.source, first.claim, "nei", first.origin)]
    assert str(skipped) == f"1 row skipped: {reason} (line 2)\n1 row skipped: the same as an earlier one (line 3)"


ASKED: dict[str, Any] = {
    "question": "How many?", "sentence": "Brem has 14 bridges.", "answers": ["14", "fourteen"], "origin": "qamr",
    "id": "Wiki1k:wikinews:77:2:10",
}  # fmt: skip


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"sentence": 7}, "question, sentence and origin must be texts"),
        ({"origin": "squad2-dev"}, "its origin's licence does not let weights ship"),
        ({"question": ""}, "no question or no sentence"),
        ({"sentence": "x" * 4_001}, "a sentence over 4,000 or a question over 2,000 characters"),
        ({"answers": "14"}, "answers and others must be lists of texts"),
        ({"answers": [14]}, "answers and others must be lists of texts"),
        ({"others": ["\udfff"]}, "answers and others must be lists of texts"),
    ],
)
def test_questions_with_their_sentence(changed: dict[str, Any], reason: str, tmp_path: Path) -> None:
    other = {name: value for name, value in ASKED.items() if name not in ("id", "answers")} | {"others": ["It rains."]}
    rows, skipped = load_sentences(
        rows_file(tmp_path, *(json.dumps(one).encode() for one in (ASKED, ASKED | changed, other)))
    )
    assert rows == [
        SentenceRow("How many?", "Brem has 14 bridges.", ("14",), "qamr", "Wiki1k:wikinews:77", (2, 10)),
        SentenceRow("How many?", "Brem has 14 bridges.", (), "qamr", others=("It rains.",)),
    ]
    assert str(skipped) == f"1 row skipped: {reason} (line 2)"


@pytest.mark.parametrize(
    ("name", "document", "place"),
    [
        ("a:b:c:9:\u00b2", "a:b:c", (9, 0)), ("a:b:c:" + "9" * 5000, "a:b:c", (0,)), ("a:b:c", "", ()), ("", "", ()),
        (7, "", ()),
    ],
)  # fmt: skip
def test_the_document_of_a_sentence(name: object, document: str, place: tuple[int, ...], tmp_path: Path) -> None:
    (row,), _ = load_sentences(rows_file(tmp_path, json.dumps(ASKED | {"id": name}).encode()))
    assert (row.document, row.place) == (document, place)


def test_a_passage_is_named_by_its_words() -> None:
    assert key("A passage.") == key("A passage.") != key("A passage")
    assert len(key("é 新闻")) == 16
    assert headline("One two three, four.") == "One two three, four"
    assert headline(" ".join("abcdefghijkl")) == "a b c d e f g h i j"
    assert headline("") == ""


def test_remembered_texts_have_the_vectors_of_the_embedder(
    embedder: Embedder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    texts = ["The town of Brem has 14 bridges.", "A bridge.", "The harbour of Cray was closed on Monday."]
    file = tmp_path / "vectors.npz"
    first = RememberingEmbedder(embedder)
    first.remember([*texts, texts[0]], file)
    expected = embedder.embed([texts[2], texts[0]])
    assert np.abs(first.embed([texts[2], texts[0]]) - expected).max() < 0.01  # batches differ in bfloat16
    assert first.embed(["Something else.", texts[0]]).shape == (2, 384)
    assert first.embed([]).shape == (0, 384)
    assert first.embed(texts).dtype == np.float32

    with monkeypatch.context() as patch:
        patch.setattr(Embedder, "embed", lambda *_: pytest.fail("embedded again"))
        second = RememberingEmbedder(embedder)
        second.remember(reversed(texts), file)
        assert (second.embed(texts) == first.embed(texts)).all()
    for damaged in (b"", b"half a file", file.read_bytes()[:-100]):
        file.write_bytes(damaged)
        third = RememberingEmbedder(embedder)
        third.remember(texts, file)
        assert np.abs(third.embed(texts) - first.embed(texts)).max() < 0.01
    second.remember([*texts, "One more."], file)
    assert second.embed(["One more."]).shape == (1, 384)
    assert [path.name for path in tmp_path.iterdir()] == ["vectors.npz"]


@pytest.mark.usefixtures("shared_models")
def test_the_passages_are_a_collection_that_is_made_once(tmp_path: Path) -> None:
    texts = [f"The town of {town} has {n} bridges. It lies on a river." for n, town in ((14, "Brem"), (9, "Cray"))]
    rows = [Row(f"Question {n}?", texts[n % 2], "bridges", "squadshifts/nyt") for n in range(4)]
    for _ in range(2):
        store = open_corpus(rows, tmp_path)
        assert sorted(article.text for article in store.library.articles()) == sorted(texts)
        assert {article.source.rpartition("#")[2] for article in store.library.articles()} == set(map(key, texts))
        assert [hit.article.text for hit in store.search("Cray", k=1)] == [texts[1]]
        store.close()
    other = Row("Which?", "Another passage altogether.", "Another", "squadshifts/nyt")
    with pytest.raises(TrainingError, match=r"passages\.jsonl was made from other rows\. Name another work folder"):
        open_corpus([*rows, other], tmp_path)
