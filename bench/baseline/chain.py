"""The usual LangChain chain over the same articles, embedder and model: the baseline of Dateline.

    PYTHON bench/baseline/chain.py RUN --collection DIR --out OUT [--limit N]

PYTHON is the interpreter of the chain's own environment (README.md says how it is made). RUN is the folder of a
Dateline evaluation run: its questions are asked. DIR is the collection that run asked: its articles are read. OUT
becomes a run of the same form, for `dateline eval report` and `dateline eval compare`. Stopped, the same command goes
on where it stopped, in the index as in the answers.
"""

import argparse
import hashlib
import json
import os
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the chain's environment has no Dateline

from assistant.answer import Answer
from assistant.errors import AssistantError
from assistant.evaluation.case import Outcome, Question
from assistant.evaluation.questions import sample
from assistant.evaluation.run import Run
from bench.baseline.parts import CONTEXT, MAX_TOKENS, SEED, model_file, open_index, open_model
from bench.baseline.reply import Stored, cited, read_articles, refuses, statements

ROOT = Path(__file__).resolve().parents[2]

TOP_K = 4
SEARCHED, RANKED = 60, 10
"""Chunks that the ranking of articles is made of, and the articles it has at most."""

CONFIDENCE = 0.5
"""Of every answer: the chain has none, and the model's token probabilities are to be had only by keeping the scores of
every token of the prompt (`logits_all`), which would slow it down.
"""

SYSTEM = (
    "You answer questions about news articles. Use only the numbered sources below. Cite the sources like [1]. If the "
    "sources do not contain the answer, say that the articles do not say. Answer in one or two sentences."
)


class Chain:
    """Search, four chunks stuffed into the prompt, the model's text."""

    def __init__(self, index: Any, model: Any, articles: Mapping[str, Stored]) -> None:  # noqa: ANN401
        from langchain_core.output_parsers import StrOutputParser
        from langchain_core.prompts import ChatPromptTemplate

        self._index, self._model, self._articles = index, model, articles
        prompt = ChatPromptTemplate.from_messages([("system", SYSTEM), ("human", "{sources}\n\nQuestion: {question}")])
        self._reader = prompt | model | StrOutputParser()

    def ask(self, question: Question) -> Outcome:
        """The answer, with the ranking and the evidence."""
        among = {"article_id": {"$in": list(question.context)}} if question.context else None
        began = time.perf_counter()
        documents = self._index.similarity_search(question.question, k=TOP_K, filter=among)
        searched = time.perf_counter()
        pieces: list[tuple[float, str]] = []
        try:
            written = self._reader.stream({"sources": _numbered(documents), "question": question.question})
            pieces.extend((time.perf_counter(), piece) for piece in written if piece)
        except ValueError as error:
            if "context window" not in str(error):
                raise
            # The chain has no answer to a prompt that is too long. One such question is no reason to stop.
            print(f"question {question.id} is not answered: {error}", file=sys.stderr)
        ended = time.perf_counter()
        first, last = (pieces[0][0], pieces[-1][0]) if pieces else (ended, ended)
        answer, exact = self._answer(question, "".join(piece for _, piece in pieces).strip(), documents)
        timings = {"search_ms": searched - began, "first_token_ms": first - began, "total_ms": ended - began}
        near = self._index.similarity_search(question.question, k=SEARCHED, filter=among)
        return Outcome(
            id=question.id,
            answer=replace(answer, timings={name: round(1000 * value, 1) for name, value in timings.items()}),
            ranking=tuple(dict.fromkeys(document.metadata["article_id"] for document in near))[:RANKED],
            evidence="\n\n".join(document.page_content for document in documents),
            exact=exact,
            written_tokens=len(self._model.client.tokenize(answer.answer.encode(), add_bos=False)),
            writing_seconds=round(last - first, 3),
            memory_mb=_peak_memory_mb(),
        )

    def _answer(self, question: Question, text: str, documents: Sequence[Any]) -> tuple[Answer, tuple[bool, ...]]:
        sources = [
            (self._articles[document.metadata["article_id"]], document.page_content, document.metadata["start_index"])
            for document in documents
        ]
        citations, exact = cited(text, sources)
        answer = Answer(
            question=question.question,
            answer=text,
            refused=refuses(text),
            statements=statements(text),
            citations=citations,
            figures=(),
            conflicts=(),
            confidence=CONFIDENCE,
            model=Path(self._model.model_path).name,
        )
        return answer, exact


def _numbered(documents: Iterable[Any]) -> str:
    return "\n\n".join(f"[{number}] {document.page_content}" for number, document in enumerate(documents, 1))


def _peak_memory_mb() -> float:
    """The most memory this process has held, in MB of 10^6 bytes, as assistant/evaluation/evaluate.py counts it."""
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def ask_all(run: Run, questions: Sequence[Question], ask: Callable[[Question], Outcome]) -> float:
    """Ask what has no answer yet, each answer written as it comes; returns the seconds that all answers took."""
    from tqdm import tqdm

    run.mend()
    done = set(run.outcomes())
    for question in tqdm([q for q in questions if q.id not in done], desc="questions", mininterval=5):
        run.add(ask(question))
    answers = (outcome.answer for outcome in run.outcomes().values())
    return round(sum(answer.timings["total_ms"] for answer in answers if answer) / 1000, 1)


def facts_of(asked: Mapping[str, Any], model: str, langchain: str) -> dict[str, Any]:
    """The facts of the run that was asked, with those of the chain in the place of Dateline's own."""
    ours = ("seconds", "complete", "dateline", "adapter", "ranker", "evidence_tokens", "min_confidence")
    return {
        **{key: value for key, value in asked.items() if key not in ours},
        "name": "baseline: LangChain chain",
        "model": model,
        "code": _code(),
        "langchain": langchain,
        "oracle": False,
        "retrieval_only": False,
        "top_k": TOP_K,
        "answer_tokens": MAX_TOKENS,
        "context": CONTEXT,
    }


def _code() -> str:
    """16 digits of a hash over the chain's own files."""
    files = sorted(Path(__file__).parent.glob("*.py"))
    return hashlib.sha256(b"".join(path.read_bytes() for path in files)).hexdigest()[:16]


def main() -> None:
    """Read, index, ask, write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("run", type=Path, metavar="RUN")
    parser.add_argument("--collection", type=Path, required=True, metavar="DIR")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--limit", type=int, metavar="N", help="N questions drawn by chance, the same ones each time")
    parser.add_argument("--work", type=Path, default=ROOT / ".dateline/bench", help="where the index is kept")
    parser.add_argument("--fast", action=argparse.BooleanOptionalAction, help="embed in bfloat16 (where it is quick)")
    arguments = parser.parse_args()
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    try:
        asked = Run.open(arguments.run)
        articles = read_articles(arguments.collection)
        path = model_file()
        facts = facts_of(asked.facts, path.name, version("langchain-core"))
        run = Run.begin(arguments.out, facts, asked.questions)
        index = open_index(arguments.work, arguments.collection, articles, arguments.fast)
        chain = Chain(index, open_model(path), articles)
        seconds = ask_all(run, sample(asked.questions, arguments.limit, SEED), chain.ask)
        complete = len(run.outcomes()) == len(asked.questions)
        complete_facts = {**facts, "command": " ".join(sys.argv), "seconds": seconds, "complete": complete}
        run.write("run.json", json.dumps(complete_facts, ensure_ascii=False, indent=2) + "\n")
    except AssistantError as error:
        sys.exit(f"chain.py: {error}")


if __name__ == "__main__":
    main()
