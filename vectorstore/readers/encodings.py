"""Which encoding bytes are in: what a page declares, read as browsers read it, else a guess."""

import codecs
import re
from collections.abc import Iterator

# The longer marks stand first: the UTF-32 one begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARATION = re.compile(
    rb"<\?xml\b[^>]{0,200}?\bencoding\s*=\s*[\"']([^\"'>]{2,40})"
    rb"|<meta\b[^>]{0,300}?\bcharset\s*=\s*[\"']?\s*([^\s\"'/>;]{2,40})",
    re.IGNORECASE,
)
_OF_PYTHON = re.compile(r"(?:cp|mac|iso|koi|hz|gb|euc|big5|shift|johab|ptcp|kz)[\w-]*")
_HEAD = 4096  # bytes in which a page declares its encoding
GUESS_FROM = 200_000  # bytes: a guess from more is no better, and slow


def marked_encoding(data: bytes) -> str | None:
    """The encoding that the start of `data` shows: by a byte order mark, or UTF-16 without one. Else None."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), None) or _unmarked_utf_16(data[:_HEAD])


def _unmarked_utf_16(head: bytes) -> str | None:
    """UTF-16 of a script whose spaces and digits give every second byte a NUL, and none in between."""
    head = head[: len(head) // 2 * 2]
    for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if 10 * zeros.count(0) >= len(zeros) > 1 and others.count(0) == 0:
            text = head.decode(name, errors="replace")
            if " " in text and all(char.isprintable() or char.isspace() for char in text[:-1]):
                return name
    return None


def candidates(data: bytes, bad: int) -> Iterator[tuple[str, str]]:
    """Encodings to try for bytes that are not UTF-8 from `bad` on: (name to show, Python's codec)."""
    if (declared := _DECLARATION.search(data, 0, _HEAD)) and (
        codec := web_codec(label := (declared[1] or declared[2]).decode("latin-1"))
    ):
        yield (f"{shown(codec)} (declared as {label})", codec)
    guessed = guess(data[max(0, bad - GUESS_FROM // 2) : bad + GUESS_FROM // 2])
    yield from ((shown(name), name) for name in guessed)


def guess(sample: bytes) -> Iterator[str]:
    """Python's codec for bytes that declare nothing; none where they are like no text that is known."""
    # Most legacy news text is Windows-1252, and a few letters beyond ASCII are too little for a guess.
    if sum(byte > 127 for byte in sample) < max(20, len(sample) / 50):
        yield web_codec("cp1252") or "cp1252"
        return
    from charset_normalizer import from_bytes

    if (best := from_bytes(sample).best()) and (codec := web_codec(best.encoding)):
        yield codec


def web_codec(label: str) -> str | None:
    """Python's codec for a label as the web reads it (WHATWG): iso-8859-1 and us-ascii mean Windows-1252.

    Bytes that such an encoding leaves undefined become control characters, as in a browser, and no error.
    None for a label that nobody knows, and for UTF-16, which a page that can be searched for its label is not.
    """
    import ftfy.bad_codecs  # noqa: F401 - registers the codecs "sloppy-..."
    import webencodings

    known = webencodings.lookup(label) or webencodings.lookup(_python_name(label) or "")
    if known is None:
        name = _python_name(label)
        return name if name and _OF_PYTHON.fullmatch(name) else None
    if known.name.startswith("utf-16"):
        return None
    name = "windows-1252" if known.name == "x-user-defined" else known.name
    try:
        return codecs.lookup(f"sloppy-{name}").name
    except LookupError:
        return str(known.codec_info.name)


def _python_name(label: str) -> str | None:
    try:
        return codecs.lookup(label.strip()).name
    except (LookupError, ValueError):
        return None


def shown(codec: str) -> str:
    """A codec's name as people know it."""
    return codec.removeprefix("sloppy-").replace("windows-125", "cp125")
