"""Claims with a source that bears them out, refutes them, or does neither (entailment.jsonl)."""

from dataclasses import dataclass
from pathlib import Path

from assistant.ranker.cross_encoder import LABELS
from training.json_rows import UNLICENSED, Record, Skipped, read_rows, texts

LICENSED = frozenset(
    """mnli_dev mnli_train10k snli_dev snli_test_tok cad_nli fever_dev fm2 fever_symmetric conjnli infotabs
    breaking_nli""".split()
)
"""Origins whose licence (OANC, CC BY-SA, Apache-2.0, MIT) lets weights made from them ship."""

MAX_SOURCE, MAX_CLAIM = 20_000, 2_000
"""Characters."""


@dataclass(frozen=True)
class EntailmentRow:
    """A source text, a claim and one of LABELS: what the source says of the claim."""

    source: str
    claim: str
    label: str
    origin: str


def load_entailment(path: Path) -> tuple[list[EntailmentRow], Skipped]:
    """The licensed rows of a file, each once, and what was skipped. Raises TrainingError as `read_rows`."""
    return read_rows(path, _row)


def _row(record: Record) -> EntailmentRow | str:
    """The row, or the reason why it can't be used. The file's field "premise" is the source."""
    values = texts(record, "premise", "claim", "label", "origin")
    if isinstance(values, str):
        return values
    row = EntailmentRow(*values)
    if row.origin not in LICENSED:
        return UNLICENSED
    if not row.source.strip() or not row.claim.strip():
        return "no premise or no claim"
    if len(row.source) > MAX_SOURCE or len(row.claim) > MAX_CLAIM:
        return f"a premise over {MAX_SOURCE:,} or a claim over {MAX_CLAIM:,} characters"
    if row.label not in LABELS:
        return f"a label that is none of {', '.join(LABELS)}"
    return row
