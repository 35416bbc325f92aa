"""The ask flow: question -> search -> evidence -> what the model reads -> choice -> draft -> check -> Answer."""

import copy
import re
import threading
import time
import unicodedata
from collections.abc import Callable, Collection, Generator, Sequence
from functools import partial
from pathlib import Path

from assistant.answer import Answer, Event, Finished, Found, Passage, Said, Statement
from assistant.attribution import Checked, checked
from assistant.capitals import capitalised
from assistant.choosing import Choice, choose, lead_of
from assistant.clues import clues
from assistant.composing import compose, refusal
from assistant.confidence import SURE, WARNING, confidence, signals
from assistant.counting import asked_in_common_words, counted_thing
from assistant.drafting import cited_lines, left_out, numbered, wording
from assistant.errors import QuestionError
from assistant.evidence import LATE, select
from assistant.followup import asks_who_said_it, cited_before, goes_elsewhere, in_turn, standalone
from assistant.model.language_model import LanguageModel
from assistant.prompting import messages
from assistant.ranker.ranker import Ranker
from assistant.reader import Heard, hear
from assistant.reading import READ, read
from assistant.restating import restated
from assistant.stems import words
from assistant.things import other_words
from assistant.weights import Weights, weights_for
from vectorstore.articles import Filters
from vectorstore.store import Store

MAX_QUESTION = 2_000
"""Characters. A longer text is an article, not a question."""

_MARKER = re.compile(r"\[([\d\s,–-]+)\]")
"""What an article may have of its own ("[9]"), and what must not pass for one of the answer's."""


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
        ranker: Ranker | None = None,
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
        """Answer a question step by step: `Found`, a `Said` for each checked statement, `Finished`.

        `history` holds the answers of this conversation, oldest first; a follow-up is understood by them.
        Raises QuestionError for a question that can't be asked. Closing the iterator cancels the model; so does
        setting `stop` from another thread, at once, and then the stream ends without `Finished`.
        """
        if history and (self.ranker or self.reads):
            yield from self.by_rules().stream(question, history=history, filters=filters, stop=stop)
            return
        stop = stop or threading.Event()
        clock = _Clock()
        question = _asked(question)
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
        yield Found(passages)
        asked, query = capitalised(asked, passages), capitalised(query, passages)
        heard = None if again else self.hear(query, passages, stop, partial(clock.mark, "first_token_ms"))
        choices, sure = _as_cited(passages) if again else self.choice(query, passages, heard, filters)
        if stop.is_set():
            return
        if not choices or sure < self.min_confidence:
            answer = refusal(question, passages, confidence=sure, model=self.engine.name, timings=clock.total())
            yield Finished(answer)
            return
        drafted = [] if self.engine.adapter else self._draft(query, choices, clock, stop)
        if stop.is_set():
            return
        lead = lead_of(asked, query, choices)
        if lead:
            yield Said(lead, Statement(lead, (), "supported"))
        said: list[tuple[str, Statement]] = []
        for marker, choice in enumerate(choices, 1):
            text = _MARKER.sub(r"(\1)", wording(choice, drafted))
            statement = Statement(text, (marker,), "supported")
            said.append((f"{choice.lead} {text} [{marker}]".lstrip(), statement))
            clock.mark("first_statement_ms")
            yield Said(said[-1][0], statement)
        yield Finished(
            compose(
                question,
                said,
                [choice.passage for choice in choices],
                lead=lead,
                thing=counted_thing(query),
                query=query,
                left_out=left_out(drafted),
                warning=WARNING if sure < SURE and not lead else "",
                confidence=sure,
                model=self.engine.name,
                timings=clock.total(),
            )
        )

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
            relevance=None if self.ranker is None else partial(self.ranker.relevance, query),
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
    return [Choice(passage, passage.text, "") for passage in passages], 1.0


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
