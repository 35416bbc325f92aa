"""Text -> sentences by sentencex (Wikimedia's splitter), as exact offsets into the text."""

import re
from collections.abc import Iterator

from vectorstore.errors import SplitterError

WINDOW = 10_000
"""Characters given to the splitter at once: what it does about quotation marks left open is quadratic."""

# sentencex 1.0.32 panics, past every `except Exception`, at a capital, such a space and a full stop: "J\u00a0."
_PLAIN_SPACES = {code: " " for code in range(0x80, 0x3001) if chr(code).isspace()}
_CONTINUES = re.compile(r"[a-z]")
_OPENING = "“‘«(["
_QUOTES = "\"'"


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence, in order, without the white space around it.

    Together they hold every character of `text` that is not white space, each once. Two slips of the
    splitter are mended: an opening quotation mark left at the end of a sentence belongs to the next one,
    and what goes on in lower case on the same line ("... DONE!” he posted") belongs to the one before.
    """
    spans: list[tuple[int, int]] = []
    carried: int | None = None
    for boundary, end in _boundaries(text):
        start = boundary if carried is None else carried
        carried = None
        quote = _opening(text, start, end)
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
    """What the splitter says, a window at a time; they follow one another without a gap."""
    text = text.translate(_PLAIN_SPACES)
    start = 0
    while start < len(text):
        end, whole = _window(text, start)
        found = _split(text[start:end])
        if not whole and len(found) > 1:
            found.pop()  # it may go on behind the window
        for boundary in found:
            yield start + boundary["start_index"], start + boundary["end_index"]
        start += found[-1]["end_index"]


def _split(text: str) -> list[dict[str, int]]:
    """The splitter's own answer. Raises SplitterError where it fails.

    It is compiled from Rust, whose panics come as a BaseException that no `except Exception` stops.
    """
    import sentencex

    try:
        found: list[dict[str, int]] = sentencex.get_sentence_boundaries("en", text)
    except (KeyboardInterrupt, SystemExit, GeneratorExit, MemoryError):
        raise
    except BaseException as error:
        reason = " ".join(str(error).split())[:120]
        raise SplitterError(
            f"the sentence splitter fails on its text ({reason}): change or leave out the odd characters in it"
        ) from error
    return found


def _window(text: str, start: int) -> tuple[int, bool]:
    """Where the window ends, and whether that is the end of a sentence: whole paragraphs if there are any."""
    end = start + WINDOW
    if end >= len(text):
        return len(text), True
    if (paragraph := text.rfind("\n\n", start + 1, end)) > 0:
        return paragraph + 2, True
    space = max(text.rfind(" ", start + 1, end), text.rfind("\n", start + 1, end))
    return (end if space < 0 else space), False


def _opening(text: str, start: int, end: int) -> int:
    """Where the opening quotation marks and brackets at the end of text[start:end] begin; `end` for none."""
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
