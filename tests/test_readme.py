"""The README tells the truth: its commands run, and every command stands in it."""

import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

from ui.cli import main

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = re.findall(r"^\$ dateline (.+)$", README, re.MULTILINE)
NOT_RUN = {"chat"}
"""Opens a page and stays; tests/test_web.py opens it."""


@pytest.mark.usefixtures("shared_models")
def test_every_command_of_the_readme_runs(
    tmp_path: Path, cache_dir: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATELINE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(cache_dir.parent))
    monkeypatch.setenv("DATELINE_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text("")
    assert len(COMMANDS) >= 12
    for command in COMMANDS:
        words = shlex.split(command)
        if words[0] in NOT_RUN:
            continue
        if "ARTICLE_ID" in words:
            with pytest.raises(SystemExit):
                main(["list", "--json"])
            article_id = re.search(r'"id": "(\w+)"', capsys.readouterr().out)
            assert article_id
            words = [article_id[1] if word == "ARTICLE_ID" else word for word in words]
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO()))
        with pytest.raises(SystemExit) as ended:
            main(words)
        assert ended.value.code == 0, f"dateline {command}: {capsys.readouterr().err}"


def test_every_command_stands_in_the_readme(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    commands = set(re.findall(r"^│? +([a-z]+) {2,}", capsys.readouterr().out, re.MULTILINE))
    assert {"ask", "ingest", "search"} <= commands
    assert commands - {command.split()[0] for command in COMMANDS} - {"ask"} == set()


def test_every_module_stands_in_architecture() -> None:
    text = (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8")
    for package in ("assistant", "ui", "vectorstore", "bench", "prompts"):
        for path in (ROOT / package).rglob("*.*"):
            if path.suffix in (".py", ".sql") and path.name != "__init__.py":
                assert path.name in text, f"{path.relative_to(ROOT)} is missing in ARCHITECTURE.md"
