"""Claims with labels, made of the rows of the data sets: claims as they are, and questions with their answers."""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from random import Random

from assistant.language.lexicon import alternatives
from training.claims import NEI, REFUTED, SUPPORTED, Claim, drawn_segment
from training.documents import Document
from training.edit_words import AUXILIARIES, FIGURE, NAME
from training.entailment_rows import EntailmentRow
from training.rows import Row

MOST: Mapping[str, int] = {
    "mnli_dev": 19_645, "mnli_train10k": 9_888, "snli_dev": 5_000, "snli_test_tok": 4_000, "cad_nli": 7_000,
    "fever_dev": 13_168, "fm2": 2_548, "fever_symmetric": 1_123, "conjnli": 11_000, "infotabs": 5_000,
    "breaking_nli": 3_000,
}  # fmt: skip
"""Rows used of each origin, at most: fewer of pictures, tables and single words, which are far from news."""

EMBEDDED, LOWER_CASE, UNRELATED = 0.35, 0.1, 0.25
"""The share of sources put among the sentences of a document; of claims in lower case; and of FEVER's claims that get
another's source, since FEVER has none of which nothing is said."""

LONGEST = 12
"""Words of an answer at most."""

_ASKED = re.compile(
    r"(?:who|what|which|whose|how many|how much)\b"
    rf"(?: (?!(?:{alternatives(AUXILIARIES)})\b)[\w’'-]+){{0,3}}? "
    rf"(?=(?:{alternatives(set(AUXILIARIES) - {'do', 'does', 'did'})})\b|[a-z]+(?:ed|s)\b)",
    re.IGNORECASE,
)
"""The words of a question for its subject: "How many people " of "How many people were hurt?"."""

_NOUN = re.compile(r"\b(?:the|a|an) [a-z]+(?: [a-z]+)?")


def entailment_claims(
    rows: Sequence[EntailmentRow], documents: Sequence[Document], draw: Random, share: float = 1.0
) -> list[Claim]:
    """The claims of some rows: `share` of MOST of each origin."""
    by_origin: defaultdict[str, list[EntailmentRow]] = defaultdict(list)
    for row in rows:
        by_origin[row.origin].append(row)
    made = []
    for origin, most in MOST.items():
        own = by_origin[origin]
        for row in draw.sample(own, min(len(own), round(most * share))):
            source, label = row.source, row.label
            if origin.startswith("fever") and draw.random() < UNRELATED:
                source, label = draw.choice(own).source, NEI
            if documents and draw.random() < EMBEDDED:
                source = _embedded(source, documents, draw)
            claim = row.claim.lower() if draw.random() < LOWER_CASE else row.claim
            made.append(Claim(source, claim, label, origin))
    return made


def question_claims(rows: Sequence[Row], cut: Mapping[str, Sequence[str]], many: int, draw: Random) -> list[Claim]:
    """Claims made of at most `many` questions: the right answer, a wrong one, or a source without what answers.

    `cut` has the sentences of the passages.
    """
    usable = [row for row in rows if 1 <= len(row.answer.split()) <= LONGEST]
    answers: defaultdict[str, list[str]] = defaultdict(list)
    for row in usable:
        answers[_kind(row.answer)].append(row.answer)
    chosen = draw.sample(usable, min(len(usable), many))
    claims = (_question_claim(row, cut[row.passage], answers, draw) for row in chosen)
    return [claim for claim in claims if claim]


def stated(question: str, answer: str, draw: Random) -> str:
    """The answer as a statement, if the question begins with its subject (in three of four cases); else with the
    question in front or behind, as notes have it.
    """
    asked = question.strip().rstrip("?").strip()
    if (match := _ASKED.match(asked)) and draw.random() < 0.75:
        words = match[0].split()
        noun = " ".join(words[2 if words[0].lower() == "how" else 1 :])
        counted = words[0].lower() == "how" and noun and noun.split()[-1].lower() not in answer.lower()
        subject = f"{answer} {noun}" if counted else answer
        return f"{subject[:1].upper()}{subject[1:]} {asked[match.end() :]}."
    return draw.choice((f"{asked}? {answer}", f"{asked}? {answer}.", f"{answer} — {asked}?"))


def _question_claim(
    row: Row, sentences: Sequence[str], answers: Mapping[str, Sequence[str]], draw: Random
) -> Claim | None:
    chance, kind = draw.random(), _kind(row.answer)
    if chance < 0.45:
        return Claim(row.passage, stated(row.question, row.answer, draw), SUPPORTED, "question, right")
    if chance < 0.8:
        inside = [other for sentence in sentences for other in _alike(sentence, kind) if _apart(other, row.answer)]
        other = draw.choice(inside) if inside and draw.random() < 0.7 else draw.choice(answers[kind])
        if not _apart(other, row.answer):
            return None
        label = NEI if kind == "words" else REFUTED
        return Claim(row.passage, stated(row.question, other, draw), label, "question, wrong")
    rest = [sentence for sentence in sentences if row.answer.lower() not in sentence.lower()]
    return Claim(" ".join(rest), stated(row.question, row.answer, draw), NEI, "question, taken out") if rest else None


def _embedded(source: str, documents: Sequence[Document], draw: Random) -> str:
    """The source as one of the sentences of a text that has nothing to do with it."""
    around = list(drawn_segment(documents, draw, (1, 7)).sentences)
    ended = source if source.rstrip().endswith((".", "!", "?")) else f"{source}."
    around.insert(draw.randint(0, len(around)), ended)
    return " ".join(around)


def _kind(answer: str) -> str:
    if any(map(str.isdigit, answer)):
        return "figure"
    return "name" if answer[:1].isupper() else "words"


def _alike(sentence: str, kind: str) -> list[str]:
    """What in a sentence is of the kind of an answer."""
    pattern = {"figure": FIGURE, "name": NAME, "words": _NOUN}[kind]
    return [match[0] for match in pattern.finditer(sentence)]


def _apart(one: str, other: str) -> bool:
    """Whether neither has the other in it."""
    return one.lower() not in other.lower() and other.lower() not in one.lower()
