"""How many exchanged facts the cross-encoder catches, and how many true sentences it lets pass.

    python -m bench.edits DATA FOLDER [--threshold T] [--show N]

DATA is the folder of the data sets, FOLDER a network of training.cross_encoder_training. Over the Wikinews articles
that are held out from the training: each sentence as it stands and lightened, and with one fact exchanged, against
its neighbours, title and date. A claim passes where the probability that it is supported is at least T. An exchange is
caught where it does not pass. Prints the table to paste and, of each kind, N of those that came out wrong; the same
seed makes the same exchanges each time. What is shown of the articles is for reading here, not to be kept.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING

from assistant.errors import AssistantError
from assistant.ranker.claim_windows import ClaimWindowMaker
from assistant.ranker.cross_encoder import LABELS, Network
from training.claims import can_be_claim
from training.documents import Document, load_news
from training.edits import EXCHANGES, names_in
from training.rewordings import doubted, is_report, lightened
from vectorstore.index.precision import processor_dtype

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SEED = 7
AROUND = 4
"""Sentences before and behind the one that is claimed, at most."""

AT_ONCE = 32
TRUE = ("true", "lightened")


@dataclass(frozen=True)
class Case:
    """A claim against its source; of a kind of TRUE it should pass, of any other not."""

    source: str
    claim: str
    kind: str


def main() -> None:
    """Exchange, read, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--threshold", type=float, default=0.5, metavar="T")
    parser.add_argument("--show", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    try:
        articles = load_news(arguments.data).held_out
        network = Network.load(arguments.folder)
    except AssistantError as error:
        sys.exit(str(error))
    every = [case for document in articles for case in cases(document, Random(f"{SEED} {document.title}"))]
    passed = [bool(value >= arguments.threshold) for value in supported(network, every)]
    print(table(every, passed))
    for case in wrong(every, passed, arguments.show):
        print(f"\n{case.kind}: {case.claim}\n    {case.source}")


def cases(document: Document, draw: Random) -> Iterator[Case]:
    """The claims of an article: every sentence as it stands, lightened, and with each exchange that it has a fact for,
    and against a source that only doubts it.
    """
    for place, sentence in enumerate(document.sentences):
        start = max(0, place - AROUND)
        around = document.sentences[start : place + AROUND + 1]
        if not can_be_claim(sentence):
            continue
        source = document.head + " ".join(around)
        yield Case(source, sentence, "true")
        yield Case(source, lightened(sentence, draw), "lightened")
        for kind, exchange in EXCHANGES.items():
            edited = exchange(sentence, draw, names_in(around))
            if edited and edited != sentence and edited not in around:
                yield Case(source, edited, kind)
        if not is_report(sentence):
            before, behind = around[: place - start], around[place - start + 1 :]
            doubting = document.head + " ".join((*before, doubted(sentence, draw), *behind))
            yield Case(doubting, sentence, "doubt")


def supported(network: Network, every: Sequence[Case]) -> "NDArray[np.float32]":
    """The probability that each case's claim is supported, shape (cases,)."""
    import numpy as np
    import torch

    network.bert.eval()
    windows = ClaimWindowMaker(network.folder).windows([(case.source, case.claim) for case in every])
    order = sorted(range(len(windows)), key=lambda at: len(windows[at].ids))
    made = np.zeros(len(windows), np.float32)
    mixed = processor_dtype() is torch.bfloat16
    with torch.inference_mode():
        for start in range(0, len(order), AT_ONCE):
            some = order[start : start + AT_ONCE]
            with torch.autocast("cpu", torch.bfloat16, enabled=mixed):
                encoded = network.encoded([windows[at] for at in some])
            shares = network.outputs(*encoded).verdicts.softmax(-1)
            made[some] = shares[:, LABELS.index("supported")].numpy()
    return made


def table(every: Sequence[Case], passed: Sequence[bool]) -> str:
    """A row for each kind, and one for all exchanges, in Markdown."""
    rows = ["| kind | cases | right |", "|---|---|---|"]
    exchanged = [kind for kind in dict.fromkeys(case.kind for case in every) if kind not in TRUE]
    for name, kinds in [*((kind, [kind]) for kind in (*TRUE, *exchanged)), ("all exchanges", exchanged)]:
        right = [ok == (case.kind in TRUE) for case, ok in zip(every, passed, strict=True) if case.kind in kinds]
        if right:
            verb = "passed" if name in TRUE else "caught"
            rows.append(f"| {name} | {len(right)} | {verb} {sum(right) / len(right):.3f} |")
    return "\n".join(rows)


def wrong(every: Sequence[Case], passed: Sequence[bool], many: int) -> list[Case]:
    """The first `many` cases of each kind that came out wrong."""
    failed = [case for case, ok in zip(every, passed, strict=True) if ok != (case.kind in TRUE)]
    return [
        case for kind in dict.fromkeys(c.kind for c in failed) for case in [c for c in failed if c.kind == kind][:many]
    ]


if __name__ == "__main__":
    main()
