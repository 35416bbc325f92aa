"""Sentences as exact offsets: nothing lost, nothing twice, split where a reader would."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import grows_linearly
from vectorstore.text.sentences import WINDOW, sentences

# What the splitter finds hard, and what once made it panic or crawl, between ordinary words.
PARTS = st.sampled_from(
    [
        *("Mr. ", "U.S. ", "a.m. ", "J.\u00a0", "J\u00a0.", "3.5", "1,200 ", ". ", "! ", "?! ", "… ", ".”", "“", " “"),
        *('"', ' "', "(", ")", "[", "\n", "\n\n", "\r\n\r\n", "\t", "\u2028", "\u0085", "\x00", "\u200b"),
        *("e\u0301", "word ", "Word ", "😀", "👩\u200d👩\u200d👧 ", "新闻。", "한국 ", "www.a.b/c?d=e ", "[SEP]"),
    ]
)
TEXTS = st.lists(PARTS | st.text(max_size=8), max_size=40).map("".join)


def split(text: str) -> list[str]:
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    "expected",
    [
        ["Mr. Smith met Dr. Jones on Jan. 5 at 3 p.m. in St. Louis.", "They spoke."],
        ["The U.S. economy grew 3.5 percent.", "Prices rose by $1.25 to 1,200.50 dollars."],
        ["The bill, No. 45, passed.", "J. R. Smith voted against it."],
        ["“We are done.”", "“Nobody will come,” she said.", "He left."],
        ['He said: "It is over."', '"Never again," she said.'],
        ["Is it true?!", "Yes!", "It is."],
        ["他说。", "我们走。"],
        ["😀 A day 👩‍👩‍👧 began.", "It ended."],
    ],
)
def test_splits_where_a_reader_would(expected: list[str]) -> None:
    assert split(" ".join(expected)) == expected


def test_what_goes_on_in_lower_case_is_the_same_sentence() -> None:
    assert split("“We are DONE!” he posted. Then silence.") == ["“We are DONE!” he posted.", "Then silence."]
    assert split("It is over!\nand a new line begins.") == ["It is over!", "and a new line begins."]


def test_an_opening_quotation_mark_goes_with_what_it_opens() -> None:
    for sentence in split("He stopped there. “ The road is closed. ” Nobody moved. (See below.) “Go on,” she said."):
        assert not sentence.endswith(("“", "("))


def test_paragraphs_and_headlines_without_a_full_stop_end_sentences() -> None:
    assert split("A headline\n\nBy Jane Doe\n\nThe text begins. It ends.") == [
        "A headline",
        "By Jane Doe",
        "The text begins.",
        "It ends.",
    ]


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\u00a0\u2003\t"])
def test_white_space_alone_is_no_sentence(text: str) -> None:
    assert sentences(text) == []


@given(TEXTS)
def test_every_character_once_in_order_and_trimmed(text: str) -> None:
    spans = sentences(text)
    assert "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())
    assert all(text[s:e] and text[s:e] == text[s:e].strip() for s, e in spans)
    assert all(end <= start for (_, end), (start, _) in pairwise(spans))


@given(TEXTS.filter(str.strip))
def test_the_same_over_the_splitters_window(text: str) -> None:
    text *= 2 * WINDOW // len(text) + 1
    spans = sentences(text)
    assert "".join("".join(text[s:e].split()) for s, e in spans) == "".join(text.split())


def test_a_window_changes_nothing_about_where_sentences_end() -> None:
    paragraph = " ".join(f"On day {n} Mr. Smith said: “We paid $3.5 million.” Nobody knew." for n in range(60))
    once = split(paragraph)
    assert split("\n\n".join([paragraph] * 6)) == once * 6
    assert len(paragraph) * 6 > 2 * WINDOW
    line = " ".join([paragraph] * 6)
    assert split(line) == once * 6


@pytest.mark.parametrize(
    "unit", ["word ", "a.", '"', " “", "“Hello there. How are you? ", "(", "J\u00a0.", "Done! he said "]
)
def test_time_is_linear(unit: str) -> None:
    assert grows_linearly(lambda size: sentences(unit * (size // len(unit))), 60_000)
