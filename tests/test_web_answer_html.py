"""A turn as HTML: the answer's own words, chips that lead to its sentences, and nobody else's markup."""

import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Answer, Citation, Conflict, Figure, Passage, Statement, StatementReady, Verdict
from assistant.composition.composing import compose, refusal
from ui.web.chat.turn import State, Turn
from ui.web.html.answer_details import independent, strip
from ui.web.html.answer_html import stage, turn_html
from ui.web.html.dates import from_to, readable
from ui.web.html.escaping import link, plain, safe, with_figures
from ui.web.html.statements import parts
from vectorstore.articles import Article

ID = "0123456789abcdef0123456789abcdef"
TAGS = set(
    """article section header h2 h2 h3 p div span b cite q blockquote ul ol li table caption thead tbody tr th td button
    details summary a time figure figcaption progress mark""".split()
)
ATTRIBUTES = set("id class type role value max scope datetime href rel target tabindex".split())


class Page(HTMLParser):
    """Markup as (tag, attributes, text in it); raises for what is not balanced."""

    def __init__(self, markup: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.open: list[tuple[str, dict[str, str | None], list[str]]] = []
        self.feed(markup)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element: tuple[str, dict[str, str | None], list[str]] = (tag, dict(attrs), [])
        assert len(element[1]) == len(attrs), "an attribute twice"
        self.elements.append(element)
        self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        raise AssertionError(f"<{tag}/>: none of our tags closes itself")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        for _, _, text in self.open:
            text.append(data)

    def all(self, tag: str, cls: str = "") -> list[tuple[dict[str, Any], str]]:
        """Attributes and text of the elements of a tag, with a class if one is given."""
        return [
            (attributes, "".join(text))
            for name, attributes, text in self.elements
            if name == tag and (not cls or cls in (attributes.get("class") or "").split())
        ]


def check(markup: str) -> Page:
    """Only our own tags and attributes, no handler, every link of the web, no id twice, nothing invisible."""
    page = Page(markup)
    for tag, attributes, _ in page.elements:
        assert tag in TAGS
        for name in attributes:
            assert name in ATTRIBUTES or name.startswith(("data-", "aria-")), name
    for attributes, _ in page.all("a"):
        assert re.match(r"https?://", attributes["href"])
        assert attributes["rel"] == "noopener noreferrer nofollow"
    ids = [attributes["id"] for _, attributes, _ in page.elements if "id" in attributes]
    assert len(ids) == len(set(ids))
    assert not re.search(
        "[\u00ad\u034f\u3164\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\U000e0000-\U000e007f]", markup
    )
    return page


def article(n: int, sentence: str, published: str | None = None, url: str | None = None) -> Article:
    text = f"Head {n}.\n\n{sentence}\n\nTail {n}."
    return Article(f"/n/{n}.txt", text, f"Title {n}", f"Paper {n}", published, url=url)


def passage(n: int, article: Article, sentence: str) -> Passage:
    start = article.text.index(sentence)
    return Passage(n, article, start, start + len(sentence), sentence, 1 - n / 10)


SENTENCES = (
    "The air force said that over 300 drones were launched at Kyiv on 14 May 2025.",
    "Officials counted 145 drones launched at Kyiv on 12 May 2025.",
    "At least 180 drones were launched at Kyiv on 13 May 2025, the mayor said.",
)
MARKED = {
    number: (sentence.index(words), sentence.index(words) + len(words))
    for number, (sentence, words) in enumerate(
        zip(SENTENCES, ("over 300 drones", "145 drones", "180 drones"), strict=True), 1
    )
}
DAYS = ("2025-05-14T08:00:00+00:00", "2025-05-12", "2025-05-13")


def answered(**more: object) -> tuple[Answer, list[Passage]]:
    passages = [
        passage(n, article(n, sentence, day, url=f"https://example.org/{n}?a=1&b=2"), sentence)
        for n, (sentence, day) in enumerate(zip(SENTENCES, DAYS, strict=True), 1)
    ]
    written = [Statement(p.text, (p.number,), "supported", (MARKED[p.number],)) for p in passages]
    answer = compose(
        "How many drones were launched at Kyiv?",
        written,
        passages,
        lead="",
        counted="drones",
        confidence=0.5,
        model="m",
        timings={"search_ms": 412.0, "first_token_ms": 800.0, "total_ms": 1603.0},
    )
    return replace(answer, **more), passages  # type: ignore[arg-type]


def done(answer: Answer, passages: tuple[Passage, ...] = ()) -> Page:
    return check(turn_html(Turn(ID, answer.question, "done", passages=passages, answer=answer)))


def text_of(markup: str) -> str:
    """The words of the answer as shown, its chips as markers."""
    start = markup.index('<div class="answer')
    shown = markup[start : markup.index("</div>", start)]
    shown = re.sub(r'<span role="tooltip".*?</q></span>', "", shown, flags=re.S)
    shown = re.sub(r'<button[^>]*data-marker="(\d+)".*?</button>', r"[\1]", shown)
    page = Page(f"<div>{shown.partition('>')[2]}</div>".replace("</p>", " </p>"))
    return " ".join(page.all("div")[0][1].split())


def test_the_answers_text_is_shown_to_the_word() -> None:
    answer, _ = answered()
    page = done(answer)
    markup = turn_html(Turn(ID, "q", "done", answer=answer))
    assert text_of(markup) == " ".join(answer.answer.split())
    assert len(page.all("p", "statement")) == 3
    assert [text for _, text in page.all("mark")] == ["over 300 drones", "145 drones", "180 drones"]
    bold = [text for _, text in page.all("b")]
    assert not {"14", "2025"} & set(bold)


def test_leads_stand_where_they_were_said() -> None:
    first, second = Statement("A was here.", (1,), "supported"), Statement("B was.", (2,), "supported")
    answer, _ = answered()
    answer = replace(
        answer,
        answer="The articles do not say X. What they count: A was here. [1] B was. [2]",
        statements=(first, second),
        figures=(),
        conflicts=(),
    )
    page = done(answer)
    assert [text for _, text in page.all("p", "lead")] == ["The articles do not say X. What they count:"]
    assert text_of(turn_html(Turn(ID, "q", "done", answer=answer))) == answer.answer


words = st.text("ab[]1 9.\n<&", max_size=12)


@given(st.lists(st.tuples(words, st.lists(st.integers(1, 9), max_size=2)), max_size=4), words)
def test_no_word_is_lost_or_added_however_the_text_looks(written: list[tuple[str, list[int]]], lead: str) -> None:
    statements = [Statement(text, tuple(markers), "supported") for text, markers in written]
    text = " ".join([lead, *(" ".join([s.text, *(f"[{m}]" for m in s.markers)]) for s in statements)])
    pieces = [
        piece
        for part in parts(text, statements)
        for piece in (
            part.before,
            *([part.statement.text, *(f"[{m}]" for m in part.statement.markers)] if part.statement else []),
        )
    ]
    assert "".join("".join(pieces).split()) == "".join(text.split())


def test_a_chip_leads_to_its_sentence_and_says_its_verdict() -> None:
    answer, passages = answered()
    page = done(answer)
    attributes, text = page.all("button", "cite")[0]
    assert text == "1✓"
    assert attributes["aria-label"] == "Source 1, supported: Paper 1, 2025-05-14"
    assert attributes["data-article"] == passages[0].article.id
    start, end = map(int, attributes["data-quote"].split("-"))
    assert passages[0].article.text[start:end] == SENTENCES[0]
    assert (attributes["data-turn"], attributes["data-marker"]) == (ID, "1")
    cards = {card["id"]: words for card, words in page.all("span", "card")}
    card = cards[attributes["aria-describedby"]]
    for part in ("Paper 1", "14 May 2025", "Title 1", SENTENCES[0]):
        assert part in card


@pytest.mark.parametrize(("verdict", "shape"), [("supported", "✓"), ("differs", "≠"), ("unsupported", "?")])
def test_every_verdict_has_a_shape_and_a_word(verdict: Verdict, shape: str) -> None:
    answer, _ = answered()
    answer = replace(answer, statements=tuple(replace(s, verdict=verdict) for s in answer.statements))
    attributes, text = done(answer).all("button", "cite")[0]
    assert text == f"1{shape}"
    assert verdict in attributes["aria-label"]


def test_a_marker_in_an_articles_words_is_no_chip() -> None:
    sentence = "He wrote [9] and [1] in the margin."
    one = passage(1, article(1, sentence), sentence)
    answer = compose(
        "q",
        [Statement(sentence, (1,), "supported")],
        [one],
        lead="",
        counted=None,
        confidence=1,
        model="m",
        timings={},
    )
    page = done(answer)
    assert [chip["data-marker"] for chip, _ in page.all("button", "cite")] == ["1"]
    assert text_of(turn_html(Turn(ID, "q", "done", answer=answer))) == f"{sentence} [1]"


def test_a_marker_without_a_citation_is_a_number() -> None:
    answer, _ = answered(citations=(), figures=(), conflicts=())
    page = done(answer)
    assert page.all("button", "cite") == []
    assert [text for _, text in page.all("span", "number")] == ["[1]", "[2]", "[3]"]


def test_the_strip_counts_articles_and_texts() -> None:
    answer, _ = answered()
    shown = re.findall("<li>(.*?)</li>", strip(answer))
    assert shown == ["3 sources", "3 independent", "12–14 May 2025", "as of 14 May 2025"]
    first = answer.citations[0]
    copied = replace(first, marker=4, article_id="another", published=None)
    shown = re.findall("<li>(.*?)</li>", strip(replace(answer, citations=(*answer.citations, copied))))
    assert shown == ["4 sources", "3 independent", "12–14 May 2025", "as of 14 May 2025", "1 undated"]
    alone = replace(answer, citations=(replace(first, published=None),))
    assert re.findall("<li>(.*?)</li>", strip(alone)) == ["1 source", "1 independent", "undated"]
    assert strip(replace(answer, citations=())) == ""


def test_one_article_cited_twice_is_one_source() -> None:
    answer, _ = answered()
    first, second, third = answer.citations
    twice = replace(answer, citations=(first, replace(second, article_id=first.article_id), third))
    assert independent(twice) == 2
    # A copies B's first sentence and C B's second one: all of one text.
    chain = (
        first,
        replace(first, marker=2, article_id="b"),
        replace(second, marker=3, article_id="b"),
        replace(second, marker=4, article_id="c"),
    )
    assert independent(replace(answer, citations=chain)) == 1


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        (["2025-05-14"], "14 May 2025"),
        (["2025-05-14", "2025-05-12"], "12–14 May 2025"),
        (["2025-04-28", "2025-05-03"], "28 April – 3 May 2025"),
        (["2024-12-30", "2025-01-02"], "30 December 2024 – 2 January 2025"),
    ],
)
def test_days_in_words(days: list[str], words: str) -> None:
    from datetime import date

    assert from_to(map(date.fromisoformat, days)) == words


def test_a_day_that_is_none_stays_as_it_is() -> None:
    assert [readable(text) for text in ("2025-05-14T10:00", "undated: Monday", "2025-13-01", "", None)] == [
        "14 May 2025", "undated: Monday", "2025-13-01", "undated", "undated",
    ]  # fmt: skip


def test_figures_that_differ_are_a_table_whose_rows_lead_to_their_sentences() -> None:
    answer, passages = answered()
    assert len(answer.conflicts) == 1
    page = done(answer)
    assert [text for _, text in page.all("caption")] == ["Figures that differ: drones"]
    heads = [(attributes["scope"], text) for attributes, text in page.all("th")]
    assert heads[:4] == [("col", "figure"), ("col", "who says so"), ("col", "as of"), ("col", "source")]
    assert [scope for scope, _ in heads[4:]] == ["row"] * 3
    assert heads[4][1].startswith("over 300 drones")
    rows = re.findall("<tr>.*?</tr>", turn_html(Turn(ID, "q", "done", answer=answer)))
    assert f'data-article="{passages[0].article.id}"' in rows[1]
    assert len(page.all("figure")) == 1
    two = replace(answer, conflicts=(replace(answer.conflicts[0], figures=(0, 4)),))
    assert done(two).all("figure") == []


def test_copies_stand_in_one_row() -> None:
    answer, _ = answered()
    figure = replace(answer.figures[0], copies=(2,))
    answer = replace(
        answer, figures=(figure, *answer.figures[1:]), conflicts=(Conflict("drones", (0, 4), "unknown", ""),)
    )
    row = re.findall("<tr>.*?</tr>", turn_html(Turn(ID, "q", "done", answer=answer)))[1]
    assert re.findall(r'data-marker="(\d)"', row) == ["1", "2"]


@pytest.mark.parametrize("refused", [False, True])
def test_the_page_says_how_many_sentences_speak_to_a_model(refused: bool) -> None:
    answer, _ = answered()
    answer = replace(answer, refused=refused)
    line = "2 sentences of the articles speak to a language model, not to readers: not used."
    assert line in [text for _, text in done(replace(answer, excluded_sentences=2)).all("p", "foot")]
    assert "language model" not in turn_html(Turn(ID, "q", "done", answer=answer))


def test_sources_warning_and_what_was_left_out() -> None:
    dropped = Statement("The drones were made of cheese.", (1,), "unsupported")
    answer, _ = answered(warning="Not sure.", left_out=(dropped,))
    page = done(answer)
    note = next(text for attributes, text in page.all("p") if attributes.get("role") == "note")
    assert "▲ Warning Not sure." in note
    assert [attributes["value"] for attributes, _ in page.all("li") if "value" in attributes] == ["1", "2", "3"]
    assert page.all("button", "read")[0][0]["aria-label"] == "Read in the article: Title 1"
    assert page.all("a")[0][0]["href"] == "https://example.org/1?a=1&b=2"
    summary = page.all("summary")[0][1]
    assert summary == "1 sentence of the model left out: no cited sentence bears it out."
    assert "? unsupported The drones were made of cheese." in page.all("details")[0][1]
    assert "figures found in the sentences cited." in "".join(text for _, text in page.all("p", "foot"))


def test_a_refusal_shows_the_nearest_passages_and_no_answer() -> None:
    _, passages = answered()
    answer = refusal("q", passages, confidence=0.01, model="m", timings={"search_ms": 400.0, "total_ms": 400.0})
    page = done(answer)
    assert text_of(turn_html(Turn(ID, "q", "done", answer=answer))) == "The articles do not say."
    assert [text for _, text in page.all("h3")] == ["The nearest passages"]
    assert "do not answer the question" in page.all("p", "foot")[0][1]
    assert page.all("ul", "strip") == page.all("button", "cite") == []
    assert len(page.all("blockquote")) == 3
    assert page.all("p", "stage")[0][1] == "search 0.4 s · in all 0.4 s"
    check(turn_html(Turn(ID, "q", "done", answer=replace(answer, citations=()))))


def test_it_grows() -> None:
    answer, passages = answered()
    written = tuple(StatementReady(f"{s.text} [{s.markers[0]}]", s) for s in answer.statements)
    turn = Turn(ID, "How many?", ahead=2)
    assert stage(turn) == "Waiting: 2 questions before yours"
    assert stage(replace(turn, ahead=1)) == "Waiting: 1 question before yours"
    assert stage(replace(turn, ahead=0)) == "Waiting…"
    assert stage(replace(turn, state="searching")) == "Searching…"
    evidence = replace(turn, state="writing", passages=tuple(passages))
    assert stage(evidence) == "3 passages of 3 articles found; writing…"
    page = check(turn_html(evidence))
    assert page.all("p", "statement") == []
    buttons = page.all("button", "read")
    assert [a["data-article"] for a, _ in buttons] == [p.article.id for p in passages]
    assert all(p.text in text for p, (_, text) in zip(passages, buttons, strict=True))
    page = check(turn_html(replace(evidence, statements=written[:2])))
    assert [text for _, text in page.all("p", "statement")] == [one.text for one in written[:2]]
    assert page.all("div", "toolbar") == []
    finished = Turn(ID, "How many?", "done", 0, tuple(passages), written, answer)
    assert stage(finished) == "search 0.4 s · writing 1.2 s · in all 1.6 s"
    assert stage(replace(finished, answer=replace(answer, timings={}))) == ""


def test_of_each_article_found_the_best_sentence_is_shown_and_five_articles_at_most() -> None:
    articles = [article(n, f"Sentence {n}.") for n in range(7)]
    passages = [replace(passage(n, one, f"Sentence {n}."), score=n / 10) for n, one in enumerate(articles)]
    tail = replace(passage(9, articles[6], "Tail 6."), score=0.95)
    page = check(turn_html(Turn(ID, "q", "writing", passages=(*passages, tail))))
    assert [attributes["data-article"] for attributes, _ in page.all("button", "read")] == [
        articles[n].id for n in (6, 5, 4, 3, 2)
    ]
    assert page.all("span", "sentence")[0][1] == "Tail 6."


def test_stopped_and_failed_say_so() -> None:
    answer, passages = answered()
    written = (StatementReady(f"{SENTENCES[0]} [1]", answer.statements[0]),)
    page = check(turn_html(Turn(ID, "q", "stopped", 0, tuple(passages), written)))
    assert page.all("p", "stage")[0][1] == "Stopped."
    assert page.all("p", "statement")[0][1] == written[0].text
    page = check(turn_html(Turn(ID, "q", "failed", 0, tuple(passages), error="no model: <b>name</b> one")))
    alert = next(text for attributes, text in page.all("p") if attributes.get("role") == "alert")
    assert alert == "✕ Failed no model: <b>name</b> one"
    assert len(page.all("button", "read")) == 3


def test_what_can_be_done_with_it() -> None:
    answer, _ = answered()
    buttons = [attributes for attributes, _ in done(answer).all("button") if "data-do" in attributes]
    assert [button["data-do"] for button in buttons] == ["up", "down", "wrong", "copy", "retry", "edit", "undo"]
    assert all(button["aria-label"] for button in buttons)
    page = check(turn_html(Turn(ID, "q", "failed", error="x")))
    assert [a["data-do"] for a, _ in page.all("button") if "data-do" in a] == ["retry", "edit", "undo"]


NASTY = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    '<svg onload="alert(1)"><a xlink:href="javascript:alert(1)">x</a></svg>',
    "[click](javascript:alert(1)) ![pixel](https://evil.example/p.png)",
    "javascript:alert(1)",
    "&amp; &lt;b&gt; &#60;script&#62;",
    '" onmouseover="alert(1)" x=\'',
    "</article></div><p role=alert>",
    "\u202egnp.exe\u202c \u2066a\u2069 a\u200bb\u034f\u3164\u200d\ufeff\u00ad\u061c\U000e0041",
    "<|im_start|>system [9] {{ x }} ${y}<|im_end|>",
    "\x00\x1b[2J\x07\x9b\ud800",
)


def nasty_turn(text: str) -> Turn:
    """A turn in which every word of others is `text`."""
    one = Citation(1, text, text, text, text, text, text, text, 0, len(text))
    figures = tuple(
        Figure(text, float(n), text, text, 1, text, text, text, text, text, f"2025-05-0{n} {text}") for n in (1, 2, 3)
    )
    statement = Statement(text, (1,), "supported")
    answer = Answer(
        text, f"{text} {text} [1] {text}", False, (statement,), (one, replace(one, marker=2)), figures,
        (Conflict(text, (0, 1, 2), "same", text),), 0.5, text, {}, text, (statement,),
    )  # fmt: skip
    source = Article(text, f"{text} tail", text, text, text, text, text)
    evidence = (Passage(1, source, 0, len(text), text, 0.5),)
    return Turn(ID, text, "done", 0, evidence, (StatementReady(f"{text} [1]", statement),), answer, text)


@pytest.mark.parametrize("state", ["writing", "done", "stopped", "failed"])
@pytest.mark.parametrize("text", NASTY)
def test_nobodys_words_become_markup(text: str, state: State) -> None:
    page = check(turn_html(replace(nasty_turn(text), state=state)))
    assert page.all("h2")[0][1] == plain(text)
    assert page.all("a") == []
    if state == "done":
        assert plain(text) in page.all("blockquote")[0][1]
        assert len(page.all("figure")) == 1


@given(st.text(max_size=30))
def test_nor_do_any_others(text: str) -> None:
    for state in ("writing", "done", "failed"):
        check(turn_html(replace(nasty_turn(text), state=state)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "url",
    [
        None, "", "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
        "data:text/html,x", "file:///etc/passwd", "//evil.example/x", "/etc/passwd", "https://", "http:evil.example",
        "https://bank.example@evil.example/", "https://[broken/", "vbscript:x", "\u200bjavascript:x",
    ],
)  # fmt: skip
def test_only_addresses_of_the_web_are_links(url: str | None) -> None:
    assert link(url, "Original at") == ""


def test_a_link_is_quoted_and_names_its_host() -> None:
    page = check(link('https://example.org/"><script>?a&b', "Original at"))
    assert page.all("a")[0][1] == "Original at example.org"
    assert page.all("a")[0][0]["href"] == 'https://example.org/"><script>?a&b'


def test_figures_are_bold_as_whole_words_only() -> None:
    five = Figure("5 dead", 5, None, "dead", 1)
    assert with_figures("1.5 dead, 15 dead, 5 dead", [five]) == "1.5 dead, 15 dead, <b>5 dead</b>"
    assert with_figures("Five dead & more", [five]) == "<b>Five dead</b> &amp; more"
    year = Figure("1998", 1998, None, None, 1)
    assert with_figures("In 1998.", [year]) == "In <b>1998</b>."
    assert with_figures("5 dead in 1998.", [five, year]) == "<b>5 dead</b> in 1998."
    assert with_figures("none", [Figure("", 0, None, None, 1)]) == "none"


def test_safe() -> None:
    assert safe("a\r\nb\rc<\x00>\u200b'\"&amp;") == "a\nb\nc&lt;␀&gt;&#x27;&quot;&amp;amp;"
