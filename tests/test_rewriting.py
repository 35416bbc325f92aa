import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Citation, Passage
from assistant.language.stems import stems
from assistant.query.counting import counted_noun
from assistant.query.rewriting import asks_who_said_it, cited_before, goes_elsewhere, in_turn, is_followup, standalone
from vectorstore.articles import Article

DRONES = "How many drones hit Kyiv?"


@pytest.mark.parametrize(
    ("chain", "meant"),
    [
        ([DRONES, "and how many died?"], "how many died (Kyiv)?"),
        ([DRONES, "And how many were injured?"], "how many were injured (Kyiv)?"),
        ([DRONES, "How many died?"], "How many died (Kyiv)?"),
        ([DRONES, "and missiles?"], "How many missiles hit Kyiv?"),
        ([DRONES, "What about missiles?"], "How many missiles hit Kyiv?"),
        ([DRONES, "So what about cruise missiles?"], "How many cruise missiles hit Kyiv?"),
        ([DRONES, "And in Kharkiv?"], "How many drones hit Kyiv in Kharkiv?"),
        (["How many people died in Kyiv?", "And in Kharkiv?"], "How many people died in Kharkiv?"),
        (["Who spoke in New York?", "and in Paris?"], "Who spoke in Paris?"),
        (["How many drones were launched?", "and how many were shot down?"], None),
        (["How many drones hit Kyiv in April?", "What about the July attack?"], None),
        (["Who is Viktor Tregubov?", "What was he denying?"], "What was he denying (Viktor Tregubov)?"),
        (["Who did Zelensky meet in South Africa?", "When was that?"], "When was that (Zelensky meet South Africa)?"),
        (["What did Trump say about Crimea?", "Did Zelensky agree to this?"], None),
        (["Who is Andriy Sybiga?", "What did he say about Trump?"], None),
        (["How many drones hit Kyiv in May?", "And in June?"], "How many drones hit Kyiv in June?"),
        (["Who died in the May raid on Kyiv?", "What about the July one?"], "Who died in the July raid on Kyiv?"),
        (
            ["What was stolen from the bank on Monday?", "And two years ago?"],
            "What was stolen from the bank two years ago?",
        ),
        (["How big was the loss this year?", "And the year before?"], "How big was the loss the year before?"),
        (["When was the road closed to buses?", "And to cars?"], "When was the road closed to cars?"),
        (["What was asked ahead of the debate?", "And before the vote?"], "What was asked before the vote?"),
        (["What did Macron say about Crimea?", "And the Pope?"], "What did the Pope say about Crimea?"),
        (["When will Peru vote on the law?", "And Chile?"], "When will Chile vote on the law?"),
        (["What happened to the bridge in Rome?", "Who built it?"], "Who built it (happened bridge Rome)?"),
        (["How many boats sank in the May storm?", "From which port?"], "From which port (boats sank May storm)?"),
        ([DRONES, "Why?"], "Why (drones hit Kyiv)?"),
        ([DRONES, "When?"], "When (drones hit Kyiv)?"),
        ([DRONES, "How many?"], "How many drones (hit Kyiv)?"),
        (["What happened in 2024 in Crimea?", "Who said so?"], "Who said so (happened 2024 Crimea)?"),
        # chains
        ([DRONES, "and how many died?", "what about children?"], "how many children died (Kyiv)?"),
        ([DRONES, "and missiles?", "and bombs?"], "How many bombs hit Kyiv?"),
        ([DRONES, "and how many died?", "and how many were injured?"], "how many were injured (Kyiv)?"),
        ([DRONES, "who said that?", "and how many died?"], "how many died (Kyiv)?"),
        ([DRONES, "What is the capital of Japan?", "and how many people live there?"], None),
    ],
)
def test_what_a_follow_up_means(chain: list[str], meant: str | None) -> None:
    question = standalone(chain[-1], chain[:-1])
    assert meant is None or question == meant
    assert question != chain[-1]


@pytest.mark.parametrize(
    ("chain", "words"),
    [
        (["How many drones were launched?", "and how many were shot down?"], "drones shot down"),
        (["How many drones hit Kyiv in April?", "What about the July attack?"], "July attack drones hit Kyiv"),
        (["What did Trump say about Crimea?", "Did Zelensky agree to this?"], "Zelensky agree Trump Crimea"),
        (["Who is Andriy Sybiga?", "What did he say about Trump?"], "say Trump Andriy Sybiga"),
        ([DRONES, "What is the capital of Japan?", "and how many people live there?"], "people live Japan"),
        ([DRONES, "and how many died?", "who said that?"], "died Kyiv"),
    ],
)
def test_what_a_follow_up_searches_for(chain: list[str], words: str) -> None:
    assert stems(words) <= stems(standalone(chain[-1], chain[:-1]))


WHO = ["Who owns the mill in Ostby?", "What did she promise?"]


def test_a_person_is_named_by_the_answer() -> None:
    said = "The mill belongs to Karin Lund, who bought it in May. [1]"
    assert standalone(WHO[1], WHO[:1], [said]) == "What did she promise (in Ostby Karin Lund)?"


@pytest.mark.parametrize("said", ["", "Karin Lund bought it from Per Holt. [1]", "It belongs to the town."])
def test_without_just_one_name_nobody_is_meant(said: str) -> None:
    assert standalone(WHO[1], WHO[:1], [said]) == standalone(WHO[1], WHO[:1])


def test_who_said_that_looks_for_what_was_said() -> None:
    meant = standalone("Who said that?", [DRONES], ["Forty fell on the city. [1]"])
    assert meant == "Who said that (Forty fell city)?"


def test_answers_may_be_missing_or_too_many() -> None:
    chain = [DRONES, "and how many died?"]
    assert standalone("who said that?", chain, ["Forty fell."]) == standalone("who said that?", chain)
    assert standalone("and missiles?", [DRONES], ["Forty fell.", "more", "more"]) == "How many missiles hit Kyiv?"


def test_a_new_subject_leaves_the_old_one_behind() -> None:
    chain = [DRONES, "What is the capital of Japan?"]
    assert "Kyiv" not in standalone("and how many people live there?", chain)


def test_a_count_goes_on_counting() -> None:
    assert counted_noun(standalone("and how many were shot down?", ["How many drones were launched?"])) == "drones"
    assert counted_noun(standalone("and missiles?", [DRONES])) == "missiles"


@pytest.mark.parametrize(
    "question",
    [
        DRONES,
        "How many people were killed in Kyiv?",
        "What is the capital of Japan?",
        "Who is JD Vance?",
        "Where is Chasiv Yar?",
        "What did Donald Trump write on Truth Social?",
        "What did Zelensky say he would do after the strike?",
        "What minimum death toll is given for the strike that may have involved a North Korean missile?",
        "Which city said that the games will be held in August?",
        "How many civilians are there in the besieged town?",
        "What is one of the most brutal attacks on Kyiv?",
        "Who claimed that Putin is the aggressor?",
    ],
)
def test_a_question_that_stands_alone_stays(question: str) -> None:
    assert not is_followup(question)
    assert standalone(question, ["Who won the football World Cup in Paris?", "and who lost it?"]) == question


def test_without_a_conversation_every_question_stays() -> None:
    assert standalone("and how many died?", []) == "and how many died?"
    assert standalone("and how many died?", ["", "?"]) == "and how many died?"


@pytest.mark.parametrize(
    "question",
    [
        "who said that?",
        "Who said that",
        "And who said so?",
        "Who says so?",
        "Says who?",
        "Who reported it?",
        "Who said?",
        "Who claimed that?",
        "Who told you that?",
        "Which source said that?",
        "According to whom?",
        "who counted them?",
        "What's the source?",
        "What is your source?",
        "Who gave that figure?",
        "Which ministry claimed this?",
    ],
)
def test_who_said_that(question: str) -> None:
    assert asks_who_said_it(question)


@pytest.mark.parametrize(
    "question",
    [
        "Who said that Putin is the aggressor?",
        "Who said this is not true?",
        "Who said it was criminal?",
        "Who is he?",
        "Who reported the drones?",
        "Who claimed Chasiv Yar?",
        "and how many died?",
        DRONES,
        "What did he say?",
        "",
    ],
)
def test_another_question_about_what_was_said(question: str) -> None:
    assert not asks_who_said_it(question)


TEXT = "Karin Lund owns the mill. It burned on Monday. “Nobody was warned,” she said. Per Holt disagreed."
MILL = Article("mill.txt", TEXT, "Mill")


class Shelf:
    """A library of one article."""

    def has(self, article_id: str) -> bool:
        return article_id == MILL.id

    def article(self, _: str) -> Article:
        return MILL


def passage(number: int, text: str, score: float) -> Passage:
    return Passage(number, MILL, TEXT.index(text), TEXT.index(text) + len(text), text, score)


def citation(quote: str, article_id: str = MILL.id) -> Citation:
    at = TEXT.index(quote)
    return Citation(1, article_id, "Mill", None, None, None, "mill.txt", quote, at, at + len(quote))


@pytest.mark.parametrize(
    ("quote", "texts"),
    [
        ("“Nobody was warned,” she said.", ["Karin Lund owns the mill.", "“Nobody was warned,” she said."]),
        ("Per Holt disagreed.", ["Per Holt disagreed."]),
        ("It burned on Monday.", ["It burned on Monday."]),
    ],
)
def test_she_who_said_it_is_named_before(quote: str, texts: list[str]) -> None:
    found = cited_before([citation(quote), citation(quote), citation(quote, "gone")], Shelf())  # type: ignore[arg-type]
    assert [p.text for p in found] == texts
    assert [TEXT[p.start : p.end] for p in found] == texts
    assert [p.number for p in found] == list(range(1, len(texts) + 1))


def test_a_follow_up_asks_for_what_was_not_yet_said() -> None:
    cited, other = passage(1, "Karin Lund owns the mill.", 0.62), passage(2, "Per Holt disagreed.", 0.6)
    assert [p.text for p in in_turn("Who disagrees with her?", [cited, other], {cited.text})] == [
        other.text,
        cited.text,
    ]
    assert [p.number for p in in_turn("Who disagrees with her?", [cited, other], {cited.text})] == [1, 2]
    assert in_turn("Who disagrees with Karin Lund?", [cited, other], {cited.text}) == (cited, other)
    assert in_turn("Who said that?", [cited, other], {cited.text}) == (cited, other)


@pytest.mark.parametrize(("question", "away"), [("And in June?", True), ("what about Kharkiv?", True), ("Why?", False)])
def test_a_piece_goes_elsewhere(question: str, away: bool) -> None:
    assert goes_elsewhere(question) is away
    assert goes_elsewhere("And how many were injured?") is False


def test_a_long_conversation_does_not_drown_its_last_question() -> None:
    chain = [f"What happened to alpha{n} beta{n} gamma{n}?" if n % 2 else f"what about delta{n}?" for n in range(2000)]
    meant = standalone("and why?", chain)
    assert len(meant) < 300


@settings(deadline=None)
@given(st.lists(st.text(), max_size=3), st.text(), st.lists(st.text(), max_size=4))
def test_no_conversation_breaks_it(earlier: list[str], question: str, answers: list[str]) -> None:
    assert isinstance(standalone(question, earlier, answers), str)
    asks_who_said_it(question)
