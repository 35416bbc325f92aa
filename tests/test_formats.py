import codecs
import json
import os
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.growth import grows_linearly
from vectorstore.articles import Article, Problem
from vectorstore.readers import json_document, json_lines
from vectorstore.readers.article_builder import MAX_LABEL
from vectorstore.readers.decoding import MAX_BYTES, UnreadableError, decode
from vectorstore.readers.formats import READERS, read_file

SEEDS = Path(__file__).parent.parent / "seeds"

PAGE = """<!doctype html><html><head><title>Council votes to close bridge | The Herald</title>
<meta property="og:site_name" content="The Herald">
<meta property="article:published_time" content="2024-05-01T08:00:00Z"><meta name="author" content="Ann Lee">
<link rel="canonical" href="https://herald.example/bridge">LINKED</head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/n">News</a></li></ul></nav>
<article><h1>Council votes to close bridge</h1>
<p>The council voted 7–2 on Tuesday to close the old bridge, “for good,” the mayor said.</p>
<p>Work starts in June and will cost $1.5 million.</p><p>Share on Facebook</p>
<h2>What next</h2><ul><li>One lane stays open</li><li>Buses go round</li></ul>
<p>More talks are planned.</p></article>
<div class="comments"><h3>Leave a Reply</h3><p>Great article guys</p></div>
<footer>© 2024</footer></body></html>"""


def read(path: Path) -> tuple[list[Article], list[Problem]]:
    found = list(read_file(path))
    return [a for a in found if isinstance(a, Article)], [p for p in found if isinstance(p, Problem)]


def read_as(folder: Path, name: str, content: str | bytes) -> tuple[list[Article], list[Problem]]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return read(path)


def read_one(folder: Path, name: str, content: str | bytes) -> Article:
    (article,), problems = read_as(folder, name, content)
    assert not problems
    return article


def refused(folder: Path, name: str, content: str | bytes) -> str:
    articles, (problem,) = read_as(folder, name, content)
    assert not articles
    assert not problem.kept
    assert "\n" not in problem.reason
    return problem.reason


# The two articles of seeds/


def test_the_headline_that_stands_twice_is_the_title_and_not_in_the_text() -> None:
    (article,), problems = read(SEEDS / "000_620820a8eddc9c55.txt")
    assert not problems
    assert article.title.startswith("Ukraine President Zelensky Accuses Russia of Using North Korean Missiles")
    assert article.title not in article.text
    assert article.text.startswith(
        "As the world hoped for a breakthrough in peace talks, Ukraine woke up to devastation."
    )
    assert (
        "Ukraine reported that the Russian military launched 66 ballistic and cruise missiles, four"
        " air-to-surface missiles, and 145 drones—including decoys—during the assault.\n\n"
        "Zelensky called it “one of"
        " the most sophisticated, most brazen” attacks" in article.text
    )
    assert article.source == str((SEEDS / "000_620820a8eddc9c55.txt").resolve())


def test_the_comment_form_goes_and_the_caption_stays() -> None:
    (article,), problems = read(SEEDS / "004_51144c61bb42c65f.txt")
    assert not problems
    assert article.title == "Zelensky Calls for Regime Change in Russia After Deadly Missile Strike Kills 7 in Kyiv"
    assert article.text.startswith("Zelensky\n\nUkrainian President Volodymyr Zelensky has called")
    assert article.text.endswith("previously called for his removal from power.")
    assert "over 300 drones and eight cruise missiles" in article.text
    assert "Leave a Reply" not in article.text


# Text


@pytest.mark.parametrize(
    ("content", "title", "text"),
    [
        ("Bridge to close\n\nThe council voted.", "Bridge to close", "The council voted."),
        ("Bridge to close\nThe council voted.", "Bridge to close", "The council voted."),
        ("Share\n\nWho pays for it in the U.S.\n\nNobody.", "Who pays for it in the U.S.", "Nobody."),
        ("The council voted.\n\nThe end.", "The council voted.", "The council voted.\n\nThe end."),
        ("Only one line", "Only one line", "Only one line"),
        ("Twice\n\nTwice\n", "Twice", "Twice"),
    ],
)
def test_the_first_line_of_a_text_is_its_title_if_it_looks_like_one(
    tmp_path: Path, content: str, title: str, text: str
) -> None:
    article = read_one(tmp_path, "a.txt", content)
    assert (article.title, article.text) == (title, text)


def test_a_text_without_headline_is_labelled_by_its_first_words(tmp_path: Path) -> None:
    text = "The council voted on Tuesday " * 9 + "."
    article = read_one(tmp_path, "a.txt", text)
    assert article.text == text
    assert article.title.startswith("The council voted")
    assert article.title.endswith("…")
    assert len(article.title) <= MAX_LABEL


# Markdown


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    article = read_one(
        tmp_path,
        "a.md",
        """---
title: "Bridge to close"
date: 2024-05-01
author: [Ann Lee, Bo Ray]
publisher: The Herald
url: https://herald.example/bridge
---
# Bridge to close

Share on Facebook
The *council* voted **7–2** on [Tuesday](http://x.example) to
close `it`. ![a photo](x.png)

- One lane
- Buses
  1. deep

> “Fine,” she said.

| year | drones |
|------|--------|
| 2024 | 145    |

    code kept

Leave a Reply
""",
    )
    assert article == Article(
        source=str(tmp_path.resolve() / "a.md"),
        title="Bridge to close",
        text="The council voted 7–2 on Tuesday to close it.\n\n- One lane\n- Buses\n1. deep"
        "\n\n“Fine,” she said.\n\nyear | drones\n2024 | 145\n\ncode kept",
        publisher="The Herald",
        published="2024-05-01",
        author="Ann Lee, Bo Ray",
        url="https://herald.example/bridge",
    )


def test_the_first_heading_is_the_title(tmp_path: Path) -> None:
    article = read_one(tmp_path, "a.markdown", "Bridge *closes*\n===\n\nThe council voted.\n\n## Next\n\nTalks.")
    assert (article.title, article.text) == ("Bridge closes", "The council voted.\n\nNext\n\nTalks.")


def test_a_list_in_a_quote_ends_with_the_list(tmp_path: Path) -> None:
    assert read_one(tmp_path, "a.md", "> - a\n> - b\n>\n> c\n\nd").text == "- a\n- b\n\nc\n\nd"


@pytest.mark.parametrize("head", ["---\n[broken\n---\n", "---\n" + "[" * 5000 + "\n---\n"])
def test_broken_front_matter_costs_only_itself(tmp_path: Path, head: str) -> None:
    (article,), (problem,) = read_as(tmp_path, "a.md", head + "The council voted.")
    assert article.text == "The council voted."
    assert problem.kept
    assert "front matter" in problem.reason


def test_a_rule_is_no_front_matter(tmp_path: Path) -> None:
    assert read_one(tmp_path, "a.md", "---\nThe council voted.\n\nIt did.").text == "The council voted.\n\nIt did."


# HTML


def test_a_page_gives_the_article_and_its_meta_elements(tmp_path: Path) -> None:
    article = read_one(tmp_path, "a.html", PAGE)
    assert article == Article(
        source=str(tmp_path.resolve() / "a.html"),
        title="Council votes to close bridge",
        text="The council voted 7–2 on Tuesday to close the old bridge, “for good,” the mayor said.\n\n"
        "Work starts in June and will cost $1.5 million.\n\nWhat next\n\n- One lane stays open\n\n- Buses"
        " go round\n\nMore talks are planned.",
        publisher="The Herald",
        published="2024-05-01T08:00:00+00:00",
        author="Ann Lee",
        url="https://herald.example/bridge",
    )


def test_the_date_of_a_time_element(tmp_path: Path) -> None:
    page = PAGE.replace("article:published_time", "x").replace(
        "</h1>", '</h1><footer><time class="entry-date published" datetime="2024-05-02">2 May</time></footer>'
    )
    assert read_one(tmp_path, "a.html", page).published == "2024-05-02"
    assert read_one(tmp_path, "b.html", page.replace("entry-date published", "event")).published is None


def test_json_ld_comes_first(tmp_path: Path) -> None:
    linked = {
        "@graph": [
            {"@type": "NewsMediaOrganization", "@id": "#herald", "name": "The Herald &amp; Post"},
            {
                "@type": ["ReportageNewsArticle"],
                "headline": "Bridge &#8220;to close&#8221;",
                "datePublished": "2024-04-30",
                "publisher": {"@id": "#herald"},
                "author": [{"@type": "Person", "name": "Bo Ray"}, "Cy Wu"],
            },
        ]
    }
    script = f'<script type="application/ld+json">{json.dumps(linked)}</script>'
    broken = '<script type="application/ld+json">{oops</script>'
    article = read_one(tmp_path, "a.htm", PAGE.replace("LINKED", broken + script))
    assert (article.title, article.publisher) == ("Bridge “to close”", "The Herald & Post")
    assert (article.published, article.author) == ("2024-04-30", "Bo Ray, Cy Wu")


def test_an_article_in_json_ld_alone_is_read(tmp_path: Path) -> None:
    body = "The council voted 7–2 on Tuesday to close the old bridge."
    linked = json.dumps({"@type": "NewsArticle", "headline": "Bridge", "articleBody": body})
    page = f'<html><head><script type="application/ld+json">{linked}</script></head><body></body></html>'
    assert read_one(tmp_path, "a.html", page).text == body


def test_xhtml_that_declares_its_encoding(tmp_path: Path) -> None:
    page = '<?xml version="1.0" encoding="UTF-8"?>' + PAGE.replace("<!doctype html>", "")
    assert read_one(tmp_path, "a.xhtml", page).title == "Council votes to close bridge"


def test_a_page_in_the_encoding_it_declares(tmp_path: Path) -> None:
    page = PAGE.replace("LINKED", '<meta charset="windows-1251">').replace("the mayor", "мэр Путин")
    (article,), (problem,) = read_as(tmp_path, "a.html", page.encode("cp1251"))
    assert "мэр Путин said" in article.text
    assert problem.kept
    assert "windows-1251" in problem.reason


@pytest.mark.parametrize(
    "page",
    [
        "<p>Login</p>",
        "<html><body><nav><a href=a>One</a> <a href=b>Two</a></nav></body></html>",
        "<!-- nothing -->",
        "<div>" * 50_000,
        PAGE[: PAGE.index("<article>")],
    ],
)
def test_a_page_without_an_article(tmp_path: Path, page: str) -> None:
    assert "no article was found" in refused(tmp_path, "a.html", page)


# JSON


@pytest.mark.parametrize(
    "record",
    [
        {"title": "T", "text": "One.", "date": "2024-05-01", "source": "H", "author": "A, B", "url": "u"},
        {"headline": "T", "body": "One.", "published": "2024-05-01", "publisher": "H", "authors": ["A", "B"],
         "link": "u"},
        {"title": " T ", "content": "One.", "publishedAt": "2024-05-01", "source": {"id": None, "name": "H"},
         "author": [{"name": "A"}, {"name": "B"}], "url": "u"},
        {"title": "T", "text": "", "body": None, "content": "T\n\nOne.", "pubDate": "1 May 2024",
         "publisher": {"name": "H"}, "author": {"name": "A, B"}, "url": "u"},
        {"title": "T", "text": "<p>One.</p><script>x</script>", "published_at": 1714550400 // 86400 * 86400,
         "source": "H", "author": "A, B", "url": "u"},
    ],
)  # fmt: skip
def test_the_names_that_fields_go_by(tmp_path: Path, record: dict[str, object]) -> None:
    article = read_one(tmp_path, "a.json", json.dumps(record))
    assert (article.title, article.text, article.publisher) == ("T", "One.", "H")
    assert (article.author, article.url, (article.published or "")[:10]) == ("A, B", "u", "2024-05-01")


@pytest.mark.parametrize("wrapped", [False, True])
def test_many_records_in_one_document(tmp_path: Path, wrapped: bool) -> None:
    many = [{"text": "One."}, 5, {"id": "x", "text": "Two."}, {"id": 9, "text": "Three."}]
    articles, (problem,) = read_as(tmp_path, "a.json", json.dumps({"articles": many} if wrapped else many))
    source = str(tmp_path.resolve() / "a.json")
    assert [article.source for article in articles] == [f"{source}#0", f"{source}#x", f"{source}#9"]
    assert problem.source == f"{source}#1"


def test_html_in_a_field_becomes_text_and_a_ticker_stays(tmp_path: Path) -> None:
    markup = "<p>One &amp;\n two,  <b>three</b>.</p><ul><li>a</li><li>b</li></ul>c<br/>d<form>x</form>"
    assert read_one(tmp_path, "a.json", json.dumps({"text": markup})).text == "One & two, three.\n\na\n\nb\n\nc\nd"
    assert read_one(tmp_path, "b.json", json.dumps({"text": "<SRD> to form a unit"})).text == "<SRD> to form a unit"


def test_json_lines_with_a_bad_line_keep_the_others(tmp_path: Path) -> None:
    lines = [
        '{"id": "x", "text": "One."}',
        "{broken",
        "",
        "[1]",
        '{"text": 7}',
        '{"title": "T"}',
        '{"text": "Two."}',
    ]
    articles, problems = read_as(tmp_path, "a.jsonl", "\r\n".join(lines))
    source = str(tmp_path.resolve() / "a.jsonl")
    assert [(a.source, a.text) for a in articles] == [(f"{source}#x", "One."), (f"{source}#L7", "Two.")]
    assert [problem.source for problem in problems] == [f"{source}#L{number}" for number in (2, 4, 5, 6)]
    assert "line 2" in problems[0].reason
    assert "found a list" in problems[1].reason
    assert "text is a number" in problems[2].reason
    assert problems[3].reason.startswith("no text")
    assert not any(problem.kept for problem in problems)


def test_an_id_that_stands_twice_loses_nothing(tmp_path: Path) -> None:
    articles, (problem,) = read_as(tmp_path, "a.jsonl", '{"id":1,"text":"One."}\n{"id":1,"text":"Two."}\n')
    assert [article.text for article in articles] == ["One.", "Two."]
    assert articles[0].source != articles[1].source == problem.source
    assert problem.kept
    assert "twice" in problem.reason


def test_json_lines_under_a_json_name(tmp_path: Path) -> None:
    articles, problems = read_as(tmp_path, "a.json", '{"text": "One."}\n{"text": "Two."}\nbroken\n')
    assert [article.text for article in articles] == ["One.", "Two."]
    assert [problem.source[-3:] for problem in problems] == ["#L3"]


def test_an_absurd_date_leaves_the_article_undated(tmp_path: Path) -> None:
    for date in ["2024-02-31", "banana", "yesterday", 2024, {"year": 2024}]:
        (article,), (problem,) = read_as(tmp_path, "a.json", json.dumps({"text": "One.", "date": date}))
        assert article.published is None
        assert problem.kept
        assert "is not a date" in problem.reason
        assert problem.reason.endswith("kept as undated")
    for date in [None, "", "  "]:
        assert read_one(tmp_path, "a.json", json.dumps({"text": "One.", "date": date})).published is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("{oops", "not JSON (Expecting property name enclosed in double quotes at column 2)"),
        ('{"a":\n\n]', "line 3"),
        ("[]", "empty"),
        ("[" * 100_000, "recursion"),
        ('{"text": "a", "n": ' + "9" * 10_000 + "}", "can't be read"),
        ('"text"', "found a string: expected an object"),
        ("null", "found null"),
        ('{"text": [7]}', "text is a list"),
        ('{"text": "  "}', "text is an empty string"),
    ],
)
def test_json_that_holds_no_article(tmp_path: Path, content: str, reason: str) -> None:
    assert reason in refused(tmp_path, "a.json", content)


def test_a_file_of_another_kind_under_a_jsonl_name_is_given_up(tmp_path: Path) -> None:
    articles, problems = read_as(tmp_path, "a.jsonl", "{\n" * 5000)
    assert not articles
    assert len(problems) == json_lines.MAX_BAD_LINES + 1
    assert "named .json" in problems[-1].reason


# Bad files


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("content", [b"", b"  \r\n\n", codecs.BOM_UTF8])
def test_an_empty_file(tmp_path: Path, suffix: str, content: bytes) -> None:
    assert "the file is empty" in refused(tmp_path, f"a{suffix}", content)


@pytest.mark.parametrize("suffix", READERS)
@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"a\0" * 40, bytes(range(1, 32)) * 9])
def test_binary_under_the_name_of_a_text(tmp_path: Path, suffix: str, content: bytes) -> None:
    articles, problems = read_as(tmp_path, f"a{suffix}", content)
    assert not articles
    assert all("binary" in problem.reason for problem in problems)
    assert problems


def test_a_pdf_under_the_name_of_a_text(tmp_path: Path) -> None:
    assert "a PDF document" in refused(tmp_path, "a.txt", b"%PDF-1.7\nplain")


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-32"])
@pytest.mark.parametrize("suffix", [".txt", ".json", ".jsonl"])
def test_marked_encodings(tmp_path: Path, encoding: str, suffix: str) -> None:
    text = "145 drones—including decoys, “so they say”"
    content = text if suffix == ".txt" else json.dumps({"text": text}, ensure_ascii=False) + "\n" * (suffix == ".jsonl")
    assert read_one(tmp_path, f"a{suffix}", content.encode(encoding)).text == text


@pytest.mark.parametrize("suffix", [".txt", ".jsonl"])
def test_utf_16_that_breaks_off(tmp_path: Path, suffix: str) -> None:
    reason = refused(tmp_path, f"a{suffix}", '{"text": "One"}'.encode("utf-16") + b"\x00")
    assert "utf-16" in reason.lower()
    assert "save it" in reason


def test_an_old_encoding_is_guessed_and_told(tmp_path: Path) -> None:
    (article,), (problem,) = read_as(tmp_path, "a.txt", "Ann’s café cost £5 — “fine”.".encode("cp1252"))
    assert article.text == "Ann’s café cost £5 — “fine”."
    assert problem.kept
    assert "not UTF-8" in problem.reason
    assert "cp1252" in problem.reason
    russian = "Президент сказал, что мост закроют завтра утром. " * 9
    (article,), _ = read_as(tmp_path, "b.txt", russian.encode("cp1251"))
    assert article.text == russian.rstrip()


def test_a_broken_byte_in_utf_8_costs_one_letter(tmp_path: Path) -> None:
    (article,), (problem,) = read_as(tmp_path, "a.txt", "“One—two,” he said".encode() + b"\xff.")
    assert article.text == "“One—two,” he said\ufffd."
    assert problem.kept


def test_a_line_that_is_not_utf_8_in_json_lines(tmp_path: Path) -> None:
    (article,), (problem,) = read_as(tmp_path, "a.jsonl", '{"text": "Ann’s café."}'.encode("cp1252"))
    assert article.text == "Ann’s café."
    assert problem.kept
    assert "line 1" in problem.reason


@pytest.mark.parametrize("suffix", [suffix for suffix in READERS if suffix not in (".jsonl", ".ndjson")])
def test_a_file_over_the_limit_is_not_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"big{suffix}"
    path.touch()
    os.truncate(path, 200_000_000)
    articles, (problem,) = read(path)
    assert not articles
    assert "200 MB" in problem.reason
    assert f"{MAX_BYTES // 1_000_000} MB" in problem.reason


def test_json_lines_are_read_in_flat_memory(tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    line = json.dumps({"title": "T", "text": "The council voted on Tuesday. " * 3000}) + "\n"
    path.write_text(line * 120, encoding="utf-8")
    tracemalloc.start()
    count = sum(isinstance(item, Article) for item in read_file(path))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 120
    assert peak < path.stat().st_size / 4


def test_a_line_over_the_limit_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_lines, "MAX_BYTES", 1000)
    articles, (problem,) = read_as(
        tmp_path, "a.jsonl", '{"text": "One."}\n{"text": "' + "x" * 3_000_000 + '"}\n{"text": "Two."}\n'
    )
    assert [article.text for article in articles] == ["One.", "Two."]
    assert problem.source.endswith("#L2")


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".md", ".html"])
def test_one_line_of_five_megabytes_takes_linear_time(tmp_path: Path, suffix: str) -> None:
    def reading(words: int) -> None:
        text = "word " * words + "."
        content = {".jsonl": json.dumps({"text": text}), ".html": f"<article><p>{text}</p></article>"}.get(suffix, text)
        assert len(read_one(tmp_path, f"a{suffix}", content).text) == len(text)

    assert grows_linearly(reading, 250_000)


def test_a_folder_with_the_name_of_a_file(tmp_path: Path) -> None:
    (tmp_path / "a.txt").mkdir()
    _, (problem,) = read(tmp_path / "a.txt")
    assert "folder" in problem.reason


def test_a_pipe_does_not_hang(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.txt")
    _, (problem,) = read(tmp_path / "a.txt")
    assert "pipe" in problem.reason


@pytest.mark.parametrize("target", ["nowhere.txt", "a.txt"])
def test_a_link_to_nothing_or_to_itself(tmp_path: Path, target: str) -> None:
    (tmp_path / "a.txt").symlink_to(tmp_path / target)
    _, (problem,) = read(tmp_path / "a.txt")
    assert not problem.kept


def test_a_file_of_no_known_kind(tmp_path: Path) -> None:
    assert ".jsonl" in refused(tmp_path, "a.xyz", "One.")


@pytest.mark.parametrize("name", ["a.txt", "a.jsonl"])
def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def refuse(path: Path, *_: object, **__: object) -> Iterator[str]:
        raise PermissionError(13, "Permission denied", str(path))

    (tmp_path / name).write_text("One.", encoding="utf-8")
    monkeypatch.setattr(Path, "open", refuse)
    _, (problem,) = read(tmp_path / name)
    assert "Permission denied" in problem.reason


def test_nothing_but_boilerplate(tmp_path: Path) -> None:
    assert "no article text" in refused(tmp_path, "a.txt", "Share\nTweet\nLeave a Reply\n")


@given(st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused_in_one_line(data: bytes) -> None:
    try:
        text, said = decode(data)
    except UnreadableError as error:
        text, said = "", str(error)
    assert said is None or "\n" not in said
    assert text or said or data in (b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(
                st.sampled_from(["id", "title", "text", "date", "source", "author", "url", "articles"]), inner
            )
        ),
        max_leaves=12,
    )
)
def test_any_json_gives_articles_and_problems_only(document: object) -> None:
    try:
        found = list(json_document.read_json(json.dumps(document), "a.json"))
    except UnreadableError:
        return
    assert found
    for item in found:
        if isinstance(item, Article):
            assert item.text.strip()
            assert item.title
            item.text.encode()
