"""When what a sentence tells of happened, as far as the article says: an ISO day, its own words, or nothing."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from vectorstore.articles import Article
from vectorstore.text.sentences import sentences

LEAD = 3
"""Sentences at the head of an article that date the event the article is about."""

WEEKDAYS = "monday tuesday wednesday thursday friday saturday sunday".split()
MONTHS = "january february march april may june july august september october november december".split()
_DAY = rf"(?:{'|'.join(WEEKDAYS)})"
_MONTH = rf"(?:{'|'.join(f'{month[:3]}(?:{month[3:]})?' for month in MONTHS)}|sept)\.?"
_PART = r"(?:early|late|mid)[\s-]+"
_OF_DAY = r"(?:\s+(?:morning|afternoon|evening|night))?"
_WHEN = re.compile(
    rf"""(?P<span>\b(?:between\s+|from\s+)?(?:{_PART})?{_DAY}{_OF_DAY}\s+(?:and|to|into|until)\s+(?:{_PART})?{_DAY}\b{_OF_DAY})
    |(?P<iso>\b(?:1[5-9]|20)\d\d-\d\d-\d\d\b)
    |(?:\b{_DAY},?\s+)?\b(?P<m1>{_MONTH})\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[-–]|\s+(?:to|and)\s+\d)
       (?:,?\s+(?P<y1>(?:1[5-9]|20)\d\d)\b)?
    |(?:\b{_DAY},?\s+)?(?<![-–\d])\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{_MONTH})(?![\w-])
       (?:,?\s+(?P<y2>(?:1[5-9]|20)\d\d)\b)?
    |(?P<month>\b(?:in|since|of)\s+{_MONTH}(?:,?\s+(?:of\s+)?(?:1[5-9]|20)\d\d)?\b)
    |(?P<year>\b(?:in|since)\s+(?:the\s+year\s+)?(?:1[5-9]|20)\d\d\b)
    |(?P<vague>\b(?:last|this|earlier\s+this|past)\s+(?:night|week|weekend|month|year|spring|summer|autumn|fall|winter)\b
       |\b[\w-]+\s+(?:days|weeks|months|years|decades)\s+ago\b)
    |(?P<weekday>\b(?:(?:next|last|this|every|each|a)\s+)?(?:{_PART})?{_DAY}\b{_OF_DAY}s?)
    |(?P<near>\b(?:today|yesterday|overnight)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_SAYING = re.compile(
    r"\b(?:said|says|told\s+\w+|reported|announced|posted|wrote|stated|added|statement|estimated)(?:\s+(?:on|late|early))?"
    r"\s*$",
    re.IGNORECASE,
)
"""In "officials said Tuesday" the day is that of the saying."""

_HALF_A_YEAR = timedelta(days=183)
_AHEAD = re.compile(
    r"\b(?:will|won['’]t|would|shall|plans?|planned|scheduled|expected\s+to|set\s+to|due)\b", re.IGNORECASE
)


_ELSEWHEN = re.compile(
    r"\b(?:previous(?:ly)?|earlier|another|similar|since|so\s+far|to\s+date|ever|history|once|war|years?|months?|decades?)\b",
    re.IGNORECASE,
)
"""What tells that a sentence speaks of more than the event of its article, or of another one."""


@dataclass(frozen=True)
class When:
    """A time in a text: its `words` as they stand; the ISO `day` if one is meant without doubt.

    `fresh`: the words are of the days just before the article was published ("on Tuesday", "overnight").
    """

    words: str
    day: str | None
    fresh: bool


def event_time(article: Article, start: int, end: int, *, of_article: bool = True) -> When | None:
    """When the sentence `article.text[start:end]` says that its event was.

    By the sentence itself; if it has no time and may be of the article's event (`of_article`), by the sentences
    before it in its paragraph, the nearest first; then by the first sentences of the article. Two times in one
    sentence are one too many: None.
    """
    text = article.text[start:end]
    own = list(_times(text, article.published))
    if own or not of_article or _ELSEWHEN.search(text):
        return _only(own)
    for text in _around(article, start):
        found = [when for when in _times(text, article.published) if when.fresh or when.day]
        if found:
            return _only(found)
    return None


def _only(found: list[When]) -> When | None:
    distinct = {when.day or when.words.lower(): when for when in found}
    return found[0] if len(distinct) == 1 else None


def _around(article: Article, start: int) -> Iterator[str]:
    """The sentences before it in its paragraph, the nearest first, and those that open the article."""
    paragraph = article.text.rfind("\n", 0, start) + 1
    before = [(a, b) for a, b in sentences(article.text[paragraph:start])]
    yield from (article.text[paragraph + a : paragraph + b] for a, b in reversed(before))
    opening = article.text[: min(start, 4_000)]
    told = [opening[a:b] for a, b in sentences(opening)]
    told = [text for text in told if text[-1] in '.!?”"’' and text.strip() != article.title.strip()]
    yield from told[:LEAD]


def _times(text: str, published: str | None) -> Iterator[When]:
    day = _published_day(published)
    ahead = bool(_AHEAD.search(text))
    for match in _WHEN.finditer(text):
        words = " ".join(match[0].split())
        if match["weekday"] or match["near"]:
            if words.isupper():  # a newspaper's name
                continue
            if _SAYING.search(text, 0, match.start()) or re.match(r"(?:next|every|each|a)\s", words, re.IGNORECASE):
                continue
            plain = not ahead and not words.lower().startswith(("last", "this"))
            yield When(words, _recent(words, day) if plain else None, not ahead)
        elif match["span"]:
            yield When(words, None, not ahead)
        elif match["iso"]:
            yield When(words, _iso(match["iso"]), False)
        elif match["m1"] or match["m2"]:
            if _SAYING.search(text, 0, match.start()):
                continue
            found = _date(match["d1"] or match["d2"], match["m1"] or match["m2"], match["y1"] or match["y2"], day)
            yield When(words, None if ahead and not (match["y1"] or match["y2"]) else found, False)
        else:
            yield When(re.sub(r"^(?:in|of)\s+(?:the\s+year\s+)?", "", words, flags=re.IGNORECASE), None, False)


def _published_day(published: str | None) -> date | None:
    try:
        return date.fromisoformat((published or "")[:10])
    except ValueError:
        return None


def _iso(text: str) -> str | None:
    found = _published_day(text)
    return found.isoformat() if found else None


def _recent(words: str, published: date | None) -> str | None:
    """The last such day up to that of publication."""
    named = [place for place, name in enumerate(WEEKDAYS) if name in words.lower()]
    if published is None or words.lower() == "overnight":
        return None
    if not named:
        return (published - timedelta(days=words.lower() == "yesterday")).isoformat()
    return (published - timedelta(days=(published.weekday() - named[0]) % 7)).isoformat()


def _date(day: str, month: str, year: str | None, published: date | None) -> str | None:
    """The day; without a year the last such one up to publication, unless the next one is nearer (no past is told)."""
    number = next(place for place, name in enumerate(MONTHS, 1) if name.startswith(month.lower()[:3]))
    if not year and not published:
        return None
    this = int(year) if year else published.year if published else 0
    try:
        found = date(this, number, int(day))
        if not year and published and found > published + timedelta(days=1):
            return found.replace(year=this - 1).isoformat() if found > published + _HALF_A_YEAR else None
    except ValueError:
        return None
    return found.isoformat()
