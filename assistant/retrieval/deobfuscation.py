"""Text -> plainer spellings of it, in which a language model may read it: without markup, look-alikes and base64."""

import base64
import html
import re
import unicodedata
from collections.abc import Iterator
from functools import cache

_LOOKALIKES = {ord(letter): latin for letter, latin in zip("кмтнвгεκτχηβυ", "kmthbrektxnbu", strict=True)}
"""Lower-case letters that look like Latin ones and that Unicode's own list, made for capitals too, leaves out."""

_OTHER_LETTER = re.compile("[^\\W\\d_\x00-\u0130\u0132-\u024f]")
"""A letter beyond those with which Latin languages are written, and the dotless i."""

_SMALL_CAPITAL = "LATIN LETTER SMALL CAPITAL "

_LEET = str.maketrans("013457@$", "oieastas")
_LEET_WORD = re.compile(r"(?<![\w@$])(?=[\w@$]*[a-z])(?=[\w@$]*[013457@$])[\w@$]+")
_SPACED = re.compile(r"(?<!\w)(?:\w[ .·_*-]{1,2}){5,}\w(?!\w)")
_BASE64 = re.compile(r"[A-Za-z0-9+/]{20,}={0,2}")
_INLINE = re.compile(r"</?(?:a|b|i|u|s|em|strong|span|font|small|sup|sub|mark|wbr)\b[^<>]{0,200}>|<!--[^<>]{0,200}-->")
_TAG = re.compile(r"</?[a-z][^<>]{0,200}>|<!--|-->")
_MARKS = re.compile(r"[*`~\\^]+")
_TYPOGRAPHY = str.maketrans("‘’‚“”„«»‹›–—―•·", "'''\"\"\"\"\"''---**")
_INVISIBLE = re.compile(
    "[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\ufffb\U000e0000-\U000e01ef]"
)
_ACCENTS = re.compile("[\u0300-\u036f]")
_BLANKS = re.compile(r"[^\S\n]+")
_BREAKS = re.compile(r"\s*\n\s*")


def plain(text: str) -> str:
    """Lower case, without accents, invisible characters, HTML entities and runs of white space."""
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
        text = bare(_INVISIBLE.sub("", text).translate(_TYPOGRAPHY))
    if "&" in text:
        text = html.unescape(html.unescape(text))
    return _BREAKS.sub("\n", _BLANKS.sub(" ", text.casefold())).strip()


def bare(text: str) -> str:
    """Text without accents: é is e, й is и. Marks that a script such as Hindi's or Arabic's needs are kept."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


def readings(text: str) -> Iterator[str]:
    """`plain(text)`; then the same without markup, with Latin letters for look-alikes and for digits ("1gn0re"), and
    with letters that were set apart ("i g n o r e") joined, each step on top of the one before; then decoded base64.

    A step that changes nothing yields nothing.
    """
    reading = plain(text)
    yield reading
    for undo in (_without_markup, _without_lookalikes, _without_digits, _without_gaps):
        undone = undo(reading)
        if undone != reading:
            reading = undone
            yield reading
    for match in _BASE64.finditer(text):
        try:
            hidden = base64.b64decode(match[0] + "=" * (-len(match[0]) % 4)).decode()
        except ValueError:  # no base64, or no text in it
            continue
        yield plain(hidden)


def _without_markup(text: str) -> str:
    if "<" in text:
        text = _TAG.sub(" ", _INLINE.sub("", text))
    return _BLANKS.sub(" ", _MARKS.sub("", text).replace("__", "").replace("_", " ")).strip()


def _without_lookalikes(text: str) -> str:
    return text.translate(_latin_letters()) if _OTHER_LETTER.search(text) else text


@cache
def _latin_letters() -> dict[int, str]:
    """The Latin letter that each of 1,200 letters looks like, by Unicode's confusables, in lower case.

    Loading them takes a fifth of a second, so that only a text with such a letter does it.
    """
    from confusable_homoglyphs.confusables import confusables_data

    alike: dict[int, str] = {}
    for letter, entries in confusables_data.items():
        latin = next((entry["c"].lower() for entry in entries if entry["c"].isascii() and entry["c"].isalpha()), "")
        if len(letter) == len(latin) == 1 and _OTHER_LETTER.fullmatch(letter):
            alike[ord(letter)] = latin
    for code in range(0x250, 0xA800):
        name = unicodedata.name(chr(code), "")
        if name.startswith(_SMALL_CAPITAL) and len(name) == len(_SMALL_CAPITAL) + 1:
            alike[code] = name[-1].lower()
    return alike | _LOOKALIKES


def _without_digits(text: str) -> str:
    return _LEET_WORD.sub(lambda word: word[0].translate(_LEET), text)


def _without_gaps(text: str) -> str:
    return _SPACED.sub(lambda run: re.sub(r"\W|_", "", run[0]), text)
