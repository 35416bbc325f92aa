"""Article -> chunks of whole sentences that fit the embedder's window, with exact offsets."""

from bisect import bisect_left, bisect_right

from vectorstore.articles import Article, Chunk
from vectorstore.text.sentences import sentences

VERSION = "sentences-1"
"""Goes into the index's manifest: change it when the same article would be cut in another way."""

MAX_PIECES = 180
"""Word pieces of text in a chunk; with a title of at most 64 in front they fit MiniLM's window of 256."""

MAX_CHARACTERS = 4000
"""A word of over 100 letters is one word piece, however long: such text is cut by characters."""

MAX_WORD = 100
"""Word pieces that the rest of a word cut by characters can fall into, at most."""


def chunk(article: Article, pieces: list[int]) -> list[Chunk]:
    """Cut an article into chunks of at most MAX_PIECES word pieces, each a run of whole sentences.

    `pieces` holds where the word of each word piece of `article.text` starts (`Embedder.pieces`). A chunk
    starts with the last sentence of the one before it, if that leaves room for more than half a chunk of
    new text. A sentence too long for a chunk is cut between words.
    """
    chunks: list[Chunk] = []
    run: list[tuple[int, int]] = []
    for span in _short_enough(article.text, pieces):
        if run and not _fits(run[0][0], span[1], pieces):
            chunks.append(_cut(article, run))
            last = run[-1]
            small = _size(*last, pieces) <= MAX_PIECES // 2
            run = [last] if small and len(run) > 1 and _fits(last[0], span[1], pieces) else []
        run.append(span)
    if run:
        chunks.append(_cut(article, run))
    return chunks


def _cut(article: Article, run: list[tuple[int, int]]) -> Chunk:
    start, end = run[0][0], run[-1][1]
    return Chunk(article.id, start, end, article.text[start:end])


def _size(start: int, end: int, pieces: list[int]) -> int:
    return bisect_left(pieces, end) - bisect_left(pieces, start) + _rest_of_word(start, pieces)


def _rest_of_word(start: int, pieces: list[int]) -> int:
    """What to allow for where `start` may lie inside a word: its pieces count where the word begins."""
    first = bisect_left(pieces, start)
    at_word = first == 0 or (first < len(pieces) and pieces[first] == start)
    return 0 if at_word else MAX_WORD


def _fits(start: int, end: int, pieces: list[int]) -> bool:
    return _size(start, end, pieces) <= MAX_PIECES and end - start <= MAX_CHARACTERS


def _short_enough(text: str, pieces: list[int]) -> list[tuple[int, int]]:
    """The sentences, with those that no chunk could hold cut between words."""
    spans: list[tuple[int, int]] = []
    for start, end in sentences(text):
        while not _fits(start, end, pieces):
            cut = _cut_before(text, start, end, pieces)
            spans.append((start, start + len(text[start:cut].rstrip())))
            start = cut
            while text[start].isspace():
                start += 1
        spans.append((start, end))
    return spans


def _cut_before(text: str, start: int, end: int, pieces: list[int]) -> int:
    """The last place to cut a span that is too long: white space, else a word's start, else in a long word."""
    limit = min(start + MAX_CHARACTERS, end)
    full = bisect_left(pieces, start) + MAX_PIECES - _rest_of_word(start, pieces)
    if full < len(pieces):
        limit = min(limit, pieces[full])
    space = max(text.rfind(" ", start + 1, limit), text.rfind("\n", start + 1, limit))
    if space > start:
        return space
    behind = bisect_right(pieces, limit)
    return pieces[behind - 1] if behind and pieces[behind - 1] > start else limit
