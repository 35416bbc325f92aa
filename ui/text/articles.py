"""Articles and search results as text, and as plain values for JSON."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from assistant.answer import Citation
from ui.text.columns import field_list
from ui.text.escaping import inline
from ui.text.style import PLAIN, Style
from vectorstore.articles import Article, Hit


def byline(work: Article | Citation) -> str:
    """'Title — Publisher, date' on one line, with what is known of it; the source where there is no title."""
    known = [part for part in (work.publisher, (work.published or "undated")[:10]) if part]
    return inline(f"{work.title or work.source} — {', '.join(known)}")


def article_row(article: Article, style: Style = PLAIN) -> str:
    """A row of a list: id, day, title and publisher. A long title goes on in lines that begin where it begins."""
    publisher = f" — {article.publisher}" if article.publisher else ""
    first = f"{article.id}  {inline(article.published or 'undated')[:10]:10}  "
    title = style.wrap(inline((article.title or article.source) + publisher), indent=" " * len(first))
    return first + title.removeprefix(" " * len(first))


def article_head(article: Article) -> str:
    """What is known of an article besides its text, one `name  value` a line."""
    known = {key: value for key, value in article_dict(article, text=False).items() if value not in (None, "")}
    return field_list(known)


def article_dict(article: Article, text: bool = True) -> dict[str, Any]:
    """An article as plain values, its id first and the number of its characters last; `text`: with its text."""
    values = {"id": article.id, **asdict(article), "characters": len(article.text)}
    return values if text else {key: value for key, value in values.items() if key != "text"}


def hit_list(results: Sequence[Hit], style: Style = PLAIN) -> str:
    """The results of a search, best first: number, byline and score of each, its passage, and how to read on."""
    return "\n\n".join(
        f"{style.bold(style.wrap(f'{rank}. {byline(hit.article)} ({hit.score:.2f})'))}\n"
        f"{style.wrap(hit.chunk.text, indent='    ')}\n"
        f"{style.dim(f'    dateline show {hit.article.id}')}"
        for rank, hit in enumerate(results, 1)
    )


def hit_dict(hit: Hit) -> dict[str, Any]:
    """A search result as plain values; the keys are those of a citation where they mean the same."""
    article, chunk = hit.article, hit.chunk
    return {
        "article_id": article.id,
        **{key: getattr(article, key) for key in ("title", "publisher", "published", "url", "source")},
        **{key: getattr(chunk, key) for key in ("text", "start", "end")},
        **{key: round(getattr(hit, key), 4) for key in ("score", "bm25", "cosine")},
    }
