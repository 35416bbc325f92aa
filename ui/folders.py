"""The folders of the user who runs Dateline, and what replaces them for a user without a home, such as a service."""

import getpass
import os
from pathlib import Path

import platformdirs

from assistant.model.cache_folder import user_folder
from ui.errors import SettingsError


def data_folder() -> Path:
    """The default folder of the index. Raises SettingsError for a user without a home."""
    if folder := user_folder(platformdirs.user_data_path):
        return folder
    raise SettingsError(
        "there is no home folder (HOME is not set to one), so nowhere to keep articles: "
        "name a folder with --data-dir or DATELINE_DATA_DIR"
    )


def config_folder() -> Path | None:
    """The folder of the settings file; None for a user without a home."""
    return user_folder(platformdirs.user_config_path)


def ensure_home(data_dir: Path) -> None:
    """Set HOME and LOGNAME of this process where they are missing: libraries ask for both, and fail without."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = str(data_dir.absolute())
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["LOGNAME"] = "dateline"


def expanded(path: str | Path, where: str) -> Path:
    """The path with ~ replaced by the home folder.

    Raises SettingsError, beginning with `where` the path was given, if there is no such home.
    """
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"{where}: found '{path}', and there is no such home folder: expected a path without ~"
        ) from error
