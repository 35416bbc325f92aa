"""What the article side speaks of: Article, Chunk, Hit. Frozen; ids are hashes of the content."""

import hashlib
import json
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True)
class Article:
    """One news article, its own words to the letter.

    `source` says where it was read: an absolute path, with "#key" behind it for one record of many in a
    file. `published` is an ISO 8601 date or date and time as the publisher gave it, or None: undated.
    The id depends on the content alone, so the same article read from two places is one article.
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
        """16 hexadecimal digits of the SHA-256 over everything but the source."""
        content = [self.title, self.text, self.publisher, self.published, self.author, self.url]
        return hashlib.sha256(json.dumps(content).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Chunk:
    """A run of whole sentences: `article.text[start:end] == text`, always."""

    article_id: str
    start: int
    end: int
    text: str

    @property
    def id(self) -> str:
        """The article's id and the offset: unique in the index."""
        return f"{self.article_id}:{self.start}-{self.end}"


@dataclass(frozen=True)
class Hit:
    """A chunk found for a query. Scores: `score` fused in [0, 1]; `bm25` >= 0; `cosine` in [-1, 1]."""

    article: Article
    chunk: Chunk
    score: float
    bm25: float
    cosine: float


@dataclass(frozen=True)
class Problem:
    """Something wrong with one source. `kept`: the article was taken in all the same."""

    source: str
    reason: str
    kept: bool = False


@dataclass(frozen=True)
class Filters:
    """Which articles count. Dates are ISO days, both inclusive; undated articles match no date filter."""

    since: str | None = None
    until: str | None = None
    publisher: str | None = None
    article_ids: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.since or self.until or self.publisher or self.article_ids)
