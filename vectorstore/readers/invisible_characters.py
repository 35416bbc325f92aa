"""Remove invisible characters: they can hide instructions to a model, and some are letters in a wrong encoding.

Inside a word, as with a soft hyphen, nothing takes their place. Where two words or two numbers would become one, a
space does: "5" and "7 million" with a control character between them must not become 57 million.
"""

import re
import unicodedata

_LINE_BREAKS = re.compile(r"\r\n?|[\v\f\x1c-\x1e\u2028\u2029]")
# Nobody writes U+0080 to U+009F: they are Windows-1252 decoded as Latin-1, and browsers read them so, too.
_MISREAD = {code: bytes([code]).decode("cp1252", "ignore") or chr(code) for code in range(0x80, 0xA0)}
_CONTROLS = r"\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\ud800-\udfff\ufff9-\ufffb"
_FORMATS = r"\u00ad\u061c\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f"
_INVISIBLE = re.compile(f"[{_CONTROLS}{_FORMATS}]+")
_CONTROL = re.compile(f"[{_CONTROLS}]")
_SPACE_LIKE = re.compile("[\u200b\ufeff]")  # zero-width space and byte order mark
_SENTENCE_END = ".!?…:;"
# Zero-width joiners belong into Persian, Hindi and emoji; beside Latin letters they only hide something.
_STRAY_JOINER = re.compile(
    r"(?<![^\x00-\u02ff\u200c\u200d])[\u200c\u200d]+|[\u200c\u200d]+(?![^\x00-\u02ff\u200c\u200d])"
)


def strip_invisible(text: str) -> str:
    """The text without invisible characters, and with LF for every kind of line break."""
    text = _LINE_BREAKS.sub("\n", text)
    if text.isascii() and not _INVISIBLE.search(text):
        return text
    text = _INVISIBLE.sub(_replacement, text.translate(_MISREAD))
    return _STRAY_JOINER.sub(_replacement, text) if "\u200c" in text or "\u200d" in text else text


def one_line(text: str) -> str:
    """The text without invisible characters, on one line, with single spaces: for titles and names."""
    return " ".join(strip_invisible(text).split())


def _replacement(hidden: re.Match[str]) -> str:
    """The replacement for invisible characters: a space where the text on both sides would wrongly join, else ""."""
    before, after = hidden.string[hidden.start() - 1 : hidden.start()], hidden.string[hidden.end() : hidden.end() + 1]
    if not before.strip() or not after.strip():
        return ""
    if _CONTROL.search(hidden[0]):
        return " "
    digits = before.isdigit() or after.isdigit()
    if digits and (_is_word(before) or before in _SENTENCE_END) and _is_word(after):
        return " "
    if before in _SENTENCE_END and after.isalpha():
        return " "
    capital = after.isupper() and not before.isupper() and _is_word(before)
    return " " if capital and _SPACE_LIKE.search(hidden[0]) else ""


def _is_word(char: str) -> bool:
    return unicodedata.category(char)[0] in "LMN"
