"""The assistant as it comes, with all that ships: what it says of seeds/."""

import json
import re
import threading
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Answer, Finished, Passage, Retrieved, StatementReady
from assistant.assistant import Assistant
from assistant.model.engine import Engine
from assistant.ranker.ranker import Ranker, Reading, SentenceReader
from vectorstore.index.store import Store

SEEDS = Path(__file__).parent.parent / "seeds"
QUESTIONS = [json.loads(line) for line in (SEEDS / "questions.jsonl").read_text(encoding="utf-8").splitlines()]
DRONES = "How many drones hit Kyiv?"


@pytest.fixture(scope="module")
def shipped(seed_store: Store, reader_engine: Engine, ranker: Ranker) -> Assistant:
    return Assistant(seed_store, reader_engine, ranker=ranker)


@pytest.fixture(scope="module")
def drones(shipped: Assistant) -> Answer:
    return shipped.ask(DRONES)


def test_it_says_what_nobody_counted_and_who_counted_what(drones: Answer) -> None:
    assert drones.answer.startswith("The articles do not say how many drones hit Kyiv. What they count: ")
    assert {figure.text.lower() for figure in drones.figures if figure.counted == "drones"} == {
        "145 drones", "over 300 drones",
    }  # fmt: skip
    assert not drones.refused


def meant(text: str) -> set[str]:
    return set(re.findall(r"\w+", text)) - {"A", "An", "The", "a", "an", "the"}


@pytest.mark.parametrize("question", [q["question"] for q in QUESTIONS[::4] if not q.get("history")])
def test_every_word_stands_in_an_article(question: str, shipped: Assistant) -> None:
    answer = shipped.ask(question)
    markers = [int(marker) for marker in re.findall(r"\[(\d+)\]", answer.answer)]
    assert set(markers) == (set() if answer.refused else {citation.marker for citation in answer.citations})
    quotes = {}
    for citation in answer.citations:
        article = shipped.store.library.article(citation.article_id)
        assert citation.quote == article.text[citation.start : citation.end]
        quotes[citation.marker] = citation.quote
    for statement in answer.statements:
        (marker,) = statement.markers
        # The model may word it with another article of grammar: "The strike" for "A strike".
        assert meant(statement.text) <= meant(quotes[marker])


class Counting:
    """The ranker, and every sentence that it was given to read."""

    def __init__(self, reader: SentenceReader) -> None:
        self.reader, self.read_so_far = reader, list[tuple[str, int]]()

    def read(self, question: str, passages: Sequence[Passage]) -> list[Reading]:
        self.read_so_far += [(passage.article.id, passage.start) for passage in passages]
        return self.reader.read(question, passages)


def test_no_sentence_is_read_twice_for_one_question(shipped: Assistant) -> None:
    assert shipped.quoter.ranker
    counting = Counting(shipped.quoter.ranker)
    counted = shipped.answering_with(replace(shipped.quoter, ranker=counting))
    counted.ask(DRONES)
    assert len(counting.read_so_far) == len(set(counting.read_so_far)) > 8
    counted.ask(DRONES)
    assert len(counting.read_so_far) == 2 * len(set(counting.read_so_far))


def test_a_follow_up_is_answered_by_rules(shipped: Assistant, drones: Answer) -> None:
    """The ranker learnt from single questions."""
    died = shipped.ask("and how many died?", history=[drones])
    by_rules = shipped.answering_with(shipped.quoter.by_rules())
    alone = by_rules.ask("and how many died?", history=[drones])
    assert (died.answer, died.confidence) == (alone.answer, alone.confidence)
    assert not died.refused
    assert by_rules.min_confidence != shipped.min_confidence
    assert by_rules.at(0.9).min_confidence == 0.9


def test_stopped_behind_the_evidence_it_says_nothing_more(shipped: Assistant) -> None:
    stop = threading.Event()
    seen = []
    for event in shipped.stream(DRONES, stop=stop):
        seen.append(event)
        if isinstance(event, Retrieved):
            stop.set()
    assert not any(isinstance(event, StatementReady | Finished) for event in seen)
    assert len(seen) == 1


def test_the_same_question_gets_the_same_answer(shipped: Assistant, drones: Answer) -> None:
    again = shipped.ask(DRONES)
    assert (again.answer, again.confidence) == (drones.answer, drones.confidence)
