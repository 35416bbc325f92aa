"""Text without the characters that show nothing: they can hide orders, and some are letters read in a wrong encoding.

What goes leaves no gap inside a word, as a soft hyphen does. Where two words or two figures would run into one, a
space takes its place: a "5" and a "7 million" with a control character between them are never 57 million.
"""

import re
import unicodedata

_LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\u2028\u2029]")
# U+0080 to U+009F are no characters that anybody writes: they are Windows-1252 read as Latin-1, as browsers know.
_MISREAD = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_CONTROLS = r"\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff\ufff9-\ufffb"
_FORMATS = r"\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f"
_INVISIBLE = re.compile(f"[{_CONTROLS}{_FORMATS}]+")
_CONTROL = re.compile(f"[{_CONTROLS}]")
_SPACE_LIKE = re.compile("[\u200b\ufeff]")  # a place to break a line, and the mark at the head of a file
_SENTENCE_END = ".!?…:;"
# Joiners are letters' business in Persian, Hindi and emoji, and nothing but a hiding place in Latin.
_STRAY_JOINER = re.compile(
    r"(?<![^\x00-\u02ff\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff\u200c\u200d])"
)


def visible(text: str) -> str:
    """Text with LF for every line break and without characters that show nothing."""
    text = _LINE_BREAKS.sub("\n", text)
    if text.isascii() and not _INVISIBLE.search(text):
        return text
    text = _INVISIBLE.sub(_gap, text.translate(_MISREAD))
    return _STRAY_JOINER.sub(_gap, text) if "\u200c" in text or "\u200d" in text else text


def one_line(text: str) -> str:
    """A title or a name: visible, on one line, single spaces."""
    return " ".join(visible(text).split())


def _gap(hidden: re.Match[str]) -> str:
    """A space where the characters on both sides would run together, else nothing."""
    before, after = hidden.string[hidden.start() - 1 : hidden.start()], hidden.string[hidden.end() : hidden.end() + 1]
    if not before.strip() or not after.strip():
        return ""
    if _CONTROL.search(hidden[0]):
        return " "
    figures = before.isdigit() or after.isdigit()
    if figures and (_is_word(before) or before in _SENTENCE_END) and _is_word(after):
        return " "
    if before in _SENTENCE_END and after.isalpha():
        return " "
    capital = after.isupper() and not before.isupper() and _is_word(before)
    return " " if capital and _SPACE_LIKE.search(hidden[0]) else ""


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"
