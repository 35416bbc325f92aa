"""The lists of English that the index itself needs: stop words and the calendar. All others are in assistant/language.

Months and weekdays are those of CLDR (tests/test_lexicon.py compares them with babel), in lower case.
"""

from collections.abc import Mapping

STOP_WORDS = frozenset(
    """a about after all also an and any are as at be been but by can could did do does for from had has have
    he her his how i if in into is it its just me more most no not of on or our out said say says she should so
    some such tell than that the their them then there these they this those to was we were what when where
    which while who whom whose why will with would you your""".split()
)
"""Words that say nothing of what a text is about. "Said" is one: nearly every news sentence has it."""

MONTHS = tuple("january february march april may june july august september october november december".split())

MONTH_NUMBERS: Mapping[str, int] = {
    spelling: number
    for number, month in enumerate(MONTHS, 1)
    for spelling in (month, month[:3], *(["sept"] if month == "september" else []))
}
"""Every spelling of a month without its full stop, and its number: "september", "sept" and "sep" are 9."""

WEEKDAYS = tuple("monday tuesday wednesday thursday friday saturday sunday".split())
"""In the order of `datetime.date.weekday`."""
