"""The command that shows the settings: config."""

import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from ui.console import set_up_messages, style_for, write
from ui.options import DataDir, Json, Verbose
from ui.text.columns import Column, table
from ui.text.escaping import json_line
from ui.text.style import UNLIMITED


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
    style = style_for(settings.color, sys.stdout)
    rows = [(key, _shown(value), origins[key]) for key, value in values.items()]
    head = [Column("setting"), Column("value"), Column("from")]
    write("\n".join(table(head, rows, style.width or UNLIMITED, style)))


def _shown(value: Any) -> str:  # noqa: ANN401  (a setting is of any type)
    if value is None:
        return "not set"
    return str(value).lower() if isinstance(value, bool) else str(value)
