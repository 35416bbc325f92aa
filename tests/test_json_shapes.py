"""JSON as programs write it: whatever wraps a record, whatever its fields are called, and HTML anywhere in it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.test_formats import read_as, read_one

TEXT = "The ferry Borealis ran aground off Karsk with 203 people on board."
MORE = "Nobody was hurt, the coast guard said."
RECORD = {"title": "Ferry aground", "text": TEXT, "date": "2025-04-02"}
PARAGRAPHS = [TEXT, MORE]


def told(folder: Path, document: object) -> tuple[str, str, str | None]:
    article = read_one(folder, "a.json", json.dumps(document))
    return article.title, article.text, article.published and article.published[:10]


@pytest.mark.parametrize(
    "body",
    [
        {"content": {"rendered": f"<p>{TEXT}</p>\n<p>{MORE}</p>", "protected": False}},
        {"body": PARAGRAPHS},
        {"paragraphs": [{"text": TEXT}, {"text": MORE}]},
        {"content": [{"type": "p", "text": TEXT}, {"type": "image", "src": "x.png"}, {"type": "p", "text": MORE}]},
        {"body": {"blocks": [{"type": "p", "data": {"text": TEXT}}, {"type": "p", "data": {"text": MORE}}]}},
        {"content": {"type": "doc", "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": TEXT[:9]}, {"type": "text", "text": TEXT[9:]}]},
            {"type": "paragraph", "content": [{"type": "text", "text": MORE}]}]}},
        {"content_html": f"<p>{TEXT}<p>{MORE}"},
        {"articleBody": f"{TEXT}\n\n{MORE}"},
        {"content:encoded": f"<![CDATA[{TEXT}<br><br>{MORE}]]>"},
        {"page_content": f"{TEXT}\n\n{MORE}"},
        {"text": f"&lt;p&gt;{TEXT}&lt;/p&gt;&lt;p&gt;{MORE}&lt;/p&gt;"},
    ],
)  # fmt: skip
def test_the_shapes_of_a_text(tmp_path: Path, body: dict[str, Any]) -> None:
    record = {"headline": "Ferry aground", "pub_date": "2025-04-02", **body}
    assert told(tmp_path, record) == ("Ferry aground", f"{TEXT}\n\n{MORE}", "2025-04-02")


@pytest.mark.parametrize(
    "date",
    [
        {"date": {"$date": "2025-04-02T10:00:00Z"}},
        {"date": {"$date": 1743588000000}},
        {"published": {"$date": {"$numberLong": "1743588000000"}}},
        {"publishedAt": {"_seconds": 1743588000, "_nanoseconds": 0}},
        {"date_published": "2025-04-02T10:00:00+02:00"},
        {"date_publish": "2025-04-02 10:00:00"},
        {"webPublicationDate": "2025-04-02T10:00:00Z"},
        {"isoDate": "2025-04-02T10:00:00.000Z"},
        {"metadata": {"publish_date": "2025-04-02"}},
    ],
)
def test_the_shapes_of_a_date(tmp_path: Path, date: dict[str, Any]) -> None:
    assert told(tmp_path, {"title": "Ferry aground", "text": TEXT, **date})[2] == "2025-04-02"


@pytest.mark.parametrize(
    "wrapped",
    [
        {"_index": "news", "_id": "abc", "_source": RECORD},
        {"_source": RECORD, "highlight": {"text": ["the <em>ferry</em>"]}},
        {"type": "article", "id": "7", "attributes": RECORD},
        {"article": RECORD, "crawl": {"status": 200}},
        {"node": RECORD},
        {"id": "x", "webTitle": "Ferry aground", "webPublicationDate": "2025-04-02", "fields": {"body": TEXT}},
        {"page_content": TEXT, "metadata": {"title": "Ferry aground", "date": "2025-04-02"}},
        {"fields": {"title": ["Ferry aground"], "text": [TEXT], "date": ["2025-04-02"]}},
    ],
)
def test_what_wraps_a_record(tmp_path: Path, wrapped: dict[str, Any]) -> None:
    assert told(tmp_path, wrapped) == ("Ferry aground", TEXT, "2025-04-02")
    lines = json.dumps(wrapped) + "\n" + json.dumps({"title": "Other", "text": MORE})
    assert [article.title for article in read_as(tmp_path, "a.jsonl", lines)[0]] == ["Ferry aground", "Other"]


@pytest.mark.parametrize(
    "document",
    [
        {
            "version": "1.1",
            "title": "A feed",
            "items": [RECORD, {**RECORD, "title": "Two"}],
        },
        {"hits": {"total": 2, "hits": [{"_source": RECORD}, {"_source": {**RECORD, "title": "Two"}}]}},
        {"status": "ok", "data": {"posts": [RECORD, {**RECORD, "title": "Two"}], "authors": [{"name": "A"}]}},
        {"data": {"articles": {"edges": [{"node": RECORD}, {"node": {**RECORD, "title": "Two"}}]}}},
        {"a1": RECORD, "a2": {**RECORD, "title": "Two"}},
        {"news": [RECORD], "sport": [{**RECORD, "title": "Two"}]},
        {"title": {"0": "Ferry aground", "1": "Two"}, "text": {"0": TEXT, "1": TEXT}, "date": {"0": None, "1": None}},
        [
            {"rendered": 1, "title": {"rendered": "Ferry aground"}, "content": {"rendered": TEXT}},
            {**RECORD, "title": "Two"},
        ],
    ],
)
def test_what_holds_many_records(tmp_path: Path, document: object) -> None:
    articles, problems = read_as(tmp_path, "a.json", json.dumps(document))
    assert ([article.title for article in articles], problems) == (["Ferry aground", "Two"], [])
    assert len({article.source for article in articles}) == 2


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("Mayor&#8217;s plan for Dock &amp; Quay", "Mayor’s plan for Dock & Quay"),
        ("Mayor&amp;#8217;s plan", "Mayor’s plan"),
        ("Rain &lt; average", "Rain < average"),
        ("The <i>Borealis</i> aground", "The Borealis aground"),
        ("Ferry<br>aground", "Ferry aground"),
        ("AT&T sues R&D", "AT&T sues R&D"),
    ],
)
def test_entities_and_tags_in_names(tmp_path: Path, written: str, read: str) -> None:
    record = {"title": written, "source": {"name": written}, "author": [written], "text": TEXT}
    article = read_one(tmp_path, "a.json", json.dumps(record))
    assert (article.title, article.publisher, article.author) == (read, read, read)


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("BRENN &mdash; it costs 12&nbsp;million.<br><br>It is <b>late</b>.",
         "BRENN — it costs 12 million.\n\nIt is late."),
        ("The mean is 58 (that is, x < 58).&nbsp;Farmers &quot;aren&#39;t&quot; worried.",
         'The mean is 58 (that is, x < 58).\xa0Farmers "aren\'t" worried.'),
        ("If p<0.05 and a <b and c>d, <em>stop</em>.", "If p<0.05 and a <b and c>d, stop."),
        ("<p>Use the &lt;b&gt; tag.</p>", "Use the <b> tag."),
        ("One.\n\nTwo <a href='x'>links</a>.\nThree.", "One.\n\nTwo links.\nThree."),
        ("See https://x.example/?a=1&copy=2 &amp; more.", "See https://x.example/?a=1&copy=2 & more."),
        ("Cut off here <a href=\"https://x.exam", "Cut off here"),
        ("Seen.<script>track('<p>')</script><style>p {}</style>", "Seen."),
        ("Of algae.<span>Two dogs died.</span><td>5</td><td>7</td>", "Of algae. Two dogs died.\n\n5\n\n7"),
        ("It took 12<sup>3</sup> days.", "It took 12³ days."),
    ],
)  # fmt: skip
def test_markup_wherever_it_begins(tmp_path: Path, written: str, read: str) -> None:
    assert read_one(tmp_path, "a.json", json.dumps({"text": written})).text == read


def test_a_line_that_is_not_taken_is_named_and_costs_no_other(tmp_path: Path) -> None:
    lines = [
        {"text": TEXT},
        {"body": {"n": 5}},
        {"content": []},
        {"summary": "short"},
        {"text": [[]]},
        {"body": [MORE]},
    ]
    articles, problems = read_as(tmp_path, "a.jsonl", "\n".join(map(json.dumps, lines)))
    assert [article.text for article in articles] == [TEXT, MORE]
    assert [problem.source[-2:] for problem in problems] == ["L2", "L3", "L4", "L5"]
    assert "body is an object" in problems[0].reason
