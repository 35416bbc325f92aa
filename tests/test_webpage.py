"""Saved pages: the whole text wherever it stands, all articles of a page, nothing glued, and what is lost is said."""

import json
from pathlib import Path

import pytest

from tests.test_formats import read_as
from vectorstore.articles import Article, Problem

LEDE = "The town council of Ellmere voted on Monday to close the swimming lake for the whole of July because of algae."
DOGS = "Two dogs died after they had drunk from the lake."
LAB = "The laboratory found 48 micrograms of the toxin in a litre of water, four times the limit."
MAYOR = "Mayor Tilde Aas said that 12 lifeguards would be paid all the same until the end of August."
WHOLE = [LEDE, DOGS, LAB, MAYOR]
OFFER = (
    "<div class=box><h3>This story is for subscribers</h3><p>Read on for 1 pound a week. Cancel at any time. You get"
    " every story, all the puzzles, the app and our letter in the morning, and you support our reporters.</p></div>"
)


def page(body: str, linked: object = None, script: str = "{}") -> str:
    data = script.format(json.dumps(linked)) if "{}" in script else script
    head = f'<script type="application/ld+json">{data}</script>' if linked else ""
    return f"<html><head><meta charset=utf-8><title>Lake closed</title>{head}</head><body>{body}</body></html>"


def read_page(folder: Path, content: str) -> tuple[list[Article], list[Problem]]:
    return read_as(folder, "a.html", content)


def news(text: str, **more: object) -> dict[str, object]:
    return {"@type": "NewsArticle", "headline": "Lake closed", "articleBody": text, **more}


def paragraphs(*texts: str) -> str:
    return "".join(f"<p>{text}</p>" for text in texts)


TEASER = f"<article><h1>Lake closed</h1>{paragraphs(LEDE)}{OFFER}</article>"


@pytest.mark.parametrize(
    "linked",
    [
        news(" ".join(WHOLE)),
        [{"@type": "WebSite"}, news(" ".join(WHOLE))],
        {"@graph": [{"@type": "WebPage"}, news(" ".join(WHOLE), isAccessibleForFree="False")]},
        {"@type": "WebPage", "mainEntity": news("<p>" + "</p><p>".join(WHOLE) + "</p>")},
        {"@type": "ItemList", "itemListElement": [{"@type": "ListItem", "item": news(" ".join(WHOLE))}]},
        {"@type": "LiveBlogPosting", "headline": "Lake closed", "articleBody": LEDE, "liveBlogUpdate": [
            {"@type": "BlogPosting", "headline": "Dogs", "articleBody": DOGS},
            {"@type": "BlogPosting", "articleBody": f"{LAB} {MAYOR}"}]},
    ],
)  # fmt: skip
@pytest.mark.parametrize("script", ["{}", "\n//<![CDATA[\n{}\n//]]>\n", "<!-- {} -->", "/*<![CDATA[*/{}/*]]>*/", "{};"])
def test_the_whole_text_in_json_ld_beats_a_teaser_with_an_offer(tmp_path: Path, linked: object, script: str) -> None:
    (article,), _ = read_page(tmp_path, page(TEASER, linked, script))
    assert [sentence for sentence in WHOLE if sentence not in article.text] == []
    assert "1 pound" not in article.text


@pytest.mark.parametrize("summary", [LEDE, f"{LEDE} {DOGS}", "Ellmere's lake is shut in July. Dogs have died there."])
@pytest.mark.parametrize("free", [True, False])
def test_a_summary_in_json_ld_does_not_beat_the_page(tmp_path: Path, summary: str, free: bool) -> None:
    content = page(f"<article>{paragraphs(*WHOLE)}</article>", news(summary, isAccessibleForFree=free))
    if not free and summary.startswith("Ellmere"):
        pytest.skip("a page that says that it shows nothing is believed")
    (article,), problems = read_page(tmp_path, content)
    assert article.text == "\n\n".join(WHOLE)
    assert not problems


def test_posts_of_a_collection_in_json_ld_are_articles_of_their_own(tmp_path: Path) -> None:
    posts = [{"@type": "BlogPosting", "headline": f"Post {n}", "articleBody": text} for n, text in enumerate(WHOLE)]
    articles, _ = read_page(tmp_path, page("<div></div>", {"@type": "Blog", "blogPost": posts}))
    assert [article.text for article in articles] == WHOLE
    assert len({article.source for article in articles}) == 4


BRIEFS = [("Library to open", LEDE), ("Fines doubled", LAB), ("Pool reopens", MAYOR)]


@pytest.mark.parametrize("wrapper", ["{}", "<main><h1>In brief</h1>{}</main>", "<main><div><div>{}</div></div></main>"])
def test_several_articles_on_a_page_are_all_read(tmp_path: Path, wrapper: str) -> None:
    briefs = "".join(f"<article><h2>{title}</h2><p>{text}</p></article>" for title, text in BRIEFS)
    articles, problems = read_page(tmp_path, page(wrapper.format(briefs)))
    assert [(article.title, article.text) for article in articles] == BRIEFS
    assert (len({article.source for article in articles}), problems) == (3, [])


@pytest.mark.parametrize("inside", [True, False])
def test_cards_of_other_articles_are_left_and_counted(tmp_path: Path, inside: bool) -> None:
    card = '<article><h3><a href="/x">Bus fares</a></h3><p>Fares rise by 9 percent on Monday, they say.</p></article>'
    body = f"<h1>Lake closed</h1>{paragraphs(*WHOLE)}"
    content = f"<article>{body}{card * 3}</article>" if inside else f"{card * 3}<article>{body}</article>"
    (article,), (problem,) = read_page(tmp_path, page(content))
    assert article.text == "\n\n".join(WHOLE)
    assert "3 teasers of other articles" in problem.reason
    assert problem.kept


def test_comments_that_are_article_elements_are_no_articles(tmp_path: Path) -> None:
    comment = f'<article class="comment-body"><p>{LEDE} I say so. {LAB}</p></article>'
    content = f"<article>{paragraphs(DOGS, MAYOR, LAB)}</article><div class=comments>{comment * 2}</div>"
    (article,), _ = read_page(tmp_path, page(content))
    assert "I say so" not in article.text


@pytest.mark.parametrize("tag", ["span", "font", "text-block", "b", "a"])
@pytest.mark.parametrize("wrapper", ["<main>{}</main>", "<article><p>{}</p></article>", "<div><div>{}</div></div>"])
def test_paragraphs_that_only_the_style_sheet_parts(tmp_path: Path, tag: str, wrapper: str) -> None:
    pieces = "".join(f"<{tag} class=para>{text}</{tag}>" for text in WHOLE)
    (article,), _ = read_page(tmp_path, page(wrapper.format(pieces)))
    assert " ".join(article.text.split()) == " ".join(WHOLE)


@pytest.mark.parametrize(
    ("markup", "shown"),
    [
        ("dogs.<em>Two cats</em>", "dogs. Two cats"),
        ("<b>Dead</b><b>57</b>", "Dead 57"),
        ("<span>5</span><span>7</span> million", "5 7 million"),
        ("<b>T</b>he lake", "The lake"),
        ("co<i>op</i>eration", "cooperation"),
        ("12<sup>3</sup> days", "12³ days"),
        ("5<b>,</b>000 euros", "5,000 euros"),
        ("the U.<a href=x>S.</a> embassy", "the U.S. embassy"),
    ],
)
def test_words_and_figures_meet_only_where_they_are_one(tmp_path: Path, markup: str, shown: str) -> None:
    (article,), _ = read_page(tmp_path, page(f"<article><p>{LEDE} It is {markup} now.</p><p>{LAB}</p></article>"))
    assert f"It is {shown} now." in article.text


FOLDED = paragraphs(DOGS, LAB, MAYOR)


@pytest.mark.parametrize(
    "folded",
    [
        f'<div style="display:none">{FOLDED}</div>',
        f'<div style="color: red; display : none;">{FOLDED}</div>',
        f"<section hidden>{FOLDED}</section>",
        f'<div class="rest is-hidden">{FOLDED}</div>',
        f'<div aria-hidden="true">{FOLDED}</div>',
        f"<details><summary>More</summary>{FOLDED}</details>",
        f'<div class="collapse" id="more">{FOLDED}</div>',
    ],
)
def test_what_is_folded_away_is_read(tmp_path: Path, folded: str) -> None:
    content = f"<article><h1>Lake closed</h1>{paragraphs(LEDE)}<button>Read more</button>{folded}</article>"
    (article,), _ = read_page(tmp_path, page(content))
    assert [sentence for sentence in WHOLE if sentence not in article.text] == []


def test_a_hidden_dialog_and_a_hidden_copy_are_not_read(tmp_path: Path) -> None:
    consent = "We and our partners store cookies on your device. You may choose which of them you like to have here."
    hidden = (
        f'<div class="cookie-consent" style="display:none"><p>{consent}</p></div><div hidden>{paragraphs(LAB)}</div>'
    )
    (article,), problems = read_page(tmp_path, page(f"<article>{paragraphs(*WHOLE)}{hidden}</article>"))
    assert (article.text, problems) == ("\n\n".join(WHOLE), [])


def test_paragraphs_that_are_left_out_are_counted(tmp_path: Path) -> None:
    extra = f"<div class=second><p>{MAYOR}</p></div>"
    content = f"<div><article>{paragraphs(LEDE, DOGS, LAB)}</article>{extra}</div>"
    (article,), problems = read_page(tmp_path, page(content))
    assert MAYOR in article.text or "1 paragraph of the page left out" in problems[0].reason
