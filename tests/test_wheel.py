"""What a user installs: the wheel, in an environment of its own, run from an empty folder."""

import os
import subprocess
import sys
import sysconfig
import zipfile
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGES = {"assistant", "prompts", "ui", "vectorstore"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built as `make wheel` builds it."""
    folder = tmp_path_factory.mktemp("dist")
    built = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    subprocess.run(built, check=True, capture_output=True)
    (path,) = folder.glob("dateline-*.whl")
    return path


def test_it_holds_the_four_packages_with_their_resources_and_nothing_else(wheel: Path) -> None:
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.split("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == PACKAGES
    for package in PACKAGES:
        here = {str(path.relative_to(ROOT)) for path in (ROOT / package).rglob("*") if path.is_file()}
        assert {name for name in here if "__pycache__" not in name} <= set(names)


def test_it_answers_from_an_empty_folder(wheel: Path, tmp_path: Path, cache_dir: Path) -> None:
    home = tmp_path / "environment"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(home)], check=True)
    site = Path(sysconfig.get_path("purelib", vars={"base": str(home), "platbase": str(home)}))
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--target", str(site), str(wheel)], check=True
    )
    # The dependencies come from this environment as a plain folder: its editable Dateline is not seen through it.
    (site / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    empty = tmp_path / "empty"
    empty.mkdir()
    environment = {**os.environ, "XDG_CACHE_HOME": str(cache_dir.parent), "DATELINE_DATA_DIR": str(tmp_path / "data")}
    environment.pop("PYTHONPATH", None)

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        command = [str(home / "bin/python"), "-m", "ui.cli", *arguments]
        return subprocess.run(command, cwd=empty, env=environment, capture_output=True, text=True, check=False)

    where = subprocess.run(
        [str(home / "bin/python"), "-c", "import ui, prompts; print(ui.__file__, prompts.__file__)"],
        cwd=empty, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert where.stdout.count(str(site)) == 2
    assert run("ingest", *map(str, sorted((ROOT / "seeds").glob("*.txt")))).returncode == 0
    asked = run("ask", "How many drones hit Kyiv?")
    assert asked.returncode == 0, asked.stderr
    assert "145 drones" in asked.stdout
    assert "over 300 drones" in asked.stdout
    assert list(empty.iterdir()) == []


def test_no_dependency_brings_a_package_of_one_of_our_names() -> None:
    owners = packages_distributions()
    for package in PACKAGES:
        # An editable install lists no packages; a wheel lists its own.
        assert set(owners.get(package, [])) <= {"dateline"}
