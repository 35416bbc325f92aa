"""How often Dateline answers seeds/questions.jsonl rightly, cites rightly and refuses rightly.

    python -m bench.seeds [--seeds DIR] [--wrong]

Everything is real: a fresh index over the two articles in a temporary folder, the bundled model, default settings.

right        an accepted answer (all of them where all are asked for) stands in the answer as whole words
cited        right, and the answers stand in the quotes of citations of the articles that hold them
drafts kept  statements in the model's words; the others are the article's own, because the draft failed the check
unanswerable refused, or said first of all that the articles do not say it
"""

import argparse
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import platformdirs
from rich.console import Console
from rich.progress import track
from rich.table import Table

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.composing import REFUSAL
from assistant.model.catalogue import find_model
from assistant.model.engine import Engine
from bench.questions import load, record, says
from vectorstore.ingest import ingest
from vectorstore.store import Store


def main() -> None:
    """Ask all questions, print the table, with --wrong also each answer that is not right."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=Path, default=Path("seeds"))
    parser.add_argument("--wrong", action="store_true", help="print what was answered wrongly")
    arguments = parser.parse_args()
    questions = load(arguments.seeds / "questions.jsonl")
    model = find_model(None, platformdirs.user_cache_path("dateline", appauthor=False))
    with tempfile.TemporaryDirectory() as folder, Engine(model) as engine:
        store = Store.open(Path(folder), create=True)
        ingest(sorted(arguments.seeds.glob("*.txt")), store)
        assistant = Assistant(store, engine)
        asked = [(q, ask(assistant, q)) for q in track(questions, "seeds", console=Console(stderr=True))]
        store.close()
    Console(width=100).print(table(asked))
    if arguments.wrong:
        for question, answer in asked:
            good = cited(question, answer) if question["answerable"] else silent(answer)
            if not good:
                print(f"\n{question['id']}: {question['question']}\n  expected {question['answers'] or 'silence'}")
                print(f"  answered ({answer.confidence}) {answer.answer}")


def ask(assistant: Assistant, question: Mapping[str, Any]) -> Answer:
    """The answer to a question after those of its `history`."""
    history: list[Answer] = []
    for earlier in question.get("history", ()):
        history.append(assistant.ask(earlier, history=history))
    return assistant.ask(question["question"], history=history)


def table(asked: list[tuple[dict[str, Any], Answer]]) -> Table:
    """Shares by kind of question."""
    result = Table(title="seeds/questions.jsonl")
    for heading in ("kind", "n", "right", "cited", "wrong figure", "refused or silent", "drafts kept"):
        result.add_column(heading, justify="left" if heading == "kind" else "right")
    answerable = [(q, a) for q, a in asked if q["answerable"]]
    groups = {
        kind: [(q, a) for q, a in asked if q["kind"] == kind] for kind in dict.fromkeys(q["kind"] for q, _ in asked)
    }
    for kind, rows in {**groups, "all answerable": answerable}.items():
        statements = [(s.text, a.citations) for _, a in rows for s in a.statements]
        kept = sum(all(text != c.quote for c in citations) for text, citations in statements)
        result.add_row(
            kind,
            str(len(rows)),
            *(
                _share(sum(judge(q, a) for q, a in rows), len(rows))
                for judge in (right, cited, wrong, lambda _, a: silent(a))
            ),
            _share(kept, len(statements)),
        )
    return result


def right(question: Mapping[str, Any], answer: Answer) -> bool:
    """Whether what was asked for is in the answer."""
    return question["answerable"] and not answer.refused and _says(answer.answer, question)


def cited(question: Mapping[str, Any], answer: Answer) -> bool:
    """Whether it is also in the quotes, by whole words, of citations of the right articles."""
    quotes = [c.quote for c in answer.citations if record(c.source) in question["gold_article_ids"]]
    return right(question, answer) and _says("\n".join(quotes), question)


def wrong(question: Mapping[str, Any], answer: Answer) -> bool:
    """Whether a wrong answer is given, and no right one."""
    return says(answer.answer, question.get("wrong_answers", ())) and not right(question, answer)


def silent(answer: Answer) -> bool:
    """Whether the answer refuses, or begins by saying that the articles do not say it."""
    return answer.refused or answer.answer.startswith(REFUSAL.rstrip("."))


def _says(text: str, question: Mapping[str, Any]) -> bool:
    aliases: Mapping[str, list[str]] = question.get("answer_aliases", {})
    given = [says(text, [answer, *aliases.get(answer, ())]) for answer in question["answers"]]
    return all(given) if question.get("answers_mode") == "all" else any(given)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.2f}" if whole else "-"


if __name__ == "__main__":
    main()
