"""Training questions with their evidence, read from the files that training.evidence wrote."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer import Passage
from training.errors import TrainingError
from vectorstore.articles import Article
from vectorstore.errors import NoIndexError
from vectorstore.index.library import Library
from vectorstore.text.sentences import sentences


@dataclass(frozen=True)
class GatheredQuestion:
    """A training question with its evidence, best first; `article` is the passage that answers it.

    The answer of an unanswerable question is "".
    """

    question: str
    answer: str
    origin: str
    article: Article
    passages: tuple[Passage, ...]

    def answering(self) -> list[Passage]:
        """The sentences that answer: those of the evidence, best first, or else those of the article."""
        if answering := [passage for passage in self.passages if self.right(passage)]:
            return answering
        a = self.article
        every = [Passage(0, a, start, end, a.text[start:end], 0.0) for start, end in sentences(a.text)]
        return [passage for passage in every if self.right(passage)]

    def right(self, passage: Passage) -> bool:
        """Whether a sentence answers: it is of the passage and has the answer as whole words (5 is not in 15)."""
        if not self.answer:
            return False
        answer = rf"(?<!\w){re.escape(self.answer)}(?!\w)"
        return passage.article.id == self.article.id and re.search(answer, passage.text) is not None

    def mentions(self, passage: Passage) -> bool:
        """Whether a sentence has the answer's words; unless it is `right`, it is not known whether it answers."""
        return bool(self.answer) and self.answer.lower() in passage.text.lower()


def open_passages(work: Path) -> Library:
    """The library with the passages of the evidence, for the caller to close; TrainingError if there is none."""
    try:
        return Library.open(work / "collection")
    except NoIndexError as error:
        raise TrainingError(
            f"There is nothing gathered in {work}. Gather it first: python -m training.evidence DATA --work DIR."
        ) from error


def read_questions(file: Path, articles: Library, limit: int | None = None) -> Iterator[GatheredQuestion]:
    """The questions of an evidence file with their passages, in its order, without a last line that is cut short.

    Raises TrainingError when there is no such file, or a line of it can't be used.
    """
    known = {article.id: article for article in articles.articles()}
    if not file.is_file():
        raise TrainingError(f"There is no {file}. Gather it first: python -m training.evidence DATA --work DIR.")
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines):
            if number == limit or not line.endswith("\n"):
                return
            try:
                question = _question(json.loads(line), known)
            except (ValueError, TypeError, LookupError) as error:
                raise TrainingError(
                    f"{file}: line {number + 1} is no evidence from the passages here. Remove the file and gather anew."
                ) from error
            yield question


def _question(record: Any, articles: Mapping[str, Article]) -> GatheredQuestion:  # noqa: ANN401  (what JSON gives)
    passages = tuple(
        Passage(place, (a := articles[id_]), start, end, a.text[start:end], score, 0.0, 0.0)
        for place, (id_, start, end, score) in enumerate(record["passages"], 1)
    )
    return GatheredQuestion(
        record["question"], record["answer"], record["origin"], articles[record["article_id"]], passages
    )
