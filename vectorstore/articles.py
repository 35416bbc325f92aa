"""The data types of vectorstore: Article, Chunk, Hit, Problem, Filters. Frozen; ids are hashes of the content."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Article:
    """One news article, its text to the letter.

    `source` is where it was read: an absolute path, with "#key" after it for one of several records in a file.
    `published` is the publisher's date as an ISO 8601 date, or date and time; None for an undated article.
    The id depends on the content alone, so the same article read from two sources is one article.
    """

    source: str
    text: str
    title: str = ""
    publisher: str | None = None
    published: str | None = None
    author: str | None = None
    url: str | None = None

    @cached_property
    def id(self) -> str:
        """16 hexadecimal digits of the SHA-256 of all fields except the source."""
        content = [self.title, self.text, self.publisher, self.published, self.author, self.url]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Chunk:
    """Consecutive whole sentences of an article: `text` is always `article.text[start:end]`."""

    article_id: str
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """The article's id and the offsets: unique in the index."""
        return f"{self.article_id}:{self.start}-{self.end}"


@dataclass(frozen=True)
class Hit:
    """A chunk retrieved for a query. `score` is the fused score in [0, 1]; `bm25` >= 0; `cosine` in [-1, 1]."""

    article: Article
    chunk: Chunk
    score: float
    bm25: float
    cosine: float


@dataclass(frozen=True)
class Problem:
    """What is wrong with one source. `kept`: a warning only, the article is ingested all the same."""

    source: str
    reason: str
    kept: bool = False


@dataclass(frozen=True)
class Filters:
    """Which articles to search. Dates are ISO days, both inclusive; undated articles match no date filter.

    `publisher` matches any part of a publisher's name. False where nothing is filtered.
    """

    since: str | None = None
    until: str | None = None
    publisher: str | None = None
    article_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.publisher or self.article_ids)
