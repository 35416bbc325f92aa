"""The ask flow: question -> search -> evidence -> what the model reads -> choice -> draft -> check -> Answer."""

import copy
import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Generator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from assistant.answer import Answer, Event, Finished, Passage, Retrieved, Statement, StatementReady
from assistant.answering.confidence import SURE, WARNING, confidence, signals
from assistant.answering.model_features import clues
from assistant.answering.prompting import messages
from assistant.answering.reader import Heard, hear
from assistant.answering.scoring import READ, read
from assistant.answering.selection import Choice, choose, lead_of
from assistant.answering.weights import Weights, weights_for
from assistant.composition.composing import compose, no_question, refusal, with_markers
from assistant.composition.drafting import cited_lines, left_out, numbered, worded
from assistant.composition.quoting import quoted
from assistant.errors import QuestionError
from assistant.language.stems import words
from assistant.language.synonyms import other_words
from assistant.model.language_model import LanguageModel
from assistant.query.count_questions import restated
from assistant.query.counting import asked_in_common_words, counted_noun
from assistant.query.rewriting import asks_who_said_it, cited_before, goes_elsewhere, in_turn, is_followup, standalone
from assistant.query.small_talk import is_courtesy
from assistant.query.truecasing import capitalised
from assistant.ranker.ranker import ReadOnce, SentenceReader, relevance
from assistant.retrieval.evidence import LATE, excluded_sentences, select
from assistant.verification.attribution import Checked, checked
from vectorstore.articles import Filters
from vectorstore.index.store import Store

MAX_QUESTION = 2_000
"""Characters. A longer text is an article, not a question."""


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
        self.store = store
        self.engine = engine
        self.top_k = top_k
        self.evidence_tokens = evidence_tokens
        self.answer_tokens = answer_tokens
        self.prompts = prompts
        self.ranker = ranker
        self.reads = engine.adapter is not None
        """Whether the model has learnt to read: then it finds the answer, else it words it."""
        self._threshold = min_confidence

    @property
    def weights(self) -> Weights:
        """Of the models at work."""
        return weights_for(ranker=self.ranker is not None, reader=self.reads)

    @property
    def min_confidence(self) -> float:
        """Below it, it refuses: the threshold that was asked for, else that of the models at work."""
        return self.weights.min_confidence if self._threshold is None else self._threshold

    def at(self, min_confidence: float) -> "Assistant":
        """The same assistant with another threshold: below it, it refuses."""
        other = copy.copy(self)
        other._threshold = min_confidence
        return other

    def by_rules(self) -> "Assistant":
        """The same without ranker and reader, as follow-ups are answered: both learnt from single questions."""
        other = copy.copy(self)
        other.ranker, other.reads = None, False
        return other

    def for_one_question(self) -> "Assistant":
        """The same, with a ranker that remembers what it has read: search and choice read the same sentences."""
        other = copy.copy(self)
        other.ranker = ReadOnce(self.ranker) if self.ranker else None
        return other

    def ask(self, question: str, *, history: Sequence[Answer] = (), filters: Filters | None = None) -> Answer:
        """The whole answer at once: see `stream`."""
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

        `history` holds the answers of this conversation, oldest first; a follow-up is understood by them.
        Raises QuestionError for a question that can't be asked. Closing the iterator cancels the model; so does
        setting `stop` from another thread, at once, and then the stream ends without `Finished`.
        """
        question = _asked(question)
        if is_courtesy(question):
            yield Finished(no_question(question, model=self.engine.name, timings=_Clock().total()))
            return
        history = self.context(restated(question), history)
        asking = self.by_rules() if history else self.for_one_question()
        yield from asking._answered(question, history, filters, stop or threading.Event())

    def _answered(
        self, question: str, history: Sequence[Answer], filters: Filters | None, stop: threading.Event
    ) -> Generator[Event, None, None]:
        """The events of an answer: from the search to the decision whether there is one."""
        clock = _Clock()
        said_before = ["" if answer.refused else answer.answer for answer in history]
        asked = restated(question)
        query = standalone(asked, [restated(answer.question) for answer in history], said_before)
        query = asked_in_common_words(query)
        earlier = history[-1].citations if history and not history[-1].refused else ()
        again = bool(earlier) and asks_who_said_it(question)
        if again:
            passages = cited_before(earlier, self.store.library)
        else:
            passages = self._searched(question, query, history, filters)
        clock.mark("search_ms")
        if stop.is_set():
            return
        yield Retrieved(passages, query)
        asked, query = capitalised(asked, passages), capitalised(query, passages)
        heard = None if again else self.hear(query, passages, stop, partial(clock.mark, "first_token_ms"))
        choices, sure = _as_cited(passages) if again else self.choice(query, passages, heard, filters)
        if stop.is_set():
            return
        if not choices or sure < self.min_confidence:
            answer = refusal(question, passages, confidence=sure, model=self.engine.name, timings=clock.total())
            yield Finished(replace(answer, excluded_sentences=excluded_sentences(passages)))
            return
        yield from self._stated(_Forms(question, asked, query), passages, choices, sure, clock, stop)

    def _stated(
        self,
        forms: "_Forms",
        passages: Sequence[Passage],
        choices: Sequence[Choice],
        sure: float,
        clock: "_Clock",
        stop: threading.Event,
    ) -> Generator[Event, None, None]:
        """The statements, each with its citation, and the answer that they make."""
        drafted = [] if self.engine.adapter else self._draft(forms.query, choices, clock, stop)
        if stop.is_set():
            return
        lead = lead_of(forms.restated, forms.query, choices)
        if lead:
            yield StatementReady(lead, Statement(lead, (), "supported"))
        statements: list[Statement] = []
        cited: list[Passage] = []
        for marker, choice in enumerate(choices, 1):
            own = worded(choice, marker, drafted)
            statement, passage = (own, choice.passage) if own else quoted(choice, marker)
            statements.append(statement)
            cited.append(passage)
            clock.mark("first_statement_ms")
            yield StatementReady(with_markers(statement), statement)
        yield Finished(
            compose(
                forms.question,
                statements,
                cited,
                lead=lead,
                thing=counted_noun(forms.query),
                query=forms.query,
                left_out=left_out(drafted),
                excluded_sentences=excluded_sentences(passages),
                warning=WARNING if sure < SURE and not lead else "",
                confidence=sure,
                model=self.engine.name,
                timings=clock.total(),
            )
        )

    @staticmethod
    def context(question: str, history: Sequence[Answer]) -> Sequence[Answer]:
        """The earlier answers of a conversation without which `question` can't be understood, oldest first.

        A question that stands alone needs none, whatever was asked before it; a greeting explains nothing.
        """
        return [answer for answer in history if not is_courtesy(answer.question)] if is_followup(question) else []

    def _searched(
        self, question: str, query: str, history: Sequence[Answer], filters: Filters | None
    ) -> tuple[Passage, ...]:
        """The evidence; `query` is the question as it stands alone."""
        earlier = history[-1].citations if history and not history[-1].refused else ()
        favoured = set() if goes_elsewhere(question) else {citation.article_id for citation in earlier}
        passages = self.evidence(query, filters, favoured=favoured, follows=bool(history))
        return in_turn(question, passages, {citation.quote for citation in earlier}) if history else passages

    def hear(
        self,
        query: str,
        passages: Sequence[Passage],
        stop: threading.Event | None = None,
        on_token: Callable[[], None] = lambda: None,
    ) -> Heard | None:
        """What the model reads in the passages; None where it has not learnt to read, or there are none."""
        if not self.reads or not passages:
            return None
        return hear(query, passages, self.engine, prompts=self.prompts, cancel=stop, on_token=on_token)

    def choice(
        self, query: str, passages: Sequence[Passage], heard: Heard | None = None, filters: Filters | None = None
    ) -> tuple[list[Choice], float]:
        """What the passages say to `query`, and how sure that is, in [0, 1]; `filters` is the scope they are from."""
        told = clues(query, passages[:READ], self.ranker, heard)
        findings, plain = read(query, passages, self.store.embedder.embed, told, self.weights.reading)
        by_rules = choose(query, passages, plain)
        # An answer that says itself what nobody said is not the less right for what the reader hears.
        listened = None if lead_of(query, query, by_rules) else heard
        signs = signals(query, by_rules, plain, passages, self.store.library.count(filters), listened, findings)
        weights = weights_for(ranker=self.ranker is not None, reader=listened is not None)
        sure = confidence(signs, weights.confidence)
        return by_rules if findings is plain else choose(query, passages, findings), sure

    def evidence(
        self, query: str, filters: Filters | None = None, *, favoured: Collection[str] = (), follows: bool = False
    ) -> tuple[Passage, ...]:
        """The numbered sentences that an answer to `query` may stand on.

        `favoured` are article ids; `follows` says that it is a follow-up.
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
            late=0.0 if follows else LATE,
            relevance=None if self.ranker is None else partial(relevance, self.ranker, query),
        )

    def _draft(self, query: str, choices: Sequence[Choice], clock: "_Clock", stop: threading.Event) -> list[Checked]:
        """What the model says by the chosen passages, statement by statement, each with its verdict."""
        passages = numbered(choices)
        asked, grammar = messages(query, passages, self.prompts), cited_lines(len(passages))
        draft = ""
        with self.engine.stream(asked, max_tokens=self.answer_tokens, grammar=grammar, cancel=stop) as pieces:
            for piece in pieces:
                clock.mark("first_token_ms")
                draft += piece
        return checked(draft, passages)


def _as_cited(passages: Sequence[Passage]) -> tuple[list[Choice], float]:
    """The passages of the answer before, whole."""
    return [Choice(passage) for passage in passages], 1.0


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


@dataclass(frozen=True)
class _Forms:
    """A question as it was typed, as it is put where it asks for a count in other words, and as it stands alone."""

    question: str
    restated: str
    query: str


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
