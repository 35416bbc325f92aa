"""Reads the header of a GGUF file: its metadata and the offsets of its tensors, not the tensors.

Our own code because `gguf.GGUFReader` takes 3.5 s to open the bundled model (it makes an array of every token and
every merge), which is longer than the whole answer; this takes a fraction of a second. The layout is the
specification's: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
"""

import mmap
import struct
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.errors import ModelFileError, ModelNotFoundError

_SCALARS = {0: "B", 1: "b", 2: "H", 3: "h", 4: "I", 5: "i", 6: "f", 7: "?", 10: "Q", 11: "q", 12: "d"}
_STRING, _ARRAY = 8, 9
_SMALL_ARRAY = 1024


@dataclass(frozen=True)
class Header:
    """The metadata of a model file; `size` is the file's length and `data_ends` the least it must have, in
    bytes.
    """

    metadata: dict[str, Any]
    size: int
    data_ends: int


def read_header(path: Path, arrays: Collection[str] = ()) -> Header:
    """The header of `path`. Long arrays are skipped unless they are named in `arrays`.

    Raises ModelNotFoundError when there is no such file, ModelFileError when it is no GGUF or is cut short.
    """
    try:
        with path.open("rb") as file:
            start = file.read(24)
            if len(start) < 24 or start[:4] != b"GGUF":
                raise ModelFileError(f"{path} is not a GGUF model: it begins with {start[:4]!r}. Name a .gguf file.")
            with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
                return _Reader(path, data).header(arrays)
    except FileNotFoundError as error:
        raise ModelNotFoundError(f"There is no model at {path}. Give the path of a .gguf file.") from error
    except OSError as error:
        raise ModelFileError(
            f"{path} can't be read as a model ({error.strerror}). Name a readable .gguf file."
        ) from error


class _Reader:
    def __init__(self, path: Path, data: mmap.mmap) -> None:
        self.path, self.data, self.at = path, data, 4

    def header(self, arrays: Collection[str]) -> Header:
        version, tensors, entries = self.take("IQQ")
        if version not in (2, 3):
            raise ModelFileError(f"{self.path} is GGUF version {version}; 2 and 3 can be read. Convert it again.")
        metadata: dict[str, Any] = {}
        for _ in range(entries):
            key = self.string()
            metadata[key] = self.value(self.take("I")[0], wanted=key in arrays)
        last = 0
        for _ in range(tensors):
            self.string()
            dimensions = self.take("I")[0]
            self.advance(8 * dimensions + 4)
            last = max(last, self.take("Q")[0])
        alignment = metadata.get("general.alignment", 32)
        if not isinstance(alignment, int) or alignment < 1:
            raise self.damaged(f"its alignment is {alignment!r}")
        data_ends = -(-self.at // alignment) * alignment + last + 1 if tensors else self.at
        if len(self.data) < data_ends:
            raise self.cut_short(data_ends)
        return Header(metadata, len(self.data), data_ends)

    def value(self, kind: int, wanted: bool) -> object:
        """One value. A long array that is not wanted is skipped: None."""
        if kind == _STRING:
            return self.string()
        if kind == _ARRAY:
            element, count = self.take("IQ")
            return self.array(element, count, wanted)
        return self.take(self.scalar(kind))[0]

    def array(self, kind: int, count: int, wanted: bool) -> list[Any] | None:
        wanted = wanted or count <= _SMALL_ARRAY
        if kind == _STRING:
            return self.strings(count, wanted)
        pattern, begin = self.scalar(kind), self.at
        self.advance(count * struct.calcsize(pattern))
        return list(struct.unpack_from(f"<{count}{pattern}", self.data, begin)) if wanted else None

    def scalar(self, kind: int) -> str:
        if kind not in _SCALARS:
            raise self.damaged(f"it has a value of the unknown type {kind}")
        return _SCALARS[kind]

    def strings(self, count: int, wanted: bool) -> list[str] | None:
        """The next `count` strings. A vocabulary has 100,000 of them, so this loop calls none of the methods here."""
        data, at, texts = self.data, self.at, []
        length = struct.Struct("<Q").unpack_from
        for _ in range(count):
            if at + 8 > len(data):
                raise self.cut_short(at + 8)
            begin = at + 8
            at = begin + length(data, at)[0]
            if wanted:
                texts.append(data[begin:at].decode("utf-8", "replace"))
        self.at = at
        self.advance(0)
        return texts if wanted else None

    def string(self) -> str:
        length = self.take("Q")[0]
        begin = self.at
        self.advance(length)
        return self.data[begin : self.at].decode("utf-8", "replace")

    def take(self, pattern: str) -> tuple[Any, ...]:
        begin, pattern = self.at, "<" + pattern
        self.advance(struct.calcsize(pattern))
        return struct.unpack_from(pattern, self.data, begin)

    def advance(self, length: int) -> None:
        self.at += length
        if self.at > len(self.data):
            raise self.cut_short(self.at)

    def damaged(self, how: str) -> ModelFileError:
        return ModelFileError(f"{self.path} is damaged: {how}. Fetch it again.")

    def cut_short(self, expected: int) -> ModelFileError:
        return ModelFileError(
            f"{self.path} is cut short: it has {len(self.data):,} bytes and needs at least {expected:,}. "
            "Fetch it again."
        )
