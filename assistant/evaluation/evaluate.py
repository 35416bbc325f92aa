"""The evaluation flow: question -> answer as a user gets it -> rankings and evidence -> a line of the run."""

import hashlib
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.resources import files
from importlib.resources.abc import Traversable

from assistant.answer import Finished, Passage, Retrieved
from assistant.assistant import Assistant
from assistant.errors import EvaluationError
from assistant.evaluation.case import Outcome, Question
from assistant.evaluation.conversing import answer_in_turn, retrieve
from assistant.evaluation.run import Run
from assistant.query.question import MAX_QUESTION
from vectorstore.articles import Filters
from vectorstore.errors import NotFoundError
from vectorstore.index.search import CANDIDATES, bm25
from vectorstore.index.store import Store

RANKED = 10
"""Articles that the retrieval metrics look at."""

_CODE = (".py", ".md", ".sql")


def evaluate(
    run: Run,
    assistant: Assistant,
    *,
    oracle: bool = False,
    retrieval_only: bool = False,
    progress: Callable[[int, int, str], None] = lambda _done, _total, _question: None,
) -> None:
    """Ask what of the run's questions has no answer yet, in order, each answer written as it comes.

    With `oracle` only the gold articles are searched, which separates errors of the answer from those of search; with
    `retrieval_only` only the earlier questions of each conversation are answered. Raises EvaluationError for
    a question that can't be asked, before any is.
    """
    for question in run.questions:
        if len(question.question) > MAX_QUESTION:
            raise EvaluationError(
                f"question {question.id} has {len(question.question):,} characters, "
                f"expected at most {MAX_QUESTION:,}: shorten it or take it out"
            )
    run.mend()
    done = set(run.outcomes())
    total = len(run.questions)
    for place, question in enumerate(run.questions):
        progress(place, total, question.question)
        if question.id in done:
            continue
        among = Filters(article_ids=(question.gold if oracle else ()) or question.context)
        outcome = _retrieved(assistant, question, among) if retrieval_only else _answered(assistant, question, among)
        run.add(outcome)
    progress(total, total, "")


def _answered(assistant: Assistant, question: Question, among: Filters) -> Outcome:
    """The answer, its evidence and its cost; for a refusal also the answer that it held back."""
    history = answer_in_turn(assistant, question.history, among)
    tokens, seconds = assistant.engine.written
    evidence = Retrieved((), question.question)
    for event in assistant.stream(question.question, history=history, filters=among):
        if isinstance(event, Retrieved):
            evidence = event
        elif isinstance(event, Finished):
            answer = event.answer
    tokens_now, seconds_now = assistant.engine.written
    return replace(
        _rankings(assistant, question, among, evidence),
        answer=answer,
        evidence=_text(evidence.passages),
        exact=tuple(_is_exact(assistant.store, c.article_id, c.start, c.end, c.quote) for c in answer.citations),
        unrefused=assistant.at(0.0).ask(question.question, history=history, filters=among) if answer.refused else None,
        written_tokens=tokens_now - tokens,
        writing_seconds=round(seconds_now - seconds, 3),
        memory_mb=_peak_memory_mb(),
    )


def _retrieved(assistant: Assistant, question: Question, among: Filters) -> Outcome:
    """The evidence and rankings of a question that is not answered itself; the earlier ones of its conversation are."""
    evidence = retrieve(assistant, question.question, answer_in_turn(assistant, question.history, among), among)
    outcome = _rankings(assistant, question, among, evidence)
    return replace(outcome, evidence=_text(evidence.passages), memory_mb=_peak_memory_mb())


def _rankings(assistant: Assistant, question: Question, among: Filters, evidence: Retrieved) -> Outcome:
    """The two rankings by article, and the text that BM25 alone would have given the model.

    The first begins with the articles of the evidence, which people see; the other articles of the search follow.
    """
    store, query, passages = assistant.store, evidence.query, evidence.passages
    hits = store.search(query, CANDIDATES, among)
    lexical = list(bm25(store.library, query, CANDIDATES, among))
    return Outcome(
        id=question.id,
        answer=None,
        ranking=tuple(dict.fromkeys([*(p.article.id for p in passages), *(hit.article.id for hit in hits)]))[:RANKED],
        bm25_ranking=tuple(dict.fromkeys(chunk_id.partition(":")[0] for chunk_id in lexical))[:RANKED],
        bm25_evidence=_within(lexical, store, assistant.engine.count, assistant.evidence_tokens),
    )


def _within(chunk_ids: Sequence[str], store: Store, count: Callable[[str], int], budget: int) -> str:
    """The texts of the best chunks, one a paragraph, as many as fit; the first one always."""
    texts: list[str] = []
    for chunk_id in chunk_ids:
        article_id, _, span = chunk_id.partition(":")
        start, end = map(int, span.split("-"))
        text = store.library.article(article_id).text[start:end]
        budget -= count(text)
        if budget < 0 and texts:
            break
        texts.append(text)
    return "\n\n".join(texts)


def _text(passages: Sequence[Passage]) -> str:
    return "\n\n".join(passage.text for passage in passages)


def _is_exact(store: Store, article_id: str, start: int, end: int, quote: str) -> bool:
    """Whether the stored article has the quote at its place, to the letter."""
    try:
        return store.library.article(article_id).text[start:end] == quote
    except NotFoundError:
        return False


def _peak_memory_mb() -> float | None:
    """The most memory this process has held, in MB of 10^6 bytes; None where the system does not report it."""
    try:
        import resource
    except ImportError:  # Windows
        return None
    unit = 1 if sys.platform == "darwin" else 1024
    return round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6, 1)


def code_digest() -> str:
    """16 digits of a hash over all code and prompts that make an answer: a changed program is another run."""
    digest = hashlib.sha256()
    for package in ("assistant", "prompts", "vectorstore"):
        for path, content in sorted(_sources(files(package), package)):
            digest.update(f"{path}\0{len(content)}\0".encode() + content)
    return digest.hexdigest()[:16]


def _sources(folder: Traversable, path: str) -> list[tuple[str, bytes]]:
    sources = []
    for item in folder.iterdir():
        name = f"{path}/{item.name}"
        if item.is_dir() and name != "assistant/evaluation":  # a change of the metrics does not change the answers
            sources += _sources(item, name)
        elif item.name.endswith(_CODE):
            sources.append((name, item.read_bytes()))
    return sources
