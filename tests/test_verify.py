import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.figures import numbers
from assistant.stems import stems
from assistant.verify import verdict

LAUNCHED = (
    "Ukraine reported that the Russian military launched 66 ballistic and cruise missiles, four air-to-surface "
    "missiles, and 145 drones—including decoys—during the assault."
)
FIRED = (
    "The Ukrainian air force reported that over 300 drones and eight cruise missiles were fired across the country "
    "between late Wednesday and early Thursday, with Kyiv being the primary target."
)
KILLED = (
    "A brutal overnight missile and drone strike on Kyiv turned deadly, leaving at least 12 people killed and more "
    "than 100 injured."
)
CLAIMED = (
    "The call came just hours after Russia claimed it had captured the strategically critical town of Chasiv Yar in "
    "eastern Ukraine — a claim Ukraine firmly rejected."
)
STATED = (
    "Russia’s Ministry of Defence stated that Chasiv Yar — once home to 12,000 people and now largely destroyed — had "
    'been "liberated."'
)
TITLE = "Zelensky Calls for Regime Change in Russia After Deadly Missile Strike Kills 7 in Kyiv"
SENTENCES = [LAUNCHED, FIRED, KILLED, CLAIMED, STATED]


@pytest.mark.parametrize(
    ("statement", "sentence", "expected"),
    [
        # a faithful shortening
        ("Ukraine reported that the Russian military launched 145 drones.", LAUNCHED, "supported"),
        ("Ukraine reported the Russian military launched 145 drones during the assault.", LAUNCHED, "supported"),
        ("Ukraine reported that the Russian military launched 66 ballistic missiles.", LAUNCHED, "supported"),
        ("The Ukrainian air force reported that over 300 drones were fired.", FIRED, "supported"),
        ("The Ukrainian air force reported that more than 300 drones were fired.", FIRED, "supported"),
        ("A missile and drone strike on Kyiv left at least 12 people killed.", KILLED, "unsupported"),  # "left"
        ("A strike on Kyiv turned deadly, leaving at least 12 people killed.", KILLED, "supported"),
        ("more than 100 injured", KILLED, "supported"),
        ("Russia’s Ministry of Defence stated that Chasiv Yar had been liberated.", STATED, "supported"),
        ("In Kyiv 12 people died.", "In Kyiv, 12 people died, and rescuers left.", "supported"),
        ("It did not fire a missile.", "It did not fire a single missile.", "supported"),
        ("It didn't fire a missile.", "It didn’t fire a single missile.", "supported"),
        # a number altered
        ("Ukraine reported that the Russian military launched 154 drones.", LAUNCHED, "differs"),
        ("The Ukrainian air force reported that over 330 drones were fired.", FIRED, "differs"),
        ("At least 21 people killed.", KILLED, "differs"),
        ("Chasiv Yar was home to 1,200 people.", STATED, "differs"),
        ("Russia launched 42 tanks.", LAUNCHED, "unsupported"),
        ("Ukraine reported it in 2024.", LAUNCHED, "unsupported"),
        # a number of another thing
        ("Ukraine reported that the Russian military launched 66 drones.", LAUNCHED, "differs"),
        ("Ukraine reported that the Russian military launched 145 missiles.", LAUNCHED, "differs"),
        ("More than 100 killed.", KILLED, "differs"),
        ("145 missiles and drones", LAUNCHED, "unsupported"),
        # a bound dropped, added or changed
        ("The Ukrainian air force reported that 300 drones were fired.", FIRED, "differs"),
        ("12 people killed", KILLED, "differs"),
        ("Ukraine reported that the Russian military launched over 145 drones.", LAUNCHED, "differs"),
        ("up to 12 people killed", KILLED, "differs"),
        ("100 injured", KILLED, "differs"),
        ("20 people fled.", "Between 10 and 20 people fled.", "differs"),
        ("12 people fled.", "12 or more people fled.", "differs"),
        # a unit changed
        ("Prices rose by 5 dollars.", "Prices rose by 5 percent.", "unsupported"),
        ("It cost €5 million.", "It cost $5 million.", "unsupported"),
        ("It cost 5 million.", "It cost $5 million.", "unsupported"),
        ("It cost $5.", "It cost $5 million.", "unsupported"),
        ("It fell to 5 degrees.", "It fell to -5 degrees.", "differs"),
        # vague amounts
        ("Dozens of people died.", "A dozen people died.", "unsupported"),
        ("Hundreds of people died.", "One hundred people died.", "unsupported"),
        ("Dozens died.", "Dozens of people died.", "supported"),
        # a name or a word that is not there
        ("Putin reported that the Russian military launched 145 drones.", LAUNCHED, "unsupported"),
        ("145 drones hit Kyiv.", LAUNCHED, "unsupported"),
        ("over 300 drones hit Kyiv", FIRED, "unsupported"),
        ("Ukraine reported that the Russian military shot down 145 drones.", LAUNCHED, "unsupported"),
        ("Tokyo.", LAUNCHED, "unsupported"),
        # negation dropped or added
        ("It was true.", "It was not true.", "unsupported"),
        ("Kyiv will bow to demands.", "Kyiv won’t bow to demands.", "unsupported"),
        ("The Kremlin has commented.", "The Kremlin has not commented.", "unsupported"),
        ("They could see survivors.", "They cannot see survivors.", "unsupported"),
        ("Russia did not launch drones.", "Russia launched drones.", "unsupported"),
        ("Nobody died in Kyiv.", "Five died in Kyiv.", "unsupported"),
        # attribution or hedge dropped or added
        ("Russia captured the town of Chasiv Yar.", CLAIMED, "unsupported"),
        ("Chasiv Yar had been liberated.", STATED, "unsupported"),
        ("The Ministry of Defence stated that Chasiv Yar had been liberated.", STATED, "unsupported"),
        ("The missile came from North Korea.", "The missile may have come from North Korea.", "unsupported"),
        ("Russia captures the town.", "Russia threatened to capture the town.", "unsupported"),
        ("Putin said Ukraine attacked.", "Ukraine attacked.", "unsupported"),
        # words in another order, or of an aside, say something else
        ("Ukraine attacked Russia.", "Russia attacked Ukraine.", "unsupported"),
        ("Russia’s Ministry of Defence stated that 12,000 people had been liberated.", STATED, "unsupported"),
        ("12,000 people had been liberated.", "Chasiv Yar, home to 12,000 people, had been liberated.", "unsupported"),
        # spellings: thousands are read, words for digits are not
        ("1200 people fled.", "1,200 people fled.", "supported"),
        ("1,200 people fled.", "1200 people fled.", "supported"),
        ("Twelve people fled.", "12 people fled.", "unsupported"),
        ("79% of voters agreed.", "79 percent of voters agreed.", "supported"),
        # nothing said
        ("", LAUNCHED, "unsupported"),
        ("It is that.", LAUNCHED, "unsupported"),
        ("145 drones", "", "unsupported"),
    ],
)
def test_a_verdict(statement: str, sentence: str, expected: str) -> None:
    assert verdict(statement, sentence) == expected


def test_a_word_of_the_headline_may_be_used() -> None:
    sentence = "The assault injured dozens."
    assert verdict("The missile assault injured dozens in Kyiv.", sentence) == "unsupported"
    assert verdict("The missile assault injured dozens in Kyiv.", sentence, TITLE) == "supported"


def test_a_number_of_the_headline_may_not() -> None:
    assert verdict("The strike killed 7.", "The strike killed many.", TITLE) == "unsupported"
    assert verdict("7 people died.", "Five people died.", TITLE) == "differs"


@pytest.mark.parametrize("sentence", SENTENCES)
def test_a_sentence_of_the_seeds_supports_itself(sentence: str) -> None:
    assert verdict(sentence, sentence) == "supported"


WORDS = st.sampled_from(
    """Russia Ukraine Kyiv claimed said that it had not didn't captured 145 1,200 over at least 12 five dozens of
    drones people killed — , , . ( ) “ ” which the town in $5 million 79% between and 20 or more “Putin” may""".split()
)
TEXT = st.one_of(st.text(), st.lists(WORDS, min_size=1).map(" ".join))


@settings(deadline=None)
@given(TEXT)
def test_every_sentence_supports_itself(sentence: str) -> None:
    assume(stems(sentence))
    assert verdict(sentence, sentence) == "supported"


@settings(deadline=None)
@given(TEXT, st.integers(0, 10**9), TEXT, TEXT, TEXT)
def test_a_number_that_is_not_in_the_sentence_is_never_supported(
    before: str, number: int, behind: str, sentence: str, title: str
) -> None:
    statement = f"{before} {number} {behind}"
    there = {number.value for number in numbers(sentence)}
    assume(any(number.value not in there for number in numbers(statement)))
    assert verdict(statement, sentence, title) != "supported"


@settings(deadline=None)
@given(st.sampled_from([s for s in SENTENCES if numbers(s)]), st.integers(0, 10**6), st.data())
def test_any_altered_number_is_found_out(sentence: str, other: int, data: st.DataObject) -> None:
    there = numbers(sentence)
    assume(other not in {number.value for number in there})
    number = data.draw(st.sampled_from(there))
    digits = number.end - len(sentence[number.start : number.end].split()[-1])
    assert verdict(f"{sentence[:digits]}{other}{sentence[number.end :]}", sentence) == "differs"


@settings(deadline=None)
@given(TEXT, TEXT)
def test_no_statement_says_more_than_its_sentence(statement: str, sentence: str) -> None:
    if verdict(statement, sentence) == "supported":
        assert stems(statement) <= stems(sentence)
