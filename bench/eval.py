"""What `dateline eval` measures on the six dev families, kept aside from tuning, compared with the usual chain.

    python -m bench.eval DATA [FAMILY ...] [--baseline PYTHON] [--limit N] [--work DIR]

DATA is the folder of the data sets. FAMILY is a folder of DATA/dev, or "news_rtqa+scale": the answerable questions of
news_rtqa over its articles and those of scale/news. The collections of both are those that bench.search builds in
the work folder. --baseline is the interpreter of bench/baseline's own environment; without it ours is measured alone.
Runs lie in the work folder and go on where they stopped.
"""

import argparse
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bench.questions import load, tuning

FAMILIES = ("news_rtqa", "squad2", "conflict_ramdocs", "conflict_rgb", "clapnq", "multihop_evidence", "news_rtqa+scale")
CHAIN = Path(__file__).parent / "baseline" / "chain.py"
SHOWN = (
    "correct_and_cited", "correct", "exact_match", "f1", "all_given", "wrong_stated", "wrong_alone", "words",
    "short_words",
    "numeric_accuracy", "numeric_grounding", "citation_validity", "citation_precision", "citation_recall",
    "evidence_hit", "refusal_precision", "refusal_recall", "refusal_f1", "over_refusal", "refused_with_evidence",
    "false_answers", "false_answers_near", "false_answers_far", "score", "hit_at_1", "hit_at_4", "hit_at_10",
    "mrr_at_10", "ndcg_at_10", "answer_in_evidence", "ece", "brier", "auroc", "accuracy_at_50", "accuracy_at_70",
    "accuracy_at_90", "search_ms_p50", "first_token_ms_p50", "total_ms_p50", "total_ms_p95", "tokens_per_second",
    "peak_memory_mb",
)  # fmt: skip

LEVEL = 0.05
CONFIDENCE = ("ece", "brier", "auroc", "accuracy_at_50", "accuracy_at_70", "accuracy_at_90")


def main() -> None:
    """Ask, measure, print a table a family."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("families", nargs="*", metavar="FAMILY", default=FAMILIES)
    parser.add_argument("--baseline", type=Path, metavar="PYTHON")
    parser.add_argument("--limit", type=int, metavar="N", help="the first N questions of each part kept aside")
    parser.add_argument(
        "--baseline-limit", type=int, metavar="N", help="N of them, drawn by chance, for the chain, which is slow"
    )
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    arguments = parser.parse_args()
    for family in arguments.families:
        if family not in FAMILIES:
            parser.error(f"no family '{family}': expected one of {', '.join(FAMILIES)}")
        _measure(family, arguments)


def prepared(family: str, data: Path, work: Path, limit: int | None = None) -> tuple[Path, Path]:
    """The first `limit` questions of a family that are kept aside, in a file, and the collection to ask them of."""
    (work / "eval").mkdir(parents=True, exist_ok=True)
    name, _, scaled = family.partition("+")
    questions = [q for q in load(data / "dev" / name / "questions.jsonl") if not tuning(q)]
    if scaled:  # an article of scale/news may well answer what none of news_rtqa does
        questions = [q for q in questions if q["answerable"]]
    asked = work / "eval" / f"{family}.jsonl"
    lines = [json.dumps(question, ensure_ascii=False) for question in questions[:limit]]
    asked.write_text("\n".join(lines) + "\n", encoding="utf-8")
    collection = work / ("scale/collection" if scaled else "collection" if name == "news_rtqa" else name)
    if name != "news_rtqa":
        dateline("ingest", "-q", str(data / "dev" / name / "articles.jsonl"), "--data-dir", str(collection))
    return asked, collection


def _measure(family: str, arguments: argparse.Namespace) -> None:
    asked, collection = prepared(family, arguments.data, arguments.work, arguments.limit)
    ours, theirs = (arguments.work / "eval" / f"{family}-{system}" for system in ("dateline", "baseline"))
    dateline("eval", str(asked), "-q", "--data-dir", str(collection), "--out", str(ours))
    systems: dict[str, dict[str, Any]] = {"Dateline": overall(ours)}
    print(f"\n## {family}: {len(load(asked))} questions kept aside\n")
    print(f"Dateline: {_spent(ours)}.")
    if arguments.baseline:
        command = [arguments.baseline, CHAIN, ours, "--collection", collection, "--out", theirs]
        command += ["--limit", arguments.baseline_limit] if arguments.baseline_limit else []
        subprocess.run([str(part) for part in command], check=True, stdout=sys.stderr)
        print(f"The usual chain: {_spent(theirs)}.")
        dateline("eval", "report", "-q", str(theirs))
        # The chain has no confidence, so there is nothing to calibrate.
        systems["the usual chain"] = {name: value for name, value in overall(theirs).items() if name not in CONFIDENCE}
    print()
    _print(systems)
    if arguments.baseline:
        _print_differences(json.loads(dateline("eval", "compare", str(theirs), str(ours), "--json")))


def overall(run: Path) -> dict[str, Any]:
    """The metrics of a run over all its questions, by name."""
    metrics: dict[str, Any] = json.loads((run / "metrics.json").read_text(encoding="utf-8"))["overall"]
    return metrics


def _spent(run: Path) -> str:
    """How many answers took how long, all of them together; a run may have been stopped in between."""
    taken = [answer["timings"]["total_ms"] for answer in load(run / "answers.jsonl")]
    return f"{len(taken)} answers in {sum(taken) / 1000:.0f} s"


def _print(systems: dict[str, dict[str, Any]]) -> None:
    """A Markdown table: a metric a row, a system a column, each value with its 95% interval; BM25 comes last."""
    print(f"| metric | {' | '.join(systems)} | BM25 alone |")
    print(f"|---|{'---|' * (len(systems) + 1)}")
    for metric in SHOWN:
        if any(metric in metrics for metrics in systems.values()):
            cells = [cell(metrics.get(metric)) for metrics in systems.values()]
            print(f"| {metric} | {' | '.join(cells)} | {cell(systems['Dateline'].get(f'bm25_{metric}'))} |")


def _print_differences(comparison: dict[str, Any]) -> None:
    """What differs beyond chance on the questions that both were asked; no question is quoted."""
    print(
        f"\nFrom the chain to Dateline, beyond chance, on the {comparison['paired']} questions that both were asked:\n"
    )
    for row in comparison["differences"]:
        if row["p_holm"] is not None and row["p_holm"] < LEVEL and row["metric"] not in CONFIDENCE:
            p = "p < 0.0001" if row["p_holm"] < 0.0001 else f"p = {row['p_holm']:.4f}"
            print(f"- {row['metric']}: {row['a']:.3f} to {row['b']:.3f}, {p} ({row['test']}, Holm)")


def cell(estimate: dict[str, float] | None) -> str:
    """A value with its 95% interval and the number of questions; nothing for None."""
    if estimate is None:
        return ""
    digits = 3 if abs(estimate["value"]) < 2 else 0
    value, low, high = (f"{estimate[key]:.{digits}f}" for key in ("value", "low", "high"))
    return f"{value} [{low}, {high}] n={estimate['n']:.0f}"


def dateline(*arguments: str) -> str:
    """What the command prints; CalledProcessError where it fails."""
    command: Sequence[str] = [sys.executable, "-m", "ui.cli", *arguments]
    environment = {**os.environ, "DATELINE_CONFIG": os.devnull}  # whatever its user has set
    return subprocess.run(command, check=True, text=True, stdout=subprocess.PIPE, env=environment).stdout


if __name__ == "__main__":
    main()
