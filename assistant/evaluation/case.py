"""The data of an evaluation: Question, Outcome, Case. Frozen; the first two are lines of JSON in its folder."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cached_property
from typing import Any

from assistant.answer import Answer


@dataclass(frozen=True)
class Question:
    """One question of a test set, with its gold answers, articles and evidence.

    `answers` are spellings of the right answer, any of which will do; with `all_answers` they are different
    answers, each of which is asked for. `aliases` are further spellings by answer. `gold` and `context` are
    ids of the collection's own articles (`Article.id`): those that contain the answer, and those to which the search
    is limited (empty: all). `evidence` are sentences of the gold articles that prove the answer. `history` are the
    questions asked before in the same conversation. `long_form`: the answers are texts, not a few words.
    """

    id: str
    question: str
    answers: tuple[str, ...] = ()
    answerable: bool = True
    kind: str = "other"
    gold: tuple[str, ...] = ()
    evidence: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    wrong_answers: tuple[str, ...] = ()
    aliases: Mapping[str, tuple[str, ...]] | None = None
    all_answers: bool = False
    long_form: bool = False
    unanswerable_kind: str | None = None

    @cached_property
    def spellings(self) -> tuple[tuple[str, ...], ...]:
        """The answers that are needed, each as its spellings: one group, or with `all_answers` one an answer."""
        own = [(answer, *(self.aliases or {}).get(answer, ())) for answer in self.answers]
        return tuple(own) if self.all_answers else (tuple(text for group in own for text in group),)

    def to_dict(self) -> dict[str, Any]:
        """The object as plain lists and dictionaries."""
        return asdict(self)

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Question":
        """The object that `to_dict` gave, also after JSON."""
        values: dict[str, Any] = {
            key: tuple(value) if isinstance(value, list) else value for key, value in data.items()
        }
        aliases = {answer: tuple(others) for answer, others in (data.get("aliases") or {}).items()}
        return cls(**{**values, "aliases": aliases or None})


@dataclass(frozen=True)
class Outcome:
    """What the assistant did with the question `id`: a line of answers.jsonl.

    `ranking` and `bm25_ranking` are article ids, best first, each once, at most 10: those of the evidence and then of
    the search, and that of BM25 alone. `evidence` is the text that the model was given, `bm25_evidence`
    the best chunks by BM25 alone within as many tokens; None where it was not computed. `exact` has for each citation
    whether its quote is, to the letter, what its article has at its place. `unrefused` is the answer that a refusal
    held back; None where none was. `written_tokens` were written in `writing_seconds`; `memory_mb` is the process's
    peak so far. With retrieval alone `answer` is None.
    """

    id: str
    answer: Answer | None
    ranking: tuple[str, ...] = ()
    bm25_ranking: tuple[str, ...] | None = None
    evidence: str = ""
    bm25_evidence: str | None = None
    exact: tuple[bool, ...] = ()
    unrefused: Answer | None = None
    written_tokens: int = 0
    writing_seconds: float = 0.0
    memory_mb: float | None = None

    def to_dict(self) -> dict[str, Any]:
        """The question's id, the fields of its Answer, and under "trace" the rest."""
        trace = {name: value for name, value in asdict(self).items() if name not in ("id", "answer")}
        return {"id": self.id, **(self.answer.to_dict() if self.answer else {}), "trace": trace}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "Outcome":
        """The object that `to_dict` gave, also after JSON. Anything else: TypeError or KeyError."""
        answer = {name: value for name, value in data.items() if name not in ("id", "trace")}
        trace: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in data["trace"].items()
        }
        held_back = trace.pop("unrefused", None)
        return cls(
            id=data["id"],
            answer=Answer.from_dict(answer) if answer else None,
            unrefused=Answer.from_dict(held_back) if held_back else None,
            **trace,
        )


@dataclass(frozen=True)
class Case:
    """A question and its outcome: every metric is a function of cases."""

    question: Question
    outcome: Outcome
