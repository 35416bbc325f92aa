"""What the reader is worth alone: the bundled model over the product's evidence, with an adapter and without.

    python -m bench.reader DATA [ADAPTER ...] [--work DIR] [--limit N]

DATA is the folder of the data sets, ADAPTER are files of training.reader_training. Uses the collections that
bench.search and bench.eval built in the work folder, and the half of the questions that is there to tune on.
"right": its reply and the sentence that it cites contain a gold answer; "words": the median length of its reply;
"lost": the sentence does not contain its reply; "AUROC": of the mean log probability of its reply's
tokens, as a sign that the question can be answered. Prints the table to paste.
"""

import argparse
import statistics
from collections.abc import Sequence
from pathlib import Path

import platformdirs
from rich.console import Console
from rich.progress import track
from sklearn.metrics import roc_auc_score

from assistant.answering.reader import Heard, hear
from assistant.assistant import Assistant
from assistant.evaluation.matching import matches
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from assistant.ranker.packaged import find_ranker
from bench.asked import Asked, ask
from bench.questions import load, tuning
from vectorstore.index.store import Store

FAMILIES = {"news_rtqa": "collection", "squad2": "squad2"}
"""Families, and their collections in the work folder."""


def main() -> None:
    """Ask, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("adapters", type=Path, nargs="*")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    parser.add_argument(
        "--limit", type=int, default=None, metavar="N", help="of each family the first N questions of either kind"
    )
    arguments = parser.parse_args()
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    with Engine(model) as engine:
        asked = {
            family: _gathered(arguments.data / "dev" / family, arguments.work / folder, engine, arguments.limit)
            for family, folder in FAMILIES.items()
        }
    print("| adapter | family | n | right | words | lost: answerable / not | AUROC |")
    print("|---|---|---|---|---|---|---|")
    for adapter in (*arguments.adapters, None):
        name = adapter.stem if adapter else "none"
        with Engine(model, adapter) as engine:
            for family, questions in asked.items():
                shown = track(questions, f"{name} {family}", console=Console(stderr=True))
                readings = [hear(q.question, q.passages, engine) for q in shown]
                print(f"| {name} | {family} | {_row(questions, readings)} |", flush=True)


def _gathered(family: Path, collection: Path, engine: Engine, limit: int | None) -> list[Asked]:
    known = [q for q in load(family / "questions.jsonl") if tuning(q)]
    questions = [q for can in (True, False) for q in [q for q in known if q["answerable"] is can][:limit]]
    store = Store.open(collection)
    asked = ask(questions, Assistant(store, engine, ranker=find_ranker(store.embedder)), family.name)
    store.close()
    return [one for one in asked if one.passages]


def _row(asked: Sequence[Asked], readings: Sequence[Heard]) -> str:
    right, words = [], []
    lost: dict[bool, list[bool]] = {True: [], False: []}
    for q, reading in zip(asked, readings, strict=True):
        lost[bool(q.answers)].append(not reading.words)
        if q.answers:
            texts = {passage.number: passage.text for passage in q.passages}
            answer = " ".join(texts[w.passage][w.start : w.end] for w in reading.words)
            right.append(matches(answer, q.answers))
            words.append(len(answer.split()))
    auroc = roc_auc_score([bool(q.answers) for q in asked], [reading.belief for reading in readings])
    return (
        f"{len(asked)} | {statistics.fmean(right):.3f} | {statistics.median(words):.0f} "
        f"| {statistics.fmean(lost[True]):.3f} / {statistics.fmean(lost[False]):.3f} | {auroc:.3f}"
    )


if __name__ == "__main__":
    main()
