"""Dates as text for readers: "14 May 2025", "12–14 May 2025", "undated"."""

import re
from collections.abc import Iterable
from datetime import date

from assistant.language.lexicon import MONTHS
from ui.web.html.escaping import safe

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def day_of(text: str | None) -> date | None:
    """The day of an ISO date or date and time; None for anything else."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def day_or_year(text: str | None) -> tuple[date, str] | None:
    """(day, ISO date), or (1 January, year) where the text names exactly one year; else None."""
    if day := day_of(text):
        return day, day.isoformat()
    years = set(_YEAR.findall(text or ""))
    return (date(int(year := years.pop()), 1, 1), year) if len(years) == 1 else None


def readable(text: str | None) -> str:
    """An ISO date as "14 May 2025"; other text as it is; "undated" for none."""
    day = day_of(text)
    return _words(day) if day else text or "undated"


def time_html(text: str | None) -> str:
    """As `readable`, in HTML: a day as a <time> element."""
    day = day_of(text)
    return f'<time datetime="{day.isoformat()}">{_words(day)}</time>' if day else safe(readable(text))


def from_to(days: Iterable[date]) -> str:
    """The range of the days, naming year and month once: "28 April – 3 May 2025"; "" for no days."""
    every = sorted(days)
    if not every:
        return ""
    first, last = every[0], every[-1]
    if first == last:
        return _words(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{_words(last)}"
    return f"{_words(first).removesuffix(f' {last.year}')} – {_words(last)}"


def _words(day: date) -> str:
    return f"{day.day} {MONTHS[day.month - 1].title()} {day.year}"
