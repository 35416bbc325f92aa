"""The settings, one frozen object: flags over DATELINE_* over a TOML file over defaults."""

import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from ui.api_tokens import EXPECTED, are_programs
from ui.errors import SettingsError
from ui.folders import config_folder, data_folder, expanded

COLORS = ("auto", "always", "never")
LONGEST_NUMBER = 20
"""Characters of a number: Python refuses to read very long ones."""
SECRET = ("password", "token", "tokens")
"""Settings whose values are never shown, nor flags, which anyone on the machine can see."""


@dataclass(frozen=True)
class Settings:
    """Every setting of Dateline. `model` None is the bundled one, `threads` None every core there is.

    `context`, `evidence_tokens` and `answer_tokens` are tokens of the model, `top_k` passages found for a
    question; `adapter` and `ranker` are whether the bundled model's adapter and the ranker are used;
    `min_confidence` in [0, 1], None leaves it to the assistant, as `prompts` None does. `public_host`
    is the name under which a proxy serves the chat page; `password` (of people), `token` (of programs) and
    `tokens` (of programs with names, see ui/programs.py) open it to other machines, where each visitor may ask
    `questions_per_minute`; one upload has at most `upload_mb` million bytes.
    """

    data_dir: Path = field(default_factory=data_folder)
    model: str | None = None
    adapter: bool = True
    ranker: bool = True
    context: int = 4096
    threads: int | None = None
    top_k: int = 24
    evidence_tokens: int = 400
    answer_tokens: int = 64
    min_confidence: float | None = None
    log: bool = True
    color: str = "auto"
    host: str = "127.0.0.1"
    port: int = 7860
    public_host: str | None = None
    password: str | None = None
    token: str | None = None
    tokens: str | None = None
    upload_mb: int = 100
    questions_per_minute: int = 20
    prompts: Path | None = None


@dataclass(frozen=True)
class _Kind:
    """What a setting may be: in words, out of the environment's text (None: no such), and from anywhere."""

    expected: str
    read: Callable[[str], Any]
    fits: Callable[[Any], bool]


def _whole(least: int, most: int = 2**31 - 1) -> _Kind:
    limits = f"from {least}" if most == 2**31 - 1 else f"from {least} to {most}"
    return _Kind(
        f"a whole number {limits}",
        lambda text: int(text) if text.strip().isdecimal() and len(text) <= LONGEST_NUMBER else None,
        lambda value: isinstance(value, int) and not isinstance(value, bool) and least <= value <= most,
    )


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None


_SWITCH = dict.fromkeys(("1", "true", "yes", "on"), True) | dict.fromkeys(("0", "false", "no", "off"), False)
_YES_OR_NO = _Kind("true or false", lambda text: _SWITCH.get(text.lower()), lambda value: isinstance(value, bool))
_TEXT = _Kind("text", str, lambda value: isinstance(value, str) and bool(value))
_FOLDER = _Kind("a folder", str, lambda value: isinstance(value, str | Path) and "\0" not in str(value))
_KINDS = {
    "data_dir": _FOLDER,
    "model": _Kind("the path of a .gguf file", str, _TEXT.fits),
    "adapter": _YES_OR_NO,
    "ranker": _YES_OR_NO,
    "context": _whole(256),
    "threads": _whole(1, 1024),
    "top_k": _whole(1, 1000),
    "evidence_tokens": _whole(16),
    "answer_tokens": _whole(1),
    "min_confidence": _Kind(
        "a number from 0 to 1",
        _number,
        lambda value: isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= 1,
    ),
    "log": _YES_OR_NO,
    "color": _Kind(f"one of {', '.join(COLORS)}", str, lambda value: value in COLORS),
    "host": _TEXT,
    "port": _whole(0, 65535),
    "public_host": _TEXT,
    "password": _TEXT,
    "token": _TEXT,
    "tokens": _Kind(EXPECTED, str, are_programs),
    "upload_mb": _whole(1, 100_000),
    "questions_per_minute": _whole(1),
    "prompts": _FOLDER,
}


def load_settings(flags: Mapping[str, object]) -> tuple[Settings, dict[str, str]]:
    """The settings, and for each field where its value came from. A flag that is None was not given.

    Raises SettingsError for an unknown key of the file, a value of the wrong type, a file that is no TOML.
    """
    path, given = _file()
    values: dict[str, Any] = {}
    origins = dict.fromkeys(_KINDS, "default")
    for key, value in given.items():
        values[key], origins[key] = _checked(key, value, f"{path}: {key}"), str(path)
    for key, kind in _KINDS.items():
        variable = f"DATELINE_{key.upper()}"
        if text := os.environ.get(variable):
            value = kind.read(text)
            values[key] = _checked(key, text if value is None else value, variable)
            origins[key] = variable
        if flags.get(key) is not None:
            flag = f"--{key.replace('_', '-')}"
            values[key], origins[key] = _checked(key, flags[key], flag), flag
    return Settings(**values), origins


def store_setting(key: str, value: object) -> Path:
    """Write one setting into the settings file, all else in it as it was; returns where the file lies.

    Raises SettingsError for a value it can't have, a file that is no TOML or can't be written.
    """
    import tomlkit

    path, _ = _file()
    if path is None:
        raise SettingsError("there is no home folder to keep settings in: name a file with DATELINE_CONFIG")
    _checked(key, value, f"{path}: {key}")
    partial = path.with_name(f"{path.name}.part")
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        document[key] = value
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(tomlkit.dumps(document), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} can't be written ({error.strerror}): check its permissions") from error
    return path


def _file() -> tuple[Path | None, dict[str, Any]]:
    """Where the settings file lies, None without a home, and what is in it: nothing when there is none."""
    named = os.environ.get("DATELINE_CONFIG")
    folder = config_folder()
    if not named and folder is None:
        return None, {}
    path = expanded(named, "DATELINE_CONFIG") if named else Path(folder or "") / "config.toml"
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if named:
            raise SettingsError(f"DATELINE_CONFIG names {path}, and there is no such file") from error
        return path, {}
    except OSError as error:
        if not named and not _reachable(path.parent):  # no file of this person's: nobody could have made one
            return path, {}
        raise SettingsError(f"{path} can't be read ({error.strerror}): check its permissions") from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise SettingsError(f"{path} is no TOML file ({error}): expected lines such as top_k = 24") from error
    if unknown := [key for key in given if key not in _KINDS]:
        known = ", ".join(f.name for f in fields(Settings))
        raise SettingsError(f"{path}: unknown setting '{unknown[0]}': expected one of {known}")
    return path, given


def _reachable(folder: Path) -> bool:
    try:
        return folder.is_dir() and os.access(folder, os.X_OK)
    except OSError:
        return False


def _checked(key: str, value: object, where: str) -> object:
    kind = _KINDS[key]
    if not kind.fits(value):
        if key in SECRET:
            raise SettingsError(f"{where}: found something else, expected {kind.expected}")
        found = f"'{value}'" if isinstance(value, str) else str(value).lower()
        raise SettingsError(f"{where}: found {found} ({_named(value)}), expected {kind.expected}")
    return expanded(str(value), where) if kind is _FOLDER else value


def _named(value: object) -> str:
    """The type of a value in a reader's words."""
    names = {bool: "true or false", int: "a whole number", float: "a number", str: "text", list: "a list"}
    return names.get(type(value), "a table" if isinstance(value, dict) else type(value).__name__)
