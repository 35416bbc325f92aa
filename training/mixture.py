"""All items of the cross-encoder's training from the folder of the data sets: claims and questions, mixed."""

import hashlib
import logging
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from random import Random
from typing import TypeVar

from assistant.ranker.claim_windows import CLAIM, SOURCE, ClaimWindowMaker
from assistant.ranker.cross_encoder import LABELS
from assistant.ranker.windows import WindowMaker
from training.claims import SUPPORTED, Claim, document_claims
from training.documents import Document, News, fragments, load_news, passages
from training.entailment_rows import EntailmentRow, load_entailment
from training.errors import TrainingError
from training.items import Item, item, load_items, save_items
from training.json_rows import Skipped
from training.negatives import SentenceIndex
from training.question_windows import NEWS, passage_questions, question_items, sentence_questions
from training.row_claims import entailment_claims, question_claims
from training.rows import Row, load_rows
from training.sentence_rows import SentenceRow, load_sentences
from vectorstore.hashes import sha256_of

log = logging.getLogger("dateline")

ROWS, ENTAILMENT, SENTENCES = "train/train.jsonl.gz", "train/entailment.jsonl.gz", "train/qa_sentences.jsonl.gz"
NEWS_FILES = ("news_free/wikinews.jsonl.gz", "dev/wikinews/articles.jsonl")
"""What is read of the data sets; of the last only which articles are to be kept out."""

MAKERS = tuple(
    """claims documents edit_words edits figures mixture negatives question_windows rewordings row_claims""".split()
)
"""The modules that decide what the items are: where one of them changes, they are made anew."""

DOCUMENT_CLAIMS, QUESTION_CLAIMS, PASSAGE_QUESTIONS = 24_000, 14_000, 30_000
"""Claims of documents, claims of questions, and questions over passages."""

NEWS_WEIGHT, PASSAGES, MIN_SENTENCES, MIN_FRAGMENT = 6, 2_500, 3, 4
"""How often each news article counts among the documents; how many passages do; sentences of a passage, and of an
article of which some sentences are known, at least."""

NEGATIVE = range(5, 71)
"""Words of a sentence that may be a wrong one."""

AT_ONCE = 2_000
"""Claims that are tokenised at once."""

T = TypeVar("T", Row, EntailmentRow, SentenceRow)


def load_mixture(data: Path, folder: Path, work: Path, seed: int = 1, share: float = 1.0) -> list[Item]:
    """The items of the data sets in `data`, for the tokenizer in `folder`: made once, then kept in `work`.

    `share` is the part of the rows that is used, for trying things out. Raises TrainingError where a file can't be
    used.
    """
    read = [data / name for name in (ROWS, ENTAILMENT, SENTENCES, *NEWS_FILES)]
    if absent := [path for path in read if not path.is_file()]:
        raise TrainingError(f"There is no {absent[0]}. Name the folder of the data sets, which has it.")
    code = [Path(__file__).with_name(f"{name}.py") for name in MAKERS]
    hashes = [sha256_of(path) for path in (*read, *code, folder / "tokenizer.json")]
    key = hashlib.sha256(f"{hashes} {seed} {share:g}".encode()).hexdigest()[:12]
    file = work / f"items-{key}.npz"
    if file.exists():
        return load_items(file)
    made = _mixture(data, folder, Random(seed), share)
    if made:
        save_items(made, file)
    return made


def claim_items(claims: Sequence[Claim], maker: ClaimWindowMaker) -> Iterator[Item]:
    """The items of some claims.

    A claim that is borne out by a source too long for one input is left out, for the words that bear it out may be cut
    off; but a headline is borne out by the first sentences.
    """
    for start in range(0, len(claims), AT_ONCE):
        part = claims[start : start + AT_ONCE]
        sources, texts = maker.pieces([one.source for one in part]), maker.pieces([one.claim for one in part])
        for claim, source, text in zip(part, sources, texts, strict=True):
            cut_off = len(source) > SOURCE and claim.label == SUPPORTED and claim.origin != "headline"
            if text and not cut_off and len(text) <= CLAIM:
                yield item(maker.window(source, text), LABELS.index(claim.label), (), claim.origin)


def _mixture(data: Path, folder: Path, draw: Random, share: float) -> list[Item]:
    rows = _logged(load_rows(data / ROWS), ROWS)
    entailment = _logged(load_entailment(data / ENTAILMENT), ENTAILMENT)
    sentence_rows = _logged(load_sentences(data / SENTENCES), SENTENCES)
    news = load_news(data)
    cut, known = passages(rows), fragments(sentence_rows, news, 1)
    sentence_rows = [
        row for row in sentence_rows if (row.document in known if row.document else news.free([row.sentence]))
    ]
    log.info("%d news articles, %d in part, %d passages", len(news.training), len(known), len(cut))
    documents = _documents(news, known, list(cut.values()), draw)
    claims = [
        *entailment_claims(entailment, documents, draw, share),
        *document_claims(documents, round(DOCUMENT_CLAIMS * share), draw),
        *question_claims(rows, cut, round(QUESTION_CLAIMS * share), draw),
    ]
    made = list(claim_items(claims, ClaimWindowMaker(folder)))
    _log_mixture("claims", made)
    some = draw.sample(rows, min(len(rows), round(PASSAGE_QUESTIONS * share)))
    questions = [*passage_questions(some, cut, draw), *sentence_questions(sentence_rows, known, draw, share)]
    texts = [text for document in (*news.training, *known.values()) for text in document.sentences]
    texts += [*chain.from_iterable(cut.values()), *(row.sentence for row in sentence_rows)]
    index = SentenceIndex([text for text in dict.fromkeys(texts) if len(text.split()) in NEGATIVE])
    windows = list(question_items(questions, index, WindowMaker(folder), draw))
    _log_mixture("questions", windows)
    return made + windows


def _documents(news: News, known: dict[str, Document], cut: Sequence[tuple[str, ...]], draw: Random) -> list[Document]:
    """The texts that claims are made from: mostly news, and as many passages as keep the language wide."""
    long = [Document("", "", sentences) for sentences in cut if len(sentences) >= MIN_SENTENCES]
    parts = [text for name, text in known.items() if NEWS in name and len(text.sentences) >= MIN_FRAGMENT]
    return [*news.training * NEWS_WEIGHT, *draw.sample(long, min(len(long), PASSAGES)), *parts]


def _logged(read: tuple[list[T], Skipped], name: str) -> list[T]:
    """The rows; which were skipped goes to the log."""
    rows, skipped = read
    log.info("%s: %d rows", name, len(rows))
    for line in str(skipped).splitlines():
        log.info("%s: %s", name, line)
    return rows


def _log_mixture(name: str, made: Sequence[Item]) -> None:
    pieces: Counter[str] = Counter()
    for one in made:
        pieces[one.origin] += one.tokens
    mixture = ", ".join(f"{origin} {many:,}" for origin, many in pieces.most_common())
    log.info("%d %s, %d word pieces: %s", len(made), name, pieces.total(), mixture)
