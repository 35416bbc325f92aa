"""The ask flow: question -> search -> evidence -> the model's draft of each statement -> check -> Answer."""

import copy
import re
import time
import unicodedata
from collections.abc import Collection, Generator, Sequence
from pathlib import Path

from assistant.answer import Answer, Event, Finished, Found, Passage, Said, Statement
from assistant.composing import REFUSAL, compose, refusal
from assistant.confidence import MIN_CONFIDENCE, confidence
from assistant.counting import counted_thing, counts, other_count, silence
from assistant.errors import QuestionError
from assistant.evidence import select
from assistant.followup import asks_who_said_it, cited_before, standalone
from assistant.model.engine import Engine
from assistant.prompting import render
from assistant.stems import words
from assistant.verify import verdict
from vectorstore.articles import Filters
from vectorstore.store import Store

MAX_QUESTION = 2_000
"""Characters. A longer text is an article, not a question."""

MAX_FIGURES = 4
"""Articles whose figures are set side by side."""

_MARKER = re.compile(r"\[([\d\s,–-]+)\]")
"""What an article may have of its own ("[9]"), and what must not pass for one of the answer's."""

MAX_PASSAGES, NEAR_BEST = 2, 0.93
"""Another article's passage is cited too if it scores at least this share of the best one."""


class Assistant:
    """Answers questions about the articles of a store with a local model. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        engine: Engine,
        *,
        top_k: int = 24,
        evidence_tokens: int = 400,
        answer_tokens: int = 64,
        min_confidence: float = MIN_CONFIDENCE,
        prompts: Path | None = None,
    ) -> None:
        self.store = store
        self.engine = engine
        self.top_k = top_k
        self.evidence_tokens = evidence_tokens
        self.answer_tokens = answer_tokens
        self.min_confidence = min_confidence
        self.prompts = prompts

    def at(self, min_confidence: float) -> "Assistant":
        """The same assistant with another threshold: below it, it refuses."""
        other = copy.copy(self)
        other.min_confidence = min_confidence
        return other

    def ask(self, question: str, *, history: Sequence[Answer] = (), filters: Filters | None = None) -> Answer:
        """The whole answer at once: see `stream`."""
        for event in self.stream(question, history=history, filters=filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("the stream ended without its last event")

    def stream(
        self, question: str, *, history: Sequence[Answer] = (), filters: Filters | None = None
    ) -> Generator[Event, None, None]:
        """Answer a question step by step: `Found`, a `Said` for each checked statement, `Finished`.

        `history` holds the answers of this conversation, oldest first; a follow-up is understood by them.
        Raises QuestionError for a question that can't be asked. Closing the iterator cancels the model.
        """
        clock = _Clock()
        question = _asked(question)
        query = standalone(question, [answer.question for answer in history])
        earlier = history[-1].citations if history and not history[-1].refused else ()
        if earlier and asks_who_said_it(question):
            passages, sure = cited_before(earlier, self.store.library), 1.0
        else:
            passages = self.evidence(query, filters, favoured={c.article_id for c in earlier})
            sure = confidence(passages)
        clock.mark("search_ms")
        yield Found(passages)
        if not passages or sure < self.min_confidence:
            answer = refusal(question, passages, confidence=sure, model=self.engine.name, timings=clock.total())
            yield Finished(answer)
            return
        thing = counted_thing(query)
        cited = _chosen(query, passages, thing)
        lead = ""
        if thing and all(counts(p.text, thing) and other_count(query, p.text) for p in cited):
            lead = silence(question)
            yield Said(lead, Statement(lead, (), "supported"))
        said: list[tuple[str, Statement]] = []
        for marker, passage in enumerate(cited, 1):
            text = _MARKER.sub(r"(\1)", self._draft(query, passage, clock))
            statement = Statement(text, (marker,), "supported")
            said.append((f"{text} [{marker}]", statement))
            clock.mark("first_statement_ms")
            yield Said(said[-1][0], statement)
        yield Finished(
            compose(
                question,
                said,
                cited,
                lead=lead,
                thing=thing,
                confidence=sure,
                model=self.engine.name,
                timings=clock.total(),
            )
        )

    def evidence(
        self, query: str, filters: Filters | None = None, *, favoured: Collection[str] = ()
    ) -> tuple[Passage, ...]:
        """The numbered sentences that an answer to `query` may stand on; `favoured` are article ids."""
        embedder = self.store.embedder
        vector = embedder.embed([query])[0]
        return select(
            query,
            self.store.search(query, self.top_k, filters, vector),
            cosines=lambda texts: (embedder.embed(texts) @ vector).tolist() if texts else [],
            count=self.engine.count,
            budget=self.evidence_tokens,
            favoured=favoured,
        )

    def _draft(self, query: str, passage: Passage, clock: "_Clock") -> str:
        """What the model says by one passage, if the passage bears it out; else the passage's own words."""
        messages = [
            {"role": "system", "content": render("answer_system.md", self.prompts)},
            {
                "role": "user",
                "content": render("answer_user.md", self.prompts, passage=passage.text, question=query),
            },
        ]
        draft = ""
        with self.engine.stream(messages, max_tokens=self.answer_tokens, stop=("\n",)) as pieces:
            for piece in pieces:
                clock.mark("first_token_ms")
                draft += piece
        draft = draft.strip()
        whole = draft.endswith((".", "!", "?", "”", '"'))
        good = whole and draft != REFUSAL and verdict(draft, passage.text, passage.article.title) == "supported"
        return draft if good else passage.text


def _chosen(query: str, passages: Sequence[Passage], thing: str | None) -> list[Passage]:
    """The passages to speak of: for a count, each article's best one that counts it; else the best by score.

    Those that give the very count that was asked for (injured) come alone if there are any.
    """
    counting = [p for p in passages if thing and counts(p.text, thing)]
    counting = [p for p in counting if not other_count(query, p.text)] or counting
    best_of_article: dict[str, Passage] = {}
    for passage in counting or passages:
        best_of_article.setdefault(passage.article.id, passage)
    ranked = list(best_of_article.values())
    if counting:
        return ranked[:MAX_FIGURES]
    return [p for p in ranked if p.score >= NEAR_BEST * ranked[0].score][:MAX_PASSAGES]


def _asked(question: str) -> str:
    """The question without control and invisible characters; QuestionError without a word, or with too many."""
    visible = "".join(
        " " if unicodedata.category(char) in ("Cc", "Zl", "Zp") else char
        for char in question
        if unicodedata.category(char) not in ("Cf", "Cs", "Co", "Cn")
    )
    text = " ".join(visible.split())
    if not words(text):
        raise QuestionError("the question is empty: expected some words, as in 'How many drones hit Kyiv?'")
    if len(text) > MAX_QUESTION:
        raise QuestionError(
            f"the question has {len(text):,} characters, expected at most {MAX_QUESTION:,}: "
            "ask in a sentence; add long texts with 'dateline ingest'"
        )
    return text


class _Clock:
    """Milliseconds since the question came, each mark set once."""

    def __init__(self) -> None:
        self._began = time.perf_counter()
        self._marks: dict[str, float] = {}

    def mark(self, name: str) -> None:
        self._marks.setdefault(name, round((time.perf_counter() - self._began) * 1000, 1))

    def total(self) -> dict[str, float]:
        self.mark("total_ms")
        return dict(self._marks)
