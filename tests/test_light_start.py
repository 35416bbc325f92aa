"""--help and --version load nothing heavy, and start fast."""

import resource
import subprocess
import sys

import pytest

HEAVY = {
    "chromadb", "dateparser", "gradio", "ir_measures", "jinja2", "llama_cpp", "matplotlib", "numpy", "scipy",
    "sentence_transformers", "sklearn", "statsmodels", "tokenizers", "tomlkit", "torch", "trafilatura", "transformers",
}  # fmt: skip
CODE = """
import sys
from ui.cli import main
try:
    main(sys.argv[1:])
finally:
    print(*sorted({name.split(".")[0] for name in sys.modules}), file=sys.stderr)
"""


@pytest.mark.parametrize(
    "arguments",
    [["--help"], ["--version"], ["ask", "--help"], ["eval", "run", "-h"], ["chat", "-h"], ["serch", "x"]],
)
def test_nothing_heavy_is_loaded(arguments: list[str]) -> None:
    ran = subprocess.run([sys.executable, "-c", CODE, *arguments], capture_output=True, text=True)
    loaded = set(ran.stderr.splitlines()[-1].split())
    assert "ui" in loaded
    assert not loaded & HEAVY


@pytest.mark.parametrize("flag", ["--help", "--version"])
def test_starts_with_little_more_than_its_parser(flag: str) -> None:
    def seconds(*arguments: str) -> float:
        before = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime
        subprocess.run([sys.executable, *arguments], check=True, capture_output=True)
        return resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before

    parser = min(seconds("-c", "import typer, rich.console") for _ in range(3))
    assert min(seconds("-m", "ui.cli", flag) for _ in range(3)) < 3 * parser
