"""Ablation: the same questions with one part of the ask flow switched off at a time.

    python -m bench.ablation QUESTIONS --collection DIR [--limit N] [--work DIR]

evidence      the sentences of the best chunks in their order, instead of the best sentences
grammar       the model writes freely
verification  what the model writes is shown as it is, with the citations it gives itself
refusal       every question is answered
QUESTIONS is a test set in JSON lines: of DATA/dev/news_rtqa the questions kept aside, which bench.eval writes to its
work folder.
"""

import argparse
import copy
import re
from collections.abc import Collection, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import platformdirs

from assistant.answer import Passage, Statement
from assistant.answering.selection import Choice
from assistant.assistant import Assistant
from assistant.evaluation.evaluate import code_digest, evaluate
from assistant.evaluation.measure import measure
from assistant.evaluation.questions import digest, load, sample
from assistant.evaluation.resolving import resolve
from assistant.evaluation.run import Run
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from assistant.verification.attribution import Checked
from vectorstore.articles import Filters
from vectorstore.index.store import Store

PARTS = ("nothing", "evidence", "grammar", "verification", "refusal")
SHOWN = (
    "correct_and_cited", "correct", "words", "numeric_grounding", "citation_precision", "citation_recall",
    "over_refusal", "false_answers_near", "false_answers_far", "score", "total_ms_p50",
)  # fmt: skip
_LINE = re.compile(r"^(?P<text>.+?)\s*\[(?P<number>\d+)\]\s*$", re.MULTILINE)
SEED = 20


def main() -> None:
    """Ask with each part off, print a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("questions", type=Path)
    parser.add_argument("--collection", type=Path, required=True)
    parser.add_argument("--limit", type=int, metavar="N", help="N of the questions, drawn by chance")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench/ablation"))
    arguments = parser.parse_args()
    questions = sample(load(arguments.questions), arguments.limit, SEED)
    store = Store.open(arguments.collection)
    resolved, _ = resolve(questions, store.library)
    columns = {}
    with Engine(find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))) as engine:
        for part in PARTS:
            facts = {"off": part, "question_set": digest(questions), "code": code_digest()}
            run = Run.begin(arguments.work / f"{arguments.questions.stem}-{part}", facts, resolved)
            with _without(part):
                evaluate(run, _assistant(part, store, engine))
            columns[part] = measure(run.cases(), seed=0).overall
    store.close()
    print(f"{len(questions)} questions; off:\n\n| metric | {' | '.join(PARTS)} |\n|---|{'---|' * len(PARTS)}")
    for metric in SHOWN:
        estimates = [columns[part].get(metric) for part in PARTS]
        cells = [f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]" if e else "" for e in estimates]
        print(f"| {metric} | {' | '.join(cells)} |")


class _Chunks(Assistant):
    """Its evidence is the sentences of the best chunks in their order, as many as fit, without any choice."""

    def evidence(
        self, query: str, filters: Filters | None = None, *, favoured: Collection[str] = (), follows: bool = False
    ) -> tuple[Passage, ...]:
        """The sentences that the complete assistant would choose from, by hit and place."""
        wide = copy.copy(self)
        wide.evidence_tokens = 100_000
        vector = self.store.embedder.embed([query])[0]
        hits = self.store.search(query, self.top_k, filters, vector)
        rank = {hit.article.id: place for place, hit in reversed(list(enumerate(hits)))}
        chosen = Assistant.evidence(wide, query, filters, favoured=favoured, follows=follows)
        kept: list[Passage] = []
        left = self.evidence_tokens
        for passage in sorted(chosen, key=lambda p: (rank.get(p.article.id, len(rank)), p.start)):
            left -= self.engine.count(passage.text)
            if left < 0:
                break
            kept.append(replace(passage, number=len(kept) + 1, score=0.5))
        return tuple(kept)


def _assistant(part: str, store: Store, engine: Engine) -> Assistant:
    complete = Assistant(store, engine)
    return _Chunks(store, engine) if part == "evidence" else complete.at(0.0) if part == "refusal" else complete


def _without(part: str) -> AbstractContextManager[object]:
    if part == "grammar":
        return patch("assistant.composition.drafting.cited_lines", lambda _passages: None)
    if part == "verification":
        return patch.multiple("assistant.composition.drafting", checked=_trusted, worded=_as_written)
    return nullcontext()


def _trusted(draft: str, passages: Sequence[Passage]) -> list[Checked]:
    """Every line of the draft with the passage that it names itself."""
    by_number = {passage.number: passage for passage in passages}
    lines = [(match["text"], by_number.get(int(match["number"]))) for match in _LINE.finditer(draft)]
    return [Checked(text, "supported", (passage,)) for text, passage in lines if passage]


def _as_written(choice: Choice, marker: int, drafted: Sequence[Checked]) -> Statement | None:
    """What the model wrote with the marker of a passage; None where it wrote nothing with it."""
    written = (statement.text for statement in drafted if statement.passages[0].text == choice.passage.text)
    return next((Statement(text, (marker,), "supported") for text in written), None)


if __name__ == "__main__":
    main()
