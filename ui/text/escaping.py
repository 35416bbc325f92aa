"""Other people's text made safe to print.

Articles and questions are somebody else's text. Before a terminal shows it, control characters become visible signs,
so that no article can move the cursor, set the window's title or hide part of what it says.
"""

import json
import re

_BIDI_CONTROLS = (*range(0x202A, 0x202F), *range(0x2066, 0x206A))
_VISIBLE = (
    {code: chr(0x2400 + code) for code in range(0x20) if chr(code) not in "\n\t"}
    | {0x7F: "␡"}
    | dict.fromkeys((*range(0x80, 0xA0), *range(0xD800, 0xE000)), "�")
    | dict.fromkeys(_BIDI_CONTROLS)
)
"""A table for str.translate: C0 controls as their Unicode pictures, C1 controls and lone surrogates as U+FFFD, and
marks that change the direction of writing removed. Line breaks and tabs stay."""

_UNSAFE_IN_JSON = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")


def printable(text: str) -> str:
    """The text with control characters made visible or removed, and CRLF as a plain line break."""
    return text.replace("\r\n", "\n").translate(_VISIBLE)


def inline(text: str) -> str:
    """The text as `printable` gives it, on one line: every run of white space is one space."""
    return " ".join(printable(text).split())


def json_line(value: object) -> str:
    """The value as one line of JSON, with the characters that a terminal might act on escaped."""
    text = json.dumps(value, ensure_ascii=False)
    return _UNSAFE_IN_JSON.sub(lambda match: f"\\u{ord(match[0]):04x}", text)
