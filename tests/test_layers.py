"""The layer rule: ui -> assistant -> vectorstore, one way only; prompts imports nothing; heavy imports wait."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MAY_IMPORT = {
    "vectorstore": {"vectorstore"},
    "prompts": set(),
    "assistant": {"assistant", "prompts", "vectorstore"},
    "ui": {"ui", "assistant", "prompts", "vectorstore"},
}
HEAVY = {
    "chromadb", "dateparser", "gradio", "ir_measures", "jinja2", "llama_cpp", "matplotlib", "scipy",
    "sentence_transformers", "sklearn", "statsmodels", "tokenizers", "tomlkit", "torch", "trafilatura", "transformers",
}  # fmt: skip
MODULES = [path for layer in MAY_IMPORT for path in sorted((ROOT / layer).rglob("*.py"))]


def imported(tree: ast.AST) -> set[str]:
    """The top packages that the code imports, at whatever depth."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "a relative import"
            names.add(node.module or "")
        elif isinstance(node, ast.Call) and ast.unparse(node.func) in ("import_module", "__import__"):
            names |= {argument.value for argument in node.args if isinstance(argument, ast.Constant)}
    return {name.split(".")[0] for name in names}


def run_on_import(nodes: list[ast.stmt]) -> Iterator[ast.stmt]:
    """The statements that run when the module is imported: not in functions, not for type checkers alone."""
    for node in nodes:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING"):
            yield from run_on_import(node.orelse)
            continue
        inner = [
            child
            for name in ("body", "orelse", "finalbody")
            for child in getattr(node, name, [])
            if isinstance(child, ast.stmt)
        ]
        inner += [child for handler in getattr(node, "handlers", []) for child in handler.body]
        if inner:
            yield from run_on_import(inner)
        else:
            yield node


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_layer_imports_only_what_is_below(path: Path) -> None:
    layer = path.relative_to(ROOT).parts[0]
    own = imported(ast.parse(path.read_text(encoding="utf-8"))) & {*MAY_IMPORT, "tests", "bench"}
    assert own <= MAY_IMPORT[layer]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_heavy_libraries_are_imported_where_they_are_used(path: Path) -> None:
    statements = list(run_on_import(ast.parse(path.read_text(encoding="utf-8")).body))
    assert not imported(ast.Module(statements, [])) & HEAVY


def test_the_rule_sees_what_it_is_to_see() -> None:
    assert {path.relative_to(ROOT).parts[0] for path in MODULES} == set(MAY_IMPORT)
    assert len(MODULES) > 30
    code = "try:\n  import torch.nn\nexcept ImportError:\n  from ui import cli\ndef f():\n  import chromadb\n"
    tree = ast.parse(code + "if TYPE_CHECKING:\n  import gradio\nclass A:\n  import tokenizers\n")
    assert imported(tree) == {"torch", "ui", "chromadb", "gradio", "tokenizers"}
    assert imported(ast.Module(list(run_on_import(tree.body)), [])) == {"torch", "ui", "tokenizers"}
