"""A text as two texts are compared: its words that carry meaning, its numbers and its dates, in order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from assistant.amounts import amounts
from assistant.figures import Number
from assistant.stems import stem
from assistant.units import unit_behind
from vectorstore.spelling import LETTERS
from vectorstore.words import STOP_WORDS

_WORD = re.compile(rf"{LETTERS}(?:[.'’,]{LETTERS})*")
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_MONTH = r"(?P<{}>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"  # noqa: E501
_DAY = r"(?P<{}>\d{{1,2}})(?:st|nd|rd|th)?(?![\w:%])"
_DATE = re.compile(
    rf"\b(?:{_DAY.format('d1')}\s+(?:of\s+)?{_MONTH.format('m1')}|{_MONTH.format('m2')}\s+(?:the\s+)?{_DAY.format('d2')})"
    r"(?:,(?=\s*\d{4}\b))?",
    re.IGNORECASE,
)
_AGED = re.compile(r"\baged?\s+$", re.IGNORECASE)
_RATE = re.compile(
    r"\s*(?:/|\b(?:an?|per|each|every)\s)\s*"
    r"(second|minute|hour|day|night|week|month|year|season|game|match|person|head|household|share|barrel|tonne|ton)\b"
    r"(?!\s+(?:after|before|earlier|later|ago|of|when|that|old)\b)",
    re.IGNORECASE,
)
_THAN = re.compile(
    r"\s+(?:\w+\s+)?(more|less|fewer|higher|lower|larger|smaller|greater|cheaper)\s+(?:[\w-]+\s+){0,3}than\b",
    re.IGNORECASE,
)
_DECADE = re.compile(r"(?<=\d0)['’]?s\b")
_CONTRACTED = {"won": ("will",), "can": ("can",), "is": ("is",), "are": ("are",), "was": ("was",), "were": ("were",)}

_OWN = frozenset("will would could should if nearly".split())
"""Words that a stop list or a stemmer would lose: "nearly" is not "near"."""

NEGATIONS = frozenset(
    "not no never none nobody nothing without neither nor hardly barely rarely scarcely seldom unable".split()
)
LINKS = frozenset("to from of in on at by for with into after when while if as than that who whom whose which".split())


@dataclass(frozen=True)
class Term:
    """A word, number or date at text[start:end]. Terms of one `key` say the same: "12 km" and "twelve kilometres".

    `before` are the stop words between the term in front of it and this one, in lower case.
    """

    key: str
    text: str
    start: int
    end: int
    before: tuple[str, ...] = ()
    number: Number | None = None

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
        month = (match["m1"] or match["m2"]).lower()[:3]
        found.append((match.start(), match.end(), f"{_MONTHS.index(month) + 1}-{int(match['d1'] or match['d2'])}"))
    return found


def figures_of(text: str) -> list[Number]:
    """The numbers and amounts of a text that are not the day of a date.

    What makes another figure of one is in its unit: "5,000 a week", "the 1950s", "5% less than wages".
    """
    days = [(start, end) for start, end, _ in dates(text)]
    found = [n for n in amounts(text) if not any(start <= n.end - 1 < end for start, end in days)]
    return [replace(n, unit=f"{n.unit or ''}{more}") if (more := _of_what(text, n)) else n for n in found]


def _of_what(text: str, number: Number) -> str:
    """That a number is one of each week ("/week"), a decade ("s") or a difference ("/less"); else ""."""
    if _DECADE.match(text, number.end):
        return "s"
    if than := _THAN.match(text, number.end):
        return f"/{than[1].lower()}"
    rate = _RATE.match(text, number.start + len(number.text))
    return f"/{rate[1].lower()}" if rate else ""


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
    return Term(key, text[start:end], start, end, number=number)


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
