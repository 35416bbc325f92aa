"""When the event of a sentence was, as far as its article shows it: an ISO day, words ("in 1990"), or None.

dateparser 1.5 was measured against these rules on the dated sentences of 280 news articles. Its `search_dates` (15 ms
a sentence) gave 157 days in 300 sentences, of which 26 were right ("$94" is 1994, "we" a Wednesday), and missed 19. Its
`parse` of the words found here agreed on 468 of 619 days, most others being weekdays put a week too early; the
first call takes up to a second, each later one 4 ms. So it reads publishers' dates at ingest, and nothing here.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from assistant.language.lexicon import ANNOUNCING, MONTH, MONTH_NUMBERS, SAYING, WEEKDAY, WEEKDAYS, alternatives
from vectorstore.articles import Article
from vectorstore.text.sentences import sentences

LEAD = 3
"""Sentences at the head of an article that date the event the article is about."""

_YEAR = r"(?:1[5-9]|20)\d\d"
_PART = r"(?:early|late|mid)[\s-]+"
_DAY = rf"(?:{_PART})?(?:{WEEKDAY})\b(?:\s+(?:morning|afternoon|evening|night))?"
_NAMED_DAY = rf"(?:\b(?:{WEEKDAY}),?\s+)?"
_TIME = re.compile(
    rf"""(?P<span>\b(?:between\s+|from\s+)?{_DAY}\s+(?:and|to|into|until)\s+{_DAY})
    |(?P<iso>\b{_YEAR}-\d\d-\d\d\b)
    |{_NAMED_DAY}\b(?P<m1>{MONTH})\.?\s+(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\s*[-–]|\s+(?:to|and)\s+\d)
       (?:,?\s+(?P<y1>{_YEAR})\b)?
    |{_NAMED_DAY}(?<![-–\d])\b(?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\s+(?:of\s+)?(?P<m2>{MONTH})\.?(?![\w-])
       (?:,?\s+(?P<y2>{_YEAR})\b)?
    |(?P<vague>\b(?:in|since|of)\s+(?:{MONTH})\.?(?:,?\s+(?:of\s+)?{_YEAR})?\b
       |\b(?:in|since)\s+(?:the\s+year\s+)?{_YEAR}\b
       |\b(?:last|this|earlier\s+this|past)\s+(?:night|week|weekend|month|year|spring|summer|autumn|fall|winter)\b
       |\b[\w-]+\s+(?:days|weeks|months|years|decades)\s+ago\b)
    |(?P<recent>\b(?:(?:next|last|this|every|each|a)\s+)?{_DAY}s?|\b(?:today|yesterday|overnight)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_ATTRIBUTED = re.compile(
    rf"\b(?:{alternatives(SAYING | ANNOUNCING)}|told\s+\w+|statement|estimated)(?:\s+(?:on|late|early))?\s*$",
    re.IGNORECASE,
)
"""In "officials said Tuesday" the day is that of the statement."""

_NO_SINGLE_DAY = re.compile(r"(?:next|every|each|a)\s", re.IGNORECASE)
_HALF_A_YEAR = timedelta(days=183)
_FUTURE = re.compile(
    r"\b(?:will|won['’]t|would|shall|plans?|planned|scheduled|expected\s+to|set\s+to|due)\b", re.IGNORECASE
)
_OTHER_EVENTS = re.compile(
    r"\b(?:previous(?:ly)?|earlier|another|similar|since|so\s+far|to\s+date|ever|history|once|war|years?|months?|decades?)\b",
    re.IGNORECASE,
)
"""Words of a sentence about more than the event of its article, or about another one."""


@dataclass(frozen=True)
class When:
    """A time in a text: its `words`; the ISO `day` if they can mean one day only.

    `fresh`: the words mean the days just before the article was published ("on Tuesday", "overnight").
    """

    words: str
    day: str | None
    fresh: bool


def event_time(article: Article, start: int, end: int, *, of_article: bool = True) -> When | None:
    """When the event of the sentence `article.text[start:end]` was.

    By the sentence itself; if it names no time and may be about the article's event (`of_article`), by the sentences
    before it in its paragraph, the nearest first; then by the first sentences of the article. None where there
    is no time, or where one sentence names two.
    """
    text = article.text[start:end]
    own = list(_times(text, article.published))
    if own or not of_article or _OTHER_EVENTS.search(text):
        return _only(own)
    for text in _around(article, start):
        dated = [when for when in _times(text, article.published) if when.fresh or when.day]
        if dated:
            return _only(dated)
    return None


def _only(times: Sequence[When]) -> When | None:
    distinct = {when.day or when.words.lower() for when in times}
    return times[0] if len(distinct) == 1 else None


def _around(article: Article, start: int) -> Iterator[str]:
    """The sentences before the one at `start` in its paragraph, the nearest first, and those that open the article."""
    paragraph = article.text.rfind("\n", 0, start) + 1
    for first, last in reversed(sentences(article.text[paragraph:start])):
        yield article.text[paragraph + first : paragraph + last]
    opening = article.text[: min(start, 4_000)]
    leading = [opening[first:last] for first, last in sentences(opening)]
    leading = [text for text in leading if text[-1] in '.!?”"’' and text.strip() != article.title.strip()]
    yield from leading[:LEAD]


def _times(text: str, published: str | None) -> Iterator[When]:
    """The times that a text names, in order, without the days on which something was only stated."""
    publication = _parsed(published)
    future = bool(_FUTURE.search(text))
    for match in _TIME.finditer(text):
        words = " ".join(match[0].split())
        year = match["y1"] or match["y2"]
        if not (match["span"] or match["iso"] or match["vague"]) and _ATTRIBUTED.search(text, 0, match.start()):
            continue
        if match["recent"]:
            if words.isupper() or _NO_SINGLE_DAY.match(words):  # "USA TODAY" is a newspaper
                continue
            plain = not future and not words.lower().startswith(("last", "this"))
            yield When(words, _latest(words, publication) if plain else None, not future)
        elif match["span"]:
            yield When(words, None, not future)
        elif match["iso"]:
            day = _parsed(match["iso"])
            yield When(words, day.isoformat() if day else None, False)
        elif match["vague"]:
            yield When(re.sub(r"^(?:in|of)\s+(?:the\s+year\s+)?", "", words, flags=re.IGNORECASE), None, False)
        else:
            resolved = _resolved(match["d1"] or match["d2"], match["m1"] or match["m2"], year, publication)
            yield When(words, None if future and not year else resolved, False)


def _parsed(text: str | None) -> date | None:
    """The day that an ISO date, or date and time, begins with; None for anything else."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def _latest(words: str, published: date | None) -> str | None:
    """The latest day up to that of publication which words such as "yesterday" or "late Tuesday" can mean."""
    if published is None or words.lower() == "overnight":
        return None
    named = [number for number, name in enumerate(WEEKDAYS) if name in words.lower()]
    back = (published.weekday() - named[0]) % 7 if named else words.lower() == "yesterday"
    return (published - timedelta(days=back)).isoformat()


def _resolved(day: str, month: str, year: str | None, published: date | None) -> str | None:
    """The ISO day of a date. Without a year it is the latest one up to publication, or the day after it.

    None where the next such day is nearer than the last one, for the date may be of either year; and for a day that
    does not exist.
    """
    if not year and not published:
        return None
    in_year = int(year or (published.year if published else 0))
    try:
        resolved = date(in_year, MONTH_NUMBERS[month.lower()], int(day))
        if not year and published and resolved > published + timedelta(days=1):
            return resolved.replace(year=in_year - 1).isoformat() if resolved > published + _HALF_A_YEAR else None
    except ValueError:
        return None
    return resolved.isoformat()
