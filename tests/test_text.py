import json
import re
from dataclasses import replace

import pytest

from assistant.answer import Answer, Citation, Conflict, Figure, Statement
from ui.text.answers import answer_text, grounding_note, left_out_note, sources, timings
from ui.text.articles import article_dict, article_head, article_row, hit_dict, hit_list
from ui.text.conflicts import TABLE_WIDTH, conflicts
from ui.text.escaping import json_line, printable
from ui.text.ingest_report import ingest_report
from ui.text.style import PLAIN, Style
from vectorstore.articles import Article, Chunk, Hit, Problem
from vectorstore.report import Report

ATTACK = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x9b31m\x7f‮txt.exe\r\nnext\ttab\x00\ud800"


def a_citation(marker: int = 1, **changes: object) -> Citation:
    values = {
        "article_id": "0123456789abcdef",
        "title": "Kyiv under attack",
        "publisher": "Reuters",
        "published": "2025-04-24T08:15:00+00:00",
        "url": None,
        "source": "/news/a.txt",
        "quote": "Russia launched 145 drones—including decoys—at Kyiv, officials said on Thursday.",
        "start": 0,
        "end": 80,
    }
    return Citation(marker, **{**values, **changes})  # type: ignore[arg-type]


def an_answer(text: str, *citations: Citation, refused: bool = False) -> Answer:
    return Answer("q?", text, refused, (), citations, (), (), 0.5, "m", {"search_ms": 12.4, "total_ms": 1900})


def test_an_answer_for_a_pipe_stays_the_same() -> None:
    undated = a_citation(2, title="", publisher=None, published=None)
    shown = answer_text(an_answer("145 drones were launched. [1]", a_citation(), undated))
    assert (
        shown
        == """\
145 drones were launched. [1]

[1] Kyiv under attack — Reuters, 2025-04-24
    Russia launched 145 drones—including decoys—at Kyiv, officials said on Thursday.
    dateline show 0123456789abcdef

[2] /news/a.txt — undated
    Russia launched 145 drones—including decoys—at Kyiv, officials said on Thursday.
    dateline show 0123456789abcdef"""
    )


def test_a_refusal_names_its_passages_as_the_nearest() -> None:
    shown = answer_text(an_answer("The articles do not say.", a_citation(), refused=True))
    assert shown.startswith("The articles do not say.\n\nThe nearest passages:\n\n[1] Kyiv")
    assert answer_text(an_answer("The articles do not say.", refused=True)) == "The articles do not say."


def test_the_number_of_grounded_figures_follows_the_sources() -> None:
    statement = Statement("145 drones and 66 missiles flew.", (1,), "supported")
    answer = replace(an_answer("145 drones and 66 missiles flew. [1]", a_citation()), statements=(statement,))
    assert answer_text(answer).endswith("\n\n1 of 2 figures found in the sentences cited.")
    one = replace(answer, statements=(Statement("145 drones flew.", (1,), "supported"),))
    assert grounding_note(one) == "1 of 1 figure found in the sentences cited."
    assert grounding_note(an_answer("None flew. [1]", a_citation())) == ""


LEFT_OUT = tuple(Statement(text, (), "unsupported") for text in ("Tokyo is a city.", "Nobody flew."))


@pytest.mark.parametrize(
    ("count", "line"),
    [
        (0, ""),
        (1, "1 sentence of the model left out: no cited sentence bears it out (--json shows it)."),
        (2, "2 sentences of the model left out: no cited sentence bears them out (--json shows them)."),
    ],
)
def test_the_number_of_left_out_sentences(count: int, line: str) -> None:
    statement = Statement("145 drones flew.", (1,), "supported")
    answer = replace(an_answer("145 drones flew. [1]", a_citation()), statements=(statement,))
    shown = answer_text(replace(answer, left_out=LEFT_OUT[:count]))
    assert shown.partition("1 of 1 figure found in the sentences cited.")[2] == ("\n" + line if line else "")
    assert "Tokyo" not in shown


@pytest.mark.parametrize(
    ("count", "expected"), [(1, "1 sentence of the articles speaks"), (3, "3 sentences of the articles speak")]
)
@pytest.mark.parametrize("refused", [False, True])
def test_the_number_of_sentences_that_address_a_model(count: int, expected: str, refused: bool) -> None:
    answer = replace(an_answer("Kyiv was hit. [1]", a_citation()), refused=refused)
    assert "language model" not in answer_text(answer)
    shown = answer_text(replace(answer, excluded_sentences=count))
    assert shown.endswith(f"{expected} to a language model, not to readers: not used.")


def test_the_note_on_left_out_sentences_is_dim_and_wrapped() -> None:
    answer = replace(an_answer("Kyiv was hit. [1]", a_citation()), left_out=LEFT_OUT[:1])
    assert answer_text(answer).endswith("\n\n" + left_out_note(answer))
    assert "\x1b[2m1 sentence of the model left out" in answer_text(answer, Style(color=True))
    assert max(map(len, answer_text(answer, Style(width=40)).splitlines())) <= 40


def test_a_warning_follows_the_text() -> None:
    answer = replace(an_answer("145 drones. [1]", a_citation()), warning="Not sure: check the sentence.")
    assert answer_text(answer).startswith("145 drones. [1]\nNot sure: check the sentence.\n\n[1] Kyiv under attack")
    assert sources(answer).startswith("Not sure: check the sentence.\n\n[1] Kyiv")
    assert answer_text(replace(answer, citations=())) == "145 drones. [1]\nNot sure: check the sentence."
    assert answer_text(replace(answer, warning="")).startswith("145 drones. [1]\n\n[1] Kyiv")
    assert "\x1b" not in sources(replace(answer, warning=ATTACK))


def differing(**changes: object) -> Answer:
    """Two articles that differ, and the first one's headline."""
    air_force = "The spokesman of the Ukrainian air force in the western and the central regions of the country"
    figures = (
        Figure("145 drones", 145, None, "drones", 1, event="launched", said_by=air_force, as_of="2025-04-24"),
        Figure("Hundreds of drones", 200, "hundreds", "drones", 1, as_of="2025-04-24", headline=True),
        Figure("over 300 drones launched", 300, "over", "drones", 2, event="launched", status="claimed"),
        Figure("9 drones", 9, None, "drones", 2, as_of="late Wednesday", copies=(3,)),
    )
    conflict = replace(Conflict("drones", (0, 1, 2, 3)), **changes)  # type: ignore[arg-type]
    citations = (a_citation(), a_citation(2, publisher=None))
    return replace(an_answer("145 drones. [1]", *citations), figures=figures, conflicts=(conflict,))


def test_figures_that_differ_are_a_table() -> None:
    shown = answer_text(differing())
    assert shown.startswith(
        """\
145 drones. [1]

as of                  figure                 who says so            source
2025-04-24             145 drones (launched)  The spokesman of the   [1] Reuters
                                              Ukrainian air force
                                              in the western and…
2025-04-24             Hundreds of drones     headline               [1] Reuters
undated                over 300 drones        the article            [2]
                       launched (claimed)
undated: late          9 drones               the article            [2][3]
Wednesday
The articles do not show whether this is the same event.

[1] Kyiv under attack"""
    )


@pytest.mark.parametrize("width", [30, 40, 60, 80, 200])
def test_the_table_fits(width: int) -> None:
    shown = conflicts(differing(), Style(width=width))
    assert max(map(len, "\n".join(shown).splitlines())) <= min(width, TABLE_WIDTH)


@pytest.mark.parametrize(
    ("verdict", "because", "line"),
    [
        ("unknown", "", "The articles do not show whether this is the same event."),
        ("same", "both texts date it 2025-04-24", "The same event: both texts date it 2025-04-24."),
        ("different", "one is of Kyiv, the other of Gaza", "Different events: one is of Kyiv, the other of Gaza."),
    ],
)
def test_whether_the_figures_are_of_one_event(verdict: str, because: str, line: str) -> None:
    assert conflicts(differing(same_event=verdict, because=because))[-1] == line


def test_an_answer_without_a_conflict_has_no_table() -> None:
    assert conflicts(an_answer("145 drones. [1]", a_citation())) == []
    assert "as of" not in answer_text(replace(differing(), refused=True))


def test_a_terminal_gets_lines_that_fit() -> None:
    shown = answer_text(an_answer("word " * 50, a_citation()), Style(width=40))
    assert max(map(len, shown.splitlines())) <= 40
    joined = " ".join(line.strip() for line in shown.splitlines())
    assert "145 drones—including decoys—at Kyiv, officials said" in joined


def test_words_are_never_broken_but_where_there_are_no_spaces() -> None:
    address = "https://example.org/a/very/long/address/that/stays/whole"
    assert Style(width=30).wrap(f"See {address} now", "  ").splitlines() == ["  See", f"  {address}", "  now"]
    assert Style(width=30).wrap("日本語のテキスト" * 3, "  ").splitlines() == [
        "  " + "日本語のテキスト日本語のテキ",
        "  スト日本語のテキスト",
    ]


def test_marks_are_bold_in_every_line_they_are_in() -> None:
    shown = Style(width=20, color=True).wrap("one two three four five six", marks=[(4, 23)])
    assert shown == "one \x1b[1mtwo three four\x1b[0m\n\x1b[1mfive\x1b[0m six"


def test_colour_adds_nothing_but_colour() -> None:
    answer = an_answer("145 drones. [1]", a_citation())
    colored = answer_text(answer, Style(color=True))
    assert "\x1b[1m[1] Kyiv" in colored
    assert re.sub(r"\x1b\[[012]m", "", colored) == answer_text(answer)


def test_control_characters_are_made_visible() -> None:
    hostile = a_citation(title=ATTACK, publisher=ATTACK, published=ATTACK, source=ATTACK, quote=ATTACK)
    article = Article(ATTACK, ATTACK, ATTACK, ATTACK, ATTACK, ATTACK, ATTACK)
    hit = Hit(article, Chunk(article.id, 0, len(ATTACK), ATTACK), 0.5, 1.0, 0.5)
    problem = Problem(ATTACK, ATTACK)
    report = Report((ATTACK,), (ATTACK,), (), (ATTACK,), (problem,), (problem,), 1, 1.0)
    figure = Figure(ATTACK, 1, None, None, 1, said_by=ATTACK, as_of=ATTACK)
    conflict = Conflict(ATTACK, (0,), "different", ATTACK)
    shown = [
        answer_text(an_answer(ATTACK, hostile), Style(width=60)),
        answer_text(replace(an_answer(ATTACK, hostile), figures=(figure,), conflicts=(conflict,)), Style(width=60)),
        hit_list([hit]),
        article_row(article),
        article_head(article),
        ingest_report(report),
        printable(ATTACK),
        json_line(hit_dict(hit)),
        json_line(an_answer(ATTACK, hostile).to_dict()),
    ]
    for text in shown:
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", text)


def test_printable_keeps_what_is_harmless() -> None:
    text = "“Це п’ять”, said\tthe 🇺🇦 minister\n日本 — é"
    assert printable(text) == text
    assert printable("a\x1b[31mb") == "a␛[31mb"


def test_json_means_the_same_whatever_is_escaped() -> None:
    value = {"a": "\x7f\x9b‮ \x1b é", "b": [1, None, True]}
    line = json_line(value)
    assert json.loads(line) == value
    assert "é" in line
    assert "\n" not in line


def test_hits() -> None:
    article = Article("/a.txt", "Drones over Kyiv.", "Kyiv", "Reuters", "2025-04-24")
    hit = Hit(article, Chunk(article.id, 0, 17, "Drones over Kyiv."), 0.98765, 3.21, 0.4)
    assert hit_list([hit]) == (
        f"1. Kyiv — Reuters, 2025-04-24 (0.99)\n    Drones over Kyiv.\n    dateline show {article.id}"
    )
    values = hit_dict(hit)
    assert (values["article_id"], values["score"], values["start"], values["end"]) == (
        article.id,
        0.9877,
        0,
        17,
    )
    assert values["text"] == "Drones over Kyiv."


def test_an_article_in_a_row() -> None:
    article = Article("/a.txt", "Text.", "Kyiv\nunder  attack", "Reuters", "2025-04-24T08:00:00Z")
    assert article_row(article) == f"{article.id}  2025-04-24  Kyiv under attack — Reuters"
    undated = Article("/a.txt", "Text.")
    assert article_row(undated) == f"{undated.id}  undated     /a.txt"


def test_an_article_as_json_with_and_without_its_text() -> None:
    article = Article("/a.txt", "Text.", "Kyiv")
    assert article_dict(article)["text"] == "Text."
    without = article_dict(article, text=False)
    assert "text" not in without
    assert (without["id"], without["characters"]) == (article.id, 5)


def test_an_ingest_report() -> None:
    report = Report(
        added=tuple(f"/n/{n}.txt" for n in range(25)),
        changed=("/n/c.txt",),
        unchanged=("/n/u.txt",) * 1200,
        removed=("/n/r.txt",),
        failed=(Problem("/n/f.txt", "it is empty: expected an article"),),
        warnings=(Problem("/n/w.txt", "no date", kept=True),),
        chunks=60,
        seconds=2.04,
    )
    lines = ingest_report(report).splitlines()
    assert lines[0] == ("25 added, 1 changed, 1,200 unchanged, 1 removed, 1 failed (60 passages embedded, 2.0 s)")
    assert lines[1] == "  added /n/0.txt"
    assert "  added 5 more: --json names them all" in lines
    assert "  changed /n/c.txt" in lines
    assert "  removed /n/r.txt" in lines
    assert "  failed /n/f.txt: it is empty: expected an article" in lines
    assert lines[-1] == "  warning /n/w.txt: no date"


def test_timings() -> None:
    assert timings(an_answer("")) == "confidence 0.50, model m, search 12 ms, total 1,900 ms"


@pytest.mark.parametrize("text", ["", "\n", "one\n\ntwo"])
def test_lines_are_kept(text: str) -> None:
    assert PLAIN.wrap(text, "  ").split("\n") == [f"  {line}" for line in text.splitlines() or [""]]
