"""Text -> the readings of it that a language model may take: what is spelled oddly, spelled plainly."""

import base64
import html
import re
import unicodedata
from collections.abc import Iterator

_LOOKALIKES = str.maketrans(
    "аеорсхуіјѕԁһԛԝкмтнвгոսαοεικνρτυχηβıɩɑɡᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ",
    "aeopcxyijsdhqwkmthbrnuaoeikvptuxnbiiagabcdefghijklmnoprstuvwyz",
)
"""Lower-case letters of other scripts, and small capitals, that look like Latin ones."""

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
    """Text without accents: é is e, й is и. (What a script needs to be read, as in Hindi or Arabic, stays.)"""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", _ACCENTS.sub("", unicodedata.normalize("NFKD", text)))


def readings(text: str) -> Iterator[str]:
    """`plain(text)`, then what is left of it without markup, look-alikes and digits for letters; base64 read.

    Letters that stand alone ("i g n o r e") are put together into one word. A reading comes only if it
    differs from the one before.
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
    return text if text.isascii() else text.translate(_LOOKALIKES)


def _without_digits(text: str) -> str:
    return _LEET_WORD.sub(lambda word: word[0].translate(_LEET), text)


def _without_gaps(text: str) -> str:
    return _SPACED.sub(lambda run: re.sub(r"\W|_", "", run[0]), text)
