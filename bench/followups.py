"""How often the last question of a conversation is understood and answered, over seeds/ and bench/conversations.

    python -m bench.followups [--work DIR] [--limit N] [--evidence-only] [--show]

Both folders are ingested into a collection of their own in the work folder. Every conversation is really asked, its
earlier questions first. The half of the conversations that the rules of query/rewriting.py were tuned on and the
half kept aside are printed apart; --evidence-only
looks at the evidence of the last question and does not answer it; --show lists the
conversations of the tuning half whose evidence is not the best passage.
"""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import platformdirs
from rich.console import Console
from rich.progress import track

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.evaluation.case import Case, Outcome, Question
from assistant.evaluation.citations import correct_and_cited
from assistant.evaluation.conversing import answer_in_turn, retrieve
from assistant.evaluation.judging import abstained, correct
from assistant.evaluation.matching import matches
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from bench.questions import load, tuning
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

HERE = Path(__file__).parent
ARTICLES = (HERE.parent / "seeds", HERE / "conversations/articles")
QUESTIONS = HERE / "conversations/questions.jsonl"

Row = dict[str, Any]


@dataclass(frozen=True)
class Turn:
    """The result of the last question of a conversation.

    `rank` is the 1-based place of the gold sentence in the evidence for `meant`, 0 if it is not there; `answer` is
    None where nothing was generated.
    """

    row: Row
    meant: str
    rank: int
    answer: Answer | None


def main() -> None:
    """Ingest, ask, print both halves."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench/conversations"))
    parser.add_argument("--limit", type=int, default=None, metavar="N", help="the first N conversations only")
    parser.add_argument("--evidence-only", action="store_true", help="the last question is not answered")
    parser.add_argument("--show", action="store_true", help="the misses of the tuning half")
    arguments = parser.parse_args()
    rows = load(QUESTIONS)[: arguments.limit]
    store = Store.open(arguments.work / "collection", create=True)
    ingest(ARTICLES, store, prune_all=True)
    with Engine(find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))) as engine:
        assistant = Assistant(store, engine)
        among = track(rows, "conversations", console=Console(stderr=True))
        turns = [last_turn(assistant, row, alone=arguments.evidence_only) for row in among]
    store.close()
    for name, part in (("tuned on", True), ("kept aside", False)):
        _print(name, [turn for turn in turns if tuning(turn.row) == part])
    if arguments.show:
        _show([turn for turn in turns if tuning(turn.row)])


def last_turn(assistant: Assistant, row: Row, *, alone: bool) -> Turn:
    """Ask a conversation from its first question on; with `alone` its last one is searched for and not answered."""
    history = answer_in_turn(assistant, row["history"])
    evidence = retrieve(assistant, row["question"], history)
    gold = [sentence for sentence in row["evidence"] if matches(sentence, row["answers"])]
    rank = next((p.number for p in evidence.passages if any(p.text in g or g in p.text for g in gold)), 0)
    return Turn(row, evidence.query, rank, None if alone else assistant.ask(row["question"], history=history))


def _print(name: str, turns: Sequence[Turn]) -> None:
    due = [turn for turn in turns if turn.row["answerable"]]
    near = [turn for turn in turns if not turn.row["answerable"]]
    places = [sum(0 < turn.rank <= k for turn in due) for k in (1, 3, 1_000)]
    print(f"{name}: {len(due)} answerable; the gold sentence is the best passage in {_share(places[0], due)},")
    print(f"  in the first three in {_share(places[1], due)}, in the evidence in {_share(places[2], due)}")
    if all(turn.answer for turn in turns):
        cases = [_case(turn) for turn in due]
        cited = sum(bool(part and part[0]) for part in map(correct_and_cited, cases))
        print(f"  right {_share(sum(map(correct, cases)), due)}, right and cited {_share(cited, due)}")
        silent = sum(abstained(_case(turn)) for turn in near)
        print(f"  {len(near)} unanswerable; abstained {_share(silent, near)}")


def _share(count: int, of: Sequence[Turn]) -> str:
    return f"{count / max(1, len(of)):.3f} ({count})"


def _case(turn: Turn) -> Case:
    """The turn as the evaluation judges it; its gold articles by file name are the answer's own where they agree."""
    row, answer = turn.row, turn.answer
    gold = (
        tuple(c.article_id for c in answer.citations if Path(c.source).stem in row["gold_article_ids"])
        if answer
        else ()
    )
    question = Question(
        row["id"],
        row["question"],
        tuple(row["answers"]),
        row["answerable"],
        gold=gold or tuple(row["gold_article_ids"]),
        evidence=tuple(row["evidence"]),
        all_answers=row.get("answers_mode") == "all",
    )
    return Case(question, Outcome(row["id"], answer))


def _show(turns: Sequence[Turn]) -> None:
    for turn in turns:
        if turn.row["answerable"] and turn.rank != 1:
            print(f"{turn.row['id']} at {turn.rank}: {' / '.join(turn.row['history'])} / {turn.row['question']}")
            print(f"  meant: {turn.meant}")


if __name__ == "__main__":
    main()
