"""The embedder against sentence-transformers itself, and its refusal of other weights."""

import shutil
import threading
from pathlib import Path

import numpy as np
import pytest

from vectorstore.errors import IndexMismatchError
from vectorstore.index.embedding import MINILM_SHA256, TITLE_PIECES, Embedder, default_embedder

TEXTS = [
    "Kyiv was hit by 145 drones and 66 missiles.",
    "",
    "Zelensky called for regime change.",
    "😀 新闻 [SEP] e\u0301",
    "The council met on Tuesday. " * 60,
    "Kyiv was hit by 145 drones and 66 missiles.",
]


def test_unit_rows_in_the_order_of_the_texts(embedder: Embedder) -> None:
    rows = embedder.embed(TEXTS)
    assert rows.shape == (len(TEXTS), embedder.dimension) == (6, 384)
    assert rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1, atol=1e-6)
    alone = np.vstack([embedder.embed([text]) for text in TEXTS])
    assert (rows * alone).sum(axis=1).min() > 0.999
    likeness = rows @ rows.T
    assert likeness[0, 5] > 0.999
    assert likeness[0, 2] < 0.9


def test_no_texts_are_no_rows(embedder: Embedder) -> None:
    assert embedder.embed([]).shape == (0, 384)


def test_the_same_as_sentence_transformers_in_float32(embedder: Embedder) -> None:
    embedder.embed(["first"])
    import torch
    from sentence_transformers import SentenceTransformer

    reference = SentenceTransformer(
        str(embedder.folder), device="cpu", local_files_only=True, model_kwargs={"dtype": torch.float32}
    )
    expected = reference.encode(TEXTS, normalize_embeddings=True, show_progress_bar=False)
    assert (embedder.embed(TEXTS) * expected).sum(axis=1).min() >= 0.999
    assert reference.max_seq_length == embedder.window


def test_the_packaged_weights_are_those_that_are_pinned(embedder: Embedder) -> None:
    assert (embedder.name, embedder.sha256) == ("all-MiniLM-L6-v2", MINILM_SHA256)
    assert default_embedder().folder == embedder.folder


def test_changed_weights_are_refused_in_one_line(embedder: Embedder, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(embedder.folder, folder)
    weights = folder / "model.safetensors"
    weights.chmod(0o644)
    with weights.open("r+b") as file:
        file.seek(50_000_000)
        byte = file.read(1)[0]
        file.seek(50_000_000)
        file.write(bytes([byte ^ 1]))
    with pytest.raises(
        IndexMismatchError, match=r"model\.safetensors have the hash .*, expected .*: reinstall"
    ) as refused:
        Embedder(folder, embedder.name, embedder.sha256).embed(["text"])
    assert "\n" not in str(refused.value)


def test_pieces_are_where_their_words_start(embedder: Embedder) -> None:
    assert embedder.word_starts("Kyiv's unaffableness 😀 新闻") == [0, 4, 5, 7, 7, 7, 7, 21, 23, 24]
    assert embedder.word_starts("") == embedder.word_starts(" \u200b\n") == []


def test_a_title_is_cut_between_words(embedder: Embedder) -> None:
    assert embedder.with_title("", "Text.") == "Text."
    assert embedder.with_title("Kyiv hit", "Text.") == "Kyiv hit\nText."
    title, _, text = embedder.with_title("drone " * 100, "Text.").partition("\n")
    assert title.split() == ["drone"] * TITLE_PIECES
    assert text == "Text."
    assert len(embedder.with_title("x" * 1_000_000, "Text.")) < 2000


def test_threads_share_one_model(embedder: Embedder) -> None:
    expected = embedder.embed(TEXTS)
    found: dict[int, float] = {}

    def work(n: int) -> None:
        found[n] = float((embedder.embed(TEXTS) * expected).sum(axis=1).min())

    threads = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert min(found.values()) > 0.999
