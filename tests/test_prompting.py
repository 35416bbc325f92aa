from importlib.resources import files
from pathlib import Path
from string import Template

import pytest

from assistant.answering.prompting import render
from assistant.errors import PromptError

PACKAGED = sorted(entry.name for entry in files("prompts").iterdir() if entry.name.endswith(".md"))


def put(folder: Path, text: str, name: str = "ask.md") -> Path:
    (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_there_are_prompts() -> None:
    assert {"answer_system.md", "answer_user.md"} <= set(PACKAGED)


@pytest.mark.parametrize("name", PACKAGED)
def test_every_packaged_prompt_renders_with_its_variables_and_shows_each(name: str) -> None:
    wanted = Template(files("prompts").joinpath(name).read_text(encoding="utf-8")).get_identifiers()
    text = render(name, **{variable: f"<{variable} here>" for variable in wanted})
    assert text == text.strip()
    assert "$" not in text
    assert [variable for variable in wanted if f"<{variable} here>" not in text] == []


def test_the_prompts_that_the_assistant_uses() -> None:
    assert render("answer_system.md")
    text = render("answer_user.md", evidence="[1] 145 drones were launched.", question="How many drones?")
    assert text.index("145 drones were launched.") < text.index("How many drones?")


def test_a_missing_variable_is_named() -> None:
    with pytest.raises(PromptError, match=r"answer_user\.md .*\$evidence, \$question, expected \$question"):
        render("answer_user.md", question="How many?")


def test_an_unknown_variable_is_named() -> None:
    with pytest.raises(PromptError, match=r"uses the variables none, expected \$evidence"):
        render("answer_system.md", evidence="145 drones")


def test_a_missing_file_says_which_and_where(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"there is no prompt nothing\.md in .*expected a text file") as caught:
        render("nothing.md", tmp_path)
    assert str(tmp_path) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_packaged_prompt() -> None:
    with pytest.raises(PromptError, match=r"there is no prompt nothing\.md"):
        render("nothing.md")


@pytest.mark.parametrize("text", ["It cost $5.", "a $ b $passage", "$passage ${", "end $"])
def test_a_stray_dollar_is_an_error_that_says_how_to_write_one(tmp_path: Path, text: str) -> None:
    with pytest.raises(PromptError, match=r"stray '\$': write '\$\$'"):
        render("ask.md", put(tmp_path, text), passage="x")


def test_two_dollars_are_one(tmp_path: Path) -> None:
    assert render("ask.md", put(tmp_path, "It cost $$5: $passage"), passage="yes") == "It cost $5: yes"


def test_a_folder_of_ones_own_takes_the_place_of_the_packaged_prompts(tmp_path: Path) -> None:
    put(tmp_path, "  Lis: ${passage}é\n", "answer_system.md")
    assert render("answer_system.md", tmp_path, passage="oui") == "Lis: ouié"


@pytest.mark.parametrize("text", ["$question", "${question} $$", "It cost $5 and $evidence", "$", "\\1 \\g<0> {0} %s"])
def test_what_an_article_holds_is_never_taken_for_a_variable(text: str) -> None:
    rendered = render("answer_user.md", evidence=text, question="How much?")
    assert text in rendered
    assert rendered.count("How much?") == 1


def test_a_prompt_that_is_no_text_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "ask.md").write_bytes(b"\xff\xfe\x00bad")
    with pytest.raises(PromptError, match=r"ask\.md in .*UTF-8"):
        render("ask.md", tmp_path)
