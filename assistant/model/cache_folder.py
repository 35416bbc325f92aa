"""Where files lie that can be made again, such as the rewritten model."""

import os
from collections.abc import Callable
from pathlib import Path

import platformdirs


def cache_folder(data_dir: Path) -> Path:
    """The user's cache folder for Dateline; `data_dir`/cache where there is no user's folder that can be written."""
    own = user_folder(platformdirs.user_cache_path)
    return own if own and _writable(own) else data_dir / "cache"


def user_folder(path: Callable[..., Path]) -> Path | None:
    """Dateline's folder by one of platformdirs' functions; None for a user without a home."""
    try:
        folder = path("dateline", appauthor=False)
    except RuntimeError:  # neither HOME nor an entry for this user
        return None
    return folder if folder.is_absolute() else None


def _writable(folder: Path) -> bool:
    """Whether files can be made there: in the folder, or in its nearest parent that exists."""
    try:
        nearest = next((place for place in (folder, *folder.parents) if place.exists()), None)
    except OSError:
        return False
    return nearest is not None and nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
