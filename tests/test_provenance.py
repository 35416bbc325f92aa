import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Passage
from assistant.composition.provenance import attributed_source, provenance_of
from assistant.quantities.mentions import amounts
from vectorstore.articles import Article


def passage(text: str, sentence: str | None = None, published: str | None = None) -> Passage:
    sentence = sentence or text
    start = text.index(sentence)
    return Passage(1, Article("a.txt", text, published=published), start, start + len(sentence), sentence, 1.0)


@pytest.mark.parametrize(
    ("sentence", "who"),
    [
        ("The Ukrainian air force reported that over 300 drones were fired.", "The Ukrainian air force"),
        ("Ukraine reported that the military launched 66 missiles.", "Ukraine"),
        (
            "“Seven lives were taken,” said Tymur Tkachenko, head of Kyiv’s military administration.",
            "Tymur Tkachenko, head of Kyiv’s military administration",
        ),
        ('"We lost 12 people," said Ann Lee, who lives there.', "Ann Lee"),
        ("At least 12 people were killed, officials said on Thursday.", "officials"),
        ("At least 12 people were killed, the fire department said in a statement.", "the fire department"),
        (
            "At least 12 people were killed, according to the U.S. Department of State, on Monday.",
            "the U.S. Department of State",
        ),
        ("According to the ministry, 12 people died.", "the ministry"),
        ("Speaking in London, Rory Harvey told reporters that 12 cars were sold.", "Rory Harvey"),
        ("Rory Harvey, head of sales, said 12 cars were sold.", "Rory Harvey, head of sales"),
        ("Officials put the death toll at 12.", "Officials"),
        ("At least 12 people were killed.", None),
        ("At least three deaths were reported, two of them in Ohio.", None),
        ("He repeated his claims that 12 people died.", None),
        ("It is said that 12 people died.", None),
        ("12 people said that it rained.", None),
    ],
)
def test_who_says_a_figure(sentence: str, who: str | None) -> None:
    assert attributed_source(amounts(sentence)[0], passage(sentence)) == who


def test_a_sentence_amid_a_quotation_is_said_by_who_ends_it() -> None:
    text = "On Monday Donald Trump wrote to Vladimir Putin. “STOP! 5,000 soldiers a week are dying. Talk!” he posted."
    inside = passage(text, "5,000 soldiers a week are dying.")
    assert attributed_source(amounts(inside.text)[0], inside) == "Donald Trump"


def test_a_pronoun_without_a_name_in_front_stays() -> None:
    sentence = "“We agreed 44 days ago,” he said."
    assert attributed_source(amounts(sentence)[0], passage(sentence)) == "he"


@pytest.mark.parametrize(
    ("sentence", "published", "as_of"),
    [
        ("12 people were killed on Tuesday.", "2025-07-31T08:00:00Z", "2025-07-29"),
        ("12 people were killed.", "2025-07-31T08:00:00Z", "2025-07-31"),
        ("12 people were killed between Monday and Tuesday.", "2025-07-31", "2025-07-31"),
        ("12 people were killed between Monday and Tuesday.", None, "between Monday and Tuesday"),
        ("12 people were killed in 1990.", "2025-07-31", "1990"),
        ("12 people were killed overnight.", None, None),
        ("12 people were killed.", None, None),
    ],
)
def test_of_when_a_figure_is(sentence: str, published: str | None, as_of: str | None) -> None:
    assert provenance_of(amounts(sentence)[0], passage(sentence, published=published)).as_of == as_of


@settings(deadline=None)
@given(st.lists(st.sampled_from("12 said , that ” “ he Ann the according to claims people . \n was 's".split(" "))))
def test_no_sentence_breaks_it(parts: list[str]) -> None:
    sentence = " ".join(["x", *parts, "12 people"])
    for number in amounts(sentence):
        found = attributed_source(number, passage(f"“{sentence} ” said Ann Lee.", sentence))
        assert found is None or found.strip()
