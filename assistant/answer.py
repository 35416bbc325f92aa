"""The answer that every surface shares, and the events that lead up to it. All frozen."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from vectorstore.articles import Article

Verdict = Literal["supported", "differs", "unsupported"]


@dataclass(frozen=True)
class Passage:
    """One sentence of an article that the model may use: `article.text[start:end] == text`.

    `number` is its 1-based place in the evidence of one question; `score` in [0, 1] is how well it fits
    (for a follow-up, the words of the last question alone change it by up to 0.2);
    `coverage` in [0, 1] is the share of the question's words it has, by rarity; `cosine` in [-1, 1] is its
    likeness to the question.
    """

    number: int
    article: Article
    start: int
    end: int
    text: str
    score: float
    coverage: float = 0.0
    cosine: float = 0.0


Span = tuple[int, int]
"""Characters of a text, from `start` up to but not including `end`."""


@dataclass(frozen=True)
class Statement:
    """A part of an answer with the markers of its citations; `marks` are the words of `text` that were asked for."""

    text: str
    markers: tuple[int, ...]
    verdict: Verdict
    marks: tuple[Span, ...] = ()

    @property
    def marked(self) -> str:
        """The words that were asked for; "" where none are marked."""
        return " … ".join(self.text[start:end] for start, end in self.marks)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Statement":
        """The statement that `asdict` gave, also after JSON and from versions without marks."""
        marks = tuple((int(start), int(end)) for start, end in data.get("marks", ()))
        return cls(data["text"], tuple(data["markers"]), data["verdict"], marks)


@dataclass(frozen=True)
class Citation:
    """The exact words behind a marker: `quote` is the article's text from `start` to `end`."""

    marker: int
    article_id: str
    title: str
    publisher: str | None
    published: str | None
    url: str | None
    source: str
    quote: str
    start: int
    end: int


@dataclass(frozen=True)
class Figure:
    """A number the answer shows: its words, value, bound ("over"), unit and what is counted; `marker` is its citation.

    `event` is the event that is counted ("killed"), `status` whether it is claimed or confirmed, `said_by` the source
    it is attributed to (None: the article itself). `event_date` is an ISO day or the text's own words, `as_of` the day
    of the figure: that of its event, else of publication, else words; None: undated. `headline`: it occurs in the title
    alone, and contradicts the article's body. `copies` are the markers of other articles with the same text.
    """

    text: str
    value: float
    bound: str | None
    counted: str | None
    marker: int
    unit: str | None = None
    event: str | None = None
    status: str | None = None
    said_by: str | None = None
    event_date: str | None = None
    as_of: str | None = None
    headline: bool = False
    copies: tuple[int, ...] = ()


@dataclass(frozen=True)
class Conflict:
    """Figures (by their place in `Answer.figures`) that count the same thing and differ, newest first.

    `same_event` is whether they are of one event, as far as the texts show it, and `because` the evidence for that.
    """

    counted: str
    figures: tuple[int, ...]
    same_event: Literal["same", "different", "unknown"] = "unknown"
    because: str = ""


@dataclass(frozen=True)
class Answer:
    """The answer to a question: one object for the command, the web, the log and the evaluation.

    `answer` is the text with its markers; a refusal is an answer too, and its citations are the nearest
    passages. `short` holds only the words that were asked for: of the first statement, or of all figures that differ,
    with "; " between them. It is None for a refusal, and where the articles do not say what was asked.
    `confidence` lies in [0, 1]. `timings` are milliseconds. `warning`, if not "", says that Dateline is not sure.
    `left_out` are statements of the model that no cited sentence supports, with their verdicts; neither is part of the
    answer's text. `excluded_sentences` counts the sentences of the retrieved articles that instruct a language model
    instead of informing readers (prompt injections): none of them was used.
    """

    question: str
    answer: str
    refused: bool
    statements: tuple[Statement, ...]
    citations: tuple[Citation, ...]
    figures: tuple[Figure, ...]
    conflicts: tuple[Conflict, ...]
    confidence: float
    model: str
    timings: dict[str, float] = field(default_factory=dict)
    warning: str = ""
    left_out: tuple[Statement, ...] = ()
    short: str | None = None
    excluded_sentences: int = 0

    def to_dict(self) -> dict[str, Any]:
        """The object as plain lists and dictionaries, in the order of its fields."""
        return asdict(self)

    def to_json(self) -> str:
        """One line of JSON."""
        return json.dumps(self.to_dict(), ensure_ascii=False)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Answer":
        """The object that `to_dict` gave, also after JSON. Anything else: TypeError or KeyError."""
        statements, left_out = (
            tuple(map(Statement.from_dict, data.get(name, ()))) for name in ("statements", "left_out")
        )
        conflicts = (Conflict(**{**item, "figures": tuple(item["figures"])}) for item in data["conflicts"])
        # Versions before 0.2.0 wrote `set_aside`.
        excluded = data.get("excluded_sentences", data.get("set_aside", 0))
        return cls(
            **{
                **{name: value for name, value in data.items() if name != "set_aside"},
                "excluded_sentences": excluded,
                "statements": statements,
                "left_out": left_out,
                "citations": tuple(Citation(**item) for item in data["citations"]),
                "figures": tuple(
                    Figure(**{**item, "copies": tuple(item.get("copies", ()))}) for item in data["figures"]
                ),
                "conflicts": tuple(conflicts),
            }
        )


@dataclass(frozen=True)
class Retrieved:
    """Search is done: the evidence, and the question that was searched for.

    `query` is the question in its standalone form: what a follow-up leaves out is put back.
    """

    passages: tuple[Passage, ...]
    query: str = ""


@dataclass(frozen=True)
class StatementReady:
    """A statement is written and checked. `text` is what to show next, with its final markers."""

    text: str
    statement: Statement


@dataclass(frozen=True)
class Finished:
    """The last event."""

    answer: Answer


Event = Retrieved | StatementReady | Finished
