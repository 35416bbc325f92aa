"""Cut articles into chunks of whole sentences that fit the embedder's window, with exact offsets."""

from bisect import bisect_left, bisect_right

from vectorstore.articles import Article, Chunk
from vectorstore.text.sentences import sentences

VERSION = "sentences-1"
"""Recorded in the index's manifest: change it whenever the same article would be cut differently."""

MAX_PIECES = 180
"""Word pieces of text in a chunk, at most; with a title of at most 64 they fit MiniLM's window of 256."""

MAX_CHARACTERS = 4000
"""Characters in a chunk, at most: a word of over 100 letters is one word piece, however long it is."""

MAX_WORD = 100
"""Word pieces that the rest of a word cut in the middle can have, at most."""


def chunk(article: Article, pieces: list[int]) -> list[Chunk]:
    """Cut an article into chunks of at most MAX_PIECES word pieces, each of consecutive whole sentences.

    `pieces` holds, for each word piece of `article.text`, the offset of its word (`Embedder.word_starts`). Chunks
    overlap by one sentence, if that is at most half a chunk long. A sentence too long for a chunk is cut between
    words.
    """
    chunks: list[Chunk] = []
    run: list[tuple[int, int]] = []
    for span in _split_long(article.text, pieces):
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
    """The number of word pieces of a span, at most."""
    return bisect_left(pieces, end) - bisect_left(pieces, start) + _rest_of_word(start, pieces)


def _rest_of_word(start: int, pieces: list[int]) -> int:
    """Word pieces to add where `start` is inside a word, whose own pieces are counted at its start; else 0."""
    first = bisect_left(pieces, start)
    at_word = first == 0 or (first < len(pieces) and pieces[first] == start)
    return 0 if at_word else MAX_WORD


def _fits(start: int, end: int, pieces: list[int]) -> bool:
    return _size(start, end, pieces) <= MAX_PIECES and end - start <= MAX_CHARACTERS


def _split_long(text: str, pieces: list[int]) -> list[tuple[int, int]]:
    """The spans of the sentences, those too long for a chunk cut between words."""
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
    """The last offset at which to cut a span that is too long: white space, else a word's start, else inside a word."""
    limit = min(start + MAX_CHARACTERS, end)
    full = bisect_left(pieces, start) + MAX_PIECES - _rest_of_word(start, pieces)
    if full < len(pieces):
        limit = min(limit, pieces[full])
    space = max(text.rfind(" ", start + 1, limit), text.rfind("\n", start + 1, limit))
    if space > start:
        return space
    after = bisect_right(pieces, limit)
    return pieces[after - 1] if after and pieces[after - 1] > start else limit
