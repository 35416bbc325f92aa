"""The bytes of a file to text, or one line that says why not."""

import codecs
from pathlib import Path

from vectorstore.errors import StoreError
from vectorstore.readers.encodings import candidates, marked_encoding, shown

MAX_BYTES = 100_000_000  # of one article file, or of one line of JSON lines

_KNOWN = {
    b"%PDF-": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1a\x1b"))


class UnreadableError(StoreError):
    """A file or a line that can't be read as text; the message stands for itself."""


def read_bytes(path: Path) -> bytes:
    """A whole file. Raises UnreadableError over MAX_BYTES, before anything is read; OSError."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableError(
            f"{size / 1e6:.0f} MB, and one article may have {MAX_BYTES / 1e6:.0f} MB:"
            " split it, or make it JSON lines (.jsonl), which may be of any size"
        )
    return path.read_bytes()


def decode(data: bytes, otherwise: str | None = None) -> tuple[str, str | None]:
    """Text, and a warning where its encoding had to be guessed.

    A byte order mark decides; else UTF-8; else `otherwise`, a codec that is known from the rest of the file;
    else what a page declares; else the best guess. Raises UnreadableError for bytes that are no text.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
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
        return _decode_damaged(data, error.start) or _decode_guessed(data, error.start, otherwise)


def _refuse_binary(data: bytes) -> None:
    for head, name in _KNOWN.items():
        if data.startswith(head):
            raise UnreadableError(f"it is {name}, not text: save it as text or HTML")
    sample = data[:65_536]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if b"\0" in data or controls > len(sample) / 100:
        raise UnreadableError("it holds binary data, not text: save the article as text in UTF-8, or leave it out")


def _decode_damaged(data: bytes, bad: int) -> tuple[str, str] | None:
    """UTF-8 with damage: two letters beyond ASCII that are UTF-8 to one that is not. Else None."""
    mended = data.decode(errors="replace")
    wrong = mended.count("\ufffd") - data.count("\ufffd".encode())
    if 3 * wrong > sum(char > "\x7f" for char in mended):
        return None
    return (
        mended,
        f"{wrong:,} bytes in it are not UTF-8 (the first at {bad:,}): they stand as \ufffd in the text",
    )


def _decode_guessed(data: bytes, bad: int, otherwise: str | None) -> tuple[str, str]:
    """Text that is not UTF-8. `bad`: where the first byte stands that is not."""
    for name, codec in [(shown(otherwise), otherwise)] if otherwise else candidates(data, bad):
        try:
            text = data.decode(codec)
        except (LookupError, UnicodeDecodeError):
            continue
        return (
            text,
            f"it is not UTF-8 (byte {bad:,}) and was read as {name}: if letters are wrong, save it as UTF-8",
        )
    raise UnreadableError(f"byte {bad:,} is not UTF-8, nor is it in an encoding to be guessed: save it as UTF-8")
