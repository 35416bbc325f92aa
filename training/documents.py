"""The texts that claims and negatives are made from: news articles, passages, and articles put together of sentences.

What is measured on never gets in: the articles of dev/wikinews, and HELD_OUT Wikinews articles for bench/edits.py.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from training.errors import TrainingError
from training.json_rows import UNLICENSED, Record, read_rows, texts
from training.rows import Row
from training.sentence_rows import SentenceRow
from vectorstore.text.sentences import sentences

HELD_OUT, SEED = 60, 1
"""Articles held out, and the seed of their choice. Another choice would make trained weights look too good."""

SHORTEST, FEWEST = 5, 4
"""Words of a sentence, and sentences of an article, that are used at least."""

NEWS_ORIGINS = frozenset({"wikinews_sel", "wikinews_csv"})
"""Wikinews, CC BY 2.5."""


@dataclass(frozen=True)
class Document:
    """A text as sentences; `title` and `date` (ISO) are "" where it has none."""

    title: str
    date: str
    sentences: tuple[str, ...]

    @property
    def head(self) -> str:
        """The title and the date as they stand in front of a source: "Title. 2019-01-04. "; "" without a title."""
        return "".join(f"{part}. " for part in (self.title, self.date) if part) if self.title else ""


@dataclass(frozen=True)
class News:
    """The Wikinews articles to train on, those held out, and the normal forms of all sentences to be measured on."""

    training: tuple[Document, ...]
    held_out: tuple[Document, ...]
    measured: frozenset[str]

    def free(self, text: Iterable[str]) -> bool:
        """Whether none of some sentences is measured on, in any spelling of marks and capitals."""
        return not any(_letters(sentence) in self.measured for sentence in text)


def load_news(data: Path) -> News:
    """The articles of news_free/wikinews.jsonl.gz in the folder of the data sets. Raises TrainingError."""
    measured = _measured(data / "dev" / "wikinews" / "articles.jsonl")
    titles = {_title(title) for title, _ in measured}
    articles, _ = read_rows(data / "news_free" / "wikinews.jsonl.gz", _article)
    used = [article for article in articles if _title(article.title) not in titles and len(article.sentences) >= FEWEST]
    Random(SEED).shuffle(used)
    held = used[:HELD_OUT]
    kept_out = frozenset(
        _letters(sentence)
        for text in (*(cut(text) for _, text in measured), *(document.sentences for document in held))
        for sentence in text
        if len(sentence.split()) >= SHORTEST
    )
    known = News((), tuple(held), kept_out)
    left = [
        Document(document.title, document.date, tuple(s for s in document.sentences if known.free([s])))
        for document in used[HELD_OUT:]
    ]
    return News(tuple(document for document in left if len(document.sentences) >= FEWEST), tuple(held), kept_out)


def passages(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The passages of some rows, each once, with their sentences."""
    return {passage: cut(passage) for passage in dict.fromkeys(row.passage for row in rows)}


def fragments(rows: Sequence[SentenceRow], news: News, fewest: int = FEWEST) -> dict[str, Document]:
    """By their names the documents of which at least `fewest` sentences stand in the rows, these in their order.

    A document with a sentence that is measured on is left out.
    """
    places: defaultdict[str, dict[tuple[int, ...], str]] = defaultdict(dict)
    for row in rows:
        if row.document:
            places[row.document][row.place] = row.sentence
    ordered = {name: tuple(by_place[place] for place in sorted(by_place)) for name, by_place in places.items()}
    return {name: Document("", "", text) for name, text in ordered.items() if len(text) >= fewest and news.free(text)}


def cut(text: str) -> tuple[str, ...]:
    """The sentences of a text."""
    return tuple(text[start:end] for start, end in sentences(text))


def _measured(path: Path) -> list[tuple[str, str]]:
    """The titles and texts of the articles that are measured on."""
    try:
        with path.open(encoding="utf-8") as lines:
            return [(article["title"], article["text"]) for article in map(json.loads, lines)]
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise TrainingError(
            f"{path} can't be read ({error}): what is measured on can't be kept out of the training. Get it anew."
        ) from error


def _article(record: Record) -> Document | str:
    values = texts(record, "title", "text", "origin")
    if isinstance(values, str):
        return values
    title, text, origin = values
    if origin not in NEWS_ORIGINS:
        return UNLICENSED
    date = record.get("date")
    long = tuple(sentence for sentence in cut(text) if len(sentence.split()) >= SHORTEST)
    return Document(title, date[:10] if isinstance(date, str) else "", long)


def _title(title: str) -> str:
    return title.strip().lower()


def _letters(sentence: str) -> str:
    """The letters and digits alone, in lower case."""
    return "".join(filter(str.isalnum, sentence.lower()))
