"""The exchanges of one fact, and the rewordings that keep the facts."""

import string
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language.lexicon import MONTHS, WEEKDAYS
from training import edits
from training.edit_words import BOUNDS, SPEAKERS, UNITS
from training.edits import EXCHANGES, merged, names_in
from training.figures import another_number
from training.rewordings import doubted, is_report, lightened, refuted, reported

NAMES = ["Ann Reed", "Brem", "Cray", "Holm Harbour"]


def changes(kind: str, sentence: str, names: list[str] = NAMES, times: int = 60) -> set[str]:
    """What some seeds make of a sentence."""
    made = {EXCHANGES[kind](sentence, Random(seed), names) for seed in range(times)}
    return {one for one in made if one is not None}


def changed_part(before: str, after: str) -> tuple[str, str]:
    """What differs between two sentences, as whole words."""
    old, new = before.split(), after.split()
    first = next((at for at, (a, b) in enumerate(zip(old, new, strict=False)) if a != b), min(len(old), len(new)))
    rest = min(len(old), len(new)) - first
    last = next((at for at in range(rest) if old[-1 - at] != new[-1 - at]), rest)
    return " ".join(old[first : len(old) - last]), " ".join(new[first : len(new) - last])


@pytest.mark.parametrize(
    ("kind", "sentence", "expected"),
    [
        ("day", "It opened in May.", {f"It opened in {month.title()}." for month in MONTHS if month != "may"}),
        ("day", "It opens on Friday.", {f"It opens on {day.title()}." for day in WEEKDAYS if day != "friday"}),
        ("unit", "It cost 3 million.", {"It cost 3 billion.", "It cost 3 thousand."}),
        ("unit", "Injured men left.", {"Killed men left.", "Injured women left.", "Injured children left."}),
        ("bound", "At least 12 left.", {"At most 12 left.", "Exactly 12 left.", "Nearly 12 left."}),
        ("bound", "Over two hundred left.", {"Under two hundred left.", "Exactly two hundred left."}),
        ("name", "They met in Dorn.", {"They met in Brem.", "They met in Cray."}),
        ("name", "They met Ann Smith.", {"They met Holm Harbour."}),
        ("name", "Brem won.", {"Cray won."}),
        ("negation", "It was open.", {"It was not open.", "It was never open."}),
        ("negation", "It did not open.", {"It did open."}),
        ("negation", "It didn't open.", {"It did open."}),
        ("negation", "It may never open.", {"It may open."}),
        ("negation", "It can't open.", {"It can open."}),
        ("negation", "It cannot open.", {"It can open."}),
        ("negation", "It won’t open.", {"It will open."}),
        ("negation", "It never did open.", {"It did open.", "It never did not open."}),
    ],
)
def test_the_words_of_the_tables(kind: str, sentence: str, expected: set[str]) -> None:
    assert changes(kind, sentence) == expected


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("figure", "COVID-19 is one word."),
        ("figure", "Nothing to count here."),
        ("figure", "The number 1234567890123 is too long."),
        ("day", "It may open in the march."),
        ("unit", "The allowance is unitless."),
        ("bound", "It was over before noon; at least he said so."),
        ("name", "Smith left."),
        ("name", "It rained in May on a Monday."),
        ("negation", "They left."),
        ("negation", "It is not only open."),
        ("source", "It rained in the whole north of the country."),
    ],
)
def test_nothing_to_exchange(kind: str, sentence: str) -> None:
    assert changes(kind, sentence, ["Ann Reed"]) == set()


def test_figures() -> None:
    assert {len(one) for one in changes("figure", "It was in 1998.")} == {len("It was in 1998.")}
    assert all(1980 < int(one[10:14]) < 2010 for one in changes("figure", "It was in 1998."))
    days = changes("figure", "On 4 May it rained.") | changes("figure", "On May 4 it rained.")
    assert {int(changed_part("On 4 May it rained.", one)[1] or 0) for one in days if " May it" in one} <= {
        *range(1, 29)
    }
    assert all("," in one for one in changes("figure", "It cost 12,500 euros."))
    assert all(one.split()[2].count(".") == 1 for one in changes("figure", "It cost 2.5 million."))
    assert "Seven left." in changes("figure", "Two left.")
    assert changes("figure", "The fourth left.") <= {f"The {word} left." for word in edits.RANKS}
    assert changes("figure", "Hundreds left.") == {"Dozens left.", "Thousands left."}
    assert "The 22nd left." in {edits.figure("The 21st left.", Random(seed)) for seed in range(300)}
    assert not any(one.split()[1] in ("11st", "12nd", "13rd", "22th") for one in changes("figure", "The 21st left."))


def test_speakers() -> None:
    said = "Ann Reed said that the bridge over the river is closed."
    others = changes("source", said, NAMES, 300)
    assert "Brem said that the bridge over the river is closed." in others
    assert "Police said that the bridge over the river is closed." in others
    assert not any("Reed" in one for one in others)
    last = "The bridge over the river is closed, officials said."
    assert "The bridge over the river is closed, the mayor said." in changes("source", last, [], 300)
    assert is_report(said)
    assert is_report(last)
    assert not is_report("The bridge over the river, officials said, is closed.")


@pytest.mark.parametrize("kind", EXCHANGES)
def test_every_exchange_has_something_to_do_here(kind: str) -> None:
    assert changes(kind, "Officials said that more than 12 men were killed in the May fire in Dorn.")


words = st.sampled_from(
    ["May", "Friday", "12", "1,500", "2.5", "third", "twelve", "Dorn", "Ann Smith", "not", "was", "did", "said", "that",
     "at least", "over", "the", "of", "people", "million", "1998", "21st", "don't", "before", "house,", "is", "He"]
)  # fmt: skip


@given(st.lists(words, min_size=1, max_size=20), st.integers(0, 10**6), st.sampled_from(sorted(EXCHANGES)))
def test_one_place_and_the_same_for_a_seed(some: list[str], seed: int, kind: str) -> None:
    sentence = " ".join(some) + "."
    once = EXCHANGES[kind](sentence, Random(seed), NAMES)
    assert once == EXCHANGES[kind](sentence, Random(seed), NAMES)
    if once is not None:
        assert once != sentence
        old, new = changed_part(sentence, once)
        longest = 8 if kind == "source" else 4  # words of a name or a speaker
        assert len(old.split()) <= longest
        assert len(new.split()) <= longest


@given(st.text(alphabet=string.printable + "’“”é", max_size=200), st.integers(0, 100))
def test_any_text_is_taken(text: str, seed: int) -> None:
    for exchange in EXCHANGES.values():
        exchange(text, Random(seed), names_in([text]))
    merged(text, Random(seed), [text, "Ann Reed was here."])
    lightened(text, Random(seed))
    assert doubted(text, Random(seed))


@given(st.from_regex(r"(0|[1-9]\d{0,2}(,\d{3})*|[1-9]\d{0,11})(\.\d)?", fullmatch=True), st.integers(0, 10**6))
def test_a_number_stays_a_number(old: str, seed: int) -> None:
    new = another_number(old, Random(seed))
    assert new is None or float(new.replace(",", "")) >= 0
    assert new is None or ("." in new) == ("." in old)


def test_two_facts_run_together() -> None:
    others = ["The storm was strong.", "He was there.", "Rain fell."]
    assert merged("Ann Reed has won the race.", Random(1), others) == "The storm has won the race."
    assert merged("He has won the race.", Random(1), others) is None
    assert merged("Ann Reed has won the race.", Random(1), ["Rain fell."]) is None


def test_names() -> None:
    text = ["Yesterday Ann Reed met the University of Holm.", "Smith was in Dorn on Monday.", "In May it rained."]
    assert names_in(text) == ["Yesterday Ann Reed", "University of Holm", "Dorn"]
    assert names_in(["The White House told However President Reed."]) == ["White House", "President Reed"]


def test_lightened_sentences_say_no_more() -> None:
    sentence = (
        "On Monday, the mayor (61), who was late, told reporters it rained because of the heat, while Dorn slept."
    )
    made = {lightened(sentence, Random(seed)) for seed in range(2000)}
    assert sentence in made
    assert "The mayor, who was late, said it rained as of the heat." in made
    assert "on monday, the mayor (61), who was late, told reporters it rained because of the heat." in made
    assert all(any(one.lower().startswith(first) for first in ("on monday", "the mayor")) for one in made)
    assert lightened("It fell 2.5 metres, they said.", Random(5)).count("2.5") == 1
    kept = {lightened("According to Ann, it rained.", Random(seed)).lower() for seed in range(99)}
    assert all(one.startswith("according to ann") for one in kept)


def test_doubt_and_report() -> None:
    made = {doubted("The bridge is closed.", Random(seed)) for seed in range(3000)}
    assert "Police doubted that the bridge is closed." in made
    assert "Police wondered whether the bridge is closed." in made
    assert "If the bridge is closed, police will act." in made
    assert "Police feared Brem is closed." in {doubted("Brem is closed.", Random(seed)) for seed in range(3000)}
    assert refuted("The bridge is closed.") == "It is not true that the bridge is closed."
    source, claim = reported("The bridge is closed.", Random(1))
    assert source.replace(" that ", " ") == claim
    assert any(claim.startswith(speaker) for speaker in SPEAKERS)


def test_the_tables_exchange_for_something_else() -> None:
    for table in (UNITS, BOUNDS):
        for word, others in table.items():
            assert word == word.lower()
            assert others
            assert word not in others
