"""Retrieves the evidence of each training question with the product's search: ranker and reader are trained on it.

    python -m training.evidence DATA --work DIR [--limit N]

DATA is the folder of the data sets. Writes DIR/evidence.jsonl, one question a line, in an order that is shuffled once
by SEED, and DIR/unanswerable.jsonl, questions written so that no sentence answers them, one for each
UNANSWERABLE others; a run that is stopped goes on where it stopped.
"""

import argparse
import json
import os
import random
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from time import monotonic

import platformdirs

from assistant.assistant import Assistant
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from training.command import carry_out, log
from training.corpus import key, open_corpus
from training.errors import TrainingError
from training.rows import Row, load_rows

SEED = 1
PLACES = 16
"""Sentences kept of a question's evidence."""

WRITTEN, UNANSWERABLE = "squad2-train-part", 5
"""The origin whose unanswerable questions are used, since people wrote them as such, and one for how many others."""

REPORT_EVERY = 20.0
"""Seconds between two lines of progress."""


def main() -> None:
    """Gather the evidence of all answerable training questions."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="the first N questions only")
    arguments = parser.parse_args()
    carry_out(lambda: _from_data(arguments.data, arguments.work, arguments.limit))


def _from_data(data: Path, work: Path, limit: int | None) -> None:
    rows, skipped = load_rows(data / "train" / "train.jsonl.gz")
    for line in str(skipped).splitlines():
        log.info("%s", line)
    gather(rows, work, limit)


def gather(rows: Sequence[Row], work: Path, limit: int | None) -> None:
    """Write the evidence of the first `limit` rows that have an answer, and of fewer that have none, into `work`.

    Raises TrainingError where `work` holds what was made from other rows.
    """
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    with closing(open_corpus(rows, work)) as store, Engine(model) as engine:
        # By source: of passages that differ in white space alone the library has one, and both their names.
        sources = store.library.rows("SELECT source, article_id FROM sources")
        ids = {source.rpartition("#")[2]: id_ for source, id_ in sources}
        known = [row for row in rows if key(row.passage) in ids]
        if len(known) < len(rows):
            log.info("%d rows skipped: Dateline takes no article from their passages", len(rows) - len(known))
        asked = [row for row in known if row.answer]
        unanswerable = [row for row in known if not row.answer and row.origin == WRITTEN]
        random.Random(SEED).shuffle(asked)
        random.Random(SEED).shuffle(unanswerable)
        assistant, first = Assistant(store, engine), len(asked[:limit])
        _write(asked, first, work / "evidence.jsonl", assistant, ids)
        _write(unanswerable, first // UNANSWERABLE, work / "unanswerable.jsonl", assistant, ids)


def _write(asked: Sequence[Row], first: int, file: Path, assistant: Assistant, ids: Mapping[str, str]) -> None:
    """Appends what `file` lacks of the `first` questions' evidence; `ids` has the articles of their passages."""
    done = _mended(file, asked)
    progress = _Progress(len(asked[:first]), done)
    with file.open("a", encoding="utf-8") as out:
        for row in asked[done:first]:
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
    progress.report()


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
    """Logs the progress every REPORT_EVERY seconds."""

    def __init__(self, questions: int, done: int) -> None:
        self._questions, self._before, self._done = questions, done, done
        self._start = self._reported = monotonic()

    def add(self) -> None:
        self._done += 1
        if monotonic() - self._reported >= REPORT_EVERY:
            self.report()

    def report(self) -> None:
        self._reported = monotonic()
        pace = (self._done - self._before) / max(self._reported - self._start, 1e-9)
        left = round((self._questions - self._done) / pace / 60) if pace else 0
        log.info("%d of %d questions  %.1f a second  %d min left", self._done, self._questions, pace, left)


if __name__ == "__main__":
    main()
