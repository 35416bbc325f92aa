"""Chunks: exact offsets, never over the embedder's window, nothing lost, a sentence of overlap."""

from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tokenizers import Tokenizer

from tests.growth import grows_linearly
from vectorstore.articles import Article, Chunk
from vectorstore.chunking import MAX_PIECES, chunk
from vectorstore.index.embedding import Embedder
from vectorstore.text.sentences import sentences

WORDS = st.sampled_from(
    [
        *(
            "Kyiv",
            "a",
            "1,200",
            "unaffableness",
            "antidisestablishmentarianism",
            "x" * 99,
            "x1" * 50,
            "x1" * 51,
            "é" * 60,
        ),
        *(
            "z" * 500,
            "q7" * 2100,
            "😀",
            "ab😀cd",
            "新闻",
            "한국어",
            "e\u0301" * 30,
            "[SEP]",
            "www.a-b.c/d?e=f",
            "\u200b",
        ),
    ]
)
GAPS = st.sampled_from([" ", " ", " ", ". ", ".\n", "\n\n", "", "", "\t", "\u00a0", ".” ", " “", ", "])
RUNS = st.lists(st.tuples(WORDS | st.text(max_size=12), GAPS), max_size=12).map(
    lambda pairs: "".join(word + gap for word, gap in pairs)
)
TEXTS = st.lists(st.tuples(RUNS, st.integers(1, 40)), max_size=4).map(
    lambda runs: "".join(run * times for run, times in runs)[:60_000]
)
TITLES = st.just("") | RUNS | st.tuples(RUNS, st.integers(1, 100)).map(lambda pair: pair[0] * pair[1])


@pytest.fixture(scope="module")
def tokenizer(embedder: Embedder) -> Tokenizer:
    """MiniLM's own, without its window."""
    tokenizer = Tokenizer.from_file(str(embedder.folder / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def cut(embedder: Embedder, text: str, title: str = "") -> tuple[Article, list[Chunk]]:
    article = Article("s", text, title)
    return article, chunk(article, embedder.word_starts(text))


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(TEXTS, TITLES)
def test_whatever_the_text(embedder: Embedder, tokenizer: Tokenizer, text: str, title: str) -> None:
    article, chunks = cut(embedder, text, title)
    at = 0
    for before, now in zip([None, *chunks], chunks, strict=False):
        assert now.article_id == article.id
        assert article.text[now.start : now.end] == now.text == now.text.strip() != ""
        assert len(tokenizer.encode(embedder.with_title(title, now.text)).ids) <= embedder.window
        assert not text[at : now.start].strip(), "a character in no chunk"
        assert before is None or (before.start < now.start and before.end < now.end)
        at = now.end
    assert not text[at:].strip()


def test_a_word_cut_by_characters_can_fall_into_more_pieces(embedder: Embedder, tokenizer: Tokenizer) -> None:
    # 4,096 letters are one unknown word, but the last 96 of them, behind the cut, are 96 pieces.
    text = "q7" * 2048 + " one" * 179 + "."
    _, chunks = cut(embedder, text)
    assert max(len(tokenizer.encode(embedder.with_title("news " * 99, c.text)).ids) for c in chunks) <= 256


def test_whole_sentences_with_one_of_overlap(embedder: Embedder) -> None:
    text = " ".join(f"On day {n} the mayor of the town opened another of its many bridges." for n in range(60))
    article, chunks = cut(embedder, text)
    spans = sentences(text)
    starts, ends = {s for s, _ in spans}, {e for _, e in spans}
    assert len(chunks) > 4
    assert all(c.start in starts and c.end in ends for c in chunks)
    for before, now in pairwise(chunks):
        assert (now.start, before.end) in spans
    assert all(len(embedder.word_starts(c.text)) > MAX_PIECES * 0.8 for c in chunks[:-1])
    assert len({c.id for c in chunks}) == len(chunks)
    assert chunks[-1].end == len(article.text)


def test_a_long_sentence_is_not_carried_over(embedder: Embedder) -> None:
    long = "The court heard " + "that it rained and " * 25 + "that it stopped."
    text = f"It began. {long} It was late. {long} It ended."
    _, chunks = cut(embedder, text)
    assert len(chunks) == 2
    assert chunks[1].text.startswith("It was late.")


def test_a_short_text_is_one_chunk_and_an_empty_one_is_none(embedder: Embedder) -> None:
    assert [c.text for c in cut(embedder, "\n One. Two. ")[1]] == ["One. Two."]
    assert cut(embedder, "")[1] == cut(embedder, " \n\u00a0")[1] == []


@pytest.mark.parametrize("letter", ["a", "新", "Q7", "a.", "\u200b", "“"])
def test_a_line_of_1_mb_without_spaces(embedder: Embedder, tokenizer: Tokenizer, letter: str) -> None:
    text = letter * (1_000_000 // len(letter.encode()))
    _, chunks = cut(embedder, text)
    assert "".join(c.text for c in chunks) == text
    for c in [*chunks[:3], *chunks[-3:]]:
        assert len(tokenizer.encode(c.text).ids) <= MAX_PIECES + 2


def test_a_line_of_5_mb_takes_linear_time(embedder: Embedder) -> None:
    line = "words and more words went on and on without an end to them "

    def chunking(size: int) -> None:
        text = line * (size // len(line))
        assert len(chunk(Article("s", text), embedder.word_starts(text))) >= len(text) / 4000

    assert grows_linearly(chunking, 1_250_000)
