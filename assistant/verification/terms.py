"""A text as two texts are compared: its words that carry meaning, its numbers and its dates, in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.language.lexicon import MONTH, MONTH_NUMBERS, NEGATIONS, STOP_WORDS
from assistant.language.stems import stem
from assistant.quantities.mentions import amounts
from assistant.quantities.modifiers import modifier_before, with_modifier
from assistant.quantities.numbers import Number
from assistant.quantities.units import unit_behind
from vectorstore.text.normalization import LETTERS

_WORD = re.compile(rf"{LETTERS}(?:[.'’,]{LETTERS})*")
_MONTH = rf"(?P<{{}}>{MONTH})\b\.?"
_DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:%])"
_DATE = re.compile(
    rf"\b(?:{_DAY.format('d1')}\s+(?:of\s+)?{_MONTH.format('m1')}|{_MONTH.format('m2')}\s+(?:the\s+)?{_DAY.format('d2')})"
    r"(?:,(?=\s*\d{4}\b))?",
    re.IGNORECASE,
)
_AGED = re.compile(r"\baged?\s+$", re.IGNORECASE)
_CONTRACTED = {"won": ("will",), "can": ("can",), "is": ("is",), "are": ("are",), "was": ("was",), "were": ("were",)}

_OWN = frozenset("will would could should if nearly".split())
"""Words that a stop list or a stemmer would lose: "nearly" is not "near"."""

LINKS = frozenset("to from of in on at by for with into after when while if as than that who whom whose which".split())


@dataclass(frozen=True)
class Term:
    """A word, number or date at text[start:end]. Terms of one `key` say the same: "12 km" and "twelve kilometres".

    `before` are the stop words between the term in front of it and this one, in lower case. `front` is the word in
    front of a number that may change it ("twice"), else "": see `modifiers.modifier_before`.
    """

    key: str
    text: str
    start: int
    end: int
    before: tuple[str, ...] = ()
    number: Number | None = None
    front: str = ""

    @property
    def capital(self) -> bool:
        """Whether it is written like a name."""
        return self.number is None and self.text[:1].isupper()

    @property
    def possessive(self) -> bool:
        """Whether it belongs to what comes behind it: "Russia's"."""
        return self.text.lower().endswith(("'s", "’s", "s'", "s’"))


def dates(text: str) -> list[tuple[int, int, str]]:
    """The days of a text: (start, end, "6-17"). The year behind one is a number of its own."""
    found = []
    for match in _DATE.finditer(text):
        month = MONTH_NUMBERS[(match["m1"] or match["m2"]).lower()]
        found.append((match.start(), match.end(), f"{month}-{int(match['d1'] or match['d2'])}"))
    return found


def figures_of(text: str) -> list[Number]:
    """The numbers and amounts of a text that are not the day of a date.

    What makes another figure of one from behind is in its unit: "5,000 a week", "12 people or more".
    """
    days = [(start, end) for start, end, _ in dates(text)]
    found = [n for n in amounts(text) if not any(start <= n.end - 1 < end for start, end in days)]
    return [with_modifier(text, number) for number in found]


def terms(text: str) -> list[Term]:
    """The terms of a text, in order. Negations are terms, other stop words are not."""
    whole = [Term(f"@{day}", text[start:end], start, end) for start, end, day in dates(text)]
    whole += [_number(text, number) for number in figures_of(text)]
    taken = {place for term in whole for place in range(term.start, term.end)}
    words = [match for match in _WORD.finditer(text) if match.start() not in taken]
    found: list[Term] = []
    links: list[str] = []
    for term in sorted([*whole, *(part for match in words for part in _parts(match))], key=lambda term: term.start):
        if term.key:
            few = term.text.lower() in ("few", "little") and links[-1:] == ["a"]
            found.append(replace(term, key=f"a {term.key}" if few else term.key, before=tuple(links)))
            links = []
        else:
            links.append(term.text.lower())
    return found


def _number(text: str, number: Number) -> Term:
    aged = _AGED.search(text, max(0, number.start - 8), number.start) if number.unit == "years old" else None
    start = aged.start() if aged else number.start
    unit, end = unit_behind(text, number.end)
    end = end if unit == number.unit else number.end
    key = f"#{number.value!r} {number.bound} {number.unit}"
    return Term(key, text[start:end], start, end, number=number, front=modifier_before(text, number))


def _parts(match: re.Match[str]) -> Iterator[Term]:
    word, start, end = match[0], match.start(), match.end()
    plain = word.lower().replace("’", "'")
    if plain.endswith("n't") or plain == "cannot":
        for helper in _CONTRACTED.get({"won't": "won", "can't": "can", "cannot": "can"}.get(plain, plain[:-3]), ()):
            yield Term("", helper, start, start) if helper != "will" else Term("will", helper, start, start)
        yield Term("not", word, start, end)
    elif plain in NEGATIONS or plain in _OWN:
        yield Term(plain, word, start, end)
    elif plain in STOP_WORDS or plain in ("said", "says"):
        yield Term("say" if plain in ("said", "says", "say") else "", word, start, end)
    else:
        yield Term(stem(word), word, start, end)
