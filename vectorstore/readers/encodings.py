"""The encoding of bytes: by byte order mark, as an HTML page declares it, or guessed by charset_normalizer.

Declared labels mean what they mean to browsers (WHATWG, by webencodings): "iso-8859-1" is Windows-1252. With
charset_normalizer alone 2 tests of encodings fail: a declared one, and a short text in Windows-1252.
"""

import codecs
import re
from collections.abc import Iterator

# The longer marks first: that of UTF-32 begins with that of UTF-16.
_BYTE_ORDER_MARKS = (
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
_PYTHON_CODEC = re.compile(r"(?:cp|mac|iso|koi|hz|gb|euc|big5|shift|johab|ptcp|kz)[\w-]*")
_HEAD = 4096  # bytes within which a page declares its encoding
GUESS_BYTES = 200_000  # a guess from more is no better, and slow


def encoding_at_start(data: bytes) -> str | None:
    """The encoding shown by the first bytes: by a byte order mark, or UTF-16 without one; else None."""
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    return marked or _unmarked_utf_16(data[:_HEAD])


def _unmarked_utf_16(head: bytes) -> str | None:
    """UTF-16 without a byte order mark, recognised by NULs in every second byte only; None for anything else."""
    head = head[: len(head) // 2 * 2]
    for name, zeros, others in (("utf-16-le", head[1::2], head[::2]), ("utf-16-be", head[::2], head[1::2])):
        if 10 * zeros.count(0) >= len(zeros) > 1 and others.count(0) == 0:
            text = head.decode(name, errors="replace")
            if " " in text and all(char.isprintable() or char.isspace() for char in text[:-1]):
                return name
    return None


def candidate_encodings(data: bytes, bad: int) -> Iterator[tuple[str, str]]:
    """Yield encodings to try for bytes that are not UTF-8 at offset `bad`: (name to display, Python codec)."""
    if (declared := _DECLARATION.search(data, 0, _HEAD)) and (
        codec := web_codec(label := (declared[1] or declared[2]).decode("latin-1"))
    ):
        yield (f"{display_name(codec)} (declared as {label})", codec)
    guessed = guess_encoding(data[max(0, bad - GUESS_BYTES // 2) : bad + GUESS_BYTES // 2])
    yield from ((display_name(name), name) for name in guessed)


def guess_encoding(sample: bytes) -> Iterator[str]:
    """Yield at most one Python codec for bytes without a declaration; none where no encoding fits."""
    # Most old news text is Windows-1252, and a few characters beyond ASCII are too few to guess from.
    if sum(byte > 127 for byte in sample) < max(20, len(sample) / 50):
        yield web_codec("cp1252") or "cp1252"
        return
    from charset_normalizer import from_bytes

    if (best := from_bytes(sample).best()) and (codec := web_codec(best.encoding)):
        yield codec


def web_codec(label: str) -> str | None:
    """The Python codec for a label by the WHATWG standard: iso-8859-1 and us-ascii mean Windows-1252.

    Bytes that such an encoding leaves undefined become control characters, as in a browser, and no error.
    None for an unknown label, and for UTF-16: a page whose label could be read as ASCII is not in UTF-16.
    """
    import ftfy.bad_codecs  # noqa: F401 - registers the codecs "sloppy-..."
    import webencodings

    known = webencodings.lookup(label) or webencodings.lookup(_python_name(label) or "")
    if known is None:
        name = _python_name(label)
        return name if name and _PYTHON_CODEC.fullmatch(name) else None
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


def display_name(codec: str) -> str:
    """The usual name of a Python codec."""
    return codec.removeprefix("sloppy-").replace("windows-125", "cp125")
