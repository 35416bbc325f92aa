"""What the product finds for each training question: the evidence that both adapters are trained on.

    python -m training.evidence DATA --work DIR [--limit N]

DATA is the folder of the data sets. Writes DIR/evidence.jsonl, one question a line, in an order that is shuffled once
by SEED; a run that is stopped goes on where it stopped.
"""

import argparse
import json
import logging
import os
import random
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from typing import Any

import platformdirs

from assistant.answer import Passage
from assistant.assistant import Assistant
from assistant.errors import AssistantError
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from training.corpus import key, open_corpus
from training.errors import TrainingError
from training.rows import Row, load_rows
from vectorstore.articles import Article
from vectorstore.errors import NoIndexError, StoreError
from vectorstore.library import Library
from vectorstore.sentences import sentences

log = logging.getLogger("dateline")

SEED = 1
PLACES = 16
"""Sentences kept of a question's evidence."""

TELL_EVERY = 20.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True)
class Found:
    """A training question with its evidence, best first; `article` is the passage that answers it."""

    question: str
    answer: str
    origin: str
    article: Article
    passages: tuple[Passage, ...]

    def answering(self) -> list[Passage]:
        """The sentences that answer: those that were found, best first, or else those of the article."""
        if found := [passage for passage in self.passages if self.right(passage)]:
            return found
        a = self.article
        every = [Passage(0, a, start, end, a.text[start:end], 0.0) for start, end in sentences(a.text)]
        return [passage for passage in every if self.right(passage)]

    def right(self, passage: Passage) -> bool:
        """Whether a sentence is one that answers: of the passage, with the answer whole, for 5 is not in 15."""
        whole = rf"(?<!\w){re.escape(self.answer)}(?!\w)"
        return passage.article.id == self.article.id and re.search(whole, passage.text) is not None

    def doubtful(self, passage: Passage) -> bool:
        """Whether another sentence has the answer's words: nobody said whether it answers."""
        return not self.right(passage) and self.answer.lower() in passage.text.lower()


def main() -> None:
    """Gather the evidence of all answerable training questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="the first N questions only")
    arguments = parser.parse_args()
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    log.setLevel(logging.INFO)
    try:
        rows, skipped = load_rows(arguments.data / "train" / "train.jsonl.gz")
        for line in str(skipped).splitlines():
            log.info("%s", line)
        gather(rows, arguments.work, arguments.limit)
    except (AssistantError, StoreError) as error:
        sys.exit(str(error))


def gather(rows: Sequence[Row], work: Path, limit: int | None) -> None:
    """Write the evidence of the rows that have an answer to work/evidence.jsonl; `limit` is a number of questions.

    Raises TrainingError where `work` holds what was made from other rows.
    """
    asked = [row for row in rows if row.answer]
    random.Random(SEED).shuffle(asked)
    file = work / "evidence.jsonl"
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    with closing(open_corpus(rows, work)) as store, Engine(model) as engine:
        # By source: of passages that differ in white space alone the library has one, and both their names.
        sources = store.library.rows("SELECT source, article_id FROM sources")
        ids = {source.rpartition("#")[2]: id_ for source, id_ in sources}
        known = [row for row in asked if key(row.passage) in ids]
        if len(known) < len(asked):
            log.info("%d questions skipped: Dateline takes no article from their passages", len(asked) - len(known))
        asked, done = known, _mended(file, known)
        assistant, progress = Assistant(store, engine), _Progress(len(asked[:limit]), done)
        with file.open("a", encoding="utf-8") as out:
            for row in asked[done:limit]:
                passages = assistant.evidence(row.question)[:PLACES]
                record = {
                    "question": row.question,
                    "answer": row.answer,
                    "origin": row.origin,
                    "article_id": ids[key(row.passage)],
                    "passages": [[p.article.id, p.start, p.end, round(p.score, 4)] for p in passages],
                }
                out.write(json.dumps(record) + "\n")
                out.flush()
                progress.add()
        progress.tell()


def _mended(file: Path, asked: Sequence[Row]) -> int:
    """How many of the questions are done; a last line that was cut off when a run was stopped is taken away."""
    lines = file.read_bytes().splitlines(keepends=True) if file.exists() else []
    if lines and not lines[-1].endswith(b"\n"):
        os.truncate(file, sum(map(len, lines[:-1])))
        lines.pop()
    try:
        same = not lines or json.loads(lines[-1])["question"] == asked[len(lines) - 1].question
    except (ValueError, TypeError, LookupError):
        same = False
    if not same:
        raise TrainingError(f"{file} was made from other rows. Name another work folder, or remove it to begin anew.")
    return len(lines)


class _Progress:
    """Tells now and then how far it is."""

    def __init__(self, questions: int, done: int) -> None:
        self._questions, self._before, self._done = questions, done, done
        self._start = self._told = monotonic()

    def add(self) -> None:
        self._done += 1
        if monotonic() - self._told >= TELL_EVERY:
            self.tell()

    def tell(self) -> None:
        self._told = monotonic()
        pace = (self._done - self._before) / max(self._told - self._start, 1e-9)
        left = round((self._questions - self._done) / pace / 60) if pace else 0
        log.info("%d of %d questions  %.1f a second  %d min left", self._done, self._questions, pace, left)


def library(work: Path) -> Library:
    """The passages of the evidence in `work`; whoever opens them closes them. Raises TrainingError where none are."""
    try:
        return Library.open(work / "collection")
    except NoIndexError as error:
        raise TrainingError(
            f"There is nothing gathered in {work}. Gather it first: python -m training.evidence DATA --work DIR."
        ) from error


def found(file: Path, articles: Library, limit: int | None = None) -> Iterator[Found]:
    """The questions of an evidence file with their passages, in its order; not a last line that is still being written.

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
                question = _found(json.loads(line), known)
            except (ValueError, TypeError, LookupError) as error:
                raise TrainingError(
                    f"{file}: line {number + 1} is no evidence from the passages here. Remove the file and gather anew."
                ) from error
            yield question


def _found(record: Any, articles: Mapping[str, Article]) -> Found:  # noqa: ANN401  (what JSON gives)
    passages = tuple(
        Passage(place, (a := articles[id_]), start, end, a.text[start:end], score, 0.0, 0.0)
        for place, (id_, start, end, score) in enumerate(record["passages"], 1)
    )
    return Found(record["question"], record["answer"], record["origin"], articles[record["article_id"]], passages)


if __name__ == "__main__":
    main()
