"""What the ranker is worth by its share of the score, and how long it takes.

    python -m bench.ranker DATA [WEIGHTS ...] [--work DIR] [--limit N]

DATA is the folder of the data sets, WEIGHTS are files of training.ranker_training, the packaged one where none is
named. Uses the collections that bench.search and bench.eval built in the work folder, and the half of the answerable
questions that is there to tune on. The 30 best sentences by words and cosine are ranked anew, by the mean of that score
and the ranker's probability, weighted with each of SHARES; a question whose answer stands in none of them counts as
wrong. "first": a right sentence comes first; "MRR": of the first right one; "words": the words that the ranker reads in
the first have the answer. Prints the table to paste.
"""

import argparse
import math
import statistics
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import platformdirs

from assistant.assistant import Assistant
from assistant.evaluation.matching import matches
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from assistant.ranker.packaged import WEIGHTS
from assistant.ranker.ranker import Ranker, Reading
from assistant.retrieval.evidence import RERANKED
from bench.asked import Asked, ask
from bench.questions import load, tuning
from vectorstore.index.embedding import default_embedder
from vectorstore.index.store import Store

FAMILIES = {"news_rtqa": "collection", "squad2": "squad2", "conflict_ramdocs": "conflict_ramdocs"}
"""Families, and their collections in the work folder."""

SHARES = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 1.0)
"""Of the ranker in the score; with 0 it is left out."""

TOKENS = 4_000
"""More evidence than RERANKED sentences have."""


def main() -> None:
    """Rank, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("weights", type=Path, nargs="*")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="the first N questions of each family")
    arguments = parser.parse_args()
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    with Engine(model) as engine:
        asked = {
            family: _gathered(arguments.data / "dev" / family, arguments.work / folder, engine, arguments.limit)
            for family, folder in FAMILIES.items()
        }
    print(f"| weights | share | {' | '.join(f'{f}: first, MRR, words' for f in FAMILIES)} | ms for 30 (median) |")
    print("|---|---|" + "---|" * (len(FAMILIES) + 1))
    folder = default_embedder().folder
    for weights in arguments.weights or [WEIGHTS]:
        _print_rows(weights, asked, Ranker(folder, weights))


def _gathered(family: Path, collection: Path, engine: Engine, limit: int | None) -> list[Asked]:
    questions = [q for q in load(family / "questions.jsonl") if q["answerable"] and tuning(q)][:limit]
    store = Store.open(collection)
    gathered = ask(questions, Assistant(store, engine, evidence_tokens=TOKENS), family.name)
    store.close()
    return [replace(asked, passages=asked.passages[:RERANKED]) for asked in gathered]


def _print_rows(weights: Path, asked: dict[str, list[Asked]], ranker: Ranker) -> None:
    took: list[float] = []
    read = {family: [_read(q, ranker, took) for q in questions] for family, questions in asked.items()}
    for share in SHARES:
        cells = []
        for family, questions in asked.items():
            ranked = [_ranked(q, readings, share) for q, readings in zip(questions, read[family], strict=True)]
            first, mrr, words = (statistics.fmean(column) for column in zip(*ranked, strict=True))
            cells.append(f"{first:.3f}, {mrr:.3f}, {words:.3f}")
        print(f"| {weights.name} | {share:.1f} | {' | '.join(cells)} | {statistics.median(took):.0f} |")


def _read(asked: Asked, ranker: Ranker, took: list[float]) -> list[Reading]:
    """What the ranker reads in each passage; `took` gets the milliseconds where there are as many as it ever reads."""
    began = time.perf_counter()
    readings = ranker.read(asked.question, asked.passages)
    if len(readings) == RERANKED:
        took.append(1000 * (time.perf_counter() - began))
    return readings


def _ranked(asked: Asked, readings: Sequence[Reading], share: float) -> tuple[float, float, float]:
    """Whether a right sentence comes first; 1 / the rank of the first right one; whether the words in the first are."""
    belief = [1 / (1 + math.exp(-reading.score)) for reading in readings]
    scores = [(1 - share) * p.score + share * b for p, b in zip(asked.passages, belief, strict=True)]
    order = sorted(range(len(scores)), key=lambda i: -scores[i])
    if not order:
        return 0.0, 0.0, 0.0
    texts = [asked.passages[i].text for i in order]
    reciprocal = next((1 / rank for rank, text in enumerate(texts, 1) if matches(text, asked.answers)), 0.0)
    start, end = readings[order[0]].best()
    return float(reciprocal == 1), reciprocal, float(matches(texts[0][start:end], asked.answers))


if __name__ == "__main__":
    main()
