"""What the bundled model hears in the best sentences, once its adapter has made it a reader: a few words, each with
the sentence that has them.

It always says some words: it was taught answers alone. Whether to answer is decided elsewhere, where how likely its
words were is one signal of several.
"""

import re
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from assistant.answer import Passage
from assistant.answering.prompting import messages
from assistant.model.language_model import LanguageModel

SAYS_NOTHING = "The articles do not say."
"""The reply of a reader that finds no answer in the sentences it is given."""

HEARD = 5
"""Passages, the best by score, that the model reads; it was trained on as many."""

LINES, LETTERS, TOKENS = 3, 120, 48
"""Of a reply, at most: answers, characters of one, tokens in all."""

HUSHED = 3
"""Characters of SAYS_NOTHING that no line of a reply begins with."""

_LINE = re.compile(r"^(.+) \[(\d+)\]$")


@dataclass(frozen=True)
class Words:
    """The characters from `start` to `end` of the passage with this number."""

    passage: int
    start: int
    end: int


@dataclass(frozen=True)
class Heard:
    """The words that the model said and a passage has, in its order.

    `belief` is the mean log probability of its reply's tokens.
    """

    words: tuple[Words, ...]
    belief: float


def in_reading_order(passages: Sequence[Passage]) -> list[Passage]:
    """The passages numbered anew: article by article, the best one's first, and in the order of the text."""
    first: dict[str, int] = {}
    for place, passage in enumerate(passages):
        first.setdefault(passage.article.id, place)
    ordered = sorted(passages, key=lambda passage: (first[passage.article.id], passage.start))
    return [replace(passage, number=number) for number, passage in enumerate(ordered, 1)]


def hear(
    question: str,
    passages: Sequence[Passage],
    model: LanguageModel,
    *,
    prompts: Path | None = None,
    cancel: threading.Event | None = None,
    on_token: Callable[[], None] = lambda: None,
) -> Heard:
    """What the model says to the question by the first HEARD passages; raises ModelError.

    `on_token` is called as it writes; once `cancel` is set nothing more is read.
    """
    shown = in_reading_order(passages[:HEARD])
    asked, reply = messages(question, shown, prompts), ""
    with model.stream(asked, max_tokens=TOKENS, grammar=grammar(len(shown)), cancel=cancel) as pieces:
        for piece in pieces:
            on_token()
            reply += piece
    numbers = {(p.article.id, p.start): p.number for p in passages}
    original = {p.number: numbers[p.article.id, p.start] for p in shown}
    words = tuple(Words(original[w.passage], w.start, w.end) for w in found(reply, shown))
    return Heard(words, pieces.mean_logprob)


def grammar(passages: int) -> str:
    """GBNF: at most LINES lines, each of some words, not SAYS_NOTHING, and the number of a passage that there is."""
    numbers = " | ".join(f'"{number}"' for number in range(1, passages + 1))
    starts = " | ".join(f'"{SAYS_NOTHING[:n]}" [^{SAYS_NOTHING[n]}\\[\\]\\n]' for n in range(HUSHED))
    more = ' ("\\n" line)?' * (LINES - 1)
    rest = f'[^\\[\\]\\n]{{0,{LETTERS}}} " [" ({numbers}) "]"'
    return f"root ::= line{more}\nline ::= ({starts}) {rest}\n"


def found(reply: str, passages: Sequence[Passage]) -> list[Words]:
    """Where the words of a reply stand in the passages it gives for them; what stands in none is left out."""
    texts = {passage.number: passage.text for passage in passages}
    places = []
    for line in reply.splitlines():
        said = _LINE.match(line.strip())
        if not said or int(said[2]) not in texts:
            continue
        # The prompt has each sentence on one line, however many the article has it on.
        pattern = r"\s+".join(map(re.escape, said[1].split()))
        if place := re.search(pattern, texts[int(said[2])], re.IGNORECASE):
            places.append(Words(int(said[2]), place.start(), place.end()))
    return places
