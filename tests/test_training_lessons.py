"""What is made of a training question: lessons with edited figures, replies, groups of sentences."""

import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.answer import Passage
from assistant.answering.prompting import messages
from assistant.answering.reader import HEARD, SAYS_NOTHING, in_reading_order
from assistant.ranker.windows import WINDOW, WindowMaker
from training import replies
from training.evidence import UNANSWERABLE, WRITTEN
from training.questions import GatheredQuestion
from training.ranker_groups import SENTENCES, group, groups
from training.variations import _another_figure, disagreeing, edited, plain, without_answer
from vectorstore.articles import Article
from vectorstore.index.embedding import Embedder
from vectorstore.text.sentences import sentences

BREM = "Brem lies on a river. The town has 14 bridges, and 2 of them are closed. They are painted each May."
OTHERS = (
    "Cray has 9 bridges. A ferry takes 300 cars a day to the island.",
    "Dorn is a harbour. It has 14 cranes. The council of Dorn met on Monday.",
    "Elm is a village without a bridge. Nobody there owns a boat.",
)
NUMBERS = ["5", "15", "50", "500", "1999", "2.5", "1,500", "$5", "10th"]
WORDS = ["about", "dogs", "May", "in", "cost", "12:30", *NUMBERS]


def found(answer: str, own: str, others: Sequence[str] = OTHERS, *, own_first: bool = True) -> GatheredQuestion:
    """A question whose evidence is every sentence of the passages."""
    article, *rest = (Article(f"p.jsonl#{n}", text, f"Title {n}") for n, text in enumerate((own, *others)))
    ordered = [article, *rest] if own_first else [*rest, article]
    spans = [(a, start, end) for a in ordered for start, end in sentences(a.text)]
    passages = (Passage(n, a, start, end, a.text[start:end], 0.5) for n, (a, start, end) in enumerate(spans, 1))
    return GatheredQuestion("How many bridges has Brem?", answer, "squadshifts/nyt", article, tuple(passages))


def bare(token: str, answer: str) -> str:
    return token if answer.startswith("$") else token.lstrip("$")


questions = st.builds(
    lambda answer, own, rest, first: found(answer, " ".join(own), [" ".join(r) for r in rest], own_first=first),
    st.sampled_from(NUMBERS),
    st.lists(st.sampled_from(WORDS), min_size=1, max_size=12),
    st.lists(st.lists(st.sampled_from(WORDS), min_size=1, max_size=6), max_size=7),
    st.booleans(),
)


@given(st.from_regex(r"[$A-z ]{0,4}[0-9]{1,6}([.,:/-][0-9]{1,4}){0,2}( [a-z]{1,6})?", fullmatch=True), st.integers())
def test_another_figure_has_other_digits_as_many(answer: str, seed: int) -> None:
    figure = _another_figure(answer, random.Random(seed))
    if re.search(r"\d[:.]\d\d\b| [ap]m", answer):
        assert figure is None  # it may be a time of day, of which there is no other with any digits
        return
    assert figure is not None
    assert re.sub(r"\d+", "#", figure) == re.sub(r"\d+", "#", answer)
    for place, (old, new) in enumerate(zip(re.findall(r"\d+", answer), re.findall(r"\d+", figure), strict=True)):
        assert new != old
        assert len(new) == len(old)
        if len(old) == 4 and 1500 <= int(old) < 2100:
            assert new[:2] == old[:2]
        elif len(old) > 1 and place == 0:
            assert new[0] != "0"


@pytest.mark.parametrize("seed", range(20))
def test_a_day_stays_in_its_month(seed: int) -> None:
    figure = _another_figure("5 May 2021", random.Random(seed))
    assert figure
    assert re.fullmatch(r"(?:0?[1-9]|1\d|2[0-8]) May 20\d\d", figure)


def test_an_answer_without_digits_has_no_other_figure() -> None:
    assert _another_figure("Two of them", random.Random(1)) is None
    for vary in (edited, disagreeing):
        assert vary(found("a river", BREM), HEARD, random.Random(1)) is None


@given(questions, st.integers())
def test_the_edited_sentence_has_the_new_figure_and_not_the_old(question: GatheredQuestion, seed: int) -> None:
    lesson = edited(question, HEARD, random.Random(seed))
    old = question.answer
    own = next(iter(question.answering()), None)
    if own is None or not any(bare(token, old) == old for token in own.text.split()):
        assert lesson is None
        return
    assert lesson is not None
    ((figure, changed),) = lesson.answers
    assert figure != old
    before, after = own.text.split(), changed.text.split()
    for was, now in zip(before, after, strict=True):
        assert bare(now, old) == (figure if bare(was, old) == old else bare(was, old))
    assert changed.article.text[changed.start : changed.end] == changed.text
    assert changed.article.text[: changed.start] == own.article.text[: own.start]
    assert changed.article.text[changed.end :] == own.article.text[own.end :]
    assert changed in lesson.passages
    assert len(lesson.passages) <= HEARD
    assert not any(old in p.text for p in lesson.passages if p is not changed)


@given(questions, st.integers())
def test_copies_that_disagree_give_two_answers_each_in_its_sentence(question: GatheredQuestion, seed: int) -> None:
    lesson = disagreeing(question, HEARD, random.Random(seed))
    assert (lesson is None) == (edited(question, HEARD, random.Random(seed)) is None)
    if lesson is None:
        return
    (old, original), (new, copy) = lesson.answers
    assert old == question.answer != new
    assert old in original.text
    assert new in copy.text
    assert original.text != copy.text
    assert {id(original), id(copy)} <= {id(p) for p in lesson.passages}
    assert len(lesson.passages) <= HEARD
    assert not any(old in p.text for p in lesson.passages if p is not original and p is not copy)


@given(questions, st.integers(1, 6))
def test_without_answer_never_holds_it(question: GatheredQuestion, most: int) -> None:
    lesson = without_answer(question, most)
    assert lesson.answers == ()
    assert len(lesson.passages) <= most
    assert not any(question.answer in p.text for p in lesson.passages)
    assert set(lesson.passages) <= set(question.passages)


def test_without_answer_leaves_out_other_cases_too() -> None:
    question = found("A ferry", "A ferry goes to Brem. The ferry is red. In May a ferry sank.")
    assert not [p.text for p in without_answer(question, 9).passages if "a ferry" in p.text.lower()]


@given(questions)
def test_as_found_has_the_best_and_one_that_answers(question: GatheredQuestion) -> None:
    lesson = plain(question, 3)
    assert lesson.passages[:2] == question.passages[:2]
    assert len(lesson.passages) <= 3
    for answer, passage in lesson.answers:
        assert answer == question.answer
        assert passage == question.answering()[0]
        assert any(question.right(p) for p in lesson.passages)
    assert bool(lesson.answers) == bool(question.answering())


def test_a_sentence_that_was_not_found_comes_in_for_the_last() -> None:
    question = found("14", BREM, own_first=False)
    lost = replace(question, passages=tuple(p for p in question.passages if p.article != question.article))
    lesson = plain(lost, 3)
    assert [p.text for p in lesson.passages[:2]] == [p.text for p in lost.passages[:2]]
    assert lesson.passages[2].text == "The town has 14 bridges, and 2 of them are closed."
    assert lesson.answers == (("14", lesson.passages[2]),)


def check_reply(question: str, passages: Sequence[Passage], made: dict[str, Any]) -> list[str]:
    """Every line of the reply names a sentence of the prompt that has its answer; gives the answers."""
    assert made["messages"] == messages(question, in_reading_order(passages), None)
    prompt = made["messages"][-1]["content"]
    answers = []
    for line in made["target"].splitlines():
        answer, number = re.fullmatch(r"(.+) \[(\d+)\]", line).groups()  # type: ignore[union-attr]
        (sentence,) = re.findall(rf"^\[{number}\] (.*)$", prompt, re.MULTILINE)
        assert answer in sentence
        answers.append(answer)
    return answers


@given(questions, st.integers())
def test_every_reply_names_the_sentence_of_the_prompt_that_has_its_answer(
    question: GatheredQuestion, seed: int
) -> None:
    draw = random.Random(seed)
    made = [plain(question, HEARD), edited(question, HEARD, draw), disagreeing(question, HEARD, draw)]
    for lesson in (lesson for lesson in made if lesson is not None and lesson.answers):
        answers = check_reply(lesson.question, lesson.passages, replies.example(lesson))
        assert sorted(answers) == sorted(answer for answer, _ in lesson.answers)
    nothing = without_answer(question, HEARD)
    assert replies.example(nothing)["target"] == SAYS_NOTHING


def test_answers_are_said_in_the_order_of_the_sentences() -> None:
    orders = set()
    for seed in range(20):
        lesson = disagreeing(found("14", BREM), HEARD, random.Random(seed))
        assert lesson is not None
        answers = check_reply(lesson.question, lesson.passages, replies.example(lesson))
        orders.add(answers.index("14"))
    assert orders == {0, 1}


def test_white_space_is_that_of_the_prompt() -> None:
    question = found("14  old bridges", "The town has 14  old bridges.")
    lesson = plain(question, HEARD)
    assert check_reply(lesson.question, lesson.passages, replies.example(lesson)) == ["14 old bridges"]


UNANSWERED = replace(found("14", BREM), question="How many bridges has Ald?", answer="", origin=WRITTEN)


def test_of_all_questions_each_kind_gets_its_share() -> None:
    def made() -> list[tuple[str, dict[str, object]]]:
        return list(replies.examples((found("14", BREM) for _ in range(2000)), iter([UNANSWERED] * 1000)))

    kinds = Counter(kind for kind, _ in made())
    for kind, share in (("without answer", 0.12), ("disagreeing", 0.176), ("edited", 0.264), ("as found", 0.44)):
        assert kinds[kind] / 2000 == pytest.approx(share, abs=0.04)
    assert kinds["unanswerable"] == 2000 // UNANSWERABLE
    for kind, example in made():
        assert (example["target"] == SAYS_NOTHING) == (kind in ("without answer", "unanswerable"))
    assert made() == made()


def test_an_unanswerable_question_has_no_right_sentence() -> None:
    assert UNANSWERED.answering() == []
    assert not any(UNANSWERED.right(p) or UNANSWERED.mentions(p) for p in UNANSWERED.passages)
    assert plain(UNANSWERED, HEARD).passages == UNANSWERED.passages[:HEARD]


def test_questions_that_teach_wrongly_are_left_out() -> None:
    across, lines = found("river. The town", BREM), found("14\nbridges", "The town has 14\nbridges.")
    assert across.answering() == []
    assert list(replies.examples(iter([across, lines] * 50), iter([]))) == []
    chatty = replace(found("14", BREM), origin="squadshifts/reddit")
    assert len(list(replies.examples((chatty for _ in range(600)), iter([])))) == pytest.approx(200, abs=40)


@pytest.fixture(scope="module")
def maker(embedder: Embedder) -> WindowMaker:
    return WindowMaker(embedder.folder)


def pieces(maker: WindowMaker, text: str) -> tuple[int, ...]:
    return tuple(maker._encoded(text).ids)


@pytest.mark.parametrize("answer", ["14", "14 bridges", "The town", "2 of them are closed"])
def test_spans_point_at_the_pieces_of_the_answer(answer: str, maker: WindowMaker) -> None:
    made = group(found(answer, BREM), maker, random.Random(1))
    assert made is not None
    assert made.tokens == len(made.window.ids) <= WINDOW
    assert len(made.window.parts) == len(made.right) == len(made.spans) <= SENTENCES
    assert sum(made.right) == 1
    for right, span in zip(made.right, made.spans, strict=True):
        assert (span is not None) == right
        if span is not None:
            assert made.window.ids[span[0] : span[1] + 1] == pieces(maker, answer)


def test_a_sentence_that_might_answer_is_no_wrong_one(maker: WindowMaker) -> None:
    made = group(found("14", BREM), maker, random.Random(1))
    assert made is not None
    (cranes,) = pieces(maker, "cranes")
    assert cranes not in made.window.ids  # "It has 14 cranes.", of another town
    assert made.window.ids.count(*pieces(maker, "14")) == 1


def test_a_window_keeps_what_answers(maker: WindowMaker) -> None:
    long = [f"The council of Dorn met {'again and ' * 60}went home on day {n}." for n in range(9)]
    made = group(found("14", BREM, long, own_first=False), maker, random.Random(1))
    assert made is not None
    assert made.tokens <= WINDOW
    assert sum(made.right) == 1
    many = group(
        found("14", "Here are 14 cats. " * 4, [f"Town {n}. It has {n} cats." for n in range(9)]),
        maker,
        random.Random(1),
    )
    assert many is not None
    assert (sum(many.right), len(many.right)) == (2, SENTENCES)


def test_groups_leave_out_what_no_sentence_answers_and_do_not_depend_on_the_rest(maker: WindowMaker) -> None:
    far = found("the end", f"Brem {'is a town and ' * 60}this is the end.")  # behind what is read of a sentence
    across, good = found("river. The town", BREM), found("14", BREM, [f"Town {n}. It has {n} cats." for n in range(20)])
    assert groups([across, far], maker, 1) == []
    assert groups([across, good, good], maker, 1) == groups([good], maker, 1) * 2
    assert groups([good], maker, 2) != groups([good], maker, 1)
