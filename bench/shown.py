"""Prints answers of an evaluation whole, right or wrong, drawn by a fixed seed.

    python -m bench.shown RUN [--count N] [--seed N]

RUN is the folder of a run of `dateline eval`. Do not publish what it prints of articles that are not yours.
"""

import argparse
import random
from pathlib import Path

from assistant.evaluation.citations import correct_and_cited
from assistant.evaluation.judging import abstained, correct
from assistant.evaluation.run import Run
from ui.text.answers import answer_text


def main() -> None:
    """Draw and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    cases = [case for case in Run.open(arguments.run).cases() if case.outcome.answer]
    for case in random.Random(arguments.seed).sample(cases, min(arguments.count, len(cases))):
        answer, question = case.outcome.answer, case.question
        assert answer is not None
        if question.answerable:
            cited = correct_and_cited(case)
            judged = "right and cited" if cited and cited[0] == 1 else "right" if correct(case) else "wrong"
            expected = " / ".join(question.answers)
        else:
            judged, expected = "rightly refused" if abstained(case) else "wrong", "nothing: the articles do not say"
        before = "".join(f"({earlier}) " for earlier in question.history)
        print(f"### {before}{question.question}\nexpected: {expected}\njudged: {judged}\n\n{answer_text(answer)}\n")


if __name__ == "__main__":
    main()
