"""Days as people read them: "14 May 2025", "12–14 May 2025", "undated"."""

import re
from collections.abc import Iterable
from datetime import date

from assistant.language.lexicon import MONTHS
from ui.web.html.escaping import safe

_YEAR = re.compile(r"\b(?:1[5-9]|20)\d\d\b")


def day_of(text: str | None) -> date | None:
    """The day that an ISO date, or date and time, begins with; None for anything else."""
    try:
        return date.fromisoformat((text or "")[:10])
    except ValueError:
        return None


def day_or_year(text: str | None) -> tuple[date, str] | None:
    """A day with its ISO words, or the first day of the one year that the text names, with the year; else None."""
    if day := day_of(text):
        return day, day.isoformat()
    years = set(_YEAR.findall(text or ""))
    return (date(int(year := years.pop()), 1, 1), year) if len(years) == 1 else None


def spoken(text: str | None) -> str:
    """The day in words if it is one, else the text as it is; "undated" for none."""
    day = day_of(text)
    return _words(day) if day else text or "undated"


def time_html(text: str | None) -> str:
    """The same as HTML, a day with its machine-readable form."""
    day = day_of(text)
    return f'<time datetime="{day.isoformat()}">{_words(day)}</time>' if day else safe(spoken(text))


def from_to(days: Iterable[date]) -> str:
    """From the first of the days to the last, naming year and month once: "28 April – 3 May 2025"; "" for none."""
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
