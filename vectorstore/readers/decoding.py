"""The bytes of a file to text."""

import codecs
from pathlib import Path

from vectorstore.errors import StoreError
from vectorstore.readers.encodings import candidate_encodings, display_name, encoding_at_start

MAX_BYTES = 100_000_000  # of one article file, or of one line of JSON lines

_BINARY_FORMATS = {
    b"%PDF-": "a PDF document",
    b"{\\rtf": "an RTF document",
    b"PK\x03\x04": "a ZIP archive or an office document",
}
_CONTROLS = bytes(set(range(32)) - set(b"\t\n\v\f\r\b\x1a\x1b"))


class UnreadableError(StoreError):
    """A file or a line of one that can't be read as articles; the message gives the reason."""


def read_bytes(path: Path) -> bytes:
    """The content of a file. Raises OSError, and UnreadableError, before anything is read, for over MAX_BYTES."""
    size = path.stat().st_size
    if size > MAX_BYTES:
        raise UnreadableError(
            f"{size / 1e6:.0f} MB, and one article may have {MAX_BYTES / 1e6:.0f} MB:"
            " split it, or make it JSON lines (.jsonl), which may be of any size"
        )
    return path.read_bytes()


def decode(data: bytes, fallback: str | None = None) -> tuple[str, str | None]:
    """The text, and a warning where its encoding had to be guessed.

    The encoding is that of the byte order mark; else UTF-8 if that fits; else `fallback`, a codec known from the rest
    of the file; else the one that an HTML page declares; else a guess. Raises UnreadableError for binary data.
    """
    data = data.removeprefix(codecs.BOM_UTF8)
    if marked := encoding_at_start(data):
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
        return _decode_damaged(data, error.start) or _decode_guessed(data, error.start, fallback)


def _refuse_binary(data: bytes) -> None:
    for head, name in _BINARY_FORMATS.items():
        if data.startswith(head):
            raise UnreadableError(f"it is {name}, not text: save it as text or HTML")
    sample = data[:65_536]
    controls = len(sample) - len(sample.translate(None, _CONTROLS))
    if b"\0" in data or controls > len(sample) / 100:
        raise UnreadableError("it holds binary data, not text: save the article as text in UTF-8, or leave it out")


def _decode_damaged(data: bytes, bad: int) -> tuple[str, str] | None:
    """Damaged UTF-8, with a warning; None where over a third of the characters beyond ASCII are no UTF-8."""
    text = data.decode(errors="replace")
    wrong = text.count("\ufffd") - data.count("\ufffd".encode())
    if 3 * wrong > sum(char > "\x7f" for char in text):
        return None
    return (
        text,
        f"{wrong:,} bytes in it are not UTF-8 (the first at {bad:,}): they are \ufffd in the text",
    )


def _decode_guessed(data: bytes, bad: int, fallback: str | None) -> tuple[str, str]:
    """Text in another encoding than UTF-8, with a warning. `bad`: the offset of the first byte that is not UTF-8.

    Raises UnreadableError where no encoding fits.
    """
    for name, codec in [(display_name(fallback), fallback)] if fallback else candidate_encodings(data, bad):
        try:
            text = data.decode(codec)
        except (LookupError, UnicodeDecodeError):
            continue
        return (
            text,
            f"it is not UTF-8 (byte {bad:,}) and was read as {name}: if letters are wrong, save it as UTF-8",
        )
    raise UnreadableError(f"byte {bad:,} is not UTF-8, nor is it in an encoding to be guessed: save it as UTF-8")
