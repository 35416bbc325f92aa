"""The file config.toml of the user's configuration folder, or the one that DATELINE_CONFIG names."""

import os
import tomllib
from pathlib import Path
from typing import Any

from ui.errors import SettingsError
from ui.folders import config_folder, expanded


def read() -> tuple[Path | None, dict[str, Any]]:
    """The path of the file and its settings as they stand in it, none if there is no file.

    The path is None for a user without a home folder. Raises SettingsError for a named file that is not there, and a
    file that can't be read or is no TOML.
    """
    named = os.environ.get("DATELINE_CONFIG")
    folder = config_folder()
    if not named and folder is None:
        return None, {}
    path = expanded(named, "DATELINE_CONFIG") if named else Path(folder or "") / "config.toml"
    try:
        return path, tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        if named:
            raise SettingsError(f"DATELINE_CONFIG names {path}, and there is no such file") from error
        return path, {}
    except OSError as error:
        if not named and not _reachable(path.parent):  # a folder of another user's: this one can't have made a file
            return path, {}
        raise SettingsError(f"{path} can't be read ({error.strerror}): check its permissions") from error
    except ValueError as error:  # no TOML, or no UTF-8
        raise SettingsError(f"{path} is no TOML file ({error}): expected lines such as top_k = 24") from error


def write(name: str, value: object) -> Path:
    """Set one setting in the file, which is made if it is missing; all else in it stays, comments too.

    Returns the file's path. Raises SettingsError as `read` does, and if the file can't be written.
    """
    import tomlkit

    path, _ = read()
    if path is None:
        raise SettingsError("there is no home folder to keep settings in: name a file with DATELINE_CONFIG")
    partial = path.with_name(f"{path.name}.part")
    try:
        document = tomlkit.parse(path.read_text(encoding="utf-8")) if path.exists() else tomlkit.document()
        document[name] = value
        path.parent.mkdir(parents=True, exist_ok=True)
        partial.write_text(tomlkit.dumps(document), encoding="utf-8")
        partial.replace(path)
    except OSError as error:
        raise SettingsError(f"{path} can't be written ({error.strerror}): check its permissions") from error
    return path


def _reachable(folder: Path) -> bool:
    try:
        return folder.is_dir() and os.access(folder, os.X_OK)
    except OSError:
        return False
