"""What the ranker is worth, by the number of questions that it learnt from, and how long it takes.

    python -m bench.ranker DATA [WEIGHTS ...] [--work DIR] [--limit N]

DATA is the folder of the data sets, WEIGHTS are files of training.ranker_training, the packaged one where none is
named. Uses the collections that bench.search and bench.eval built in the work folder, and the half of the answerable
questions that is there to tune on. The 30 best sentences by words and cosine are ranked anew; a question whose answer
stands in none of them counts as wrong. Prints the table to paste.
"""

import argparse
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from rich.console import Console
from rich.progress import track

from assistant.answer import Passage
from assistant.assistant import Assistant
from assistant.evaluation.matching import says
from assistant.evidence import RERANKED
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from assistant.ranker.packaged import WEIGHTS
from assistant.ranker.ranker import Ranker
from bench.questions import load, record, tuning
from vectorstore.articles import Filters
from vectorstore.store import Store

FAMILIES = {"news_rtqa": "collection", "squad2": "squad2", "conflict_ramdocs": "conflict_ramdocs"}
"""Families, and their collections in the work folder."""

TOKENS = 4_000
"""More evidence than RERANKED sentences have."""


@dataclass(frozen=True)
class Asked:
    """A question with the sentences to rank."""

    question: str
    answers: list[str]
    passages: tuple[Passage, ...]


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
    print(
        "| weights | " + " | ".join(f"{f}: first right, MRR, its words right" for f in FAMILIES) + " | ms for 30, p50 |"
    )
    print("|---|" + "---|" * (len(FAMILIES) + 1))
    _print_row("none", asked, None)
    folder = Store.open(arguments.work / "collection").embedder.folder
    for weights in arguments.weights or [WEIGHTS]:
        _print_row(weights.name, asked, Ranker(folder, weights))


def _gathered(family: Path, collection: Path, engine: Engine, limit: int | None) -> list[Asked]:
    questions = [q for q in load(family / "questions.jsonl") if q["answerable"] and tuning(q)][:limit]
    store = Store.open(collection)
    ids = {record(article.source): article.id for article in store.library.articles()}
    assistant = Assistant(store, engine, evidence_tokens=TOKENS)
    found = [_asked(q, assistant, ids) for q in track(questions, family.name, console=Console(stderr=True))]
    store.close()
    return found


def _asked(question: dict[str, Any], assistant: Assistant, ids: dict[str, str]) -> Asked:
    among = Filters(article_ids=tuple(ids[name] for name in question.get("context_article_ids", ()) if name in ids))
    passages = assistant.evidence(question["question"], among)[:RERANKED]
    return Asked(question["question"], question["answers"], passages)


def _print_row(name: str, asked: dict[str, list[Asked]], ranker: Ranker | None) -> None:
    cells, took = [], []
    for questions in asked.values():
        places, words = [], []
        for q in questions:
            began = time.perf_counter()
            order, best = _ranked(q, ranker)
            if len(q.passages) == RERANKED:
                took.append(1000 * (time.perf_counter() - began))
            places.append(next((1 / rank for rank, p in enumerate(order, 1) if says(p.text, q.answers)), 0.0))
            words.append(says(best, q.answers))
        first = statistics.fmean(place == 1 for place in places)
        right = f"{statistics.fmean(words):.3f}" if ranker else "-"
        cells.append(f"{first:.3f}, {statistics.fmean(places):.3f}, {right}")
    print(f"| {name} | {' | '.join(cells)} | {f'{statistics.median(took):.0f}' if ranker else '-'} |")


def _ranked(asked: Asked, ranker: Ranker | None) -> tuple[Sequence[Passage], str]:
    """The passages, best first, and the words that the ranker reads in the first."""
    if ranker is None or not asked.passages:
        return asked.passages, ""
    readings = ranker.read(asked.question, asked.passages)
    order = sorted(range(len(readings)), key=lambda i: -readings[i].score)
    start, end = readings[order[0]].best()
    return [asked.passages[i] for i in order], asked.passages[order[0]].text[start:end]


if __name__ == "__main__":
    main()
