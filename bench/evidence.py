"""Evidence on news_rtqa: is a right answer among the sentences? (How well it is read, and refusal: bench.reading.)

    python -m bench.evidence DATA [--work DIR] [--limit N]

Uses the collection that bench.search built of dev/news_rtqa alone (run it with --scale 0 first). The half of the
questions that everything was tuned on and the half kept aside are printed apart.
"""

import argparse
from pathlib import Path
from typing import Any

import platformdirs
from rich.console import Console
from rich.progress import track

from assistant.answer import Passage
from assistant.assistant import Assistant
from assistant.evaluation.matching import says
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from bench.questions import load, tuning
from vectorstore.store import Store

Found = list[tuple[dict[str, Any], tuple[Passage, ...]]]


def main() -> None:
    """Gather the evidence for every question, print both tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="the first N questions only")
    arguments = parser.parse_args()
    questions = [q for q in load(arguments.data / "dev/news_rtqa/questions.jsonl") if q["answerable"]][
        : arguments.limit
    ]
    store = Store.open(arguments.work / "collection")
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    with Engine(model) as engine:
        assistant = Assistant(store, engine)
        console = Console(stderr=True)
        found = [(q, assistant.evidence(q["question"])) for q in track(questions, "evidence", console=console)]
    store.close()
    for name, part in (("tuned on", True), ("kept aside", False)):
        _print_evidence(name, [(q, passages) for q, passages in found if tuning(q) == part])


def _print_evidence(name: str, rows: Found) -> None:
    shares = [
        sum(any(says(p.text, q["answers"]) for p in passages[:n]) for q, passages in rows) / len(rows)
        for n in (1, 3, None)
    ]
    print(f"{name}: {len(rows)} answerable; a right answer in the best sentence {shares[0]:.3f},")
    print(f"  in the best three {shares[1]:.3f}, in all within 400 tokens {shares[2]:.3f}")


if __name__ == "__main__":
    main()
