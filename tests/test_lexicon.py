import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel import Locale

from assistant.language import lexicon
from assistant.language.lexicon import MONTH_NUMBERS, MONTHS, ORDINALS, WEEKDAYS, alternatives

ROOT = Path(__file__).parents[1]
LEXICONS = {ROOT / "assistant/language/lexicon.py", ROOT / "vectorstore/text/lexicon.py"}
SOURCES = sorted(
    {path for name in ("assistant", "vectorstore", "ui") for path in (ROOT / name).rglob("*.py")} - LEXICONS
)
TABLES = {
    "months": frozenset(MONTH_NUMBERS) - {"may", "mar"},
    "weekdays": frozenset(WEEKDAYS) | {day.removesuffix("day") for day in WEEKDAYS} - {"sun"},
    "verbs of saying": lexicon.SAYING | lexicon.ANNOUNCING | lexicon.CLAIMING | lexicon.SAYING_NOW | lexicon.DIRECTING,
}
MOST = {"months": 2, "weekdays": 2, "verbs of saying": 5}
"""How many words of a table a literal elsewhere may have. A few verbs make a rule of their own: "said|says|told"."""


def literals(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """The strings of a module that are no docstrings, and its collections of strings as one."""
    docs = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value
        elif isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.JoinedStr):
            parts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
            yield node.lineno, " ".join(parts)


@pytest.mark.parametrize("table", TABLES)
def test_no_module_has_a_second_table(table: str) -> None:
    copies = [
        f"{path.relative_to(ROOT)}:{number}: {sorted(words)}"
        for path in SOURCES
        for number, text in literals(ast.parse(path.read_text(encoding="utf-8")))
        if len(words := TABLES[table] & set(re.findall(r"[a-z]+", text.lower()))) > MOST[table]
    ]
    assert copies == []


def test_the_calendar_is_that_of_cldr() -> None:
    english = Locale.parse("en")
    months, short = (english.months["format"][width] for width in ("wide", "abbreviated"))
    assert [months[number].lower() for number in range(1, 13)] == list(MONTHS)
    assert all(MONTH_NUMBERS[short[number].lower()] == number for number in range(1, 13))
    assert [english.days["format"]["wide"][day].lower() for day in range(7)] == list(WEEKDAYS)


@pytest.mark.parametrize(
    ("word", "value"), [("first", 1), ("twelfth", 12), ("twentieth", 20), ("forty-second", 42), ("hundredth", 100)]
)
def test_ordinals(word: str, value: int) -> None:
    assert ORDINALS[word] == value


def test_the_longest_alternative_comes_first_and_a_space_is_any_space() -> None:
    assert alternatives(["more", "more than", "a.m."]) == r"more\s+than|a\.m\.|more"
