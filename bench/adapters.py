"""What ranker and reader are worth: the questions kept aside, asked with neither, with either and with both.

    python -m bench.adapters DATA [FAMILY ...] [--with NAME ...] [--limit N] [--work DIR]

DATA is the folder of the data sets; a FAMILY is one of bench.eval's. Prints a table a family, what differs beyond
chance from neither to both, and how many answers each way; the page of that comparison has the ten that changed most.
Runs lie in the work folder and go on where they stopped.
"""

import argparse
import json
from pathlib import Path

from bench.eval import FAMILIES, LEVEL, cell, dateline, overall, prepared

SYSTEMS = {
    "neither": ("--no-ranker", "--no-adapter"),
    "ranker": ("--no-adapter",),
    "reader": ("--no-ranker",),
    "both": (),
}
"""Names, and the flags of `dateline eval`."""

SHOWN = (
    "hit_at_1", "mrr_at_10", "answer_in_evidence", "correct_and_cited", "correct", "f1", "words", "all_given",
    "wrong_alone", "over_refusal", "refused_with_evidence", "refusal_recall", "false_answers_far",
    "false_answers_near", "citation_validity", "auroc", "ece", "search_ms_p50", "total_ms_p50", "total_ms_p95",
)  # fmt: skip


def main() -> None:
    """Ask, measure, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("families", nargs="*", metavar="FAMILY", default=["news_rtqa", "squad2", "conflict_ramdocs"])
    parser.add_argument("--with", nargs="+", dest="systems", choices=SYSTEMS, default=list(SYSTEMS), metavar="NAME")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N questions of each part kept aside")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    arguments = parser.parse_args()
    for family in arguments.families:
        if family not in FAMILIES:
            parser.error(f"no family '{family}': expected one of {', '.join(FAMILIES)}")
        asked, collection = prepared(family, arguments.data, arguments.work, arguments.limit)
        runs = {name: arguments.work / "eval" / f"{family}-with-{name}" for name in arguments.systems}
        for name, run in runs.items():
            dateline("eval", str(asked), "-q", "--data-dir", str(collection), "--out", str(run), *SYSTEMS[name])
        _print(family, runs)


def _print(family: str, runs: dict[str, Path]) -> None:
    metrics_of = {name: overall(run) for name, run in runs.items()}
    print(f"\n## {family}\n\n| metric | {' | '.join(metrics_of)} |\n|---|{'---|' * len(metrics_of)}")
    for metric in SHOWN:
        if any(metric in metrics for metrics in metrics_of.values()):
            print(f"| {metric} | {' | '.join(cell(metrics.get(metric)) for metrics in metrics_of.values())} |")
    if len(runs) < 2:
        return
    first, *_, last = runs.values()
    comparison = json.loads(dateline("eval", "compare", str(first), str(last), "--json"))
    print(f"\nFrom {next(iter(runs))} to {list(runs)[-1]}, on {comparison['paired']} questions:\n")
    for row in comparison["differences"]:
        if row["p_holm"] is not None and row["p_holm"] < LEVEL and row["metric"] in SHOWN:
            print(f"- {row['metric']}: {row['a']:.3f} to {row['b']:.3f}, p = {row['p_holm']:.4f} ({row['test']}, Holm)")


if __name__ == "__main__":
    main()
