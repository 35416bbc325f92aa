"""A source and a claim as one input of the cross-encoder: the same for training and for use."""

from collections.abc import Sequence
from pathlib import Path

from assistant.ranker.windows import Window, open_tokenizer

SOURCE, CLAIM = 350, 96
"""Word pieces at most: what is behind them is cut off. A longer source is for the caller to give in pieces."""


class ClaimWindowMaker:
    """Makes the input [CLS] source [SEP] claim [SEP], types 0 and 1, with the tokenizer in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer, self._begin, self._mark = open_tokenizer(folder)

    def pieces(self, texts: Sequence[str]) -> list[list[int]]:
        """The word pieces of some texts."""
        return [encoded.ids for encoded in self._tokenizer.encode_batch(list(texts), add_special_tokens=False)]

    def window(self, source: Sequence[int], claim: Sequence[int]) -> Window:
        """The input for the word pieces of a source and of a claim."""
        first = [self._begin, *source[:SOURCE], self._mark]
        second = [*claim[:CLAIM], self._mark]
        return Window((*first, *second), (*[0] * len(first), *[1] * len(second)), ())

    def windows(self, pairs: Sequence[tuple[str, str]]) -> list[Window]:
        """The inputs for some pairs of a source and a claim."""
        sources, claims = self.pieces([source for source, _ in pairs]), self.pieces([claim for _, claim in pairs])
        return [self.window(source, claim) for source, claim in zip(sources, claims, strict=True)]
