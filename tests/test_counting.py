import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.query.counting import (
    answers_count,
    asked_events,
    concepts,
    counted_noun,
    counts,
    events,
    other_count,
    silence,
)

LAUNCHED = "The military launched 66 ballistic and cruise missiles, and 145 drones—including decoys—in the assault."
KILLED = "A brutal strike on Kyiv left at least 12 people killed and more than 100 injured."


@pytest.mark.parametrize(
    ("question", "thing"),
    [
        ("How many drones hit Kyiv?", "drones"),
        ("how many drones hit Kyiv", "drones"),
        ("HOW MANY DRONES HIT KYIV?", "DRONES"),
        ("How  many\tdrones hit Kyiv?", "drones"),
        ("How many people were killed?", "people"),
        ("How many were injured?", "people"),
        ("How many died?", "people"),
        ("How many dead?", "people"),
        ("How many deaths were there?", "people"),
        ("How many arrests were made?", "people"),
        ("How many more people died?", "people"),
        ("How many lives were lost?", "people"),
        ("How many children died?", "children"),
        ("How many soldiers a week are dying?", "soldiers"),
        ("How many people live in Chasiv Yar?", "people"),
        ("How many million people fled?", "people"),
        ("How many Kyiv residents lost their lives?", "residents"),
        ("How many police officers were hurt?", "officers"),
        ("How many ballistic and cruise missiles did Russia fire?", "missiles"),
        ("How many air-to-surface missiles were in the barrage?", "missiles"),
        ("How many North Korean missiles were used?", "missiles"),
        ("How many missiles and drones were fired?", "missiles"),
        ("In the attack, how many missiles were launched?", "missiles"),
        ("How many of the drones were decoys?", "decoys"),
        ("How many other regions were targeted?", "regions"),
        ("How many senior American envoys backed out of the talks?", "envoys"),
        ("How many US soldiers are in Germany?", "soldiers"),
        ("How many Paris residents fled?", "residents"),
        ("How many Ukrainians live in Poland?", "Ukrainians"),
        ("How many strikes hit Kyiv?", "strikes"),
        ("How many fires are burning?", "fires"),
        ("How many prisoners were exchanged?", "prisoners"),
        ("How many days ago did Ukraine agree?", "days"),
        ("How many times did Trump call?", "times"),
        ("How many square kilometres did Russia seize?", "kilometres"),
        ("How many homes were destroyed in Kharkiv?", "homes"),
        ("How much money was stolen?", "money"),
        ("Tell me how many drones hit Kyiv.", "drones"),
        ("What was the death toll?", "people"),
        ("What minimum death toll is given for the strike?", "people"),
        ("What was the casualty count?", "people"),
        ("What is the number of drones launched?", "drones"),
        ("What was the number of people killed?", "people"),
        ("What weekly figure for soldiers' deaths did he cite?", "people"),
        ("What was the drone count in the assault?", "drone"),
        ("What is the air force's tally of drones?", "drones"),
        ("What is the total number of deaths?", "people"),
        ("How large was the crowd?", "crowd"),
        ("How large was the swarm of drones?", "drones"),
        ("What is the phone number of the police?", None),
        ("Which state has the highest number of polluted cities?", None),
        ("What is the term used to describe the average number of people that one infects?", None),
        ("What historical figure was killed?", None),
        ("How many of them were children?", "children"),
        ("How much did it cost to treat the wounded?", None),
        ("How many", None),
        ("How many?", None),
        ("Who is the president?", None),
        ("How old was the boy that died?", None),
        ("What is the capital of Japan?", None),
        ("", None),
    ],
)
def test_what_a_question_wants_counted(question: str, thing: str | None) -> None:
    assert counted_noun(question) == thing


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("How many drones hit Kyiv?", {"hit"}),
        ("145 drones were launched", {"launched"}),
        ("112 were shot down", {"shot down"}),
        ("at least 12 people killed and more than 100 injured", {"killed", "injured"}),
        ("Seven lives of Kyiv residents were taken", {"killed"}),
        ("How many died?", {"killed"}),
        ("12,000 people live there", set()),
        ("It lay down and shut down", set()),
        ("Territory such as Crimea; he took the land", set()),
        ("", set()),
    ],
)
def test_the_events_of_a_text(text: str, expected: set[str]) -> None:
    assert events(text) == expected


def test_words_for_one_event_are_one_concept() -> None:
    assert concepts("How many died?") & concepts("at least 12 people killed") == {"killed"}
    assert concepts("live") != concepts("lives")
    assert concepts("Drones, the drone’s") == {"drone"}


@pytest.mark.parametrize(
    ("sentence", "thing", "expected"),
    [
        (LAUNCHED, "drones", ["145 drones"]),
        (LAUNCHED, "missiles", ["66 ballistic and cruise missiles"]),
        (LAUNCHED, "people", []),
        (KILLED, "people", ["at least 12 people killed", "more than 100 injured"]),
        (KILLED, "children", []),
        ("“Seven lives of Kyiv residents were taken”", "people", ["Seven lives"]),
        ("5,000 soldiers a week are dying.", "people", ["5,000 soldiers"]),
        ("5,000 soldiers a week are dying.", "soldiers", ["5,000 soldiers"]),
        ("5,000 soldiers a week are dying.", "civilians", []),
        ("seven people dead, including a six-year-old child", "people", ["seven people dead"]),
        ("The port was hit by 14 UAVs and two rockets.", "drones", ["14 UAVs"]),
        ("They sent 9 unmanned aircraft.", "drones", ["9 unmanned aircraft"]),
        ("Prices rose by 12 percent in 2024.", "people", []),
    ],
)
def test_the_numbers_that_count_a_thing(sentence: str, thing: str, expected: list[str]) -> None:
    assert [number.text for number in counts(sentence, thing)] == expected


@pytest.mark.parametrize(
    ("question", "sentence", "other"),
    [
        ("How many drones hit Kyiv?", LAUNCHED, True),
        ("How many drones were launched?", LAUNCHED, False),
        ("How many drones did Russia fire?", LAUNCHED, False),
        ("How many drones were shot down?", LAUNCHED, True),
        ("How many drones were there?", LAUNCHED, False),
        ("How many were injured?", KILLED, False),
        ("How many died?", KILLED, False),
        ("How many were arrested?", KILLED, True),
    ],
)
def test_launched_is_not_hit(question: str, sentence: str, other: bool) -> None:
    assert other_count(question, sentence) is other


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        ("How many people died in the strike on Kyiv?", {"killed"}),
        ("How many people live in the city struck by missiles?", set()),
        ("How many of the drones launched hit Kyiv?", {"hit"}),
        ("How many missiles did Russia fire?", {"launched"}),
        ("How many drones did Ukraine claim to have shot down?", {"shot down"}),
        ("How many casualties were there?", {"killed", "injured"}),
        ("What was the drone count in the assault that sent people into shelters?", set()),
        ("What was the death toll of the strike?", {"killed"}),
        ("Who hit Kyiv?", {"hit"}),
    ],
)
def test_the_event_that_is_asked_for(question: str, expected: set[str]) -> None:
    assert asked_events(question) == expected


@pytest.mark.parametrize(
    ("question", "sentence", "expected"),
    [
        ("How many people were killed?", KILLED, ["at least 12 people killed"]),
        ("How many people were injured?", KILLED, ["more than 100 injured"]),
        ("How many people live in Kyiv?", KILLED, []),
        ("How many people live there?", "It was home to 12,000 people.", ["12,000 people"]),
        ("How many drones hit Kyiv?", LAUNCHED, []),
        ("How many drones were launched?", LAUNCHED, ["145 drones"]),
        ("How many drones were there?", LAUNCHED, ["145 drones"]),
        ("How many drones were shot down?", "It launched 145 drones; 112 were shot down.", ["112"]),
        ("What was the death toll?", "The death toll rose to 12, with 40 injured.", ["12"]),
        ("How many were hurt?", "The strike injured dozens.", ["dozens"]),
        ("How many people were killed?", "The strike killed 12 Ukrainians and 500 birds.", ["12 Ukrainians"]),
        ("How many people were killed?", "Deadly night: many dead, 12 people in all.", ["12 people"]),
        ("How many deaths are confirmed?", "Kyiv claims that 400 soldiers were killed.", []),
        ("How many deaths are confirmed?", "Officials confirmed 12 deaths.", ["12 deaths"]),
        ("How many deaths are claimed?", "Officials confirmed 12 deaths.", []),
        ("Who was killed?", KILLED, []),
    ],
)
def test_the_numbers_that_give_the_very_count(question: str, sentence: str, expected: list[str]) -> None:
    assert [number.text.strip() for number in answers_count(question, sentence)] == expected


def test_the_killed_are_another_count_than_those_who_live_there() -> None:
    assert other_count("How many people live in Kyiv?", KILLED)
    assert not other_count("How many people live in Kyiv?", "Kyiv was home to 12,000 people.")


@pytest.mark.parametrize(
    ("question", "clause"),
    [
        ("How many drones hit Kyiv?", "how many drones hit Kyiv"),
        ("HOW MANY drones hit Kyiv", "how many drones hit Kyiv"),
        ("And how many hit Kyiv?", "how many hit Kyiv"),
        ("How many drones hit Kyiv? I need it now.", "how many drones hit Kyiv"),
        ("How many drones hit Kyiv?!", "how many drones hit Kyiv"),
        ("How many drones hit Kyiv...", "how many drones hit Kyiv"),
        ("How many people were killed?", "how many people were killed"),
        ("How many were injured?", "how many were injured"),
        ("How many died?", "how many died"),
        ("How many drones were shot down?", "how many drones were shot down"),
        ("How many people live in Chasiv Yar?", "how many people live in Chasiv Yar"),
        ("How many missiles hit U.S. bases?", "how many missiles hit U.S. bases"),
        ("How many US soldiers are in Germany?", "how many US soldiers are in Germany"),
        ("How many soldiers a week are dying?", "how many soldiers a week are dying"),
        ("How much money was stolen?", "how much money was stolen"),
        ("How many envoys backed out of the talks?", "how many envoys backed out of the talks"),
        ("How many homes have been destroyed?", "how many homes have been destroyed"),
        # other words are first made the same question
        ("Do you know how many drones hit Kyiv?", "how many drones hit Kyiv"),
        ("number of UAVs that hit Kyiv", "how many UAVs hit Kyiv"),
        ("How many dead?", "how many people were killed"),
        ("How many people killed in Kyiv?", "how many people were killed in Kyiv"),
        # a question's word order is no clause's: nothing is said twice, and nothing wrong
        ("How many ballistic and cruise missiles did Russia fire?", None),
        ("How many drones has Ukraine shot down?", None),
        ("How many drones have the Russians lost?", None),
        ("How much will it cost?", None),
        ("How many deaths were there?", None),
        ("how many people did the strike kill", None),
        ("How many drones shot down?", None),
        ("How many civilians?", None),
        ("How many?", None),
        ("In the attack, how many missiles were launched?", None),
        ("Who hit Kyiv?", None),
        # what the question alone asserts is not repeated as if the articles did
        ("How many of the 500 drones hit Kyiv?", None),
        ("How many drones hit Kyiv [7]?", None),
    ],
)
def test_what_is_not_said_is_said_in_good_english(question: str, clause: str | None) -> None:
    expected = f"The articles do not say {clause or 'exactly that'}. What they count:"
    assert silence(question) == expected


@settings(deadline=None)
@given(st.one_of(st.text(), st.text().map("How many {} hit Kyiv?".format)))
def test_no_question_breaks_it(question: str) -> None:
    counted_noun(question)
    said = silence(question)
    assert said.startswith("The articles do not say ")
    assert said.endswith(". What they count:")
    assert "?" not in said
    assert "[" not in said
