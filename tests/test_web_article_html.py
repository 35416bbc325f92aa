"""An article as HTML: its text to the letter, whatever is marked in it."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.web.html.article_html import article_html, text_html
from ui.web.html.escaping import plain
from vectorstore.articles import Article

TEXT = "First words.\n\nThe toll was at least 12 people killed on 14 May.\nNext line.\r\n\r\nLast <b>words</b> & more."


def inside(text: str, part: str) -> tuple[int, int]:
    return text.index(part), text.index(part) + len(part)


class Shown(HTMLParser):
    """What a reader sees, and the tags that were opened; raises for what is not balanced."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.text: list[str] = []
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        self.text.append("\n" if tag == "p" else "")

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def marks(markup: str) -> list[str]:
    return re.findall("<mark.*?</mark>", markup)


def test_paragraphs_are_the_lines_of_the_text() -> None:
    shown = text_html(TEXT, [], 0)
    assert shown.count("<p>") == 4
    assert "<p>Next line.</p>" in shown
    assert "Last &lt;b&gt;words&lt;/b&gt; &amp; more." in shown
    assert "<mark" not in shown


def test_the_sentence_looked_at_is_marked_and_its_figure_bold() -> None:
    spans = [inside(TEXT, "First words."), inside(TEXT, "The toll was at least 12 people killed on 14 May.")]
    shown = text_html(TEXT, spans, 1)
    assert '<mark id="quote-0" data-quotes="0">First words.</mark>' in shown
    assert (
        '<mark id="quote-1" class="focus" tabindex="-1" data-quotes="1">'
        "The toll was <b>at least 12 people killed</b> on 14 May.</mark>"
    ) in shown
    assert "<b>" not in text_html(TEXT, spans, 0)


def test_a_span_of_several_paragraphs_is_marked_in_each_and_named_once() -> None:
    shown = text_html(TEXT, [(6, inside(TEXT, "line.")[1])], 0)
    assert len(marks(shown)) == 3
    assert shown.count('id="quote-0"') == 1
    assert shown.count('class="focus"') == 3
    assert shown.count("tabindex") == 1


def test_overlapping_spans_all_have_their_place() -> None:
    text = "abcdefgh"
    shown = text_html(text, [(0, 4), (2, 6), (2, 6)], 1)
    assert shown == (
        '<p><mark id="quote-0" data-quotes="0">ab</mark>'
        '<mark id="quote-1" class="focus" tabindex="-1" data-quotes="0 1 2"><span id="quote-2"></span>cd</mark>'
        '<mark class="focus" data-quotes="1 2">ef</mark>gh</p>'
    )


def test_of_equal_spans_the_mark_is_the_one_looked_at() -> None:
    shown = text_html("abc", [(0, 3), (0, 3)], 1)
    assert shown.startswith('<p><mark id="quote-1" class="focus" tabindex="-1" data-quotes="0 1"><span id="quote-0">')


@pytest.mark.parametrize("span", [(5, 5), (900, 950), (-9, 0), (7, 3), (-5, -1)])
def test_an_empty_span_marks_nothing(span: tuple[int, int]) -> None:
    assert text_html(TEXT, [span], 0) == text_html(TEXT, [], 0)


def test_a_span_that_reaches_beyond_the_text_is_cut() -> None:
    assert text_html("abc", [(-5, 50)], 0) == text_html("abc", [(0, 3)], 0)
    assert text_html("abc", [(0, 3)], 7) == '<p><mark id="quote-0" data-quotes="0">abc</mark></p>'


@given(
    st.text("ab 1 2%.<&\n\r\u2028\u200b\x00'", max_size=40) | st.text(max_size=40),
    st.lists(st.tuples(st.integers(-3, 45), st.integers(-3, 45)), max_size=5),
    st.integers(-1, 5),
)
def test_no_character_is_lost_whatever_is_marked(text: str, spans: list[tuple[int, int]], focus: int) -> None:
    shown = Shown(text_html(text, spans, focus))
    breaks = re.sub("[\r\n\u2028\u2029]", "\n", text)
    assert "".join("".join(shown.text).split()) == "".join(plain(breaks).split())
    ids = [attributes["id"] for _, attributes in shown.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert {tag for tag, _ in shown.tags} <= {"p", "mark", "b", "span"}
    for place, (start, end) in enumerate(spans):
        if "".join(plain(text[max(0, start) : max(0, end)]).split()):
            assert f"quote-{place}" in ids


@given(st.text("ab c\n", max_size=30), st.tuples(st.integers(0, 30), st.integers(0, 30)))
def test_what_is_marked_are_the_spans_own_words(text: str, span: tuple[int, int]) -> None:
    shown = "".join(re.sub("<.*?>", "", mark) for mark in marks(text_html(text, [span], 0)))
    assert "".join(shown.split()) == "".join(text[span[0] : span[1]].split())


def test_the_head_tells_what_is_known() -> None:
    known = Article("/n/a.txt", TEXT, "Title", "Paper", "2025-05-14T10:00:00", "A. Writer", "https://example.org/x")
    shown = article_html(known, [])
    assert "<h2>Title</h2>" in shown
    assert 'Paper · <time datetime="2025-05-14">14 May 2025</time> · A. Writer' in shown
    assert 'href="https://example.org/x" target="_blank" rel="noopener noreferrer nofollow"' in shown
    bare = article_html(Article("/n/some file.txt", TEXT), [])
    assert "<h2>some file.txt</h2>" in bare
    assert "undated" in bare
    assert "<a " not in bare


@pytest.mark.parametrize(
    "nasty",
    [
        "<script>alert(1)</script>",
        '<svg onload="x">',
        "\" onclick='x' ",
        "</p></div><img src=x onerror=y>",
        "\u202ea\u200b",
    ],
)
def test_an_articles_words_never_become_markup(nasty: str) -> None:
    markup = article_html(Article(nasty, f"{nasty} text", nasty, nasty, nasty, nasty, f"javascript:{nasty}"), [(0, 9)])
    shown = Shown(markup)
    assert {tag for tag, _ in shown.tags} <= {"article", "header", "h2", "p", "div", "mark", "b", "span", "time"}
    assert {name for _, attributes in shown.tags for name in attributes} <= {
        "class", "aria-label", "id", "tabindex", "data-quotes",
    }  # fmt: skip
    assert "\u202e" not in markup
    assert "\u200b" not in markup
