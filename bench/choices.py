"""How many answers to give: more of them contain the right one more often, and are more to read.

    python -m bench.choices DATA [--work DIR] [--limit N]

A further answer is given if its passage has NEAR_BEST of the best one's weight, or WHOLE of the question's words
(answering/selection.py). Each setting is judged on the half of the questions that is there to tune on, with weights of
reading by five-fold cross-validation: no question is judged by weights that were fitted on it.
"""

from collections.abc import Sequence
from unittest.mock import patch

import numpy as np

from assistant.answering.scoring import Finding
from assistant.answering.selection import NEAR_BEST, WHOLE, choose
from assistant.evaluation.matching import matches
from bench.gathering import Example, gather_all
from bench.reading import read_unseen

NEVER = 2.0
"""Of the question's words: no passage has so many."""

SETTINGS = (
    *((near, NEVER) for near in (0.9, 0.6, 0.3)),
    *((near, WHOLE) for near in (0.3, 0.15, 0.1, 0.05, 0.03)),
    *((NEAR_BEST, whole) for whole in (NEVER, 0.8, 0.6, 0.5)),
)
SHOWN = ("news_rtqa", "conflict_ramdocs", "conflict_rgb", "conversations")


def main() -> None:
    """Gather, fit, print a table a family."""
    examples = gather_all(__doc__)
    read = list(zip(examples, read_unseen(examples), strict=True))
    for family in SHOWN:
        print(f"\n{family}\n\n| NEAR_BEST | WHOLE | answers | words | right | all given | wrong alone | wrong stated |")
        print("|---|---|---|---|---|---|---|---|")
        own = [(example, findings) for example, findings in read if example.family == family]
        for near, whole in SETTINGS:
            with (
                patch("assistant.answering.selection.NEAR_BEST", near),
                patch("assistant.answering.selection.WHOLE", whole),
            ):
                print(f"| {near:.2f} | {'-' if whole == NEVER else f'{whole:.2f}'} | {_cells(own)} |")


def _cells(read: Sequence[tuple[Example, Sequence[Finding]]]) -> str:
    """Answers to an answerable question (mean), their words (median), shares of the questions.

    "wrong alone" and "wrong stated" are of the questions that have a planted wrong answer.
    """
    answers, right, given, alone, stated, words = ([] for _ in range(6))
    for example, findings in read:
        q = example.question
        if not q["answerable"] or not example.passages:
            continue
        choices = choose(q["question"], example.passages, findings)
        text = " ".join(choice.passage.text for choice in choices)
        answers.append(len(choices))
        right.append(matches(text, q["answers"]))
        given.append(np.mean([matches(text, [answer]) for answer in q["answers"]]))
        words.append(len(text.split()))
        if wrong := q.get("wrong_answers"):
            stated.append(matches(text, wrong))
            alone.append(stated[-1] and not right[-1])
    planted = [f"{np.mean(column):.3f}" if column else "-" for column in (alone, stated)]
    shares = [f"{np.mean(column):.3f}" for column in (right, given)]
    return " | ".join([f"{np.mean(answers):.2f}", f"{np.median(words):.0f}", *shares, *planted])


if __name__ == "__main__":
    main()
