"""The folders of the person who runs Dateline, where there is such a person: a service may have no home."""

import getpass
import os
from collections.abc import Callable
from pathlib import Path

import platformdirs

from ui.errors import SettingsError


def data_folder() -> Path:
    """Where articles are kept unless a setting names another place. Raises SettingsError without a home."""
    if found := _own(platformdirs.user_data_path):
        return found
    raise SettingsError(
        "there is no home folder (HOME is not set to one), so nowhere to keep articles: "
        "name a folder with --data-dir or DATELINE_DATA_DIR"
    )


def config_folder() -> Path | None:
    """Where the settings file lies; None without a home."""
    return _own(platformdirs.user_config_path)


def stand_in(data_dir: Path) -> None:
    """Give this process a home and a user's name where it has none: libraries ask for both, and fail."""
    try:
        Path.home()
    except RuntimeError:
        os.environ["HOME"] = str(data_dir.absolute())
    try:
        getpass.getuser()
    except (KeyError, OSError):
        os.environ["LOGNAME"] = "dateline"


def expanded(path: str | Path, where: str) -> Path:
    """The path with ~ for the home. Raises SettingsError where nobody knows whose home that is."""
    try:
        return Path(path).expanduser()
    except RuntimeError as error:
        raise SettingsError(
            f"{where}: found '{path}', and there is no such home folder: expected a path without ~"
        ) from error


def _own(path: Callable[..., Path]) -> Path | None:
    try:
        found = path("dateline", appauthor=False)
    except RuntimeError:  # neither HOME nor an entry for this user
        return None
    return found if found.is_absolute() else None
