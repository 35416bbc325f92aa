"""The ranker's training from end to end, on a few passages: what is gathered, learnt, stopped, resumed and written."""

import hashlib
import json
import logging
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from assistant.answering.reader import SAYS_NOTHING
from assistant.assistant import Assistant
from assistant.ranker.network import batch, minilm
from assistant.ranker.packaged import find_ranker
from assistant.ranker.ranker import Ranker
from assistant.ranker.windows import WindowMaker
from training import evidence, replies
from training.checkpoint import Checkpoint
from training.errors import TrainingError
from training.evidence import PLACES, UNANSWERABLE, gather
from training.loop import Plan, run
from training.questions import GatheredQuestion, read_questions
from training.ranker_groups import groups
from training.ranker_training import Network, loss_of, train, write
from training.rows import Row
from vectorstore.index.embedding import Embedder, default_embedder
from vectorstore.index.library import Library

pytestmark = pytest.mark.model

TOWNS = "Ald Brem Cray Dorn Elm Fell Gorse Holm Ince Jarl Keld Lund Moss Nare Orme Pell Quay Rusk Sark Thorn".split()
ROWS = [
    Row(
        f"How many bridges has {town}?",
        f"{town} is a town by the sea. The town of {town} has {7 * n + 5} bridges over its river. "
        f"In May the council of {town} met {n + 2} times. A ferry takes cars to the island.",
        str(7 * n + 5),
        "squadshifts/nyt",
    )
    for n, town in enumerate(TOWNS)
]
OTHERS = [
    Row(f"Who is the mayor of {town}?", row.passage, "", origin)
    for origin in ("squad2-train-part", "squadshifts/reddit")
    for town, row in zip(TOWNS, ROWS, strict=True)
]
"""Unanswerable questions, those that people wrote and those that are another passage's."""
PLAN = Plan(rate=2e-3, warmup=0.1, batch=4, micro=4, epochs=2, save_every=1)


@pytest.fixture(scope="module", autouse=True)
def cache(cache_dir: Path) -> Any:  # noqa: ANN401
    """The bundled model is rewritten into the cache of the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("platformdirs.user_cache_path", lambda *_, **__: cache_dir)
        yield


@pytest.fixture(scope="module")
def work(cache: None, tmp_path_factory: pytest.TempPathFactory) -> Path:  # noqa: ARG001
    folder = tmp_path_factory.mktemp("training") / "work"
    gather([*ROWS, *OTHERS], folder, None)
    return folder


@pytest.fixture(scope="module")
def questions(work: Path) -> list[GatheredQuestion]:
    return read(work)


def read(folder: Path, limit: int | None = None, file: str = "evidence.jsonl") -> list[GatheredQuestion]:
    library = Library.open(folder / "collection")
    asked = list(read_questions(folder / file, library, limit))
    library.close()
    return asked


def fresh() -> Network:
    return Network(default_embedder().folder, PLAN.seed)


def test_the_evidence_is_what_the_product_finds(questions: list[GatheredQuestion], work: Path, engine: Any) -> None:  # noqa: ANN401
    from vectorstore.index.store import Store

    assert sorted(question.question for question in questions) == sorted(row.question for row in ROWS)
    assert [question.question for question in questions] != [row.question for row in ROWS]
    store = Store.open(work / "collection")
    assistant = Assistant(store, engine)
    for question in questions[:5]:
        row = next(row for row in ROWS if row.question == question.question)
        assert (question.article.text, question.answer) == (row.passage, row.answer)
        assert any(question.right(passage) for passage in question.passages)
        assert [p.number for p in question.passages] == list(range(1, len(question.passages) + 1))
        expected = assistant.evidence(row.question)[:PLACES]
        # Remembered vectors have other last digits: of the many that are nearly alike another may be the last.
        assert len({p.text for p in question.passages} & {p.text for p in expected}) >= PLACES - 3
        assert question.passages[0].text == expected[0].text
    store.close()


def test_the_unanswerable_are_those_that_people_wrote(work: Path) -> None:
    asked = read(work, file="unanswerable.jsonl")
    assert len(asked) == len({question.question for question in asked}) == len(ROWS) // UNANSWERABLE
    for question in asked:
        assert question.question.startswith("Who is the mayor of ")
        assert (question.answer, question.origin) == ("", "squad2-train-part")
        assert question.passages


def test_gathering_goes_on_where_it_stopped(work: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    folder, rows = tmp_path / "work", [*ROWS, *OTHERS]
    whole = (work / "evidence.jsonl").read_bytes()
    file = folder / "evidence.jsonl"
    gather(rows, folder, 3)
    assert len(read(folder)) == 3
    with file.open("a", encoding="utf-8") as cut:
        cut.write('{"question": "How ma')
    assert len(read(folder)) == 3
    asked: list[str] = []
    evidence_of = Assistant.evidence

    def counted(assistant: Assistant, query: str) -> Any:  # noqa: ANN401
        asked.append(query)
        return evidence_of(assistant, query)

    with pytest.MonkeyPatch.context() as patch, caplog.at_level(logging.INFO, "dateline"):
        patch.setattr(Assistant, "evidence", counted)
        gather(rows, folder, None)
    assert len(asked) == len(ROWS) - 3 + len(ROWS) // UNANSWERABLE
    assert caplog.messages[-2].startswith("20 of 20 questions ")
    assert caplog.messages[-1].startswith("4 of 4 questions ")
    gather(rows, folder, 3)
    assert len(file.read_bytes().splitlines()) == 20, "fewer than there are takes none away"
    assert file.read_bytes() == whole
    file.write_text('{"question": "Another?"}\n')
    with pytest.raises(TrainingError, match=r"evidence\.jsonl was made from other rows"):
        gather(rows, folder, None)


def test_evidence_that_cannot_be_used_is_one_clear_line(work: Path, tmp_path: Path) -> None:
    library = Library.open(work / "collection")
    with pytest.raises(TrainingError, match=r"There is no .*none\.jsonl\. Gather it first"):
        list(read_questions(tmp_path / "none.jsonl", library))
    first, *_ = (work / "evidence.jsonl").read_text().splitlines()
    for bad in ("{", "[]", "{}", json.dumps({**json.loads(first), "article_id": "0" * 16})):
        (tmp_path / "bad.jsonl").write_text(f"{first}\n{bad}\n")
        with pytest.raises(TrainingError, match=r"bad\.jsonl: line 2 is no evidence from the passages here"):
            list(read_questions(tmp_path / "bad.jsonl", library))
    library.close()


def test_the_command_says_what_it_lacks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(sys, "argv", ["evidence", str(tmp_path), "--work", str(tmp_path / "work")])
    with pytest.raises(SystemExit, match=r"There is no .*train\.jsonl\.gz\. Name the folder") as ended:
        evidence.main()
    assert "\n" not in str(ended.value)  # a text as the status: printed to stderr, exit code 1
    (tmp_path / "train").mkdir()
    (tmp_path / "train" / "train.jsonl.gz").write_bytes(b"<html>")
    with pytest.raises(SystemExit, match=r"can't be read behind line 0"):
        evidence.main()
    assert not caplog.messages


def test_replies_are_written_from_the_same_evidence(work: Path, tmp_path: Path) -> None:
    kinds = replies.write(work, tmp_path / "examples.jsonl", None)
    lines = (tmp_path / "examples.jsonl").read_text().splitlines()
    assert sum(kinds.values()) == len(lines) == len(ROWS) + len(ROWS) // UNANSWERABLE
    assert all(set(json.loads(line)) == {"messages", "target"} for line in lines)
    assert sum(replies.write(work, tmp_path / "some.jsonl", 5).values()) == 6
    assert (tmp_path / "some.jsonl").read_text().splitlines() == lines[:6]
    kinds = replies.write(work, tmp_path / "answers.jsonl", None, answers_only=True)
    assert sum(kinds.values()) == len(ROWS)
    assert not {"unanswerable", "without answer"} & {*kinds}
    assert SAYS_NOTHING not in (tmp_path / "answers.jsonl").read_text()


def test_the_loss_falls(questions: list[GatheredQuestion], tmp_path: Path) -> None:
    network = fresh()
    items = groups(questions, WindowMaker(default_embedder().folder), PLAN.seed)
    assert len(items) == len(ROWS)
    loss = loss_of(network)
    before = float(loss(items).detach())
    assert run(items, loss, network.parameters, PLAN, Checkpoint(tmp_path, {})) == 10
    assert float(loss(items).detach()) < 0.7 * before


def test_of_a_question_that_nothing_answers_only_the_scores_are_learnt(work: Path) -> None:
    maker = WindowMaker(default_embedder().folder)
    items = groups(read(work, file="unanswerable.jsonl"), maker, PLAN.seed)
    assert len(items) == len(ROWS) // UNANSWERABLE
    assert not any(any(item.right) or any(item.spans) for item in items)
    network = fresh()
    loss_of(network)(items).backward()
    assert not network.heads["span"].weight.grad
    assert float(network.heads["score"].weight.grad.abs().max()) > 0


def test_nothing_is_changed_before_training(questions: list[GatheredQuestion], tmp_path: Path) -> None:
    import torch

    network, passages = fresh(), questions[0].passages[:6]
    out = tmp_path / "fresh.safetensors"
    write(network.parameters, out)
    folder = default_embedder().folder
    plain, windows = minilm(folder, torch.float32).eval(), WindowMaker(folder).windows("How many?", passages)
    with torch.no_grad():
        states = plain(**batch(windows)).last_hidden_state
        scores = network.heads["score"](states)[:, :, 0]
    expected = [float(scores[row, part.mark]) for row, window in enumerate(windows) for part in window.parts]
    read_questions = [reading.score for reading in Ranker(folder, out).read("How many?", passages)]
    assert read_questions == pytest.approx(expected, abs=0.05)
    assert len(read_questions) == 6


def test_what_is_used_is_what_was_trained(questions: list[GatheredQuestion], tmp_path: Path) -> None:
    """The changes merged into the weights give the states that they gave beside them."""
    import torch

    network, out = fresh(), tmp_path / "changed.safetensors"
    folder = default_embedder().folder
    inputs = batch(WindowMaker(folder).windows("How many?", questions[0].passages[:6]))
    with torch.no_grad():
        plain = network.encoder(**inputs).last_hidden_state.float()
        for name, value in network.parameters.items():
            if name.endswith(".B"):
                torch.nn.init.normal_(value, std=0.02)
        trained = network.encoder(**inputs).last_hidden_state.float()
        write(network.parameters, out)
        encoder, _ = Ranker(folder, out)._network
        used = encoder(**inputs).last_hidden_state.float()
    inside = inputs["attention_mask"].bool()

    def likeness(some: torch.Tensor, other: torch.Tensor) -> torch.Tensor:
        return torch.nn.functional.cosine_similarity(some[inside], other[inside], dim=-1)

    assert float(likeness(used, trained).min()) > 0.99
    assert float(likeness(used, trained).mean()) > 0.999
    assert float(likeness(plain, trained).mean()) < 0.95


def test_stopped_and_resumed_gives_the_same_file(
    work: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, embedder: Embedder
) -> None:
    whole, broken = tmp_path / "new" / "whole.safetensors", tmp_path / "broken.safetensors"
    checkpoints = list(work.glob("ranker-*"))
    assert train(work, whole, PLAN, limit=12) == 8
    (checkpoint,) = set(work.glob("ranker-*")) - set(checkpoints)
    checkpoint.rename(tmp_path / "checkpoint")
    save = Checkpoint.save

    def killed(checkpoint: Checkpoint, step: int, *rest: Any) -> None:  # noqa: ANN401
        save(checkpoint, step, *rest)
        if step == 2:
            raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Checkpoint, "save", killed)
        with pytest.raises(KeyboardInterrupt):
            train(work, broken, PLAN, limit=12)
    assert not broken.exists()
    with caplog.at_level(logging.INFO, "dateline"):
        assert train(work, broken, PLAN, limit=12) == 8
    assert "goes on after step 2 of 8" in caplog.messages
    assert broken.read_bytes() == whole.read_bytes()
    assert whole.stat().st_size < 5_000_000
    ranker = find_ranker(embedder, whole, hashlib.sha256(whole.read_bytes()).hexdigest())
    assert ranker is not None
    assert [path.name for path in whole.parent.iterdir()] == ["whole.safetensors"]
    with pytest.raises(TrainingError, match=r"is of another training \(other warmup\)"):
        train(work, broken, replace(PLAN, warmup=0.5), limit=12)


def test_it_learns_to_tell_which_sentence_answers(
    work: Path, questions: list[GatheredQuestion], tmp_path: Path
) -> None:
    out = tmp_path / "ranker.safetensors"
    train(work, out, replace(PLAN, epochs=4))
    ranker = Ranker(default_embedder().folder, out)
    right = spans = 0
    for question in questions:
        readings = ranker.read(question.question, question.passages[:8])
        scores = [reading.score for reading in readings]
        best = question.passages[scores.index(max(scores))]
        right += question.right(best)
        start, end = readings[scores.index(max(scores))].best()
        spans += best.text[start:end] == question.answer
    assert right >= 15
    assert spans >= 12


def test_nothing_to_train_on_is_one_clear_line(work: Path, tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="has no question to train on"):
        train(work, tmp_path / "ranker.safetensors", PLAN, limit=0)
    with pytest.raises(TrainingError, match=r"There is nothing gathered in .*\. Gather it first"):
        train(tmp_path, tmp_path / "ranker.safetensors", PLAN)
    assert not list(tmp_path.iterdir())
