"""Questions with right and wrong sentences as training items: windows as the product makes them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from random import Random

from assistant.answer import Passage
from assistant.ranker.windows import Part, WindowMaker
from training.corpus import headline
from training.documents import Document
from training.items import NO_LABEL, NO_SPAN, Item, Sentence, item
from training.negatives import SentenceIndex
from training.rows import Row
from training.sentence_rows import SentenceRow
from vectorstore.articles import Article
from vectorstore.text.words import query_words

MOST: Mapping[str, int] = {
    "qamr": 13_000, "qanom": 4_500, "qasrl_gold": 4_500, "qadiscourse": 5_000, "nqg_squad": 8_000,
    "reqa_squad": 9_998, "selqa": 2_374, "qed": 1_021,
}  # fmt: skip
"""Rows used of each origin, at most: QANom and QA-SRL ask by templates, as nobody does."""

NEWS_FIRST, NEWS = frozenset({"qamr", "qanom", "qasrl_gold"}), ":wikinews:"
"""Origins of which the rows on news are used first, and what the names of their documents have in them."""

SILENT, TITLED = 0.12, 0.8
"""The share of answerable questions that are asked without the sentence that answers, and of passages with a title."""


@dataclass(frozen=True)
class Question:
    """A question with sentences of one text in their order, of which `right` answers; "" where none does.

    `answer` are the words of `right` that answer, "" if they are not known. `near` is how many sentences of other texts
    are wanted beside these, none of which may have `forbidden` in it.
    """

    question: str
    sentences: tuple[str, ...]
    right: str
    answer: str
    near: int
    forbidden: str
    title: str
    origin: str


def passage_questions(rows: Sequence[Row], cut: Mapping[str, Sequence[str]], draw: Random) -> list[Question]:
    """The questions of some rows, over the sentences of their passages (`cut`).

    Of several sentences with the answer's words the one with most words of the question is taken as right, and the
    others are left out. A question whose answer is in no single sentence is left out.
    """
    made = []
    for row in rows:
        title = headline(row.passage) if draw.random() < TITLED else ""
        sentences = cut[row.passage]
        if not row.answer:
            some = _some(sentences, "", sentences, 5, draw)
            made.append(Question(row.question, some, "", "", 2, "", title, f"{row.origin}, no answer"))
            continue
        whole = re.compile(rf"(?<!\w){re.escape(row.answer)}(?!\w)")
        right = [sentence for sentence in sentences if whole.search(sentence)]
        if right:
            asked = {*query_words(row.question)}
            best = max(right, key=lambda sentence: len(asked & {*query_words(sentence)}))
            wrong = [sentence for sentence in sentences if row.answer.lower() not in sentence.lower()]
            some = _some(sentences, best, wrong, draw.randint(2, 5), draw)
            near = draw.randint(1, 3)
            made.append(Question(row.question, some, best, row.answer, near, row.answer, title, row.origin))
    return [_silenced(question, draw) for question in made]


def sentence_questions(
    rows: Sequence[SentenceRow], documents: Mapping[str, Document], draw: Random, share: float = 1.0
) -> list[Question]:
    """The questions of some rows, `share` of MOST of each origin, over sentences of their `documents`."""
    made = []
    for origin, most in MOST.items():
        own = [row for row in rows if row.origin == origin]
        many = round(most * share)
        if origin in NEWS_FIRST:
            news = [row for row in own if NEWS in row.document]
            rest = [row for row in own if NEWS not in row.document]
            own = [*news, *draw.sample(rest, max(0, min(len(rest), many - len(news))))]
        for row in draw.sample(own, min(len(own), many)):
            document = documents.get(row.document)
            made.append(_silenced(_sentence_question(row, document.sentences if document else (), draw), draw))
    return made


def question_items(
    questions: Sequence[Question], index: SentenceIndex, maker: WindowMaker, draw: Random
) -> Iterator[Item]:
    """The items of some questions; none for one that is left without a sentence."""
    near = index.near(
        [question.question for question in questions],
        [question.near for question in questions],
        [question.forbidden for question in questions],
    )
    for question, sentences in zip(questions, near, strict=True):
        if made := _item(question, sentences, maker, draw):
            yield made


def _sentence_question(row: SentenceRow, same: Sequence[str], draw: Random) -> Question:
    # An answer of nearly the whole sentence marks nothing; of the others that which most people marked.
    answers = [answer for answer in row.answers if len(answer) < 0.7 * len(row.sentence)]
    answer = max(dict.fromkeys(answers), key=answers.count, default="")
    wrong = [text for text in same if not (answer and answer.lower() in text.lower())]
    some = _some(same or (row.sentence,), row.sentence, wrong, 3, draw)
    if row.others:
        candidates = [*some, *row.others[:4]]
        some = tuple(draw.sample(candidates, len(candidates)))
    near = 1 if row.others else draw.randint(2, 4)
    return Question(row.question, some, row.sentence, answer, near, answer or row.sentence, "", row.origin)


def _some(text: Sequence[str], right: str, others: Sequence[str], many: int, draw: Random) -> tuple[str, ...]:
    """What answers and at most `many` of the other sentences, in the order of the text."""
    wrong = [other for other in dict.fromkeys(others) if other != right]
    chosen = {right, *draw.sample(wrong, min(many, len(wrong)))}
    return tuple(sentence for sentence in dict.fromkeys(text) if sentence in chosen)


def _silenced(question: Question, draw: Random) -> Question:
    """The question, or, in the share SILENT, the same without the sentence that answers."""
    if not question.right or draw.random() >= SILENT:
        return question
    left = tuple(text for text in question.sentences if text != question.right)
    forbidden = question.forbidden or question.right
    origin = f"{question.origin}, taken out"
    return replace(question, sentences=left, right="", answer="", forbidden=forbidden, origin=origin)


def _item(question: Question, near: Sequence[str], maker: WindowMaker, draw: Random) -> Item | None:
    """The window of a question: what answers, and of the others, by chance, as many as fit beside it.

    Where the sentences come to lie is the window maker's choice, which does not know what is right.
    """
    article = Article("", "\n".join(question.sentences), question.title)
    ends = accumulate(len(text) + 1 for text in question.sentences)
    passages = [
        _passage(article, text, end - len(text) - 1) for text, end in zip(question.sentences, ends, strict=True)
    ]
    passages += [_passage(Article("", text), text, 0) for text in near if text not in question.sentences]
    draw.shuffle(passages)
    passages.sort(key=lambda passage: not _answers(passage, question))
    if not passages:
        return None
    window = maker.windows(question.question, passages)[0]
    sentences = []
    for part in window.parts:
        right = _answers(passages[part.place], question)
        sentences.append(Sentence(part.first, part.mark, right, _span(part, question) if right else NO_SPAN))
    return item(window, NO_LABEL, sentences, question.origin)


def _answers(passage: Passage, question: Question) -> bool:
    return bool(question.right) and passage.text == question.right


def _span(part: Part, question: Question) -> tuple[int, int]:
    """The first and last piece of the answer, among all pieces of the window; NO_SPAN where they are not known."""
    begin = question.right.find(question.answer) if question.answer else -1
    end = begin + len(question.answer)
    inside = [at for at, (first, last) in enumerate(part.offsets) if begin >= 0 and first < end and last > begin]
    return (part.first + inside[0], part.first + inside[-1]) if inside else NO_SPAN


def _passage(article: Article, text: str, start: int) -> Passage:
    return Passage(0, article, start, start + len(text), text, 0.0)
