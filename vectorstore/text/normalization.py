"""One normal form of text: `plain` for reading, with offsets kept; `folded` for search and comparison.

Articles are stored and quoted to the letter. What is read in them is read in their plain form, so that a text copied
out of a PDF (ligatures, soft hyphens) or from a Mac (accents as characters of their own) reads like any other.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

INVISIBLE = "\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff"
"""Soft hyphens, zero-width and direction marks, as they stand in a regular expression's brackets."""

ACCENT = "\u0300-\u036f"
"""Accents that are characters of their own, as they stand in a regular expression's brackets."""

LETTERS = rf"[^\W_](?:[^\W_]|[{ACCENT}{INVISIBLE}]+(?=[^\W_])|[{ACCENT}])*"
"""A regular expression for letters and digits in a row, accents and what is invisible between them included."""

_APOSTROPHES = "‘’ʼʹ′`´＇"
_LINE_END = r"\u00ad[ \t]*\r?\n[ \t]*(?=[^\W\d_])"
"""A soft hyphen at the end of a line: the word goes on in the next one."""

_HIDDEN = re.compile(rf"{_LINE_END}|[{INVISIBLE}]+")
_CLUSTER = re.compile(
    rf"(?P<line_end>{_LINE_END})|[^{ACCENT}{INVISIBLE}](?:(?!{_LINE_END})[{ACCENT}{INVISIBLE}])*|[{ACCENT}{INVISIBLE}]+"
)
_WIDTHS = ("<wide>", "<narrow>", "<font>")


class _Compatible(dict[int, str]):
    """Ligatures, full-width characters and letters of mathematics written out: what looks like letters becomes them.

    "½" and "m²" stay what they are.
    """

    def __missing__(self, code: int) -> str:
        character = chr(code)
        shape = unicodedata.decomposition(character).split(" ")[0]
        out = unicodedata.normalize("NFKC", character)
        self[code] = out if shape in _WIDTHS or (shape == "<compat>" and out.isalnum()) else character
        return self[code]


class _Folded(dict[int, str]):
    """Letters without accents, those of the Latin script by their ASCII spelling: "ł" is "l", "ß" is "ss"."""

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
class Plain:
    """A text in its plain form. `starts` says for each of its characters where in the original it begins."""

    text: str
    starts: Sequence[int]
    length: int

    def origin(self, at: int) -> int:
        """The place in the original of the place `at` of the plain text."""
        return self.starts[at] if at < len(self.starts) else self.length

    def place(self, origin: int) -> int:
        """The place in the plain text of a place of the original."""
        return bisect_right(self.starts, origin) - 1 if origin < self.length else len(self.text)


def plain(text: str) -> Plain:
    """The text in Unicode's NFC without invisible characters, its ligatures and full-width characters written out."""
    if text.isascii() or not _is_odd(text):
        return Plain(text, range(len(text)), len(text))
    pieces: list[str] = []
    starts: list[int] = []
    for match in _CLUSTER.finditer(text):
        shown = "" if match["line_end"] else _HIDDEN.sub("", match[0])
        piece = unicodedata.normalize("NFC", shown.translate(_COMPATIBLE))
        pieces.append(piece)
        starts += [match.start()] * len(piece)
    return Plain("".join(pieces), starts, len(text))


def readable(text: str) -> str:
    """The plain form of a text alone."""
    return plain(text).text


def _is_odd(text: str) -> bool:
    return bool(
        _HIDDEN.search(text) or not unicodedata.is_normalized("NFC", text) or text.translate(_COMPATIBLE) != text
    )


def folded(text: str) -> str:
    """The text as it is compared: plain, in lower case, without accents, with straight apostrophes."""
    if text.isascii():
        return text.lower()
    return readable(text).translate(_FOLDED).lower()
