"""A question and several sentences as one input of the cross-encoder: the same for training and for use."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Passage

WINDOW, QUESTION, HEADLINE, SENTENCE = 256, 48, 16, 96
"""Word pieces at most: of an input, of the question, of a headline, of a sentence."""


@dataclass(frozen=True)
class Part:
    """A sentence in a window: `place` among the passages; its pieces begin at `first` and are followed by a mark.

    `offsets` are the characters of its pieces in the passage's text.
    """

    place: int
    first: int
    offsets: tuple[tuple[int, int], ...]

    @property
    def mark(self) -> int:
        """The index of the piece after the sentence, from whose state its score is computed."""
        return self.first + len(self.offsets)


@dataclass(frozen=True)
class Window:
    """The input [CLS] question [SEP] headline [SEP] sentence [SEP] sentence [SEP] headline [SEP] ...

    `types` are 1 from the first headline on.
    """

    ids: tuple[int, ...]
    types: tuple[int, ...]
    parts: tuple[Part, ...]


def open_tokenizer(folder: Path) -> tuple[Any, int, int]:
    """The tokenizer in `folder`, which neither cuts nor pads, and the ids of its pieces [CLS] and [SEP]."""
    from tokenizers import Tokenizer

    tokenizer: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    # "[SEP]" in an article's text is plain text, not the special token.
    tokenizer.encode_special_tokens = True
    vocabulary: dict[str, int] = tokenizer.get_vocab()
    return tokenizer, vocabulary["[CLS]"], vocabulary["[SEP]"]


class WindowMaker:
    """Makes windows with the tokenizer of the embedder, whose weights the cross-encoder changes."""

    def __init__(self, folder: Path) -> None:
        self._tokenizer, self._begin, self._mark = open_tokenizer(folder)

    def windows(self, question: str, passages: Sequence[Passage]) -> list[Window]:
        """Windows with each passage once: the first passages in the first window, as many as fit, then the next.

        Within a window an article's sentences follow its headline in the order of the text, and the articles are sorted
        by their ids, which are hashes: so a sentence's position reveals nothing of its search score.
        """
        asked = self._encoded(question).ids[:QUESTION]
        head = [self._begin, *asked, self._mark]
        read = {place: self._encoded(passage.text) for place, passage in enumerate(passages)}
        articles = {passage.article.id: passage.article for passage in passages}
        titles = {id_: self._headline(article.title) for id_, article in articles.items()}
        lots: list[list[int]] = [[]]
        room = WINDOW - len(head)
        for place, sentence in read.items():
            own = passages[place].article.id
            here = any(passages[other].article.id == own for other in lots[-1])
            pieces = len(sentence.ids[:SENTENCE]) + 1 + (0 if here else len(titles[own]))
            if pieces > room and lots[-1]:
                lots.append([])
                room = WINDOW - len(head)
                pieces += len(titles[own]) if here else 0
            lots[-1].append(place)
            room -= pieces
        key = {place: (passage.article.id, passage.start, place) for place, passage in enumerate(passages)}
        ordered = [sorted(lot, key=key.__getitem__) for lot in lots if lot]
        return [self._window(head, titles, [(place, key[place][0], read[place]) for place in lot]) for lot in ordered]

    def _window(
        self, head: Sequence[int], titles: Mapping[str, Sequence[int]], sentences: Sequence[tuple[int, str, Any]]
    ) -> Window:
        """`sentences` have their place, the id of their article, and their pieces."""
        ids, parts, before = [*head], list[Part](), ""
        for place, article, sentence in sentences:
            if article != before:
                ids += titles[article]
                before = article
            parts.append(Part(place, len(ids), tuple(sentence.offsets[:SENTENCE])))
            ids += [*sentence.ids[:SENTENCE], self._mark]
        return Window(tuple(ids), tuple(int(at >= len(head)) for at in range(len(ids))), tuple(parts))

    def _headline(self, title: str) -> list[int]:
        """Its pieces and a mark; nothing where an article has none."""
        pieces = self._encoded(title).ids[:HEADLINE]
        return [*pieces, self._mark] if pieces else []

    def _encoded(self, text: str) -> Any:  # noqa: ANN401  (tokenizers ships no types)
        return self._tokenizer.encode(text, add_special_tokens=False)
