"""Split text into sentences with sentencex (Wikimedia's splitter), as exact offsets."""

import re
from collections.abc import Iterator

from vectorstore.errors import SplitterError

WINDOW = 10_000
"""Characters given to the splitter at once: its time is quadratic where a quotation mark is not closed."""

# sentencex 1.0.32 panics at a capital letter, one of these spaces and a full stop, as in "J\u00a0.".
_PLAIN_SPACES = {code: " " for code in range(0x80, 0x3001) if chr(code).isspace()}
_CONTINUES = re.compile(r"[a-z]")
_OPENING = "“‘«(["
_QUOTES = "\"'"


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence, in order, without the white space around it. Raises SplitterError.

    The sentences cover every character of `text` that is not white space once. Two errors of the splitter are
    corrected: an opening quotation mark at the end of a sentence is moved to the next one, and what goes on in lower
    case on the same line ("... DONE!” he posted") is joined to the sentence before.
    """
    spans: list[tuple[int, int]] = []
    carried: int | None = None
    for boundary, end in _boundaries(text):
        start = boundary if carried is None else carried
        carried = None
        quote = _trailing_quote(text, start, end)
        if start < quote < end < len(text) and not text[end].isspace():
            end = carried = quote
        start, end = _trim(text, start, end)
        if start == end:
            continue
        if spans and _CONTINUES.match(text, start) and "\n" not in text[spans[-1][1] : start]:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _boundaries(text: str) -> Iterator[tuple[int, int]]:
    """Yield the splitter's sentences, window by window: (start, end), without gaps between them."""
    text = text.translate(_PLAIN_SPACES)
    start = 0
    while start < len(text):
        end, ends_sentence = _window(text, start)
        boundaries = _split(text[start:end])
        if not ends_sentence and len(boundaries) > 1:
            boundaries.pop()  # the last sentence may go on after the window
        for boundary in boundaries:
            yield start + boundary["start_index"], start + boundary["end_index"]
        start += boundaries[-1]["end_index"]


def _split(text: str) -> list[dict[str, int]]:
    """The splitter's sentences, as dictionaries with start_index and end_index. Raises SplitterError where it fails.

    It is written in Rust, whose panics are raised as a BaseException that `except Exception` does not catch.
    """
    import sentencex

    try:
        boundaries: list[dict[str, int]] = sentencex.get_sentence_boundaries("en", text)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        reason = " ".join(str(error).split())[:120]
        raise SplitterError(
            f"the sentence splitter fails on its text ({reason}): change or leave out the odd characters in it"
        ) from error
    return boundaries


def _window(text: str, start: int) -> tuple[int, bool]:
    """The end of the window from `start` on, after a paragraph if possible, and whether a sentence ends there."""
    end = start + WINDOW
    if end >= len(text):
        return len(text), True
    if (paragraph := text.rfind("\n\n", start + 1, end)) > 0:
        return paragraph + 2, True
    space = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end))
    return (end if space < 0 else space), False


def _trailing_quote(text: str, start: int, end: int) -> int:
    """The offset at which the opening quotation marks and brackets at the end of text[start:end] begin; else `end`."""
    at = end
    while at > start and (text[at - 1].isspace() or text[at - 1] in _OPENING + _QUOTES):
        at -= 1
    if any(character in _OPENING for character in text[at:end]):
        return at
    straight = end - at > 1 and text[end - 1] in _QUOTES and text[end - 2].isspace()
    return end - 2 if straight else end


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
