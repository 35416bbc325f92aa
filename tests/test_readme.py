"""README and docs/ are true: their commands and Python run, their links lead somewhere, every command is in them."""

import contextlib
import io
import re
import shlex
import shutil
from pathlib import Path

import pytest

from ui.cli import main

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
PAGES = (README, *sorted((ROOT / "docs").glob("*.md")))
OTHERS = (ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md")
NOT_RUN = {"chat"}
"""Opens a page and stays; tests/test_web.py opens it."""
LAST = {"remove"}
"""What takes articles away comes after everything that needs them."""


def commands() -> list[str]:
    """Every different `$ dateline ...` of all pages, README first, in the order of each page."""
    texts = (page.read_text(encoding="utf-8") for page in PAGES)
    every = [command for text in texts for command in re.findall(r"^\$ dateline (.+)$", text, re.MULTILINE)]
    return sorted(dict.fromkeys(every), key=lambda command: command.split()[0] in LAST)


@pytest.fixture
def workplace(tmp_path: Path, shared_models: None, monkeypatch: pytest.MonkeyPatch) -> Path:  # noqa: ARG001
    """A folder to work in, with seeds/ in it and a home, a data folder and settings of its own."""
    shutil.copytree(ROOT / "seeds", tmp_path / "seeds")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("DATELINE_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("DATELINE_CONFIG", str(tmp_path / "config.toml"))
    (tmp_path / "config.toml").write_text("")
    return tmp_path


@pytest.mark.usefixtures("workplace")
def test_every_command_of_the_pages_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert len(commands()) >= 20
    for command in commands():
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


@pytest.mark.usefixtures("workplace")
def test_the_python_of_the_readme_runs() -> None:
    block = re.search(r"```python\n(from assistant import open_assistant\n.+?)```", README.read_text(), re.DOTALL)
    assert block
    assert len(block[1].splitlines()) <= 10
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(block[1], {})
    assert "145 drones" in printed.getvalue()
    assert "over 300 drones" in printed.getvalue()


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)]+)\)|src=\"([^\"]+)\"", text):
        path = "".join(link).split("#")[0]
        if path and "://" not in path:
            assert (page.parent / path).exists(), f"{page.name}: {path}"


@pytest.mark.parametrize("page", [*PAGES, *OTHERS], ids=lambda page: page.name)
def test_every_file_that_is_named_with_its_folder_is_there(page: Path) -> None:
    for path in re.findall(r"`([\w-]+/[\w./-]+\.(?:py|md|toml|json|jsonl))`", page.read_text(encoding="utf-8")):
        assert (ROOT / path).exists(), f"{page.name}: {path}"


def test_every_page_of_docs_is_linked_from_the_readme() -> None:
    assert {f"docs/{page.name}" for page in PAGES[1:]} <= set(re.findall(r"\]\((docs/[\w.-]+\.md)", README.read_text()))


def test_every_command_stands_in_the_pages(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    known = set(re.findall(r"^│? +([a-z]+) {2,}", capsys.readouterr().out, re.MULTILINE))
    assert {"ask", "ingest", "search"} <= known
    assert known - {command.split()[0] for command in commands()} == set()


def trees_of_architecture() -> list[str]:
    """The paths in the trees of ARCHITECTURE.md: a line without indent is a folder of the project, one with two spaces
    a folder or file in it, one with four a file of that folder."""
    paths, folder, inner = [], "", ""
    for block in re.findall(r"```text\n(.+?)```", (ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8"), re.DOTALL):
        for line in block.splitlines():
            name = line.split()[0]
            depth = len(line) - len(line.lstrip())
            if depth == 0:
                folder, inner = name, ""
            elif name.endswith("/"):
                inner = name
            else:
                paths.append(folder + (inner if depth == 4 else "") + name)
    return paths


def test_the_trees_of_architecture_are_the_files_that_are_there() -> None:
    packages = ("assistant", "ui", "vectorstore", "training", "bench")
    files = [path for package in packages for path in (ROOT / package).rglob("*.*")]
    there = {str(p.relative_to(ROOT)) for p in files if p.suffix in (".py", ".sql", ".j2") and p.name != "__init__.py"}
    assert sorted(trees_of_architecture()) == sorted(there)
