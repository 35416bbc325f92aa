"""--help and --version load nothing heavy. How long they take to start is measured by bench/startup.py."""

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
