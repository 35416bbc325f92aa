"""The tables of English for the exchanges of training/edits.py and the rewordings of training/rewordings.py.

What the product's lexicon has (months, weekdays, number words, people) comes from there.
"""

import re
from collections.abc import Mapping

from assistant.language.lexicon import MONTHS, ONES, ORDINALS, PLAIN_SAYING, TEENS, TENS, WEEKDAYS, alternatives

MONTH_NAMES = tuple(month.title() for month in MONTHS)
DAY_NAMES = tuple(day.title() for day in WEEKDAYS)

COUNTS = tuple(word for word in (*ONES, *TEENS, *TENS) if word != "one")
"""Number words; "one" is as often a pronoun."""

RANKS = tuple(word for word, value in ORDINALS.items() if value <= 10)
ROUND = ("dozens", "hundreds", "thousands")

FIGURE = re.compile(
    rf"(?<![\w.,-])(?:\d[\d,.]*\d|\d)(?:st|nd|rd|th)?(?!\w)|\b(?:{alternatives((*COUNTS, *RANKS, *ROUND))})\b",
    re.IGNORECASE,
)
"""A number in digits ("1,500", "2.5", "21st"), or one of the words above; not the digits of "COVID-19"."""

NAME = re.compile(r"\b[A-Z][\w’'-]+(?: (?:of |the |de )?[A-Z][\w’'-]+){0,3}\b")
"""One to four words with capitals: a name, or the first word of a sentence."""

NOT_NAMES = frozenset((*MONTH_NAMES, *DAY_NAMES)) | frozenset(
    """The A An In On At He She It They But However This That These Those I We You There And If For As With From By
    When While After Before According Some Many More Most No Not His Her Their Its Our My""".split()
)
"""Words with a capital that are no names."""

UNITS: Mapping[str, tuple[str, ...]] = {
    "million": ("billion", "thousand"),
    "billion": ("million", "trillion"),
    "kilometres": ("metres", "miles"),
    "kilometers": ("meters", "miles"),
    "metres": ("kilometres", "feet"),
    "minutes": ("hours", "seconds"),
    "hours": ("minutes", "days", "weeks"),
    "days": ("weeks", "months", "years"),
    "weeks": ("days", "months"),
    "months": ("weeks", "years"),
    "years": ("months", "decades"),
    "dollars": ("euros", "pounds"),
    "percent": ("percentage points",),
    "injured": ("killed",),
    "killed": ("injured", "arrested"),
    "wounded": ("killed",),
    "men": ("women", "children"),
    "women": ("men", "children"),
    "died": ("were injured", "survived"),
    "north": ("south", "east", "west"),
    "south": ("north", "east", "west"),
    "northern": ("southern", "eastern", "western"),
    "increased": ("decreased",),
    "decreased": ("increased",),
    "rose": ("fell",),
    "won": ("lost",),
    "lost": ("won",),
    "before": ("after",),
    "after": ("before",),
    "morning": ("evening", "afternoon"),
    "first": ("last",),
    "more": ("fewer", "less"),
    "male": ("female",),
    "most": ("few",),
    "all": ("some", "no"),
    "yesterday": ("today", "tomorrow"),
    "largest": ("smallest",),
    "highest": ("lowest",),
    "former": ("current",),
    "accepted": ("rejected",),
    "confirmed": ("denied",),
    "arrested": ("released",),
    "opened": ("closed",),
    "closed": ("opened",),
    "guilty": ("not guilty",),
    "son": ("daughter", "brother"),
    "president": ("prime minister", "governor"),
    "early": ("late",),
    "supported": ("opposed",),
}
"""Words of measure, kind, direction and outcome, each with words that say something else in its place."""

BOUNDS: Mapping[str, tuple[str, ...]] = {
    "more than": ("fewer than", "exactly", "about"),
    "at least": ("at most", "exactly", "nearly"),
    "over": ("under", "exactly"),
    "up to": ("at least", "more than"),
    "nearly": ("more than", "exactly"),
    "almost": ("more than", "over"),
    "less than": ("more than", "at least"),
    "fewer than": ("more than", "at least"),
    "about": ("more than", "fewer than"),
}
"""Words in front of a figure, each with words that put another bound on it."""

AUXILIARIES = tuple("is are was were has have had will would can could may should did does do".split())
"""Behind these a negation can stand; with a small letter, for "May" is a month."""

DOUBTING = tuple(
    """doubted feared denied questioned disputed suspected speculated hoped imagined pretended predicted wondered
    suggested rumored supposed assumed guessed dreamed alleged insinuated""".split()
)
"""Verbs behind which a clause is not asserted; WHETHER are those that take "whether"."""
WHETHER = frozenset("questioned disputed wondered".split())

SPEAKERS = (
    "The minister", "Officials", "Police", "The company", "A spokesman", "Analysts", "The union", "Residents",
    "Critics", "Her lawyer", "The mayor", "Opposition leaders", "His family", "Some experts", "The newspaper",
)  # fmt: skip
"""Who may say something in any news."""

SAYING = alternatives((*PLAIN_SAYING, "told reporters", "announced", "claimed", "added"))
SPEAKER_FIRST = re.compile(
    rf"(?P<who>[A-Z][^,.;:\"“]{{2,60}}?) (?:{SAYING}|confirmed|reported)(?: that)? (?P<rest>[^\"“]{{20,}})"
)
SPEAKER_LAST = re.compile(rf"(?P<rest>[^\"“]{{20,}}), (?P<who>[^,.;:\"“]{{3,60}}?) (?:{SAYING})\.")
"""A whole sentence that reports another: its speaker is `who`, what is reported `rest`."""

LOWERED = frozenset("""The A An In On At He She It They This These Some Many About More There After During""".split())
"""First words of a sentence that lose their capital behind other words."""

PRONOUNS = frozenset("He She It They This That There We I You".split())
"""First words that stand for somebody else's name."""

SAME: Mapping[str, str] = {
    "told reporters": "said",
    "because": "as",
    "approximately": "about",
    "killed at least": "killed no fewer than",
    "began": "started",
    "purchased": "bought",
    "stated": "said",
    "however, ": "",
}
"""Words that may be replaced by others of the same meaning."""
