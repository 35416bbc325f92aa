"""Words beside a figure that change it: "twice 12", "approaching 12", "12 a week", "12 people or more"."""

import re
from dataclasses import replace

from assistant.language.stems import stem
from assistant.quantities.numbers import Number

IRREGULAR = frozenset(
    """came hit left struck fell won lost met told took went made gave saw held began kept say said says did does is are
    was were has have had shot fled led sent brought bought sold built fought found ran rose sank spent stood stole
    threw wrote died killed hurt beat became broke caught chose cut drew drove flew forgot froze got grew hid knew laid
    lay let put quit rode sang set shook shut sat slept spoke spread swam swore thought understood woke wore hits
    cost costs paid pays meant signed
    kills strikes says wins loses""".split()
)
"""Verbs without the ending "-ed" or "-ing"."""

_DECADE = re.compile(r"(?<=\d0)['’]?s\b")
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
_BEHIND = re.compile(
    r"""[\s-]+((?:or|and)\s+(?:even\s+|possibly\s+)?(?:more|fewer|less|so|over|under|up|upwards|thereabouts)
      (?!\s+(?:[^\sa-z]|(?:than|to|an?|the|one|two|dozens|hundreds|thousands|millions)\b))
    |plus|maximum|minimum|tops|short|each|apiece|upwards|at\s+(?:the\s+very\s+|an?\s+)?(?:least|most|minimum|maximum))\b
    |\s*(\+)""",
    re.IGNORECASE | re.VERBOSE,
)
"""Bounds behind a figure. "12 or more" has its bound already; this is for "12 people or more" and "dozens or more"."""

_IN_FRONT = re.compile(r"(as\s+\w+\s+as|[^\W\d_]+(?:['’-][^\W_]+)*)[^\S\n]+$", re.IGNORECASE)
_NEUTRAL = frozenset(
    """a an the this that these those his her its their our your my whose which who whom
    of in on at from with by to for into against during among after since until when where while as than if because
    and but nor yet so is are was were be been being am has have had do does did will would could should can may might
    must not they we you it he she i""".split()
)
"""Words in front of a figure that do not change it: "the 12", "of 12", "and 12"."""

_BOUNDING = frozenset("approach near exceed top surpass pass averag doubl tripl border number".split())
"""Stems of the verbs that say how far a figure reaches: "exceeding 12"."""


def with_modifier(text: str, number: Number) -> Number:
    """The number, with what changes it from behind added to its unit: "5,000 a week" has the unit "/week"."""
    behind = _behind(text, number)
    return replace(number, unit=f"{number.unit or ''}{behind}") if behind else number


def _behind(text: str, number: Number) -> str:
    """The rate ("/week"), decade ("s"), comparison ("/less") or bound ("/or more") behind a number; else ""."""
    end = number.start + len(number.text)
    if _DECADE.match(text, number.end):
        return "s"
    if than := _THAN.match(text, number.end):
        return f"/{than[1].lower()}"
    if rate := _RATE.match(text, end):
        return f"/{rate[1].lower()}"
    behind = _BEHIND.match(text, number.end) or _BEHIND.match(text, end)
    return f"/{' '.join((behind[1] or behind[2]).lower().split())}" if behind else ""


def modifier_before(text: str, number: Number) -> str:
    """The stem of the word right in front of a figure if it may change it: "twice", "approaching", "well"; else "".

    Any word may, except function words and names, so that no list has to be complete. What looks like a verb
    ("launched 145", "leaving 12") is given in brackets, unless it bounds the figure ("exceeding 12").
    """
    match = _IN_FRONT.search(text, max(0, number.start - 40), number.start)
    if not match or match[1].lower() in _NEUTRAL:
        return ""
    word = match[1].lower()
    named = match[1][0].isupper() and re.search(r"\w", text[: match.start()])
    verb = word in IRREGULAR or (word.endswith(("ed", "ing")) and stem(word) not in _BOUNDING)
    return f"({stem(word)})" if verb else "" if named else stem(word)


def same_modifier(one: str, other: str) -> bool:
    """Whether two results of `modifier_before` change a figure alike: the same word, or each a verb or none."""
    return one.strip("()") == other.strip("()") or all(word == "" or word[0] == "(" for word in (one, other))
