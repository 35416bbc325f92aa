"""The kind of answer that a question asks for: a count, an age, a date, a person, a place, a name, or words."""

import re
from typing import Literal

Kind = Literal["percent", "age", "duration", "money", "count", "date", "place", "person", "quote", "words", "name"]

NUMERIC: frozenset[Kind] = frozenset({"percent", "age", "duration", "money", "count"})
"""The kinds whose answer has a number in it."""

_TIMES = "years?|months?|weeks?|days?|hours?|minutes?|seconds?"
_SUMS = "costs?|worth|pay|paid|spend|spent|raised?|earn(?:ed|s)?|owes?|fined?|donated?|price|sell|sold|buy|bought"
_AMOUNTS = "number|figure|tally|toll|count|amount|total|population|temperature|speed|magnitude|score|anniversary"
_PLACES = (
    "country|city|state|place|town|nation|region|island|continent|county|location|province|capital|village|river|lake"
    "|sea|ocean|street|neighbou?rhood|district|territory|venue|airport|planet"
)
_DESCRIBE = "describe|characteri[sz]e|respond|react|call|explain|put it|reply"
_KINDS: tuple[tuple[Kind, str], ...] = (
    ("percent", r"what (?:percentage|percent|per cent|share|proportion)|how (?:many|much) per ?cent"),
    ("age", r"how (?:old|young)|(?:what|which) age"),
    ("duration", rf"how (?:long|soon)|how much time|how many (?:\w+ )?(?:{_TIMES})"),
    ("money", rf"how much (?:\w+ )?(?:money|cash|funding)|how much\b.*\b(?:{_SUMS})|what (?:price|sum)|for how much"),
    ("count", r"how (?:many|much|big|large|tall|high|far|fast|heavy|deep|wide|hot|cold|often)"),
    ("count", rf"(?:what|which) (?:(?:is|was|are|were) )?(?:the |a )?(?:[\w-]+ ){{0,2}}(?:{_AMOUNTS})"),
    ("date", r"when|(?:what|which) (?:year|month|day|date|decade|century|time|season|weekday)"),
    ("place", rf"where|(?:what|which) (?:[\w.-]+ ){{0,2}}(?:{_PLACES})"),
    ("person", r"who|whom|whose"),
    (
        "quote",
        rf"what (?:word|words|phrase|term|message|slogan|nickname)|how (?:did|does|do|has|have)\b.*\b(?:{_DESCRIBE})",
    ),
    ("words", r"why|how"),
    ("name", r"which|what"),
)
_PATTERNS = tuple((kind, re.compile(rf"\b(?:{pattern})\b", re.IGNORECASE)) for kind, pattern in _KINDS)
_FOCUS = re.compile(
    r"\b(?:which|what)\s+(?:of\s+(?:these|the following)\s+)?"
    r"((?:(?!(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|should)\b)[\w'’.-]+\s*){1,5})",
    re.IGNORECASE,
)
_KIND_WORDS: dict[Kind, str] = {
    "percent": "percentage", "age": "age", "duration": "duration", "money": "amount of money", "count": "number",
    "date": "date", "place": "place", "person": "person", "quote": "quotation",
}  # fmt: skip


def kind(question: str) -> Kind:
    """The kind of the first row of the table whose pattern the question matches; "words" if none does."""
    return next((kind for kind, pattern in _PATTERNS if pattern.search(question)), "words")


def focus(question: str) -> str:
    """The noun asked for ("tennis player" in "Which tennis player has won?"), else a word for the kind, or ""."""
    match = _FOCUS.search(question)
    return match[1].strip() if match else _KIND_WORDS.get(kind(question), "")
