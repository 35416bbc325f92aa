"""Answers a query with sentences of its evidence: rules, ranker and reading model find the words that answer."""

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from assistant.answer import Passage
from assistant.answering.confidence import confidence, signals
from assistant.answering.model_features import clues
from assistant.answering.reader import Heard, hear
from assistant.answering.scoring import READ, read
from assistant.answering.selection import Choice, choose, lead_of
from assistant.answering.weights import Weights, weights_for
from assistant.model.language_model import LanguageModel
from assistant.ranker.ranker import ReadOnce, SentenceReader, relevance

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embed = Callable[[Sequence[str]], NDArray[np.float32]]


@dataclass(frozen=True)
class Quoter:
    """The models that choose what an answer quotes.

    `embed` turns n texts into unit vectors (n, dimension). `reads` is whether `model` has the reader's adapter, so that
    it names the words of the passages that answer; `ranker` is None for an answer without it. `prompts` is the folder
    of the templates, None for those of prompts/.
    """

    model: LanguageModel
    embed: "Embed"
    ranker: SentenceReader | None = None
    reads: bool = False
    prompts: Path | None = None

    @property
    def weights(self) -> Weights:
        """The weights fitted for the models in use."""
        return weights_for(ranker=self.ranker is not None, reader=self.reads)

    def by_rules(self) -> "Quoter":
        """The same without ranker and reading model."""
        return replace(self, ranker=None, reads=False)

    def for_one_query(self) -> "Quoter":
        """The same with a ranker that remembers its readings: evidence and choice score the same sentences."""
        return replace(self, ranker=ReadOnce(self.ranker) if self.ranker else None)

    def relevance(self, query: str) -> Callable[[Sequence[Passage]], list[float]] | None:
        """The ranker's function from passages to the probability that each answers `query`; None without a ranker."""
        return partial(relevance, self.ranker, query) if self.ranker else None

    def choose(
        self,
        query: str,
        passages: Sequence[Passage],
        articles: int,
        *,
        cancel: threading.Event | None = None,
        on_token: Callable[[], None] = lambda: None,
    ) -> tuple[list[Choice], float]:
        """The passages that answer `query`, the likeliest first, and the probability in [0, 1] that the first is right.

        `articles` is how many were searched. `on_token` is called as the model writes; setting `cancel` stops it.
        Raises ModelError.
        """
        reading = self.read(query, passages, cancel, on_token)
        features = clues(query, passages[:READ], self.ranker, reading)
        findings, plain = read(query, passages, self.embed, features, self.weights.reading)
        by_rules = choose(query, passages, plain)
        # "No article counts the hits" is right whatever the model read, so that is no sign against such a lead.
        counted = None if lead_of(query, query, by_rules) else reading
        signs = signals(query, by_rules, plain, passages, articles, counted, findings)
        weights = weights_for(ranker=self.ranker is not None, reader=counted is not None)
        choices = by_rules if findings is plain else choose(query, passages, findings)
        return choices, confidence(signs, weights.confidence)

    def read(
        self,
        query: str,
        passages: Sequence[Passage],
        cancel: threading.Event | None = None,
        on_token: Callable[[], None] = lambda: None,
    ) -> Heard | None:
        """The words that the model names as the answer; None without the adapter or without passages."""
        if not self.reads or not passages:
            return None
        return hear(query, passages, self.model, prompts=self.prompts, cancel=cancel, on_token=on_token)
