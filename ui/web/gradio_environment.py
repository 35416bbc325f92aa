"""The environment variables that Gradio reads: set by us, whatever other programs set for theirs.

Gradio and its HTTP client read settings from the environment at import and later. An unknown kind of proxy ends the
start, another program's root path changes every address of the page, and the shared temporary folder may belong to
another user.
"""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

FOLDER_NAME = "page-files"
_FOREIGN = ("GRADIO_", "SPACE_", "SPACES_")
_OURS = {
    "GRADIO_ANALYTICS_ENABLED": "False",  # it sends usage data and asks for updates; Dateline contacts nobody
    "GRADIO_RUN_HISTORY": "False",
    "HF_HUB_OFFLINE": "1",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    # The one value with which the client ignores proxies altogether: it fails at an unknown kind even where it has no
    # use for it. No other machine is contacted.
    "NO_PROXY": "*",
    "no_proxy": "*",
}


def settle(data_dir: Path) -> None:
    """Set the variables, Gradio's files going to the data folder. To be called before Gradio is imported."""
    for name in [name for name in os.environ if name.upper().startswith(_FOREIGN)]:
        del os.environ[name]
    os.environ.update(_OURS, GRADIO_TEMP_DIR=str((data_dir / FOLDER_NAME).absolute()))


def open_browser(url: str, environment: Mapping[str, str]) -> None:
    """Open a page in the user's browser, with the environment given: a browser that is started here keeps its proxy."""
    silent = subprocess.DEVNULL
    subprocess.Popen(
        [sys.executable, "-m", "webbrowser", url], env=dict(environment), stdin=silent, stdout=silent, stderr=silent
    )
