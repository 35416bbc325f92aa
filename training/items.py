"""The items that the cross-encoder learns from, in a compact form, and the file that keeps them."""

import hashlib
import zipfile
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from assistant.ranker.windows import Window
from training.errors import TrainingError

if TYPE_CHECKING:
    from numpy.typing import NDArray

NO_LABEL, NO_SPAN = -1, (-1, -1)
"""In the file: of an item that is no claim; of a sentence without marked words."""


class Sentence(NamedTuple):
    """A sentence in a window: its pieces are those from `first` to before `mark`, whose state its score is of.

    `right`: it answers. `span`: the first and the last piece of the answer, NO_SPAN where they are not known.
    """

    first: int
    mark: int
    right: bool
    span: tuple[int, int]


@dataclass(frozen=True, eq=False)
class Item:
    """An input and what is to be learnt from it. Types are 0 before the piece at `second`, 1 from there on.

    A claim has a `label`, its place in LABELS, and no sentences; a window of a question has sentences, and NO_LABEL.
    """

    ids: "NDArray[np.uint16]"
    second: int
    label: int
    sentences: tuple[Sentence, ...]
    origin: str
    weight: float = 1.0

    @property
    def tokens(self) -> int:
        """Its length in word pieces."""
        return len(self.ids)

    @property
    def is_claim(self) -> bool:
        """Whether it is a claim; else it is a window of a question."""
        return self.label != NO_LABEL

    @property
    def window(self) -> Window:
        """The input as the network takes it."""
        types = (0,) * self.second + (1,) * (len(self.ids) - self.second)
        return Window(tuple(self.ids.tolist()), types, ())


def item(window: Window, label: int, sentences: Sequence[Sentence], origin: str) -> Item:
    """An item of a window."""
    return Item(np.array(window.ids, np.uint16), window.types.index(1), label, tuple(sentences), origin)


def save_items(items: Sequence[Item], file: Path) -> None:
    """Writes items, in a part of the memory that they take. Raises TrainingError when the file can't be written."""
    origins = sorted({item.origin for item in items})
    numbers = {origin: number for number, origin in enumerate(origins)}
    sentences = [[s.first, s.mark, s.right, *s.span] for item in items for s in item.sentences]
    part = file.with_name(f"{file.name}.part.npz")
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(
            part,
            ids=np.concatenate([item.ids for item in items]),
            lengths=np.array([len(item.ids) for item in items], np.int32),
            rows=np.array([[i.second, i.label, len(i.sentences), numbers[i.origin]] for i in items], np.int32),
            sentences=np.array(sentences, np.int32).reshape(-1, 5),
            origins=np.array(origins),
        )
        part.replace(file)
    except OSError as error:
        raise TrainingError(f"{file} can't be written ({error}). Free some space or name another folder.") from error
    finally:
        with suppress(OSError):
            part.unlink()


def load_items(file: Path) -> list[Item]:
    """The items of a file that `save_items` wrote. Raises TrainingError for one that is damaged."""
    try:
        with np.load(file) as arrays:
            ids, lengths, rows = arrays["ids"], arrays["lengths"], arrays["rows"].tolist()
            sentences, origins = arrays["sentences"].tolist(), arrays["origins"].tolist()
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{file} is damaged ({type(error).__name__}). Remove it to make it anew.") from error
    items, at = [], 0
    for own, (second, label, several, origin) in zip(np.split(ids, np.cumsum(lengths)[:-1]), rows, strict=True):
        chosen = [
            Sentence(first, mark, bool(right), (b, e)) for first, mark, right, b, e in sentences[at : at + several]
        ]
        items.append(Item(own, second, label, tuple(chosen), origins[origin]))
        at += several
    return items


def digest(items: Sequence[Item]) -> str:
    """The SHA-256 of all that is learnt from some items, in their order."""
    made = hashlib.sha256()
    for one in items:
        made.update(one.ids.tobytes())
        made.update(repr((one.second, one.label, one.sentences)).encode())
    return made.hexdigest()
