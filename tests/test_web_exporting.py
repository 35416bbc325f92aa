"""A conversation as Markdown and JSON: all of it is there, and no article's words become anything but words."""

import json
import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from assistant.answer import Answer, Citation, Conflict, Figure, Statement
from ui.web.chat.conversations import Conversation
from ui.web.chat.exporting import file_name, json_text, markdown
from ui.web.chat.turn import Turn

ABOUT = Conversation("ab" * 16, "How many drones?", "2025-05-01T08:00:00.000+00:00", "2025-05-02T09:00:00.000+00:00", 1)
URL = "https://example.org/a?b=c_d"
QUOTES = ("145 drones were launched.", "Over 300 drones were fired.")
ANSWER = Answer(
    question="How many drones?",
    answer="145 drones were launched. [1]\nOver 300 drones were fired. [2]",
    refused=False,
    statements=(
        Statement("145 drones were launched.", (1,), "supported"),
        Statement("Over 300 drones were fired.", (2,), "differs"),
    ),
    citations=(
        Citation(1, "ab12", "Attack", "Herald", "2025-04-24T06:00:00Z", URL, "/a.txt", QUOTES[0], 3, 28),
        Citation(2, "cd34", "Another", None, None, None, "/b.txt", QUOTES[1], 1040, 1067),
    ),
    figures=(
        Figure("145 drones", 145.0, None, "drones", 1, event="launched", as_of="2025-04-24"),
        Figure("over 300 drones", 300.0, "over", "drones", 2, said_by="The air force"),
    ),
    conflicts=(Conflict("drones", (0, 1)),),
    confidence=0.9,
    model="m",
    warning="Dateline is not sure.",
)
ATTACKS = [
    "[press here](https://evil.example/x)",
    "![](https://evil.example/pixel.png)",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<https://evil.example>",
    "https://evil.example/x and www.evil.example",
    "javascript:alert(1)",
    "# A heading",
    "## 7. A question nobody asked",
    "- a list\n- of two",
    "+ a list",
    "1. a list",
    "7) a list",
    "> a quote",
    "---",
    "words\n===",
    "words\n---",
    "    indented code",
    "```\ncode\n```",
    "~~~ code",
    "| a | b |\n|---|---|\n| c | d |",
    "*strong* and _so_ and `code` and ~~gone~~",
    "&lt;b&gt; &#35; &amp;",
    "[1]: https://evil.example 'reference'",
    "back\\slash \\[kept\\]",
    "two  \nlines and\u2028a third",
]


def rendered(text: str) -> list[Token]:
    parsed = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)
    return [token for block in parsed for token in (block, *(block.children or ()))]


def words(text: str) -> str:
    """What a reader sees."""
    return " ".join(" ".join(t.content for t in rendered(text) if t.type in ("text", "text_special")).split())


def shape(text: str) -> list[str]:
    """All that is not words: headings, links, tables and so on."""
    return [t.type for t in rendered(text) if t.type not in ("text", "text_special", "inline", "softbreak")]


def with_text(text: str) -> Turn:
    """A turn that has the text wherever somebody else's words can stand."""
    citation = replace(ANSWER.citations[0], title=text, publisher=text, quote=text, url=f"javascript:{text}")
    figures = (replace(ANSWER.figures[0], text=text, said_by=text, as_of=text), ANSWER.figures[1])
    conflict = replace(ANSWER.conflicts[0], same_event="same", because=text)
    answer = replace(ANSWER, answer=text, warning=text, citations=(citation,), figures=figures, conflicts=(conflict,))
    return Turn("cd" * 16, text, "done", answer=answer)


def export(*turns: Turn, title: str = ABOUT.title) -> str:
    return markdown(replace(ABOUT, title=title, turns=len(turns)), turns)


def test_the_whole_answer_with_its_citations() -> None:
    text = export(Turn("cd" * 16, "How many drones?", "done", answer=ANSWER))
    seen = words(text)
    for part in (
        "1 question, 2025-05-01 to 2025-05-02. Answered by Dateline.",
        "1. How many drones?",
        "145 drones were launched. [1]",
        "Over 300 drones were fired. [2]",
        "Dateline is not sure.",
        "Attack — Herald, 2025-04-24",
        "Another — undated",
        "Article ab12, characters 3 to 28",
        "Article cd34, characters 1040 to 1067",
        "The articles do not show whether this is the same event.",
        "The air force",
        "2 of 2 figures found in the sentences cited.",
    ):
        assert part in seen, part
    assert f"> {QUOTES[0]}" in text
    links = [token.attrs["href"] for token in rendered(text) if token.type == "link_open"]
    assert links == [URL]
    assert shape(text).count("tr_open") == 3
    assert [t.tag for t in rendered(text) if t.type == "heading_open"] == ["h1", "h2", "h3"]


def test_a_refusal_shows_the_nearest_passages() -> None:
    refusal = replace(ANSWER, answer="The articles do not say.", refused=True, statements=(), figures=(), conflicts=())
    seen = words(export(Turn("cd" * 16, "Who won?", "done", answer=refusal)))
    assert "The articles do not say." in seen
    assert "The nearest passages" in seen
    assert "Sources" not in seen
    assert QUOTES[1] in seen


def test_turns_without_an_answer() -> None:
    turns = [
        Turn("1" * 32, "One?", "failed", error="no *model*"),
        Turn("2" * 32, "Two?", "stopped"),
        Turn("3" * 32, "Three?", "writing"),
    ]
    seen = words(export(*turns))
    assert "3 questions" in seen
    assert re.search(r"Failed: *no \*model\*", seen)
    assert "Stopped before there was an answer." in seen
    assert "Not answered yet." in seen


@pytest.mark.parametrize("text", ATTACKS)
def test_somebody_else_s_words_stay_words(text: str) -> None:
    harmless = export(with_text("plain words"), title="plain words")
    attacked = export(with_text(text), title=text)
    # Every line of an answer is a paragraph; else the page has the shape that plain words give it.
    lines = [line for line in text.splitlines() if line.strip()]
    more = 2 * (len(lines) - 1)
    assert len(shape(attacked)) == len(shape(harmless)) + more
    assert [s for s in shape(attacked) if "paragraph" not in s] == [s for s in shape(harmless) if "paragraph" not in s]
    assert words(attacked).count(" ".join(text.split())) == words(harmless).count("plain words")
    assert not {"link_open", "image", "html_inline", "html_block"} & set(shape(attacked))


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cf", "Zl", "Zp"]), max_size=60))
def test_any_text_keeps_its_characters_and_the_shape(text: str) -> None:
    harmless, attacked = export(with_text("plain words")), export(with_text(f"x {text}"), title="How many drones?")
    assert shape(attacked) == shape(harmless)
    assert " ".join(f"x {text}".split()) in words(attacked)


@pytest.mark.parametrize(
    ("url", "link"),
    [
        ("https://example.org/2025/04/24/a-b_c.html?x=1&y=%20#top", True),
        ("http://127.0.0.1:8000", True),
        ("javascript:alert(1)", False),
        ("data:text/html,<script>", False),
        ("https://example.org/><script>", False),
        ("https://example.org/ space", False),
        ("//example.org", False),
        ("https://good.example@evil.example", False),
    ],
)
def test_only_an_address_of_the_web_is_a_link(url: str, link: bool) -> None:
    answer = replace(ANSWER, citations=(replace(ANSWER.citations[0], url=url),), conflicts=(), figures=())
    text = export(Turn("cd" * 16, "Who?", "done", answer=answer))
    assert [t.type for t in rendered(text)].count("link_open") == link
    assert (f"<{url}>" in text) == link
    assert link or url in words(text)


def test_no_bare_address_is_left_for_readers_that_make_links_of_them() -> None:
    text = export(with_text("https://evil.example HTTP://evil.example www.evil.example mailto:a@evil.example"))
    assert not re.search(r"https?://|www\.|mailto:|[^\\]@", text, re.IGNORECASE)


def test_what_other_dialects_obey_is_escaped_too() -> None:
    assert r"\{x\} \$y\$ \^z \=\=" in export(with_text("{x} $y$ ^z =="))


def test_control_characters_are_shown_and_the_direction_of_text_stays() -> None:
    text = export(with_text("a\x1b[31m\u202eb\x00"))
    assert not re.search("[\x00\x1b\u202e]", text)


def test_json_has_the_answer_as_every_surface_gives_it() -> None:
    turn = Turn("cd" * 16, "How many drones?", "done", answer=ANSWER)
    given = json.loads(json_text(ABOUT, [turn, Turn("ef" * 16, "And?", "failed", error="no model")]))
    assert given["conversation"]["title"] == ABOUT.title
    assert Answer.from_dict(given["turns"][0]["answer"]) == ANSWER
    assert given["turns"][0]["id"] == turn.id
    assert given["turns"][1] == {
        "id": "ef" * 16,
        "question": "And?",
        "state": "failed",
        "error": "no model",
        "answer": None,
    }


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("How many drones hit Kyiv?", "dateline-how-many-drones-hit-kyiv.md"),
        ("../../etc/passwd\x00\r\nX: y", "dateline-etc-passwd-x-y.md"),
        ("Сколько?", "dateline.md"),
        ('a"; filename="b', "dateline-a-filename-b.md"),
        ("x" * 200, f"dateline-{'x' * 71}.md"),
    ],
)
def test_the_file_s_name_is_safe(title: str, name: str) -> None:
    assert file_name(replace(ABOUT, title=title), "md") == name
