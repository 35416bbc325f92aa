"""The ask flow: question -> query -> search and evidence -> choice -> verified statements -> composition -> Answer."""

import copy
import threading
from collections.abc import Collection, Generator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from assistant.answer import Answer, Event, Finished, Passage, Retrieved, Statement, StatementReady
from assistant.answering.confidence import SURE, WARNING
from assistant.answering.quoter import Quoter
from assistant.answering.selection import Choice, lead_of
from assistant.composition.composing import compose, no_question, refusal, with_markers
from assistant.composition.drafting import draft, left_out, stated
from assistant.language.synonyms import other_words
from assistant.model.language_model import LanguageModel
from assistant.query.counting import counted_thing
from assistant.query.question import Query, understand
from assistant.query.rewriting import cited_before, in_turn
from assistant.ranker.ranker import SentenceReader
from assistant.retrieval.evidence import excluded_sentences, select
from assistant.timing import Stopwatch
from vectorstore.articles import Filters
from vectorstore.index.store import Store


class Assistant:
    """Answers questions about the articles of a store with a local model. Safe to share between threads."""

    def __init__(
        self,
        store: Store,
        engine: LanguageModel,
        *,
        top_k: int = 24,
        evidence_tokens: int = 400,
        answer_tokens: int = 64,
        min_confidence: float | None = None,
        prompts: Path | None = None,
        ranker: SentenceReader | None = None,
    ) -> None:
        """`open_assistant` describes the arguments, and is the usual way to make one."""
        self.store, self.engine = store, engine
        self.top_k, self.evidence_tokens, self.answer_tokens = top_k, evidence_tokens, answer_tokens
        self.quoter = Quoter(engine, store.embedder.embed, ranker, engine.adapter is not None, prompts)
        self._threshold = min_confidence

    @property
    def min_confidence(self) -> float:
        """The confidence below which it refuses: as given, else the threshold calibrated for its models."""
        return self.quoter.weights.min_confidence if self._threshold is None else self._threshold

    def at(self, min_confidence: float) -> "Assistant":
        """The same assistant with `min_confidence` as the threshold below which it refuses."""
        other = copy.copy(self)
        other._threshold = min_confidence
        return other

    def answering_with(self, quoter: Quoter) -> "Assistant":
        """The same assistant with another quoter."""
        other = copy.copy(self)
        other.quoter = quoter
        return other

    def ask(self, question: str, *, history: Sequence[Answer] = (), filters: Filters | None = None) -> Answer:
        """The answer to a question, at once. Takes and raises what `stream` does."""
        for event in self.stream(question, history=history, filters=filters):
            if isinstance(event, Finished):
                return event.answer
        raise AssertionError("the stream ended without its last event")

    def stream(
        self,
        question: str,
        *,
        history: Sequence[Answer] = (),
        filters: Filters | None = None,
        stop: threading.Event | None = None,
    ) -> Generator[Event, None, None]:
        """Answer a question step by step: `Retrieved`, a `StatementReady` for each checked statement, `Finished`.

        `history` holds the answers of this conversation, oldest first; a follow-up is understood by them. `filters`
        are the articles that count. Raises QuestionError for a question that can't be asked, ModelError where the
        model fails. Closing the iterator cancels the model; so does setting `stop` from another thread, at once, and
        then the stream ends without `Finished`.
        """
        clock, stop = Stopwatch(), stop or threading.Event()
        query = understand(question, history)
        if query.is_courtesy:
            yield Finished(no_question(query.question, model=self.engine.name, timings=clock.total()))
            return
        # Ranker and reader were trained on single questions: a follow-up is answered without them.
        quoter = self.quoter.by_rules() if query.history else self.quoter.for_one_query()
        yield from self.answering_with(quoter)._answered(query, filters, stop, clock)

    def _answered(
        self, query: Query, filters: Filters | None, stop: threading.Event, clock: Stopwatch
    ) -> Generator[Event, None, None]:
        """The events of an answer: search, the choice of what answers, and a refusal or `_stated`."""
        passages = self._search(query, filters)
        clock.mark("search_ms")
        if stop.is_set():
            return
        yield Retrieved(passages, query.standalone)
        query = query.with_names_of(passages)
        choices, confidence = self._choose(query, passages, self.store.library.count(filters), stop, clock)
        if stop.is_set():
            return
        if choices and confidence >= self.min_confidence:
            yield from self._stated(query, passages, choices, confidence, stop, clock)
            return
        answer = refusal(query.question, passages, confidence=confidence, model=self.engine.name, timings=clock.total())
        yield Finished(replace(answer, excluded_sentences=excluded_sentences(passages)))

    def _stated(
        self,
        query: Query,
        passages: Sequence[Passage],
        choices: Sequence[Choice],
        confidence: float,
        stop: threading.Event,
        clock: Stopwatch,
    ) -> Generator[Event, None, None]:
        """The events of an answer that is no refusal: a draft, its verification, the statements, the composition."""
        on_token = partial(clock.mark, "first_token_ms")
        drafted = draft(query.standalone, choices, self.engine, self.answer_tokens, self.quoter.prompts, stop, on_token)
        if stop.is_set():
            return
        lead = lead_of(query.restated, query.standalone, choices)
        if lead:
            yield StatementReady(lead, Statement(lead, (), "supported"))
        statements: list[Statement] = []
        cited: list[Passage] = []
        for marker, choice in enumerate(choices, 1):
            statement, passage = stated(choice, marker, drafted)
            statements.append(statement)
            cited.append(passage)
            clock.mark("first_statement_ms")
            yield StatementReady(with_markers(statement), statement)
        yield Finished(
            compose(
                query.question,
                statements,
                cited,
                lead=lead,
                counted=counted_thing(query.standalone),
                query=query.standalone,
                left_out=left_out(drafted),
                excluded_sentences=excluded_sentences(passages),
                warning=WARNING if confidence < SURE and not lead else "",
                confidence=confidence,
                model=self.engine.name,
                timings=clock.total(),
            )
        )

    def _search(self, query: Query, filters: Filters | None) -> tuple[Passage, ...]:
        """The evidence for a query; for "who said that?" what the answer before cites."""
        if query.asks_for_source:
            return cited_before(query.earlier_citations, self.store.library)
        follows = bool(query.history)
        passages = self.evidence(query.standalone, filters, favoured=query.favoured_articles, follows=follows)
        cited = {citation.quote for citation in query.earlier_citations}
        return in_turn(query.question, passages, cited) if follows else passages

    def _choose(
        self, query: Query, passages: Sequence[Passage], articles: int, stop: threading.Event, clock: Stopwatch
    ) -> tuple[list[Choice], float]:
        """What answers a query, and the confidence in [0, 1]; `articles` were searched. "Who said that?" takes all."""
        if query.asks_for_source:
            return [Choice(passage) for passage in passages], 1.0
        on_token = partial(clock.mark, "first_token_ms")
        return self.quoter.choose(query.standalone, passages, articles, cancel=stop, on_token=on_token)

    def evidence(
        self, query: str, filters: Filters | None = None, *, favoured: Collection[str] = (), follows: bool = False
    ) -> tuple[Passage, ...]:
        """The numbered sentences from which `query` may be answered, best first: see retrieval/evidence.py.

        `favoured` are the ids of articles that score higher; `follows` is set for a follow-up, whose answer is as
        likely late in an article as early.
        """
        embedder = self.store.embedder
        vector = embedder.embed([query])[0]
        return select(
            query,
            self.store.search(f"{query} {other_words(query)}", self.top_k, filters, vector),
            cosines=lambda texts: (embedder.embed(texts) @ vector).tolist() if texts else [],
            count=self.engine.count,
            budget=self.evidence_tokens,
            favoured=favoured,
            follows=follows,
            relevance=self.quoter.relevance(query),
        )
