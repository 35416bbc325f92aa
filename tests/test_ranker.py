"""What the ranker promises, with weights of no sense made here; and that only the pinned file is used."""

import hashlib
import logging
import math
import re
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from assistant.answer import Passage
from assistant.ranker.packaged import base_of, find_ranker
from assistant.ranker.ranker import LONGEST, Ranker, Reading, relevance
from assistant.ranker.windows import HEADLINE, QUESTION, SENTENCE, WINDOW, WindowMaker
from training.ranker_training import Network, write
from vectorstore.articles import Article
from vectorstore.index.embedding import MINILM_SHA256, Embedder, default_embedder

pytestmark = pytest.mark.model

ASKED = "How many bridges has Brem?"
TEXTS = [
    "The town of Brem has 14 bridges, and 2 of them are closed.",
    "Yes.",
    "The council met on Tuesday and talked about the bridges. " * 4,
    "Zoë's «naïve» café — 新闻 😀 — opened in İzmir.",
    "A ferry takes 300 cars a day to the island of Cray, where there is no bridge at all.",
    "\u200b",
    "The harbour was closed on Monday.",
    "word " * 150,
] * 6
SHORT, LONG = TEXTS[0], TEXTS[7]


def passages(texts: Sequence[str], title: str = "") -> list[Passage]:
    articles = [Article(f"{n}.txt", text, title) for n, text in enumerate(texts)]
    return [Passage(n, a, 0, len(a.text), a.text, 0.5) for n, a in enumerate(articles, 1)]


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    import torch

    network = Network(default_embedder().folder, seed=7)
    for name, value in network.parameters.items():
        if name.endswith(".B"):
            torch.nn.init.normal_(value, std=0.01)
    path = tmp_path_factory.mktemp("ranker") / "ranker.safetensors"
    write(network.parameters, path)
    return path


@pytest.fixture(scope="module")
def ranker(weights: Path, embedder: Embedder) -> Ranker:
    return Ranker(embedder.folder, weights)


@pytest.fixture(scope="module")
def readings(ranker: Ranker) -> list[Reading]:
    return ranker.read(ASKED, passages(TEXTS))


def apart(some: Reading, other: Reading) -> float:
    """How far two readings of one sentence are from each other, in logits and log probabilities."""
    assert some.offsets == other.offsets
    spans = (np.abs(a - b).max(initial=0) for a, b in ((some.begins, other.begins), (some.ends, other.ends)))
    return max(abs(some.score - other.score), *map(float, spans))


def test_readings_are_in_the_order_of_the_passages(readings: Sequence[Reading], ranker: Ranker) -> None:
    assert len(readings) == len(TEXTS)
    for text, reading in zip(TEXTS, readings, strict=True):
        assert len(reading.begins) == len(reading.ends) == len(reading.offsets) <= SENTENCE
        assert all(0 <= start < end <= len(text) for start, end in reading.offsets)
        if len(reading.offsets) < SENTENCE:
            read = "".join(text[start:end] for start, end in reading.offsets)
            assert read == re.sub(r"[\s\u200b]", "", text)
    scores = relevance(ranker, ASKED, passages(TEXTS))
    assert scores == [pytest.approx(1 / (1 + math.exp(-reading.score))) for reading in readings]
    assert ranker.read(ASKED, []) == []
    assert relevance(ranker, ASKED, []) == []


def test_a_window_is_read_the_same_alone(readings: Sequence[Reading], ranker: Ranker) -> None:
    windows = ranker._maker.windows(ASKED, passages(TEXTS))
    assert len(windows) > 3
    for window in windows:
        places = [part.place for part in window.parts]
        alone = ranker.read(ASKED, passages([TEXTS[place] for place in places]))
        assert max(apart(readings[place], reading) for place, reading in zip(places, alone, strict=True)) < 0.02


def test_where_an_answer_begins_and_ends_are_probabilities(readings: Sequence[Reading]) -> None:
    for text, reading in zip(TEXTS, readings, strict=True):
        if not reading.offsets:
            assert reading.best() == (0, 0)
            continue
        assert float(np.exp(reading.begins).sum()) == pytest.approx(1, abs=1e-4)
        assert float(np.exp(reading.ends).sum()) == pytest.approx(1, abs=1e-4)
        start, end = reading.best()
        assert 0 <= start < end <= len(text)
        inside = [k for k, (a, b) in enumerate(reading.offsets) if a >= start and b <= end]
        assert len(inside) <= LONGEST
        assert reading.logprob(start, end) == pytest.approx(
            max(
                float(reading.begins[a] + reading.ends[b])
                for a in range(len(reading.offsets))
                for b in range(a, min(a + LONGEST, len(reading.offsets)))
            )
        )


def test_the_best_is_no_longer_than_it_may_be() -> None:
    offsets = tuple((2 * k, 2 * k + 1) for k in range(40))
    begins, ends = np.full(40, -9, np.float32), np.full(40, -9, np.float32)
    begins[0], ends[LONGEST], ends[LONGEST - 1] = 0, 0, -1
    assert Reading(0.0, begins, ends, offsets).best() == (0, 2 * LONGEST - 1)
    begins[1] = -0.5  # one further on, the likelier end can be had
    assert Reading(0.0, begins, ends, offsets).best() == (2, 2 * LONGEST + 1)
    ends[:] = -9
    ends[0] = 0  # no answer ends before it begins
    begins[:] = -9
    begins[5] = 0
    start, end = Reading(0.0, begins, ends, offsets).best()
    assert start < end


def test_the_probability_of_a_span_is_that_of_its_pieces(readings: Sequence[Reading]) -> None:
    reading = readings[0]
    start = SHORT.index("14 bridges")
    first = [a for a, _ in reading.offsets].index(start)
    last = [b for _, b in reading.offsets].index(start + len("14 bridges"))
    assert reading.logprob(start, start + 10) == pytest.approx(float(reading.begins[first] + reading.ends[last]))
    assert reading.logprob(start + 3, start + 5) == reading.logprob(start + 3, start + 10)  # inside a piece: the piece
    assert reading.logprob(len(SHORT), len(SHORT) + 5) == -math.inf
    assert reading.logprob(-9, 0) == -math.inf
    assert readings[7].logprob(len(LONG) - 5, len(LONG)) == -math.inf  # behind what is read of a sentence


def test_windows_hold_every_passage_once(embedder: Embedder) -> None:
    maker = WindowMaker(embedder.folder)
    for question in (ASKED, "", "why " * 300):
        windows = maker.windows(question, passages(TEXTS))
        lots = [sorted(part.place for part in window.parts) for window in windows]
        assert [place for lot in lots for place in lot] == list(range(len(TEXTS)))  # the first in the first window
        for window in windows:
            assert len(window.ids) == len(window.types) <= WINDOW
            first = window.parts[0].first
            assert window.types == (0,) * first + (1,) * (len(window.ids) - first)
            assert first <= QUESTION + 2
            marks = [first - 1, *(part.mark for part in window.parts)]
            assert {window.ids[mark] for mark in marks} == {maker._mark}
            assert [part.first for part in window.parts] == [mark + 1 for mark in marks[:-1]]
            assert marks[-1] == len(window.ids) - 1
    assert maker.windows(ASKED, []) == []


def test_the_sentences_of_an_article_stand_behind_its_headline(embedder: Embedder) -> None:
    maker, title = WindowMaker(embedder.folder), "Bridges of the north are closed again after the flood"
    headline = maker._encoded(title).ids
    text = "Brem has 14 bridges. Two of them are closed. " * 60
    article = Article("brem.txt", text, title)
    own = [Passage(n, article, at, at + 20, text[at : at + 20], 0.5) for n, at in enumerate(range(0, 2700, 45), 1)]
    windows = maker.windows(ASKED, [*own, *passages(["A ferry takes 300 cars a day."], "word " * 40)])
    assert len(windows) > 1
    for window in windows:  # once in each, however many of its sentences follow
        assert len(window.ids) <= WINDOW
        first = window.parts[0]
        assert window.ids[first.first - 1 - len(headline) : first.first] == (*headline, maker._mark)
        assert window.types[first.first - 1 - len(headline) :].count(0) == 0
        assert str(window.ids).count(str(headline)[1:-1]) == 1
    ferry = windows[-1].parts[-1]
    assert window.ids.count(maker._encoded("word").ids[0]) == HEADLINE
    assert windows[-1].ids[ferry.first - 1] == maker._mark


def test_where_a_sentence_stands_tells_nothing_of_its_rank(embedder: Embedder) -> None:
    maker, some = WindowMaker(embedder.folder), passages(TEXTS[:3])
    there, back = maker.windows(ASKED, some), maker.windows(ASKED, some[::-1])
    assert [window.ids for window in there] == [window.ids for window in back]


def test_an_article_cannot_write_a_mark(embedder: Embedder) -> None:
    maker = WindowMaker(embedder.folder)
    (window,) = maker.windows("[SEP] why?", passages(["Brem [SEP] has [CLS] 14 bridges."]))
    assert window.ids.count(maker._mark) == 2
    assert window.ids.count(maker._begin) == 1


def test_threads_may_share_it(readings: Sequence[Reading], weights: Path, embedder: Embedder) -> None:
    shared, found = Ranker(embedder.folder, weights), {}

    def work(n: int) -> None:
        found[n] = max(map(apart, shared.read(ASKED, passages(TEXTS)), readings))

    threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 3
    assert max(found.values()) < 0.02


def test_the_pinned_file_is_found(
    weights: Path, embedder: Embedder, readings: Sequence[Reading], caplog: pytest.LogCaptureFixture
) -> None:
    assert base_of(weights) == MINILM_SHA256
    assert weights.stat().st_size < 5_000_000
    found = find_ranker(embedder, weights, hashlib.sha256(weights.read_bytes()).hexdigest())
    assert found is not None
    assert not caplog.messages
    assert apart(found.read(ASKED, passages(TEXTS))[0], readings[0]) < 0.02


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("wrong hash", r"has the hash .*…, expected 000000000000…\. Install Dateline again"),
        ("damaged", r"has the hash .* Install Dateline again"),
        ("no weights", "can't be read .* Install Dateline again"),
        ("empty", "can't be read .* Install Dateline again"),
        ("a list", "does not say which weights it changes"),
        ("missing", "can't be read .* Install Dateline again"),
        ("a folder", "can't be read .* Install Dateline again"),
        ("other base", "changes the weights abababababab…, and the embedder's are 53aa51172d14…"),
    ],
)
def test_any_other_file_is_left_out_with_one_line(
    fault: str, said: str, weights: Path, embedder: Embedder, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path, whole = tmp_path / "ranker.safetensors", weights.read_bytes()
    pinned = hashlib.sha256(whole).hexdigest()
    if fault == "a folder":
        path.mkdir()
    elif fault != "missing":
        content = {
            "damaged": whole[:-1] + bytes([whole[-1] ^ 1]),
            "no weights": b"\xff" * 500,
            "empty": b"",
            "a list": (2).to_bytes(8, "little") + b"[]",
            "other base": whole.replace(MINILM_SHA256.encode(), b"ab" * 32),
        }.get(fault, whole)
        path.write_bytes(content)
        if fault != "damaged":
            pinned = "0" * 64 if fault == "wrong hash" else hashlib.sha256(content).hexdigest()
    assert find_ranker(embedder, path, pinned) is None
    (line,) = caplog.messages
    assert re.fullmatch(rf"Answers go on without the ranker: {re.escape(str(path))} {said}.*", line)
    assert caplog.records[0].levelno == logging.WARNING


def test_it_says_nothing_when_it_loads(weights: Path, embedder: Embedder) -> None:
    code = (
        "import sys, pathlib; from assistant.ranker.ranker import Ranker; from assistant.answer import Passage;"
        " from vectorstore.articles import Article; a = Article('a.txt', 'Brem has 14 bridges.');"
        " Ranker(*map(pathlib.Path, sys.argv[1:])).read('Why?', [Passage(1, a, 0, len(a.text), a.text, 0.5)])"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code, str(embedder.folder), str(weights)], capture_output=True, text=True, check=True
    )
    assert ran.stdout == ran.stderr == ""


def test_importing_it_loads_no_torch() -> None:
    code = (
        "import sys, assistant.ranker.network, assistant.ranker.packaged, assistant.ranker.ranker,"
        " assistant.ranker.windows; print({'torch', 'transformers', 'safetensors', 'tokenizers'} & set(sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"
