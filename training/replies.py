"""The reader's training examples: the product's prompt with the product's evidence, and the reply to learn.

    python -m training.replies --work DIR --out FILE [--limit N] [--answers-only]

DIR is the folder in which training.evidence gathered. Writes one example a line, {"messages": [...],
"target": "..."}; with --answers-only there are none of unanswerable questions.
"""

import argparse
import json
import random
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from pathlib import Path

from assistant.answering.prompting import messages
from assistant.answering.reader import HEARD, SAYS_NOTHING, in_reading_order
from training.command import carry_out, log
from training.evidence import UNANSWERABLE
from training.questions import GatheredQuestion, open_passages, read_questions
from training.variations import Lesson, disagreeing, edited, plain, without_answer

SEED = 1
CHATTY, KEPT = ("squadshifts/reddit", "squadshifts/amazon_reviews"), 1 / 3
"""Origins that are less like news, and the share of their questions that is used."""

SILENT, EDITED, DISAGREEING = 0.12, 0.3, 0.2
"""The shares of questions that are asked without the answering sentence; of those with a figure, that have it edited,
and that have a copy beside it that disagrees."""


def lesson(question: GatheredQuestion, draw: random.Random, silent: float = SILENT) -> tuple[str, Lesson]:
    """The kind of a question's lesson and the lesson; `silent` is the share asked without the answering sentence."""
    if not question.answer:
        return "unanswerable", plain(question, HEARD)
    if draw.random() < silent:
        return "without answer", without_answer(question, HEARD)
    luck = draw.random()
    if luck < DISAGREEING and (made := disagreeing(question, HEARD, draw)):
        return "disagreeing", made
    if DISAGREEING <= luck < DISAGREEING + EDITED and (made := edited(question, HEARD, draw)):
        return "edited", made
    return "as found", plain(question, HEARD)


def example(taught: Lesson) -> dict[str, object]:
    """The messages that the product sends and the reply that it should get."""
    shown = in_reading_order(taught.passages)
    number = {(p.article.id, p.start): p.number for p in shown}
    lines = sorted((number[p.article.id, p.start], answer) for answer, p in taught.answers)
    # White space as in the prompt, whose sentences are each on one line.
    target = "\n".join(f"{' '.join(answer.split())} [{place}]" for place, answer in lines) or SAYS_NOTHING
    return {"messages": messages(taught.question, shown, None), "target": target}


def examples(
    questions: Iterator[GatheredQuestion], unanswerable: Iterator[GatheredQuestion], silent: float = SILENT
) -> Iterator[tuple[str, dict[str, object]]]:
    """One example a question, with its kind; none for a question whose answer is in no single sentence.

    One of `unanswerable` follows each UNANSWERABLE others.
    """
    draw = random.Random(SEED)
    for place, question in enumerate(questions, 1):
        asked = [question, *([] if place % UNANSWERABLE else islice(unanswerable, 1))]
        for one in asked:
            if one.origin.startswith(CHATTY) and draw.random() > KEPT:
                continue
            kind, taught = lesson(one, draw, silent)
            if taught.passages and "\n" not in one.answer and (one.answering() or not one.answer):
                yield kind, example(taught)


def main() -> None:
    """Write the examples, and count them by kind."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="the first N questions only")
    parser.add_argument("--answers-only", action="store_true", help="no example whose reply is that nothing is said")
    arguments = parser.parse_args()
    carry_out(lambda: _log_kinds(write(arguments.work, arguments.out, arguments.limit, arguments.answers_only)))


def _log_kinds(kinds: Counter[str]) -> None:
    log.info("%s", ", ".join(f"{many:,} {kind}" for kind, many in kinds.most_common()))


def write(work: Path, out: Path, limit: int | None = None, answers_only: bool = False) -> Counter[str]:
    """Write the examples of the first `limit` questions of work/evidence.jsonl to `out`; how many of each kind."""
    kinds: Counter[str] = Counter()
    part = out.with_suffix(".part")
    with closing(open_passages(work)) as passages, part.open("w", encoding="utf-8") as file:
        asked = read_questions(work / "evidence.jsonl", passages, limit)
        silent = iter(()) if answers_only else read_questions(work / "unanswerable.jsonl", passages)
        for kind, made in examples(asked, silent, 0.0 if answers_only else SILENT):
            kinds[kind] += 1
            file.write(json.dumps(made) + "\n")
    part.replace(out)
    return kinds


if __name__ == "__main__":
    main()
