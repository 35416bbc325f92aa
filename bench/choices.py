"""How many answers to give: more of them say the right one more often, and take more words.

    python -m bench.choices DATA [--work DIR] [--limit N]

A further answer is given if its share of belief is at least NEAR_BEST of the best one's (assistant/choosing.py). Each
setting is judged on the half of the questions that is there to tune on, with weights of reading by five-fold
cross-validation: no question is judged by weights that were fitted on it.
"""

from collections.abc import Sequence
from unittest.mock import patch

import numpy as np

from assistant.choosing import choose
from assistant.evaluation.matching import says
from assistant.reading import Finding
from bench.gathering import Example, asked_for
from bench.reading import read_unseen

SETTINGS = (0.9, 0.6, 0.45, 0.3, 0.15, 0.05)
SHOWN = ("news_rtqa", "conflict_ramdocs", "conversations")


def main() -> None:
    """Gather, fit, print a table."""
    examples = asked_for(__doc__)
    findings = read_unseen(examples)
    heads = " | ".join(f"{family}: right, all given, wrong alone, words" for family in SHOWN)
    print(f"| NEAR_BEST | {heads} |\n|---|{'---|' * len(SHOWN)}")
    for setting in SETTINGS:
        with patch("assistant.choosing.NEAR_BEST", setting):
            print(f"| {setting:.2f} | {' | '.join(_cell(family, examples, findings) for family in SHOWN)} |")


def _cell(family: str, examples: Sequence[Example], findings: Sequence[list[Finding]]) -> str:
    """Shares of the answerable questions; "wrong alone" of those that have a planted wrong answer; median of words."""
    right, given, alone, words = [], [], [], []
    for example, found in zip(examples, findings, strict=True):
        q = example.question
        if example.family != family or not q["answerable"] or not example.passages:
            continue
        said = " ".join(choice.text for choice in choose(q["question"], example.passages, found))
        right.append(says(said, q["answers"]))
        given.append(np.mean([says(said, [answer]) for answer in q["answers"]]))
        words.append(len(said.split()))
        if wrong := q.get("wrong_answers"):
            alone.append(says(said, wrong) and not right[-1])
    lone = f"{np.mean(alone):.3f}" if alone else "-"
    return f"{np.mean(right):.3f}, {np.mean(given):.3f}, {lone}, {np.median(words):.0f}"


if __name__ == "__main__":
    main()
