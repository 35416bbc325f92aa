"""The model as a reader: what it is asked, what of its reply is taken, and what that tells."""

import math
import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, nullcontext

import pytest

from assistant.answer import Passage, Retrieved
from assistant.answering.candidates import Candidate
from assistant.answering.model_features import Clues
from assistant.answering.reader import HEARD, SAYS_NOTHING, Heard, Words, found, grammar, hear, in_reading_order
from assistant.assistant import Assistant
from assistant.model.chat import Message
from assistant.model.engine import Engine
from vectorstore.articles import Article
from vectorstore.index.store import Store

QUESTION = "How many drones were launched?"
NIGHT = "Russia launched 145 drones overnight.\nUkraine shot down 75 of them."
RAID = "More than 300 drones flew that day. A man\n died in Sumy."
MESSAGES: list[Message] = [
    {"role": "system", "content": "Answer."},
    {"role": "user", "content": "Which animal barks?"},
]


def passage(number: int, article: Article, text: str) -> Passage:
    start = article.text.index(text)
    return Passage(number, article, start, start + len(text), text, 1 - number / 10)


NIGHTLY, RAIDED = Article("a.txt", NIGHT, "Night"), Article("b.txt", RAID, "Raid")
SHOT = passage(1, NIGHTLY, "Ukraine shot down 75 of them.")
FLEW = passage(2, RAIDED, "More than 300 drones flew that day.")
SENT = passage(3, NIGHTLY, "Russia launched 145 drones overnight.")
DIED = passage(4, RAIDED, "A man\n died in Sumy.")
BEST = [SHOT, FLEW, SENT, DIED]


class Reply:
    """A reply that was written before."""

    mean_logprob = -0.25

    def __init__(self, text: str) -> None:
        self._text = text

    def __iter__(self) -> Iterator[str]:
        return iter((self._text[:7], self._text[7:]))


class Told:
    """A model that says what it is told to; it keeps what it was asked."""

    name, written = "told", (0, 0.0)
    adapter: str | None = "reader"

    def __init__(self, reply: str) -> None:
        self.reply = reply
        self.asked: list[Sequence[Message]] = []
        self.grammar = ""

    def count(self, text: str) -> int:
        return len(text.split())

    def stream(
        self,
        messages: Sequence[Message],
        *,
        max_tokens: int,
        stop: Iterable[str] = (),
        grammar: str | None = None,
        cancel: threading.Event | None = None,  # noqa: ARG002
    ) -> AbstractContextManager[Reply]:
        assert max_tokens > 10
        assert not stop
        self.asked.append(messages)
        self.grammar = grammar or ""
        return nullcontext(Reply(self.reply))


class Drafter(Told):
    """The same without an adapter: it drafts."""

    adapter = None

    def __init__(self) -> None:
        super().__init__("")


def test_it_reads_the_best_sentences_article_by_article_in_the_order_of_their_texts() -> None:
    model = Told(SAYS_NOTHING)
    hear(QUESTION, [*BEST, *[passage(n, NIGHTLY, "shot down") for n in range(5, 9)]], model)
    asked = model.asked[0][-1]["content"]
    assert asked.startswith("[1] Russia launched 145 drones overnight.\n[2] Ukraine shot down 75 of them.\n")
    assert "[5] A man died in Sumy." in asked
    assert f"[{HEARD + 1}]" not in asked
    assert QUESTION in asked


def test_its_words_are_found_in_the_sentences_it_cites_by_their_own_numbers() -> None:
    heard = hear(QUESTION, BEST, Told("145 drones [1]\nmore than 300 [3]\na MAN died [4]"))
    said = {p.number: p.text for p in BEST}
    assert [(w.passage, said[w.passage][w.start : w.end]) for w in heard.words] == [
        (3, "145 drones"), (2, "More than 300"), (4, "A man\n died"),
    ]  # fmt: skip
    assert heard.belief == -0.25


@pytest.mark.parametrize(
    "reply",
    [
        SAYS_NOTHING,
        "",
        "400 drones [1]",
        "145 drones [9]",
        "145 drones",
        "[1]",
        f"{SAYS_NOTHING} [2]",
        "145 drones [2]",
    ],
)
def test_what_no_cited_sentence_has_is_not_heard(reply: str) -> None:
    assert found(reply, in_reading_order(BEST)) == []


def test_it_tells_of_each_piece_that_it_hears() -> None:
    told: list[int] = []
    hear(QUESTION, BEST, Told("145 drones [1]"), on_token=lambda: told.append(1))
    assert told == [1, 1]


def test_the_grammar_lets_the_model_say_nothing_or_cite_what_there_is(engine: Engine) -> None:
    with engine.stream(MESSAGES, max_tokens=60, grammar=grammar(2)) as pieces:
        reply = "".join(pieces)
    lines = reply.split("\n")
    assert reply == SAYS_NOTHING or all(line.endswith(("[1]", "[2]")) for line in lines[: max(1, len(lines) - 1)])
    assert len(lines) <= 3


def test_clues_are_candidates_and_features() -> None:
    at = SENT.text.index("145 drones")
    clues = Clues(heard=Heard((Words(3, at, at + 10),), math.log(0.5)))
    (own,) = clues.candidates("How many?", SENT)
    assert (own.text, own.form) == ("145 drones", "heard")
    assert clues.candidates("How many?", FLEW) == []
    assert clues.candidates("Were 145 drones sent?", SENT) == [], "what only repeats the question answers nothing"
    assert clues.features(SENT, own) == {"heard": pytest.approx(0.5)}
    assert clues.features(SENT, Candidate(at - 3, at + 10, "ed 145 drones", "phrase", "")) == clues.features(SENT, own)
    assert clues.features(SENT, Candidate(at, at + 3, "145", "number", "145")) == {"heard": 0.0}
    assert clues.features(FLEW, Candidate(0, 8, "More tha", "phrase", "")) == {"heard": 0.0}
    assert Clues().features(SENT, own) == {}
    assert not Clues()
    assert clues


@pytest.fixture
def told(seed_store: Store) -> tuple[Assistant, Told]:
    model = Told("145 drones [1]")
    return Assistant(seed_store, model), model


def test_a_reader_is_asked_for_the_answer_and_for_no_draft(told: tuple[Assistant, Told]) -> None:
    assistant, model = told
    answer = assistant.ask("How many drones did Russia launch?")
    assert assistant.quoter.reads
    assert len(model.asked) == 1
    assert not answer.refused
    assert answer.timings["search_ms"] <= answer.timings["first_token_ms"] <= answer.timings["first_statement_ms"]
    assert answer.left_out == ()


def test_a_follow_up_does_not_ask_it(told: tuple[Assistant, Told]) -> None:
    assistant, model = told
    first = assistant.ask("How many drones did Russia launch?")
    assistant.ask("and how many died?", history=[first])
    assert len(model.asked) == 1


def test_stopped_behind_the_evidence_there_is_no_answer(told: tuple[Assistant, Told]) -> None:
    assistant, _ = told
    stop = threading.Event()
    seen: list[object] = []
    for event in assistant.stream("How many drones did Russia launch?", stop=stop):
        seen.append(event)
        stop.set()
    assert [type(event) for event in seen] == [Retrieved]


def test_what_it_hears_makes_no_less_of_an_answer_that_says_what_nobody_said(told: tuple[Assistant, Told]) -> None:
    assistant, _ = told
    hit = assistant.ask("How many drones hit Kyiv?")
    assert hit.answer.startswith("The articles do not say how many drones hit Kyiv.")
    assert hit.confidence == Assistant(assistant.store, Drafter()).ask("How many drones hit Kyiv?").confidence
