"""Retrieval quality: BM25, cosine, their plain fusion by ranks, and Dateline's, in one run.

    python -m bench.search DATA [--scale N] [--work DIR]

DATA is the folder of the data sets: dev/news_rtqa (questions and articles), scale/news.jsonl.gz (articles that answer
none of them). First without, then with N articles of scale/news added. The collection is built by the product's own
ingest in the work folder and kept there; a run that was stopped goes on where it stopped.
"""

import argparse
import gzip
import shutil
from collections.abc import Callable, Iterable, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import Progress as Bar
from rich.progress import track
from rich.table import Table

from bench.questions import load, record, tuning
from vectorstore.articles import Filters, Hit
from vectorstore.index.search import CANDIDATES, bm25, search
from vectorstore.index.store import Store
from vectorstore.ingest import ingest

Ranking = list[str]
"""Record ids of articles, best first, each once, at most 10."""

RRF_K = 60

SWEPT = (0.2, 0.3, 0.5, 0.6, 0.7)
DATELINE = "Dateline: weighted sum of scores"


def main() -> None:
    """Build, measure, print."""
    arguments = _arguments()
    questions = [q for q in load(arguments.data / "dev/news_rtqa/questions.jsonl") if q["answerable"]]
    store = Store.open(arguments.work / "collection", create=True)
    _ingest(store, arguments.data / "dev/news_rtqa/articles.jsonl")
    scale = _scale(arguments)
    known = store.library.rows("SELECT count(*) FROM sources WHERE file = ?", (str(scale.resolve()),))[0][0]
    if known == 0:
        _report("news_rtqa alone", store, questions)
    if arguments.scale:
        _ingest(store, scale)
        _report("news_rtqa with scale/news", store, questions)
    store.close()


def rankings(store: Store, question: str) -> dict[str, Ranking]:
    """The articles that each way of searching retrieves for a question, by their best chunk."""
    vector = store.embedder.embed([question])[0]
    lexical = list(bm25(store.library, question, CANDIDATES))
    dense = [chunk_id for chunk_id, _ in store.nearest(vector, CANDIDATES)]
    ranks: dict[str, float] = {}
    for ranking in (lexical, dense):
        for rank, chunk_id in enumerate(ranking, 1):
            ranks[chunk_id] = ranks.get(chunk_id, 0.0) + 1 / (RRF_K + rank)
    by_ranks = sorted(ranks, key=lambda chunk_id: (-ranks[chunk_id], chunk_id))
    source = _sources(store, [*lexical, *dense])
    hits = search(store.library, store.nearest, question, vector, Filters())
    return {
        "BM25 alone": _top(source[i] for i in lexical),
        "MiniLM alone": _top(source[i] for i in dense),
        "reciprocal rank fusion, k = 60": _top(source[i] for i in by_ranks),
        **_sweep(hits),
        DATELINE: _top(hit.article.source for hit in hits),
    }


def _sweep(hits: Sequence[Hit]) -> dict[str, Ranking]:
    """Other weights and the other usual normalisation (min-max), on the same candidates."""
    words = [hit.bm25 for hit in hits]
    meaning = [hit.cosine for hit in hits]
    ways = {
        "bm25 / max": (_scaled(words, 0.0), meaning),
        "min-max of both": (_scaled(words, min(words)), _scaled(meaning, min(meaning))),
    }
    rankings = {}
    for name, (lexical, dense) in ways.items():
        for weight in SWEPT:
            scores = [weight * a + (1 - weight) * b for a, b in zip(lexical, dense, strict=True)]
            order = sorted(range(len(hits)), key=lambda at, scores=scores: -scores[at])  # type: ignore[misc]
            rankings[f"sum: {weight} of {name}"] = _top(hits[at].article.source for at in order)
    return rankings


def _scaled(values: Sequence[float], low: float) -> list[float]:
    span = (max(values) - low) or 1.0
    return [(value - low) / span for value in values]


def _report(name: str, store: Store, questions: Sequence[dict[str, Any]]) -> None:
    parts: dict[str, Callable[[dict[str, Any]], bool]] = {
        "all": lambda _: True,
        "tuned on": tuning,
        "kept aside": lambda q: not tuning(q),
        "explained": lambda q: q["match"] == "explained",
    }
    ranked = [(q, rankings(store, q["question"])) for q in track(questions, name, console=Console(stderr=True))]
    stats = store.library.stats()
    table = Table(title=f"{name}: {stats['articles']:,} articles, {stats['chunks']:,} chunks")
    for heading in ("part", "search", "n", "hit@1", "hit@4", "hit@10", "MRR@10"):
        table.add_column(heading, justify="left" if heading in ("part", "search") else "right")
    for part, belongs in parts.items():
        rows = [(q, r) for q, r in ranked if belongs(q)]
        for way in rows[0][1]:
            if way.startswith("sum:") and part != "tuned on":
                continue  # weights are chosen on one half only; to look at the other would be to tune on it
            ranks = [_rank(r[way], q["gold_article_ids"]) for q, r in rows]
            hits = [sum(0 < rank <= k for rank in ranks) / len(ranks) for k in (1, 4, 10)]
            mrr = sum(1 / rank for rank in ranks if rank) / len(ranks)
            table.add_row(part, way, str(len(rows)), *(f"{value:.3f}" for value in (*hits, mrr)))
        table.add_section()
    Console(width=110).print(table)


def _rank(ranking: Ranking, gold: Sequence[str]) -> int:
    """The 1-based rank of the first right article; 0 if none is among the first ten."""
    return next((rank for rank, article in enumerate(ranking, 1) if article in gold), 0)


def _top(sources: Iterable[str]) -> Ranking:
    return list(islice(dict.fromkeys(record(source) for source in sources), 10))


def _sources(store: Store, chunk_ids: Sequence[str]) -> dict[str, str]:
    return dict(
        store.library.rows(
            "SELECT chunks.id, source FROM chunks JOIN articles ON articles.id = article_id"
            f" WHERE chunks.id IN ({', '.join('?' * len(chunk_ids))})",
            chunk_ids,
        )
    )


def _ingest(store: Store, path: Path) -> None:
    with Bar(console=Console(stderr=True)) as bar:
        task = bar.add_task(path.name)
        report = ingest([path], store, progress=lambda at: bar.update(task, completed=at.done, total=at.total))
    added, there = len(report.added), len(report.unchanged)
    Console(stderr=True).print(f"{path.name}: {added:,} added, {there:,} there, {report.seconds} s")


def _scale(arguments: argparse.Namespace) -> Path:
    """The first N lines of scale/news, unpacked in the work folder under a name that says N."""
    path: Path = arguments.work / f"news-{arguments.scale}.jsonl"
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_suffix(".part")
        with gzip.open(arguments.data / "scale/news.jsonl.gz", "rt") as packed, partial.open("w") as plain:
            plain.writelines(islice(packed, arguments.scale))
        shutil.move(partial, path)
    return path


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--scale", type=int, default=12_000, metavar="N", help="0: without scale/news")
    parser.add_argument("--work", type=Path, default=Path(".dateline/bench"))
    return parser.parse_args()


if __name__ == "__main__":
    main()
