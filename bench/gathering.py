"""The questions to tune on, each with the product's evidence and the readings of ranker and reader."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import platformdirs
from rich.console import Console
from rich.progress import track

from assistant.answer import Passage
from assistant.answering.candidates import Candidate, Form
from assistant.answering.model_features import clues
from assistant.answering.reader import Heard
from assistant.answering.scoring import READ, features
from assistant.assistant import Assistant
from assistant.evaluation.matching import match_spans
from assistant.model.adapter import packaged_adapter
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from assistant.query.rewriting import standalone
from assistant.ranker.packaged import find_ranker
from bench.fitting import Listed
from bench.followups import QUESTIONS
from bench.questions import load, record, tuning
from vectorstore.articles import Filters
from vectorstore.index.store import Store

CONVERSATIONS = "conversations"
FAMILIES = {"news_rtqa": 1.0, "squad2": 0.6, "conflict_rgb": 0.6, "conflict_ramdocs": 0.6, CONVERSATIONS: 2.0}
"""Families and what a question of each counts: Dateline is for news, asked in one's own words of a few articles."""

FEATURES = {
    "read": ("form_read", "ranker", "span", "overlap", "holds"),
    "heard": ("form_heard", "heard"),
}
"""The features of the learned models, by the form of the candidates that they find."""


@dataclass(frozen=True)
class Example:
    """A question with its evidence and the readings of ranker and reader."""

    family: str
    question: dict[str, Any]
    passages: tuple[Passage, ...]
    spots: Sequence[tuple[Passage, Candidate]]
    listed: Listed
    articles: int
    reading: Heard | None

    def without(self, forms: Sequence[Form]) -> "Example":
        """The same without the candidates of these forms and their features, as if the models were switched off."""
        kept = [place for place, (_, candidate) in enumerate(self.spots) if candidate.form not in forms]
        names = {name for form in forms for name in FEATURES[form]}
        rows = [{name: v for name, v in self.listed.rows[i].items() if name not in names} for i in kept]
        return replace(
            self,
            spots=[self.spots[i] for i in kept],
            listed=replace(self.listed, rows=rows, right=self.listed.right[kept]),
            reading=None if "heard" in forms else self.reading,
        )


def gather_all(description: str | None) -> list[Example]:
    """The examples of all families that the arguments of the command ask for."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    parser.add_argument(
        "--limit", type=int, default=None, metavar="N", help="the first N questions of each family only"
    )
    parser.add_argument("--adapter", type=Path, default=packaged_adapter(), help="instead of the packaged one")
    arguments = parser.parse_args()
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    examples: list[Example] = []
    with Engine(model, arguments.adapter) as engine:
        for family in FAMILIES:
            examples += gather(family, arguments.data, arguments.work, engine, arguments.limit)
    return examples


def gather(family: str, data: Path, work: Path, engine: Engine, limit: int | None = None) -> list[Example]:
    """The tuning half of a family, each question with its evidence and features."""
    path = QUESTIONS if family == CONVERSATIONS else data / "dev" / family / "questions.jsonl"
    questions = [q for q in load(path) if tuning(q)][:limit]
    if family == CONVERSATIONS:
        questions = _with_and_without(questions)
    folder = {"news_rtqa": "collection", CONVERSATIONS: f"{CONVERSATIONS}/collection"}.get(family, family)
    store = Store.open(work / folder)
    try:
        ids = {record(article.source): article.id for article in store.library.articles()}
        assistant = Assistant(store, engine, ranker=find_ranker(store.embedder))
        console = Console(stderr=True)
        return [_example(family, q, assistant, ids) for q in track(questions, family, console=console)]
    finally:
        store.close()


def _with_and_without(questions: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """The last questions as they are meant, each also asked of all articles but those that answer it."""
    asked = [{**q, "question": standalone(q["question"], q["history"])} for q in questions]
    return asked + [{**q, "answerable": False, "without": q["gold_article_ids"]} for q in asked if q["answerable"]]


def _example(family: str, question: dict[str, Any], assistant: Assistant, ids: dict[str, str]) -> Example:
    among = tuple(ids[name] for name in question.get("context_article_ids", ()) if name in ids)
    if without := question.get("without"):
        among = tuple(article for name, article in ids.items() if name not in without)
    passages = assistant.evidence(question["question"], Filters(article_ids=among))
    articles = assistant.store.library.count(Filters(article_ids=among))
    reading = assistant.quoter.read(question["question"], passages)
    learned = clues(question["question"], passages[:READ], assistant.quoter.ranker, reading)
    spots, rows = features(question["question"], passages, assistant.store.embedder.embed, learned)
    gold = {p.number: match_spans(p.text, question["answers"]) for p in passages}
    right = [any(c.start <= start and end <= c.end for start, end in gold[p.number]) for p, c in spots]
    listed = Listed(rows, np.array(right, dtype=bool), FAMILIES[family])
    return Example(family, question, passages, spots, listed, articles, reading)
