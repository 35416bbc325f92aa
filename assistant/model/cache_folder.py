"""Where files lie that can be made again, such as the rewritten model."""

import os
from pathlib import Path

import platformdirs


def cache_folder(data_dir: Path) -> Path:
    """The user's cache folder for Dateline; `data_dir`/cache where there is no user's folder that can be written."""
    try:
        own = platformdirs.user_cache_path("dateline", appauthor=False)
    except RuntimeError:  # neither HOME nor an entry for this user
        return data_dir / "cache"
    return own if own.is_absolute() and _writable(own) else data_dir / "cache"


def _writable(folder: Path) -> bool:
    """Whether files can be made there: in the folder, or in its nearest parent that exists."""
    try:
        nearest = next((place for place in (folder, *folder.parents) if place.exists()), None)
    except OSError:
        return False
    return nearest is not None and nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK)
