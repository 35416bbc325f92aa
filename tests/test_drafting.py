import re
from dataclasses import replace
from pathlib import Path

import pytest

from assistant.answer import Passage, Statement
from assistant.answering.prompting import messages
from assistant.answering.selection import Choice
from assistant.composition.drafting import cited_lines, left_out, numbered, worded
from assistant.model.engine import Engine
from assistant.verification.attribution import checked
from vectorstore.articles import Article

DRONES = "Ukraine reported that Russia launched 145 drones at the port on Monday."
FERRY = "Police said that the ferry sank with 12 people."


def choice(text: str, answer: str) -> Choice:
    passage = Passage(7, Article("/a.txt", text, "A story"), 0, len(text), text, 0.5)
    return Choice(passage, text.index(answer), text.index(answer) + len(answer))


CHOICES = [choice(DRONES, "145 drones"), choice(FERRY, "12 people")]


def test_the_chosen_passages_are_numbered_by_their_markers() -> None:
    assert [(passage.number, passage.text) for passage in numbered(CHOICES)] == [(1, DRONES), (2, FERRY)]


def test_the_model_is_given_the_numbered_sentences_and_the_question() -> None:
    broken = choice(FERRY.replace(" the ", "\nthe\t"), "12 people")
    system, user = messages("How many drones?", numbered([CHOICES[0], broken]), None)
    assert (system["role"], user["role"]) == ("system", "user")
    assert f"[1] {DRONES}\n[2] {FERRY}\n" in user["content"]
    assert "How many drones?" in user["content"]


def test_prompts_of_ones_own_are_used(tmp_path: Path) -> None:
    (tmp_path / "answer_system.md").write_text("Be brief.", encoding="utf-8")
    (tmp_path / "answer_user.md").write_text("$question // $evidence", encoding="utf-8")
    system, user = messages("How many?", numbered(CHOICES[:1]), tmp_path)
    assert (system["content"], user["content"]) == ("Be brief.", f"How many? // [1] {DRONES}")


@pytest.mark.parametrize("passages", [1, 2, 4])
def test_what_the_grammar_lets_a_model_write_ends_with_valid_markers(engine: Engine, passages: int) -> None:
    evidence = numbered([CHOICES[n % 2] for n in range(passages)])
    asked = messages("What happened at the port?", evidence, None)
    with engine.stream(asked, max_tokens=2_000, grammar=cited_lines(passages)) as pieces:
        text = "".join(pieces)
        assert pieces.stats is not None
        assert pieces.stats.finish == "end"
    lines = text.splitlines()
    assert 1 <= len(lines) <= passages
    for line in lines:
        found = re.fullmatch(r"[^\[\]\n]{8,240} \[(\d+)\]", line)
        assert found
        assert 1 <= int(found[1]) <= passages


def test_the_models_words_are_used_if_the_passage_bears_them_out_and_they_answer() -> None:
    drafted = checked(
        "Ukraine reported that Russia launched 145 drones. Police said that the ferry sank.", numbered(CHOICES)
    )
    assert [one.verdict for one in drafted] == ["supported", "supported"]
    own = worded(CHOICES[0], 3, drafted)
    assert own
    assert (own.text, own.markers) == ("Ukraine reported that Russia launched 145 drones.", (3,))
    assert own.marked == "145 drones"
    assert worded(CHOICES[1], 4, drafted) is None
    assert left_out(drafted) == ()


def test_they_are_not_used_for_another_passage_nor_without_an_answer_to_give() -> None:
    drafted = checked("Ukraine reported that Russia launched 145 drones.", numbered(CHOICES))
    assert worded(CHOICES[1], 1, drafted) is None
    assert worded(replace(CHOICES[0], start=0, end=0), 1, drafted) is None
    assert worded(CHOICES[0], 1, []) is None


def test_what_no_passage_bears_out_is_left_out_with_its_verdict() -> None:
    drafted = checked(
        "Ukraine reported that Russia launched 154 drones. Tokyo is a city. Police said that the ferry sank.",
        numbered(CHOICES),
    )
    assert left_out(drafted) == (
        Statement("Ukraine reported that Russia launched 154 drones.", (1,), "differs"),
        Statement("Tokyo is a city.", (), "unsupported"),
    )
    assert worded(CHOICES[0], 1, drafted) is None
