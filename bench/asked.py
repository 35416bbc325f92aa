"""A family's questions with Dateline's evidence: for the benches of a single learned model."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.progress import track

from assistant.answer import Passage
from assistant.assistant import Assistant
from bench.questions import record
from vectorstore.articles import Filters


@dataclass(frozen=True)
class Asked:
    """A question with its evidence, best first; an unanswerable one has no answers."""

    question: str
    answers: list[str]
    passages: tuple[Passage, ...]


def ask(questions: Sequence[dict[str, Any]], assistant: Assistant, family: str) -> list[Asked]:
    """The evidence of `assistant` for each question, from the articles of its context where it has one."""
    ids = {record(article.source): article.id for article in assistant.store.library.articles()}
    asked = []
    for q in track(questions, family, console=Console(stderr=True)):
        among = tuple(ids[name] for name in q.get("context_article_ids", ()) if name in ids)
        passages = assistant.evidence(q["question"], Filters(article_ids=among))
        asked.append(Asked(q["question"], q["answers"] if q["answerable"] else [], passages))
    return asked
