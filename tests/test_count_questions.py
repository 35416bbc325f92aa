"""A count is the same question in whatever words, and nothing else is taken for one."""

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from assistant.answer import Answer
from assistant.assistant import Assistant
from assistant.model.engine import Engine
from assistant.query.count_questions import restated
from assistant.query.counting import asked_in_common_words
from assistant.ranker.packaged import find_ranker
from vectorstore.index.store import Store

HIT = "How many drones hit Belmora?"
KILLED = "How many people were killed in Belmora?"
INJURED = "How many people were injured in Belmora?"


@pytest.mark.parametrize(
    ("question", "asked"),
    [
        ("number of drones that hit Belmora", HIT),
        ("What number of drones hit Belmora?", HIT),
        ("drones that hit Belmora, count", HIT),
        ("Drones that hit Belmora (number)", HIT),
        ("drones hit Belmora count?", HIT),
        ("Belmora was hit by how many drones?", HIT),
        ("By how many drones was Belmora hit?", HIT),
        ("How many drones was Belmora hit by?", HIT),
        ("total of drones that hit Belmora", HIT),
        ("total drones Belmora hit", HIT),
        ("drone count Belmora strike", HIT),
        ("Tell me how many drones hit Belmora", HIT),
        ("Do you know how many drones hit Belmora?", HIT),
        ("Hello, could you please tell me how many drones hit Belmora? Thanks", HIT),
        ("Do the articles say how many drones hit Belmora?", HIT),
        ("I need the drone tally for the hits on Belmora", HIT),
        ("Can you give me a figure for drones hitting Belmora?", HIT),
        ("drones hitting Belmora: how many?", HIT),
        ("Belmora: how many drones hit it?", HIT),
        ("Belmora drone hits number", HIT),
        ("# of drones that hit Belmora", HIT),
        ("how much drones hit Belmora", HIT),
        ("How large was the number of drones that hit Belmora?", HIT),
        ("How many drones were there that hit Belmora?", HIT),
        ("Count the drones that hit Belmora", HIT),
        ("NUMBER OF DRONES THAT HIT BELMORA", "How many drones hit belmora?"),
        ("And the number of drones that hit Belmora?", "And how many drones hit Belmora?"),
        ("count of the drones which reached Belmora", "How many drones reached Belmora?"),
        ("drone count for Belmora", "How many drones were there in Belmora?"),
        ("death toll in Belmora", KILLED),
        ("Belmora deaths: how many", KILLED),
        ("the dead in Belmora, count", KILLED),
        ("number of people killed in Belmora", KILLED),
        ("body count in Belmora", KILLED),
        ("How many fatalities in Belmora?", KILLED),
        ("What did the death toll in Belmora rise to?", KILLED),
        ("how high is the toll", "How many people were killed?"),
        ("number of civilian deaths in Belmora", "How many civilians were killed in Belmora?"),
        ("number of Ruritanian deaths in Belmora", "How many Ruritanian people were killed in Belmora?"),
        ("the injured in Belmora: how many?", INJURED),
        ("the injury toll in Belmora", INJURED),
        ("number of killed and injured in Belmora", "How many casualties were there in Belmora?"),
        ("number of missiles that Ruritania launched", "How many missiles were launched by Ruritania?"),
        ("The blast killed how many people?", "How many people were killed by the blast?"),
        ("number of homes destroyed", "How many homes were destroyed?"),
        ("number of envoys who walked out of the talks", "How many envoys walked out of the talks?"),
        ("What is the total number of nurses, porters and cooks at Quayside?",
         "How many nurses, porters and cooks were at Quayside?"),
    ],
)  # fmt: skip
def test_a_count_in_other_words_is_asked_with_how_many(question: str, asked: str) -> None:
    assert restated(question) == asked
    assert restated(asked) == asked


@pytest.mark.parametrize(
    "question",
    [
        "the phone number of the ministry", "What is the phone number of the ministry hit by drones?", "count me in",
        "Count Dracula", "Count Dracula killed people in Belmora", "the total eclipse", "What number is on the jersey?",
        "Who counts the votes?", "figure skating", "Which figure skater died?", "what did the count say",
        "number 10 Downing Street", "How much did it cost?", "How much is Quayside losing a day through the strike?",
        "What is the toll on the bridge?", "What is the toll road fee?", "Which city debuted a toll program?",
        "how much is the toll", "Who disputed the death toll?", "Did the number of drones that hit Belmora rise?",
        "Why did the number of drones that hit Belmora rise?", "Is the death toll in Belmora 12?",
        "When was the number of deaths announced?", "Which state has the highest number of people killed?",
        "What is the number of the bus that hit the man?", "What is the reason for a number of casualties?",
        "the blood count of people injured", "sum of money paid to victims killed in Belmora", "figures of speech",
        "What amount of risk do they have?", "on how many counts?", "drones that hit Belmora", "number one hit",
        "What historical figure was killed?", "who figures among the dead in Belmora", "", "?", "How many?",
        "How many drones hit Belmora and who launched them?", "How many died?", "How many drones did it launch?",
    ],
)  # fmt: skip
def test_what_is_no_count_in_other_words_stays_as_it_is(question: str) -> None:
    assert restated(question) == question


@pytest.mark.parametrize(
    "question",
    [
        "How many UAVs hit Belmora?", "How many unmanned aircraft hit Belmora?", "How many Shaheds hit Belmora?",
        "How many uncrewed aerial vehicles (UAVs) hit Belmora?", "How many Shahed-type drones hit Belmora?",
        "How many kamikaze drones hit Belmora?", "How many drone strikes hit Belmora?",
        "How many drones slammed into Belmora?", "How many drones attacked Belmora?",
        "How many drones made it to Belmora?",
    ],
)  # fmt: skip
def test_other_names_for_a_drone_and_for_hitting_are_looked_for_in_the_common_words(question: str) -> None:
    assert asked_in_common_words(question) == HIT


def test_the_common_words_are_for_counts_alone() -> None:
    assert asked_in_common_words("Who makes the UAVs?") == "Who makes the UAVs?"


@settings(deadline=None)
@given(
    st.lists(st.sampled_from("how many number of drones hit Kyiv , : toll the count killed in is by that what".split()))
)
@example("of hit toll by many".split())
def test_no_question_breaks_it(parts: list[str]) -> None:
    question = " ".join(parts)
    assert restated(restated(question)) == restated(question)


@pytest.fixture(scope="module")
def assistant(seed_store: Store, engine: Engine) -> Assistant:
    return Assistant(seed_store, engine, ranker=find_ranker(seed_store.embedder))


@pytest.fixture(scope="module")
def plainly_asked(assistant: Assistant) -> dict[str, Answer]:
    questions = ("How many drones hit Kyiv?", "How many people were killed in Kyiv?")
    return {question: assistant.ask(question) for question in questions}


@pytest.mark.parametrize(
    ("question", "like"),
    [
        ("number of drones that hit Kyiv", "How many drones hit Kyiv?"),
        ("drones hitting Kyiv: how many?", "How many drones hit Kyiv?"),
        ("Kyiv was hit by how many drones?", "How many drones hit Kyiv?"),
        ("total drones Kyiv hit", "How many drones hit Kyiv?"),
        ("HOW MANY DRONES HIT KYIV", "How many drones hit Kyiv?"),
        ("how many drones hit kyiv", "How many drones hit Kyiv?"),
        ("death toll in Kyiv", "How many people were killed in Kyiv?"),
        ("Kyiv deaths: how many", "How many people were killed in Kyiv?"),
    ],
)
def test_however_a_count_is_asked_the_answer_is_the_same(
    assistant: Assistant, plainly_asked: dict[str, Answer], question: str, like: str
) -> None:
    answer, same = assistant.ask(question), plainly_asked[like]
    assert answer.question == question
    assert (answer.answer, answer.figures, answer.conflicts) == (same.answer, same.figures, same.conflicts)
    assert answer.citations == same.citations


@pytest.mark.parametrize("what", ["UAVs hit Kyiv", "unmanned aircraft hit the capital", "Shahed drones struck Kyiv"])
def test_nobody_said_it_is_said_in_the_words_of_the_question(
    assistant: Assistant, plainly_asked: dict[str, Answer], what: str
) -> None:
    answer, same = assistant.ask(f"how many {what}"), plainly_asked["How many drones hit Kyiv?"]
    assert answer.answer.startswith(f"The articles do not say how many {what}. What they count:")
    assert {citation.quote for citation in answer.citations} == {citation.quote for citation in same.citations}
    assert "injured" not in answer.answer
