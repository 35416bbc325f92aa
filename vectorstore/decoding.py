"""The bytes of a file to text, or one line that says why not."""

import codecs
import re
from collections.abc import Iterator
from pathlib import Path

from vectorstore.errors import StoreError

MAX_BYTES = 100_000_000  # of one article file, or of one line of JSON lines

# The longer marks stand first: the UTF-32 one begins with the UTF-16 one.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN = {
    b"%PDF-": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1a\x1b"))
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([\w-]{2,30})", re.IGNORECASE)
_GUESS_FROM = 200_000  # bytes: a guess from more is no better, and slow


class UnreadableError(StoreError):
    """A file or a line that can't be read as text; the message stands for itself."""


def marked_encoding(data: bytes) -> str | None:
    """The encoding that a byte order mark at the start of `data` names, or None."""
    return next((name for mark, name in _MARKS if data.startswith(mark)), None)


def read_bytes(path: Path) -> bytes:
    """A whole file. Raises UnreadableError over MAX_BYTES, before anything is read; OSError."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableError(
            f"{size / 1e6:.0f} MB, and one article may have {MAX_BYTES / 1e6:.0f} MB:"
            " split it, or make it JSON lines (.jsonl), which may be of any size"
        )
    return path.read_bytes()


def decode(data: bytes) -> tuple[str, str | None]:
    """Text, and a warning where its encoding had to be guessed.

    A byte order mark decides; else UTF-8; else what an HTML page declares; else the best guess. Raises
    UnreadableError for bytes that are no text.
    """
    if marked := marked_encoding(data):
        try:
            return data.decode(marked), None
        except UnicodeDecodeError as error:
            raise UnreadableError(
                f"it begins as {marked.upper()} but byte {error.start:,} is not: save it again as UTF-8"
            ) from error
    _refuse_binary(data)
    try:
        return data.decode(), None
    except UnicodeDecodeError as error:
        return _decode_guessed(data, error.start)


def _refuse_binary(data: bytes) -> None:
    for head, name in _KNOWN.items():
        if data.startswith(head):
            raise UnreadableError(f"it is {name}, not text: save it as text or HTML")
    sample = data[:65_536]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if b"\0" in data or controls > len(sample) / 100:
        raise UnreadableError("it holds binary data, not text: save the article as text in UTF-8, or leave it out")


def _decode_guessed(data: bytes, bad: int) -> tuple[str, str]:
    """Text that is not UTF-8 throughout. `bad`: where the first byte stands that is not."""
    # Two letters beyond ASCII that are UTF-8 to one that is not: it is UTF-8 with damage.
    mended = data.decode(errors="replace")
    wrong = mended.count("\ufffd") - data.count("\ufffd".encode())
    if 3 * wrong <= sum(char > "\x7f" for char in mended):
        return (
            mended,
            f"{wrong:,} bytes in it are not UTF-8 (the first at {bad:,}): they stand as \ufffd in the text",
        )
    for name in _candidates(data, bad):
        try:
            text = data.decode(name)
        except (LookupError, UnicodeDecodeError):
            continue
        return (
            text,
            f"it is not UTF-8 (byte {bad:,}) and was read as {name}: if letters are wrong, save it as UTF-8",
        )
    raise UnreadableError(f"byte {bad:,} is not UTF-8, nor is it in an encoding to be guessed: save it as UTF-8")


def _candidates(data: bytes, bad: int) -> Iterator[str]:
    """Encodings to try: the one an HTML page declares, then the likely ones."""
    if declared := _META_CHARSET.search(data, 0, 4096):
        yield declared[1].decode()
    sample = data[max(0, bad - _GUESS_FROM // 2) : bad + _GUESS_FROM // 2]
    # Most legacy news text is Windows-1252, and a few letters beyond ASCII are too little for a guess.
    if sum(byte > 127 for byte in sample) < max(20, len(sample) / 50):
        yield "cp1252"
    from charset_normalizer import from_bytes

    if best := from_bytes(sample).best():
        yield best.encoding
