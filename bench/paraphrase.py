"""Does another similarity of question and sentence recognise paraphrases ("truce", "ceasefire")?

    python -m bench.paraphrase DATA [--work DIR] [--limit N]

Three ways, each added as features to the reading of answering/scoring.py, fitted and judged as bench.reading does, on
the half of the questions that is there to tune on, by five-fold cross-validation:

word vectors     each word of the question with its likest word of the sentence, by MiniLM's table of word pieces
words in place   the same by MiniLM's last layer, where a piece is seen with its neighbours (late interaction: Khattab
                 and Zaharia 2020, "ColBERT")
windows          the question with the dozen words around the candidate, as sentence vectors
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from assistant.evaluation.matching import matches
from assistant.language.stems import rarity
from bench.gathering import FAMILIES, Example, gather_all
from bench.reading import read_unseen
from vectorstore.index.embedding import default_embedder

AROUND = 6
"""Words of the window on either side of a candidate."""

_WORD = re.compile(r"\S+")
Vectors = NDArray[np.float32]
Pieces = tuple[list[str], Vectors]
"""The words that word pieces belong to, and the unit vectors of the pieces."""

Row = dict[str, float]


def main() -> None:
    """Gather, add each way, fit, print."""
    examples = gather_all(__doc__)
    encoder = _Encoder()
    ways: dict[str, list[Callable[[Example], list[Row]]]] = {
        "as it is": [],
        "word vectors": [lambda e: _soft(e, encoder.static, "static")],
        "words in place": [lambda e: _soft(e, encoder.contextual, "contextual")],
        "windows": [encoder.windows],
    }
    added = {name: [[way(e) for way in functions] for e in examples] for name, functions in ways.items()}
    added["all three"] = [[rows for name in ways for rows in added[name][i]] for i in range(len(examples))]
    print(f"| way | {' | '.join(FAMILIES)} |\n|---|{'---|' * len(FAMILIES)}")
    for name, rows in added.items():
        shares = _judged([_with(e, more) for e, more in zip(examples, rows, strict=True)])
        print(f"| {name} | {' | '.join(f'{shares[family]:.3f}' for family in FAMILIES)} |")


def _with(example: Example, more: Sequence[Sequence[Row]]) -> Example:
    rows = [dict(row) for row in example.listed.rows]
    for features in more:
        for row, new in zip(rows, features, strict=True):
            row.update(new)
    return replace(example, listed=replace(example.listed, rows=rows))


def _judged(examples: Sequence[Example]) -> dict[str, float]:
    """By family: the share of answerable questions whose best candidate's sentence has the answer."""
    right: dict[str, list[bool]] = {family: [] for family in FAMILIES}
    for example, findings in zip(examples, read_unseen(examples), strict=True):
        if example.question["answerable"] and findings:
            right[example.family].append(matches(findings[0].passage.text, example.question["answers"]))
    return {family: float(np.mean(shares)) for family, shares in right.items()}


def _soft(example: Example, encode: Callable[[str], Pieces], name: str) -> list[Row]:
    """Σ weight · max cosine / Σ weight over the pieces of the question, for every candidate's sentence."""
    asked, vectors = encode(example.question["question"])
    weights = np.array([rarity(word) for word in asked])
    texts = list(dict.fromkeys(passage.text for passage, _ in example.spots))
    similarity = {
        t: float(weights @ np.maximum(0, (vectors @ encode(t)[1].T).max(axis=1)) / weights.sum()) for t in texts
    }
    values = np.array([similarity[t] for t in texts] or [0.0])
    mean, deviation = values.mean(), values.std() or 1.0
    return [
        {name: 4 * similarity[p.text], f"{name}_z": float((similarity[p.text] - mean) / deviation)}
        for p, _ in example.spots
    ]


class _Encoder:
    """The layers of MiniLM under its sentence vectors."""

    def __init__(self) -> None:
        self.embedder = default_embedder()
        self.model = self.embedder._model
        self.table = self.model[0].auto_model.get_input_embeddings().weight.detach().float().numpy()
        self._contextual: dict[str, Pieces] = {}

    def static(self, text: str) -> Pieces:
        encoding, words = self._pieces(text)
        return words, _unit(self.table[encoding])

    def contextual(self, text: str) -> Pieces:
        if text not in self._contextual:
            encoding, words = self._pieces(text)
            rows = self.model.encode(text, output_value="token_embeddings", show_progress_bar=False)
            self._contextual[text] = words, _unit(rows.float().numpy()[1 : 1 + len(encoding)])
        return self._contextual[text]

    def windows(self, example: Example) -> list[Row]:
        texts = []
        for passage, candidate in example.spots:
            before = [m[0] for m in _WORD.finditer(passage.text[: candidate.start])][-AROUND:]
            behind = [m[0] for m in _WORD.finditer(passage.text[candidate.end :])][:AROUND]
            texts.append(" ".join([*before, candidate.text, *behind]))
        distinct = list(dict.fromkeys(texts))
        vectors = self.embedder.embed([example.question["question"], *distinct])
        likeness = dict(zip(distinct, vectors[1:] @ vectors[0], strict=True))
        values = np.array(list(likeness.values()) or [0.0])
        mean, deviation = values.mean(), values.std() or 1.0
        return [
            {"window": 4 * float(likeness[text]), "window_z": float((likeness[text] - mean) / deviation)}
            for text in texts
        ]

    def _pieces(self, text: str) -> tuple[list[int], list[str]]:
        encoding = self.embedder._tokenizer.encode(text, add_special_tokens=False)
        ids = encoding.ids[: self.embedder.window - 2]
        spans: dict[int, tuple[int, int]] = {}
        for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
            spans[word] = (spans.get(word, (start, end))[0], end)
        return ids, [text[slice(*spans[word])] for word in encoding.word_ids[: len(ids)]]


def _unit(rows: Vectors) -> Vectors:
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)


if __name__ == "__main__":
    main()
