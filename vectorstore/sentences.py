"""Text -> sentences by sentencex (Wikimedia's splitter), as exact offsets into the text."""

import re

_OPENING = re.compile(r"[\s\"'“‘«(\[]*[“‘«(\[][\s\"'“‘«(\[]*$|\s[\"']$")
_CONTINUES = re.compile(r"[a-z]")


def sentences(text: str) -> list[tuple[int, int]]:
    """The (start, end) of each sentence, in order, without the white space around it.

    Together they hold every character of `text` that is not white space, each once. Two slips of the
    splitter are mended: an opening quotation mark left at the end of a sentence belongs to the next one,
    and what goes on in lower case on the same line ("... DONE!” he posted") belongs to the one before.
    """
    import sentencex

    spans: list[tuple[int, int]] = []
    carried: int | None = None
    for boundary in sentencex.get_sentence_boundaries("en", text):
        start, end = boundary["start_index"], boundary["end_index"]
        if carried is not None:
            start, carried = carried, None
        quote = _OPENING.search(text, start, end)
        if quote and quote.start() > start and end < len(text) and not text[end].isspace():
            end = carried = quote.start()
        start, end = _trim(text, start, end)
        if start == end:
            continue
        if spans and _CONTINUES.match(text, start) and "\n" not in text[spans[-1][1] : start]:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return start, end
