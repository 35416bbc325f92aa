"""Claims with labels, made of documents: what they say, what an exchange made of it, and what they do not say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from assistant.ranker.cross_encoder import LABELS
from training.documents import Document
from training.edits import EXCHANGES, merged, names_in
from training.rewordings import doubted, is_report, lightened, refuted, reported

REFUTED, NEI, SUPPORTED = LABELS

LONGEST = 400
"""Characters of a sentence that becomes a claim, at most."""

SEGMENT = (2, 14)
"""Sentences of a source, at least and at most."""

HEADED, HEADLINE, TWO = 0.6, 0.12, 0.2
"""The share of sources that have title and date in front; of true claims that are a title, or two sentences."""

TRIES = 25
"""Sentences tried for an exchange of one kind, at most."""

SHARES: Mapping[str, int] = {
    "true": 40, "figure": 8, "name": 8, "day": 4, "unit": 4, "bound": 4, "negation": 4, "source": 4, "doubt": 4,
    "merged": 2, "taken out": 8, "later": 7, "other": 5,
}  # fmt: skip
"""The kinds of claims, by their weights."""

TWINS = 0.35
"""The share of exchanged claims beside which the true one is put."""


@dataclass(frozen=True)
class Claim:
    """A source, a claim and one of LABELS; `origin` is the kind of the claim or the data set it comes from."""

    source: str
    claim: str
    label: str
    origin: str


@dataclass(frozen=True)
class Segment:
    """Some sentences of a document in a row, from the one at `start` on."""

    document: Document
    start: int
    sentences: tuple[str, ...]

    def text(self, head: str, sentences: Sequence[str] | None = None) -> str:
        """The source: `head` and the sentences, or others in their place."""
        return head + " ".join(self.sentences if sentences is None else sentences)


def document_claims(documents: Sequence[Document], many: int, draw: Random) -> list[Claim]:
    """`many` claims of some documents, or one more, by kinds as SHARES has them; fewer where they give hardly any."""
    made: list[Claim] = []
    kinds, weights = list(SHARES), list(SHARES.values())
    for _ in range(TRIES * many if documents else 0):
        if len(made) >= many:
            break
        segment = drawn_segment(documents, draw)
        made += _claims(draw.choices(kinds, weights)[0], segment, documents, draw)
    return made


def drawn_segment(documents: Sequence[Document], draw: Random, sizes: tuple[int, int] = SEGMENT) -> Segment:
    """Some sentences in a row of one of the documents."""
    document = draw.choice(documents)
    several = len(document.sentences)
    size = draw.randint(min(sizes[0], several), min(sizes[1], several))
    start = draw.randint(0, several - size)
    return Segment(document, start, document.sentences[start : start + size])


def can_be_claim(sentence: str) -> bool:
    """Whether a sentence states something, and not at too great length."""
    return len(sentence) <= LONGEST and not sentence.rstrip().endswith("?")


def lightened_exchange(sentence: str, edited: str, draw: Random) -> str:
    """The edited sentence lightened, but as it stands where that takes away what the exchange made of the sentence."""
    seed = draw.random()
    light = lightened(edited, Random(seed))
    return edited if light == lightened(sentence, Random(seed)) else light


def _claims(kind: str, segment: Segment, documents: Sequence[Document], draw: Random) -> Iterator[Claim]:
    """The claims of one kind of a segment, none where it has nothing for that."""
    head = segment.document.head if draw.random() < HEADED else ""
    if kind in EXCHANGES:
        yield from _exchanged(kind, segment, documents, draw)
    elif kind in _OF_SEGMENTS:
        yield from _OF_SEGMENTS[kind](segment, head, draw)
    else:
        text = draw.choice(drawn_segment(documents, draw).sentences)
        if can_be_claim(text) and text not in segment.document.sentences:
            yield Claim(segment.text(head), lightened(text, draw), NEI, "other")


def _true(segment: Segment, head: str, draw: Random) -> Iterator[Claim]:
    document = segment.document
    if document.title and draw.random() < HEADLINE:
        yield Claim(" ".join(document.sentences[: SEGMENT[1]]), document.title, SUPPORTED, "headline")
        return
    place, several = draw.randrange(len(segment.sentences)), 1 + (draw.random() < TWO)
    chosen = segment.sentences[place : place + several]
    if all(map(can_be_claim, chosen)):
        yield Claim(segment.text(head), " ".join(lightened(one, draw) for one in chosen), SUPPORTED, "true")


def _exchanged(kind: str, segment: Segment, documents: Sequence[Document], draw: Random) -> Iterator[Claim]:
    """A claim with one fact exchanged, and in some cases its true twin; of other segments where this one has none.

    Who said it is not refuted by another's having said it: that is not said.
    """
    for _ in range(TRIES):
        sentence = draw.choice(segment.sentences)
        edited = EXCHANGES[kind](sentence, draw, names_in(segment.sentences)) if can_be_claim(sentence) else None
        if edited and edited != sentence and edited not in segment.sentences:
            head = segment.document.head if draw.random() < HEADED else ""
            label = NEI if kind == "source" else REFUTED
            claim = lightened_exchange(sentence, edited, draw) if draw.random() < 0.6 else edited
            yield Claim(segment.text(head), claim, label, kind)
            if draw.random() < TWINS:
                yield Claim(segment.text(head), sentence, SUPPORTED, "twin")
            return
        segment = drawn_segment(documents, draw)


def _merged(segment: Segment, head: str, draw: Random) -> Iterator[Claim]:
    sentence = draw.choice(segment.sentences)
    others = [other for other in segment.sentences if other != sentence]
    edited = merged(sentence, draw, others) if can_be_claim(sentence) else None
    if edited:
        yield Claim(segment.text(head), lightened_exchange(sentence, edited, draw), NEI, "merged")


def _doubt(segment: Segment, head: str, draw: Random) -> Iterator[Claim]:
    """The source only doubts the claim, or denies it; in some cases with the twin that somebody says it."""
    place = draw.randrange(len(segment.sentences))
    claim = segment.sentences[place]
    if not can_be_claim(claim) or is_report(claim):
        return

    def with_it(sentence: str) -> str:
        return segment.text(head, [*segment.sentences[:place], sentence, *segment.sentences[place + 1 :]])

    if draw.random() < 0.15:
        yield Claim(with_it(refuted(claim)), lightened(claim, draw), REFUTED, "denied")
    else:
        yield Claim(with_it(doubted(claim, draw)), lightened(claim, draw), NEI, "doubt")
    if draw.random() < 0.3:
        source, report = reported(claim, draw)
        yield Claim(with_it(source), report, SUPPORTED, "reported")


def _taken_out(segment: Segment, head: str, draw: Random) -> Iterator[Claim]:
    place = draw.randrange(len(segment.sentences))
    claim = segment.sentences[place]
    if can_be_claim(claim) and len(segment.sentences) > SEGMENT[0]:
        rest = [*segment.sentences[:place], *segment.sentences[place + 1 :]]
        yield Claim(segment.text(head, rest), lightened(claim, draw), NEI, "taken out")


def _later(segment: Segment, head: str, draw: Random) -> Iterator[Claim]:
    behind = segment.document.sentences[segment.start + len(segment.sentences) :]
    if behind and can_be_claim(claim := draw.choice(behind)) and claim not in segment.sentences:
        yield Claim(segment.text(head), lightened(claim, draw), NEI, "later")


_OF_SEGMENTS: Mapping[str, Callable[[Segment, str, Random], Iterator[Claim]]] = {
    "true": _true, "merged": _merged, "doubt": _doubt, "taken out": _taken_out, "later": _later,
}  # fmt: skip
