"""Heavy libraries are imported inside the functions that need them, so that a command starts quickly.

Which package may import which is held by import-linter (pyproject.toml, `make lint`).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[1]
PACKAGES = ("assistant", "prompts", "ui", "vectorstore")
HEAVY = {
    "chromadb", "dateparser", "gradio", "ir_measures", "jinja2", "llama_cpp", "matplotlib", "scipy",
    "sentence_transformers", "sklearn", "statsmodels", "tokenizers", "tomlkit", "torch", "trafilatura", "transformers",
}  # fmt: skip


def imported_by(statements: list[ast.stmt]) -> set[str]:
    """The top packages that statements import."""
    names: set[str] = set()
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add(node.module or "")
    return {name.split(".")[0] for name in names}


def run_on_import(statements: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when a module is imported: not in functions, not for type checkers alone."""
    for statement in statements:
        if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(statement, ast.If) and ast.unparse(statement.test).endswith("TYPE_CHECKING"):
            yield from run_on_import(statement.orelse)
            continue
        inner = [
            child
            for name in ("body", "orelse", "finalbody")
            for child in getattr(statement, name, [])
            if isinstance(child, ast.stmt)
        ]
        inner += [child for handler in getattr(statement, "handlers", []) for child in handler.body]
        if inner:
            yield from run_on_import(inner)
        else:
            yield statement


def test_no_module_imports_a_heavy_library_when_it_is_imported() -> None:
    modules = [path for package in PACKAGES for path in sorted((ROOT / package).rglob("*.py"))]
    assert len(modules) > 150
    heavy = {
        str(path.relative_to(ROOT)): found
        for path in modules
        if (found := imported_by(list(run_on_import(ast.parse(path.read_text(encoding="utf-8")).body))) & HEAVY)
    }
    assert heavy == {}


def test_the_rule_sees_what_it_is_to_see() -> None:
    code = "try:\n  import torch.nn\nexcept ImportError:\n  from ui import cli\ndef f():\n  import chromadb\n"
    tree = ast.parse(code + "if TYPE_CHECKING:\n  import gradio\nclass A:\n  import tokenizers\n")
    assert imported_by(list(run_on_import(tree.body))) == {"torch", "ui", "tokenizers"}
