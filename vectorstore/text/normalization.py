"""Unicode normalisation: `normalize` keeps offsets into the original; `folded` is for search and comparison.

Articles are stored and quoted to the letter, and analysed in their normal form, so that text copied from a PDF
(ligatures, soft hyphens) or from a Mac (combining accents) gives the same results as any other.
"""

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Soft hyphens, zero-width and direction marks, to be put into the brackets of a regular expression."""

ACCENT = "\u0300-\u036f"
"""Combining accents, to be put into the brackets of a regular expression."""

LETTERS = rf"[^\W_](?:[^\W_]|[{ACCENT}{INVISIBLE}]+(?=[^\W_])|[{ACCENT}])*"
"""A regular expression for consecutive letters and digits, with accents and invisible characters between them."""

_APOSTROPHES = "‘’ʼʹ′`´＇"
_LINE_END = r"\u00ad[ \t]*\r?\n[ \t]*(?=[^\W\d_])"
"""A soft hyphen at the end of a line: the word goes on in the next line."""

_HIDDEN = re.compile(rf"{_LINE_END}|[{INVISIBLE}]+")
_CLUSTER = re.compile(
    rf"(?P<line_end>{_LINE_END})|[^{ACCENT}{INVISIBLE}](?:(?!{_LINE_END})[{ACCENT}{INVISIBLE}])*|[{ACCENT}{INVISIBLE}]+"
)
_WIDTHS = ("<wide>", "<narrow>", "<font>")


class _Compatible(dict[int, str]):
    """A table for str.translate: ligatures, full-width and mathematical letters to plain ones. "½" and "²" stay."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        shape = unicodedata.decomposition(character).split(" ")[0]
        out = unicodedata.normalize("NFKC", character)
        self[code] = out if shape in _WIDTHS or (shape == "<compat>" and out.isalnum()) else character
        return self[code]


class _Folded(dict[int, str]):
    """A table for str.translate: letters without accents, Latin ones in ASCII ("ł" is "l", "ß" is "ss")."""

    def __missing__(self, code: int) -> str:
        character = chr(code)
        self[code] = self._folded(character)
        return self[code]

    def _folded(self, character: str) -> str:
        base = unicodedata.normalize("NFD", character)[0]
        if base.isascii() or unicodedata.name(base, "").startswith("GREEK"):
            return base
        if unicodedata.name(base, "").startswith("LATIN"):
            from anyascii import anyascii

            return anyascii(base) or base
        return character


_COMPATIBLE = _Compatible({0x02BC: "’", 0x2010: "-", 0x2011: "-"})
_FOLDED = _Folded({ord(mark): "'" for mark in _APOSTROPHES})


@dataclass(frozen=True)
class NormalizedText:
    """A text in normal form, with the offset of each of its characters in the original, whose length is `length`."""

    text: str
    starts: Sequence[int]
    length: int

    def origin(self, at: int) -> int:
        """The offset in the original for the offset `at` in the normal form."""
        return self.starts[at] if at < len(self.starts) else self.length


def normalize(text: str) -> NormalizedText:
    """The text in Unicode's NFC, without invisible characters, and with plain letters for ligatures and variants."""
    if text.isascii() or not _needs_normalizing(text):
        return NormalizedText(text, range(len(text)), len(text))
    pieces: list[str] = []
    starts: list[int] = []
    for match in _CLUSTER.finditer(text):
        shown = "" if match["line_end"] else _HIDDEN.sub("", match[0])
        piece = unicodedata.normalize("NFC", shown.translate(_COMPATIBLE))
        pieces.append(piece)
        starts += [match.start()] * len(piece)
    return NormalizedText("".join(pieces), starts, len(text))


def normalized_text(text: str) -> str:
    """The normal form of a text, without offsets."""
    return normalize(text).text


def _needs_normalizing(text: str) -> bool:
    return bool(
        _HIDDEN.search(text) or not unicodedata.is_normalized("NFC", text) or text.translate(_COMPATIBLE) != text
    )


def folded(text: str) -> str:
    """The text for comparison: normalised, in lower case, without accents, with straight apostrophes."""
    if text.isascii():
        return text.lower()
    return normalized_text(text).translate(_FOLDED).lower()
