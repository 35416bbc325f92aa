"""The settings of Dateline: flags over DATELINE_* in the environment over a TOML file over defaults.

The fields are declared and checked with pydantic. pydantic-settings was tried and left out: it accepts `top_k = "24"`
and `log = 1` from a file, keeps no record of where a value came from, so that its sources have to be read one by one
as here, and importing it takes 0.09 s of processor time on top of pydantic, which typer loads for every command.
"""

import difflib
import logging
import os
from collections.abc import Mapping
from dataclasses import fields
from pathlib import Path
from typing import Annotated, Any, Literal, get_type_hints

from pydantic import AfterValidator, Field, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from ui import settings_file
from ui.api_tokens import EXPECTED, clients_by_token
from ui.errors import SettingsError
from ui.folders import data_folder, expanded

log = logging.getLogger("dateline")
SECRET = ("password", "token", "tokens")
"""Settings whose values are never printed. There are no flags for them: anyone on the machine can see those."""


def _folder(path: Path) -> Path:
    if "\0" in str(path):
        raise ValueError("a path has no character zero")
    return path


def _tokens(text: str) -> str:
    clients_by_token(text)
    return text


Positive = Annotated[int, Field(ge=1)]
Text = Annotated[str, Field(min_length=1)]
Folder = Annotated[Path, Field(strict=False, description="a folder"), AfterValidator(_folder)]


@dataclass(frozen=True, config={"strict": True})
class Settings:
    """Every setting of Dateline.

    `model` None is the bundled model, `threads` None all cores. `adapter` and `ranker`: whether the bundled model's
    adapter and the ranker are used. `context`, `evidence_tokens` and `answer_tokens` are tokens of the model, `top_k`
    passages retrieved for a question. `min_confidence` (in [0, 1]) and `prompts` None leave it to the assistant.
    `public_host` is the name under which a proxy serves the chat page. `password` (for people), `token` (for one
    program) and `tokens` (for programs with names, see ui/api_tokens.py) open the page to other machines, where each
    visitor may ask `questions_per_minute`; an upload has at most `upload_mb` million bytes.
    """

    data_dir: Folder = Field(default_factory=data_folder)
    model: Annotated[Text, Field(description="the path of a .gguf file")] | None = None
    adapter: bool = True
    ranker: bool = True
    context: Annotated[int, Field(ge=256)] = 4096
    threads: Annotated[int, Field(ge=1, le=1024)] | None = None
    top_k: Annotated[int, Field(ge=1, le=1000)] = 24
    evidence_tokens: Annotated[int, Field(ge=16)] = 400
    answer_tokens: Positive = 64
    min_confidence: Annotated[float, Field(ge=0, le=1)] | None = None
    log: bool = True
    color: Literal["auto", "always", "never"] = "auto"
    host: Text = "127.0.0.1"
    port: Annotated[int, Field(ge=0, le=65535)] = 7860
    public_host: Text | None = None
    password: Text | None = None
    token: Text | None = None
    tokens: Annotated[Text, Field(description=EXPECTED), AfterValidator(_tokens)] | None = None
    upload_mb: Annotated[int, Field(ge=1, le=100_000)] = 100
    questions_per_minute: Positive = 20
    prompts: Folder | None = None


_NAMES = tuple(field.name for field in fields(Settings))


def load_settings(flags: Mapping[str, object]) -> tuple[Settings, dict[str, str]]:
    """The settings, and for each of them where its value came from. A flag that is None was not given.

    Raises SettingsError for an unknown setting in the file, a value of the wrong type, a file that is no TOML.
    """
    path, stored = settings_file.read()
    for name in stored:
        if name not in _NAMES:
            raise SettingsError(f"{path}: {_unknown(name)}")
    _warn_of_misspelt_variables()
    values: dict[str, Any] = {}
    origins = dict.fromkeys(_NAMES, "default")
    for name in _NAMES:
        variable, flag = f"DATELINE_{name.upper()}", f"--{name.replace('_', '-')}"
        if flags.get(name) is not None:
            values[name], origins[name] = _checked(name, flags[name], flag), flag
        elif text := os.environ.get(variable):
            values[name], origins[name] = _checked(name, text, variable, parse=True), variable
        elif name in stored:
            values[name], origins[name] = _checked(name, stored[name], f"{path}: {name}"), str(path)
    return Settings(**values), origins


def store_setting(name: str, value: object) -> Path:
    """Write one setting into the settings file and leave all else in it as it was; returns the file's path.

    Raises SettingsError for a value that the setting can't have, a file that is no TOML or can't be written.
    """
    path, _ = settings_file.read()
    _checked(name, value, f"{path}: {name}")
    return settings_file.write(name, value)


def _warn_of_misspelt_variables() -> None:
    """Warn of variables whose names are nearly that of a setting: others may be another program's."""
    names = {f"DATELINE_{name.upper()}" for name in _NAMES} | {"DATELINE_CONFIG", "DATELINE_DEBUG"}
    for variable in os.environ:
        unknown = variable.startswith("DATELINE_") and variable not in names
        if unknown and (close := difflib.get_close_matches(variable, names, n=1, cutoff=0.85)):
            log.warning("%s is no setting: did you mean %s?", variable, close[0])


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, _NAMES, n=1)
    meant = f" (did you mean {close[0]}?)" if close else ""
    return f"unknown setting '{name}'{meant}: expected one of {', '.join(_NAMES)}"


def _checked(name: str, value: object, where: str, *, parse: bool = False) -> object:
    """The value of a setting, validated; `parse`: it is text of the environment, from which numbers are read.

    Raises SettingsError, with `where` the value stands, what it is and what was expected.
    """
    setting = TypeAdapter[Any](get_type_hints(Settings, include_extras=True)[name], config={"strict": True})
    try:
        checked = setting.validate_strings(value, strict=False) if parse else setting.validate_python(value)
    except ValidationError as error:
        shown = "something else" if name in SECRET else f"{_shown(value)} ({_type_name(value)})"
        raise SettingsError(f"{where}: found {shown}, expected {_expected(setting.json_schema())}") from error
    return expanded(checked, where) if isinstance(checked, Path) else checked


def _shown(value: object) -> str:
    return f"'{value}'" if isinstance(value, str) else str(value).lower()


def _type_name(value: object) -> str:
    """The type of a value of the file or the environment, in plain words."""
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "a table" if isinstance(value, dict) else type(value).__name__)


def _expected(schema: Mapping[str, Any]) -> str:
    """What a setting may be, in plain words, from its JSON schema: "a whole number from 1 to 1000"."""
    kind = schema["anyOf"][0] if "anyOf" in schema else schema  # of a setting that may also be left unset
    if "description" in kind:
        return str(kind["description"])
    if "enum" in kind:
        return f"one of {', '.join(kind['enum'])}"
    words = {"integer": "a whole number", "number": "a number", "boolean": "true or false", "string": "text"}
    limits = [f" {word} {kind[key]}" for word, key in (("from", "minimum"), ("to", "maximum")) if key in kind]
    return words[kind["type"]] + "".join(limits)
