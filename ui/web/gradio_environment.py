"""The environment that Gradio finds when it is imported: ours, whatever other programs need of theirs.

Gradio and the HTTP client below it read settings from the environment at import and later: a proxy of a kind that the
client does not know ends the start, another program's root path changes every address of the page, and the shared
temporary folder may belong to another person.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FOLDER_NAME = "page-files"
_FOREIGN = ("GRADIO_", "SPACE_", "SPACES_")
_OURS = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # it asks its makers for news at the start, and Dateline asks nobody
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # The one value with which the client does not even look at the proxies: of one that it does not know it fails,
    # also where it is not to be used. Nothing is asked of any other machine.
    "NO_PROXY": "*",
    "no_proxy": "*",
}


def settle(data_dir: Path) -> None:
    """Make the environment ours, with Gradio's files in the data folder. To be called before Gradio is imported."""
    for name in [name for name in os.environ if name.upper().startswith(_FOREIGN)]:
        del os.environ[name]
    os.environ.update(_OURS, GRADIO_TEMP_DIR=str((data_dir / FOLDER_NAME).absolute()))


def open_browser(url: str, environment: Mapping[str, str]) -> None:
    """Show a page in the person's browser, which runs in the environment given: one that is started keeps its proxy."""
    silent = subprocess.DEVNULL
    subprocess.Popen(
        [sys.executable, "-m", "webbrowser", url], env=dict(environment), stdin=silent, stdout=silent, stderr=silent
    )
