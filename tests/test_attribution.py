import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import Passage
from assistant.verification.attribution import MAX_PASSAGES, attribute, checked, statements
from vectorstore.articles import Article


def passage(number: int, text: str, title: str = "") -> Passage:
    return Passage(number, Article(f"{number}.txt", text, title=title), 0, len(text), text, 0.9)


EVIDENCE = [
    passage(1, "A ferry with over 300 passengers ran aground near Port Almond on Tuesday.", "Ferry runs aground"),
    passage(2, "Harbour police said that 12 people were injured."),
    passage(3, "Rescuers led by Ana Torvik brought 280 passengers ashore."),
    passage(4, "The ferry’s owner denied that the ship was overloaded."),
    passage(5, "The rescue took 11 hours and cost $2 million, but the insurer did not pay."),
    passage(6, "Brandia claimed its coastguard had found the wreck, a claim Almondia rejected."),
    passage(7, "Twelve people were injured, harbour police said."),
]
AGROUND = "A ferry with over 300 passengers ran aground on Tuesday."
INJURED = "Harbour police said that 12 people were injured."
S, D, U = "supported", "differs", "unsupported"


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        # plain, several sentences
        (f"{AGROUND} {INJURED}", [(S, (1,)), (S, (2, 7))]),
        ("Rescuers brought 280 passengers ashore. The rescue took 11 hours.", [(S, (3,)), (S, (5,))]),
        # markers of every kind, right or wrong: they decide nothing
        (f"{AGROUND} [1]", [(S, (1,))]),
        (f"{AGROUND[:-1]} [1-3].", [(S, (1,))]),
        (f"{AGROUND} [7]", [(S, (1,))]),
        (f"{AGROUND[:-1]} [1, 2, 4–6].", [(S, (1,))]),
        (f"{AGROUND[:-1]} (source 2). {INJURED}【2†source】", [(S, (1,)), (S, (2, 7))]),
        (f"{AGROUND}¹ {INJURED}²", [(S, (1,)), (S, (2, 7))]),
        (f"{AGROUND}[^1]\n\n[^1]: Ferry runs aground, 2024", [(S, (1,))]),
        (f"{AGROUND} [1](https://example.com/1)", [(S, (1,))]),
        # markdown
        (
            "- A **ferry** with *over 300 passengers* ran aground.\n- The `rescue` took 11 hours.",
            [(S, (1,)), (S, (5,))],
        ),
        ("1. The rescue took 11 hours.\n2. Rescuers brought 280 passengers ashore.", [(S, (5,)), (S, (3,))]),
        ("# The ferry\n\n**Summary**\n\nThe rescue took 11 hours.", [(S, (5,))]),
        ("> The rescue took 11 hours.", [(S, (5,))]),
        ("```\nThe rescue took 11 hours.\n```", [(S, (5,))]),
        ("| when | what |\n|---|---|\n| Tuesday | The rescue took 11 hours. |", [(S, (5,))]),
        ("The rescue took 11 hours.\n\n---\n\n**Sources:**\n- [1] Ferry runs aground\n- [2] More", [(S, (5,))]),
        ("The rescue took\n11 hours and cost\n$2 million.", [(S, (5,))]),
        # lead-ins
        ("Based on the passages, the rescue took 11 hours.", [(S, (5,))]),
        ("According to the text, the rescue took 11 hours.", [(S, (5,))]),
        ("Sure! Here is what the articles say:\n\nThe rescue took 11 hours. I hope this helps!", [(S, (5,))]),
        ("In summary, the rescue cost 2 million dollars.", [(S, (5,))]),
        # true and false mixed
        ("The rescue took 11 hours. The captain was drunk.", [(S, (5,)), (U, ())]),
        ("The rescue took 12 hours. The insurer did not pay.", [(D, (5,)), (S, (5,))]),
        ("The insurer paid.", [(U, ())]),
        ("The ship was overloaded. The ferry’s owner denied that the ship was overloaded.", [(U, ()), (S, (4,))]),
        ("Brandia claimed its coastguard had found the wreck. Brandia found the wreck.", [(S, (6,)), (U, ())]),
        ("Its coastguard had found the wreck.", [(U, ())]),
        ("Brandia said its coastguard had found the wreck.", [(U, ())]),
        # rounding
        ("A ferry with about 300 passengers ran aground.", [(D, (1, 3))]),
        ("A ferry with 300 passengers ran aground.", [(D, (1, 3))]),
        ("A ferry with more than three hundred passengers ran aground.", [(S, (1,))]),
        # two sources
        (
            "A ferry with over 300 passengers ran aground and rescuers brought 280 passengers ashore.",
            [(S, (1, 3))],
        ),
        ("The rescue took 11 hours, while harbour police said that 12 people were injured.", [(S, (2, 5))]),
        ("Harbour police said that 12 people were injured and the rescue took 11 hours.", [(U, ())]),
        ("A ferry ran aground and cost $2 million.", [(U, ())]),
        # the figure is right, the rest is not: that is no other figure
        ("Rescuers brought 280 passengers to a hospital.", [(U, ())]),
        # other languages, nothing, a refusal
        ("Die Fähre lief am Dienstag auf Grund.", [(U, ())]),
        ("", []),
        (" \n\n", []),
        ("The articles do not say.", [(U, ())]),
        ("Sources:\n[1] Ferry runs aground", []),
        # said twice
        ("The rescue took 11 hours. [1] The rescue took 11 hours. [2]", [(S, (5,))]),
    ],
)
def test_a_reply_of_a_stronger_model(prose: str, expected: list[tuple[str, tuple[int, ...]]]) -> None:
    found = checked(prose, EVIDENCE)
    assert [(item.verdict, tuple(p.number for p in item.passages)) for item in found] == expected


@pytest.mark.parametrize(
    ("prose", "expected"),
    [
        ("Ana Torvik [captain] spoke. [1]", ["Ana Torvik [captain] spoke."]),
        ("It fell 5% [1] and rose [2].", ["It fell 5% and rose."]),
        ("**Who:** Ana Torvik spoke.", ["Who: Ana Torvik spoke."]),
        ("It cost 5*3 dollars.", ["It cost 5*3 dollars."]),
        ("- One ship sank\n- Two ships sailed", ["One ship sank", "Two ships sailed"]),
        ("Here are the key points:\n* A ship sank.", ["A ship sank."]),
        ("In 2024 a ship sank.", ["In 2024 a ship sank."]),
        ("2 ships sank.", ["2 ships sank."]),
        ("The passages state that a ship sank.", ["A ship sank."]),
        ("Sources say a ship sank.", ["Sources say a ship sank."]),
    ],
)
def test_statements(prose: str, expected: list[str]) -> None:
    assert statements(prose) == expected


def test_at_most_three_passages_by_their_rank() -> None:
    same = [passage(n, "The rescue took 11 hours.") for n in (5, 3, 4, 1, 2)]
    verdict, found = attribute("The rescue took eleven hours.", same)
    assert (verdict, [p.number for p in found]) == ("supported", [1, 2, 3][:MAX_PASSAGES])


def test_without_passages_nothing_is_supported() -> None:
    assert attribute("The rescue took 11 hours.", []) == ("unsupported", ())


@settings(deadline=None)
@given(st.permutations([p.text for p in EVIDENCE]), st.sampled_from(["{}", "- {} [1-3]", "**{}** [9]", "> {}¹"]))
def test_what_the_passages_say_is_supported_in_any_dress(texts: list[str], dress: str) -> None:
    prose = "\n".join(dress.format(text) for text in texts)
    assert {item.verdict for item in checked(prose, EVIDENCE)} <= {"supported"}


@settings(deadline=None)
@given(st.text(max_size=200))
def test_any_text_is_cut(prose: str) -> None:
    found = statements(prose)
    assert len(found) == len(set(found))
    assert all(text.strip() == text != "" for text in found)
