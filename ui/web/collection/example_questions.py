"""Questions to begin with, made by rules from the articles that are there, and tried: each is answered surely."""

import logging
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest
from threading import Event, Lock, Thread
from typing import TYPE_CHECKING

from assistant.answering.confidence import SURE
from assistant.answering.selection import lead_of
from assistant.language.stems import words
from ui.web.collection.question_generation import RULES, Kind
from vectorstore.articles import Article
from vectorstore.text.sentences import sentences

if TYPE_CHECKING:
    from assistant.assistant import Assistant

RECENT = 40
"""Articles to take questions from, the newest."""

TRIED = 24
"""Questions tried before it is enough: each costs a search and a reading, a second or so."""

LONGEST = 110  # characters

log = logging.getLogger("dateline")


@dataclass(frozen=True)
class Example:
    """A question that `sentence` of an article answers with words in which `answer` stands, or that stand in it."""

    kind: Kind
    question: str
    article: Article
    sentence: str
    answer: str


class Examples:
    """The example questions of the collection as it is now, found in the background. Safe to share between threads."""

    def __init__(self, assistant: "Assistant", n: int = 4) -> None:
        self._assistant = assistant
        self._n = n
        self._lock = Lock()
        self._of = ""
        self._found: list[str] | None = None
        self._seeking: list[Thread] = []
        self._ended = Event()

    def now(self) -> list[str] | None:
        """The questions; None while they are sought, which begins with the first call after a change."""
        digest = self._assistant.store.library.digest()
        with self._lock:
            if digest != self._of:
                self._of, self._found = digest, None
                seeking = Thread(target=self._seek, args=(digest,), daemon=True, name="examples")
                self._seeking = [*(thread for thread in self._seeking if thread.is_alive()), seeking]
                seeking.start()
            return self._found

    def end(self, seconds: float) -> None:
        """Seek no more: the store is about to be closed. Waits at most so long for the example that is being tried."""
        self._ended.set()
        for thread in self._seeking:
            thread.join(seconds)

    def _seek(self, digest: str) -> None:
        found: list[str] = []
        try:
            found = examples(self._assistant, self._n, self._ended)
        except Exception:
            # Without examples the page is still the page; the store may be closed while this runs.
            log.warning("no example questions could be made", exc_info=True)
        with self._lock:
            if digest == self._of:
                self._found = found


def examples(assistant: "Assistant", n: int = 4, ended: Event | None = None) -> list[str]:
    """At most n questions, of different kinds and articles as far as there are such, the newest articles first.

    Once `ended` is set those that were found by then.

    Those that would be answered with a warning come last; those that would be refused or answered wrongly, never.
    """
    articles = assistant.store.library.articles()[:RECENT]
    waiting = _in_turn([example for article in articles for example in of_article(article)])[:TRIED]
    sure: dict[Example, float] = {}
    chosen: list[Example] = []
    for floor in (SURE, assistant.min_confidence):
        for fresh in (_new_kind_and_article, _new_article, _new_question):
            for example in waiting:
                if len(chosen) == n or (ended and ended.is_set()):
                    return [e.question for e in chosen]
                if fresh(example, chosen):
                    if example not in sure:
                        sure[example] = sureness(example, assistant)
                    if sure[example] >= floor:
                        chosen.append(example)
    return [example.question for example in chosen]


def sureness(example: Example, assistant: "Assistant") -> float:
    """How sure of its answer the assistant would be; 0.0 if that is another one, or of another sentence."""
    question = example.question
    passages = assistant.evidence(question)
    choices, sure = assistant.quoter.choose(question, passages, assistant.store.library.count(None))
    if not choices or lead_of(question, question, choices):
        return 0.0
    passage, wanted, found = choices[0].passage, _plain(example.answer), _plain(choices[0].answer)
    right = bool(found) and (found in wanted or wanted in found)
    if not right or passage.article.id != example.article.id or passage.text != example.sentence:
        return 0.0
    return sure


def of_article(article: Article) -> Iterator[Example]:
    """The questions that the article's sentences answer by the rules of `posing`, in the order of the text."""
    lead = ""
    for start, end in sentences(article.text):
        sentence = article.text[start:end]
        plain = " ".join(sentence.split())
        lead = lead or plain
        # A character that can't be seen or was lost in decoding would stand in the question too.
        if not plain.isprintable() or "\ufffd" in plain:
            continue
        for kind, rule in RULES:
            for question, answer in rule(plain, lead):
                if len(question) < LONGEST:
                    yield Example(kind, f"{question}?", article, sentence, answer)


def _in_turn(found: Sequence[Example]) -> list[Example]:
    """One of each kind, then the next of each; of each kind those with a name, one of each article first."""
    kinds: dict[Kind, dict[str, list[Example]]] = defaultdict(lambda: defaultdict(list))
    for example in sorted(found, key=lambda example: not _has_name(example.question)):
        kinds[example.kind][example.article.id].append(example)
    return _column_wise([_column_wise(list(kinds[kind].values())) for kind, _ in RULES])


def _column_wise(rows: Sequence[Sequence[Example]]) -> list[Example]:
    return [example for example in chain.from_iterable(zip_longest(*rows)) if example]


def _new_question(example: Example, chosen: Sequence[Example]) -> bool:
    return example.question not in {other.question for other in chosen}


def _new_article(example: Example, chosen: Sequence[Example]) -> bool:
    return _new_question(example, chosen) and example.article.id not in {other.article.id for other in chosen}


def _new_kind_and_article(example: Example, chosen: Sequence[Example]) -> bool:
    return example.kind not in {other.kind for other in chosen} and _new_article(example, chosen)


def _has_name(question: str) -> bool:
    """Whether a reader can tell what it is about: "How many houses were flooded?" could be anywhere."""
    return any(word[0].isupper() for word in question.split()[1:])


def _plain(text: str) -> str:
    return " ".join(words(text)).lower()
