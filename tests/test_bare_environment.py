"""Dateline in the environments of others: no home, no locale, caches that can't be written, Gradio's settings."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from assistant.model.cache_folder import cache_folder
from ui import folders
from ui.errors import SettingsError
from ui.settings import load_settings
from ui.web import gradio_environment


def nobody(*_: object, **__: object) -> Path:
    raise RuntimeError("Could not determine home directory.")


@pytest.fixture
def homeless(monkeypatch: pytest.MonkeyPatch) -> None:
    """A user without HOME and without an entry in the list of users."""
    for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME", "LOGNAME", "USER", "DATELINE_CONFIG"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("ui.folders.platformdirs.user_data_path", nobody)
    monkeypatch.setattr("ui.folders.platformdirs.user_config_path", nobody)
    monkeypatch.setattr("ui.folders.platformdirs.user_cache_path", nobody)
    monkeypatch.setattr(Path, "home", nobody)
    monkeypatch.setattr(Path, "expanduser", lambda path: nobody() if str(path).startswith("~") else path)


@pytest.mark.usefixtures("homeless")
def test_without_a_home_and_a_data_folder_the_home_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATELINE_DATA_DIR", raising=False)
    with pytest.raises(SettingsError, match=r"HOME.*--data-dir or DATELINE_DATA_DIR"):
        load_settings({})
    with pytest.raises(SettingsError, match="there is no such home folder"):
        load_settings({"data_dir": "~/articles"})


@pytest.mark.usefixtures("homeless")
def test_without_a_home_a_named_data_folder_is_enough(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    settings, _ = load_settings({"data_dir": str(tmp_path)})
    assert cache_folder(settings.data_dir) == tmp_path / "cache"
    monkeypatch.setenv("HOME", "")
    monkeypatch.delenv("HOME")
    folders.ensure_home(tmp_path)
    assert os.environ["HOME"] == str(tmp_path)
    os.environ.pop("HOME")


def test_a_cache_that_can_not_be_made_is_in_the_data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file" / "cache"))
    assert cache_folder(tmp_path / "data") == tmp_path / "data" / "cache"
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "new"))
    assert cache_folder(tmp_path / "data") == tmp_path / "new" / "dateline"


def test_a_setting_of_five_thousand_digits_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATELINE_PORT", "9" * 5_000)
    with pytest.raises(SettingsError, match="expected a whole number"):
        load_settings({})


@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "POSIX", "PYTHONUTF8": "0"}, {"LANG": "C"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_words_are_utf_8_without_a_locale(tmp_path: Path, locale: dict[str, str]) -> None:
    (tmp_path / "config.toml").write_text('public_host = "Žofie"', encoding="utf-8")
    named = {"DATELINE_DATA_DIR": str(tmp_path), "DATELINE_CONFIG": str(tmp_path / "config.toml")}
    bare = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), **named}
    ran = subprocess.run(
        [sys.executable, "-m", "ui.cli", "config"], env={**bare, **locale}, capture_output=True, check=True
    )
    assert "Žofie" in ran.stdout.decode("utf-8")


def test_what_gradio_finds_is_ours(tmp_path: Path) -> None:
    foreign = {
        "all_proxy": "socks5://127.0.0.1:9",
        "http_proxy": "http://127.0.0.1:9",
        "GRADIO_ROOT_PATH": "/elsewhere",
        "GRADIO_SERVER_PORT": "none",
        "GRADIO_DEFAULT_CONCURRENCY_LIMIT": "many",
        "GRADIO_TEMP_DIR": "/proc/nobody",
        "SPACE_ID": "a/b",
    }
    code = (
        "import os, sys, pathlib; from ui.web.gradio_environment import settle; settle(pathlib.Path(sys.argv[1]))\n"
        "import gradio as gr, httpx; httpx.Client(); page = gr.Blocks(analytics_enabled=None).queue()\n"
        "print(page.root_path, page.GRADIO_CACHE, page.analytics_enabled, sep='|')"
    )
    env = {**os.environ, **foreign}
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], env=env, capture_output=True, text=True, check=True
    )
    assert ran.stdout.split() == [f"|{tmp_path / gradio_environment.FOLDER_NAME}|False"]
