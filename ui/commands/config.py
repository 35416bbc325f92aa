"""The command that shows the settings: config."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from ui.console import set_up_messages, write
from ui.options import DataDir, Json, Verbose
from ui.text.escaping import inline, json_line


def config(json: Json = False, verbose: Verbose = False, data_dir: DataDir = None) -> None:
    """Show the settings and where each value comes from.

    \b
    Examples:
      dateline config
      DATELINE_TOP_K=40 dateline config --json

    A flag wins over DATELINE_* in the environment, that over the file config.toml in the user's configuration
    folder (DATELINE_CONFIG names another file), and that over the default.
    """
    from ui.settings import SECRET, load_settings

    set_up_messages(verbose=verbose)
    settings, origins = load_settings({"data_dir": data_dir})
    values = {key: str(value) if isinstance(value, Path) else value for key, value in asdict(settings).items()}
    values |= {key: "•••" for key in SECRET if values[key]}
    if json:
        write(json_line({key: {"value": value, "from": origins[key]} for key, value in values.items()}))
        return
    width = max(map(len, values))
    for key, value in values.items():
        write(f"{key:{width}}  {inline(_shown(value))}  ({inline(origins[key])})")


def _shown(value: Any) -> str:  # noqa: ANN401  (a setting is of any type)
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else str(value)
