"""Prompts: template files rendered with named variables. A missing or an unknown variable is an error."""

from collections.abc import Sequence
from importlib.resources import files
from pathlib import Path
from string import Template

from assistant.answer import Passage
from assistant.errors import PromptError
from assistant.model.chat import Message


def render(name: str, folder: Path | None = None, /, **variables: str) -> str:
    """The template `name` (a file of prompts/, or of `folder`) with its $variables filled in.

    Raises PromptError if there is no such file, or if its variables aren't exactly those given: a prompt that
    silently drops the evidence would be worse than none.
    """
    place = folder or files("prompts")
    try:
        text = place.joinpath(name).read_text(encoding="utf-8")
    except OSError as error:
        raise PromptError(f"there is no prompt {name} in {place}: expected a text file of that name") from error
    except UnicodeDecodeError as error:
        raise PromptError(f"the prompt {name} in {place} is no text in UTF-8: save it as such") from error
    template = Template(text)
    if not template.is_valid():
        raise PromptError(f"the prompt {name} in {place} has a stray '$': write '$$' for a dollar sign")
    wanted, given = set(template.get_identifiers()), set(variables)
    if wanted != given:
        raise PromptError(f"the prompt {name} in {place} uses the variables {_list(wanted)}, expected {_list(given)}")
    return template.substitute(variables).strip()


def _list(names: set[str]) -> str:
    return ", ".join(f"${name}" for name in sorted(names)) or "none"


def messages(query: str, passages: Sequence[Passage], prompts: Path | None) -> list[Message]:
    """The conversation that asks the model for an answer by numbered sentences."""
    evidence = "\n".join(f"[{passage.number}] {' '.join(passage.text.split())}" for passage in passages)
    return [
        {"role": "system", "content": render("answer_system.md", prompts)},
        {"role": "user", "content": render("answer_user.md", prompts, evidence=evidence, question=query)},
    ]
