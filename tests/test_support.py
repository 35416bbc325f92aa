import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from assistant.evaluation.support import MIN_SHARE, supports
from assistant.language.stems import rarity, stems

STRIKE = "Russia launched 66 missiles and 145 drones at Kyiv on Thursday, leaving at least 12 people dead."


@pytest.mark.parametrize(
    "statement",
    [
        STRIKE,
        "Russia launched 66 missiles.",
        "Russia launched sixty-six missiles at Kyiv.",
        "The missiles left 12 people dead on Thursday.",
        "On Thursday, drones were launched at Kyiv.",
        "More than 12 people were dead.",
    ],
)
def test_supported(statement: str) -> None:
    assert supports(statement, [STRIKE])


@pytest.mark.parametrize(
    "statement",
    [
        "Russia launched 67 missiles.",
        "Russia launched 66% of missiles.",
        "Russia launched missiles at Kharkiv.",
        "Russia launched missiles at Kyiv on Friday.",
        "In April, Russia launched missiles at Kyiv.",
        "Russia launched an F-16 at Kyiv.",
        "The parliament rejected a budget amendment.",
        "Russia did not launch missiles at Kyiv.",
        "No missiles were launched at Kyiv.",
        "Russia didn’t launch drones.",
        "It was.",
        "",
        "…",
    ],
)
def test_not_supported(statement: str) -> None:
    assert not supports(statement, [STRIKE])


def test_without_quotes_nothing_is_supported() -> None:
    assert not supports(STRIKE, [])
    assert not supports(STRIKE, [], [STRIKE])
    assert not supports(STRIKE, [""])


def test_titles_and_several_quotes_count() -> None:
    statement = "Twelve people died in Kyiv on Thursday."
    assert not supports(statement, ["12 people died on Thursday."])
    assert supports(statement, ["12 people died on Thursday."], ["Strike on Kyiv"])
    assert supports(statement, ["12 people died.", "It was Thursday in Kyiv."])
    assert supports(statement, ["People died on Thursday."], ["Strike on Kyiv: 12 dead"])


def test_names_are_compared_by_stem_wherever_they_stand() -> None:
    assert supports("The drones hit Ukraine’s ministry.", ["The ministry of Ukraine was hit by a drone."])
    assert supports("The U.S. House voted.", ["The US House voted."])
    assert not supports("He met Mr. Putin in London.", ["He met Mr. Zelensky in London."])
    # What begins a sentence is a word like others, and may be missing; inside it, a name may not.
    long = "Russian drones struck apartment buildings and warehouses across western districts."
    assert supports(long.replace("Russian", "Overnight"), [long])
    assert not supports(f"Overnight {long}", [long.replace("Russian", "Many")])
    assert not supports("Drones came. They hit Sumy.", ["Drones came. They hit Kyiv."])


def test_a_digit_that_is_no_figure_must_stand_there() -> None:
    assert supports("An F-16 crashed at sea.", ["The F-16 crashed at sea."])
    assert not supports("An F-35 crashed at sea.", ["The F-16 crashed at sea."])
    long = "The F-16 crashed at sea near the southern island, frightening fishermen and tourists."
    assert supports(long.replace("The", "An"), [long])
    assert not supports(long.replace("16", "35"), [long])


def test_three_quarters_of_the_words_by_rarity_are_enough() -> None:
    # Four words of the statement carry meaning; one at a time is left out of the quote.
    words = ["soldiers", "crossed", "river", "quickly"]
    statement = "soldiers crossed a river quickly"
    assert supports(statement, ["soldiers crossed a river quickly"])
    shares = {}
    for missing in words:
        quote = " ".join(word for word in words if word != missing)
        shares[missing] = 1 - rarity(missing) / sum(rarity(word) for word in words)
        assert supports(statement, [quote]) is (shares[missing] >= 0.75)
    assert MIN_SHARE == 0.75
    assert {share >= 0.75 for share in shares.values()} == {True, False}


@pytest.mark.parametrize(
    ("statement", "quote", "expected"),
    [
        ("Russia did not fire missiles.", "Russia did not fire missiles, it said.", True),
        ("Russia never fired missiles.", "Russia fired missiles.", False),
        ("Russia fired missiles.", "Russia did not fire missiles, it said.", False),
        ("Russia fired missiles.", "Russia didn't fire missiles.", False),
        ("Russia fired missiles.", "Russia cannot fire missiles.", False),
        ("They fired missiles.", "They fired neither missiles nor drones.", False),
        ("Some 12 people were injured.", "No one died, but 12 people were injured.", True),
        ("Some 12 people were injured.", "Twelve people were injured. No one died.", True),
        ("People left without warning.", "People left with a warning.", False),
    ],
)
def test_negation(statement: str, quote: str, expected: bool) -> None:
    assert supports(statement, [quote]) is expected


def test_a_denial_in_one_quote_does_not_undo_another() -> None:
    assert supports("Russia fired missiles.", ["Russia did not fire missiles.", "Russia fired missiles."])


WORD = st.sampled_from(
    "Russia fired 66 missiles not no at Kyiv , over 145 drones and U.S. F-16 the 5% . without".split()
)
TEXT = st.lists(WORD, max_size=12).map(" ".join)


@settings(deadline=None)
@given(TEXT)
def test_a_text_with_words_of_meaning_supports_itself(text: str) -> None:
    assume(stems(text))
    assert supports(text, [text])


@settings(deadline=None)
@given(TEXT, TEXT, TEXT)
def test_a_title_takes_nothing_away(statement: str, quote: str, title: str) -> None:
    if supports(statement, [quote]):
        assert supports(statement, [quote], [title])
