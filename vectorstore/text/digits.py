"""Parse the grouping of digits in numbers: "1,200", "25 000", "1’250’000", "1.250.000", "3,50,000".

Digits next to other digits in no known grouping ("1.2.3", "9:30", "5 31 500") are no number at all, because part of a
number would be a wrong number. Used for search, for comparing numbers and for verification.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from vectorstore.text.lexicon import MONTH_NUMBERS

JOINT = "\ue000"
"""Replaces the mark between the groups of one number in `unambiguous_numbers` and `join_digit_groups`."""

_BLANK = "\ue001"
_RESERVED = str.maketrans({JOINT: " ", _BLANK: " "})

_THIN = "\u00a0\u2002-\u200a\u202f"
_SPACE = re.compile(rf"[ {_THIN}]")
_RUN = re.compile(rf"(?<!\d)\d++(?:[,.'’:/ {_THIN}]\d++)+")
_GROUPED = re.compile(r"[1-9]\d{0,2}(?:(?P<mark>[,'’])\d{3})(?:(?P=mark)\d{3}){0,3}(?:\.\d+|(?<=['’]\d{3}),\d\d?)?")
_INDIAN = re.compile(r"[1-9]\d?(?:,\d\d){1,5},\d{3}(?:\.\d+)?")
# In English a single point is a decimal mark ("3.500 kilometres" is three and a half). It groups digits only where it
# can be nothing else: twice, or before a decimal comma.
_POINTS = re.compile(r"[1-9]\d{0,2}(?:(?:\.\d{3}){2,4}(?:,\d+)?|\.\d{3},\d\d?)")
_ADDRESS = re.compile(r"(?:(?:1?\d?\d|2[0-4]\d|25[0-5])\.){3}(?:1?\d?\d|2[0-4]\d|25[0-5])")
_DECIMAL = re.compile(r"\d+\.\d+")
_COMMA_DECIMAL = re.compile(r"\d{1,3},\d\d?")
_SCALE_AFTER = re.compile(r"\s?(?:%|per\s?cent\b|thousand|million|billion|trillion|lakh|crore)", re.IGNORECASE)

_FIRST, _NEXT, _LAST = re.compile(r"[1-9]\d{0,2}"), re.compile(r"\d{3}"), re.compile(r"\d{3}(?:\.\d+|,\d\d?)?")
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_WORD_BEFORE = re.compile(r"(?:([^\W\d_][\w’'-]*)\s+)?([^\W\d_][\w’'-]*)\.?[\s(]+$")
_LEADS = frozenset(
    """a about above after all almost also altogether among an and another approximately around as at before between but
    by every exactly for from her his if in its least less more most near nearly no of on only or our over roughly since
    so some than that the their these this those to total under until up upwards when where while with within chf eur
    gbp inr jpy rs usd""".split()
)
"""Words before a count that may be capitalised. Any other capitalised word is part of a name: "Boeing 747 400"."""

_PLACED = frozenset("in at across throughout".split())
"""Words before a capitalised word that make it a place and no name of a product: "In Tervola 25 500 people"."""

_NUMBERED = frozenset(
    """section sections chapter page pages paragraph article articles clause verse flight room route line lines level
    grade phase stage round step act scene season episode series version figure table number numbers no nos day week
    year years group type model part unit platform gate lot item volume issue point question rule aged age phone
    telephone tel fax mobile dial call code extension psalm bus train channel""".split()
)
"""Words that the number after them belongs to: "section 3" in "section 3 500 words"."""

# "12 155 mm howitzers", "12 500-pound bombs", "12 500kg bombs": a count and a size, not one number.
_SIZE_AFTER = re.compile(r"-?[^\W\d_]|\s?(?:mm|millimet|lbs?\b|calib)", re.IGNORECASE)


def unambiguous_numbers(text: str) -> str:
    """The text at the same length, the groups of numbers joined by `JOINT`; digits that are no number are blanked."""
    return _rewritten(text, keep=False)


def join_digit_groups(text: str) -> str:
    """The text at the same length, the groups of numbers joined by `JOINT`; all other digits as they are."""
    return _rewritten(text, keep=True)


def plain_numbers(text: str) -> str:
    """The text with its numbers without grouping: "1,200", "1 200" and "1’200" become "1200"."""
    return join_digit_groups(text).replace(JOINT, "")


def _rewritten(text: str, *, keep: bool) -> str:
    if JOINT in text or _BLANK in text:
        text = text.translate(_RESERVED)
    pieces, at = [], 0
    for run in _RUN.finditer(text):
        for start, end, number in _numbers(text, run.start(), run.end()):
            shown = text[start:end] if number is None and keep else number or _BLANK * (end - start)
            pieces += [text[at:start], shown]
            at = end
    return "".join([*pieces, text[at:]]) if pieces else text


def _numbers(text: str, start: int, end: int) -> Iterator[tuple[int, int, str | None]]:
    """Yield (start, end, number) for digits with single marks between them; None for what is no number."""
    spans, at = [], start
    for space in _SPACE.finditer(text, start, end):
        spans.append((at, space.start()))
        at = space.end()
    spans.append((at, end))
    own = re.search(r"[^\W\d_]-?$", text[max(0, start - 2) : start]) or _YEAR.fullmatch(text[slice(*spans[0])])
    if len(spans) > 1 and own and not text[slice(*spans[1])].startswith("0"):
        yield (*spans[0], _normal_form(text, *spans[0]))
        spans = spans[1:]
    if len(spans) == 1:
        yield (*spans[0], _normal_form(text, *spans[0]))
        return
    parts = [text[slice(*span)] for span in spans]
    separate = _are_separate(text, spans, parts)
    if separate is None:
        yield spans[0][0], spans[-1][1], JOINT.join(parts).replace(",", ".")
    else:
        for span in spans:
            yield (*span, _normal_form(text, *span) if separate else None)


def _normal_form(text: str, start: int, end: int) -> str | None:
    """Digits without spaces as a number of the same length; None if they are no number."""
    digits = text[start:end]
    if digits.isdecimal() or _DECIMAL.fullmatch(digits):
        return digits
    if _GROUPED.fullmatch(digits):
        mark = re.search(r"\D", digits)
        assert mark
        return digits.replace(mark[0], JOINT).replace(",", ".")
    if _INDIAN.fullmatch(digits):
        return digits.replace(",", JOINT)
    if _POINTS.fullmatch(digits) and not _ADDRESS.fullmatch(digits):
        return digits.replace(".", JOINT).replace(",", ".")
    if _COMMA_DECIMAL.fullmatch(digits) and _SCALE_AFTER.match(text, end):
        return digits.replace(",", ".")
    return None


def _are_separate(text: str, spans: list[tuple[int, int]], parts: list[str]) -> bool | None:
    """Whether digits with spaces between them are several numbers (True), one (None), or ambiguous (False)."""
    grouped = bool(_FIRST.fullmatch(parts[0]) and _LAST.fullmatch(parts[-1]) and len(parts) <= 5)
    grouped = grouped and all(_NEXT.fullmatch(part) for part in parts[1:-1])
    if not grouped:
        # "5 31 500", "555 123 4567", "1 1/2": a part of it could be the end of a longer number.
        touching = any(
            (len(one) <= 3 and _LAST.fullmatch(other)) or re.match(r"0\d\d", other) or "/" in other
            for one, other in pairwise(parts)
        )
        return not touching and not re.match(r"0\d", parts[0])
    start, end = spans[0][0], spans[-1][1]
    if text[max(0, start - 1) : start] in ("#", "+", "№"):
        return False
    before = _WORD_BEFORE.search(text, max(0, start - 40), start)
    word = before[2] if before else ""
    if word.lower() in MONTH_NUMBERS and word[0].isupper():
        return _are_separate_after_month((before[1] or "").lower() if before else "", parts)
    plain_space = any(text[stop] == " " for _, stop in spans[:-1])
    if not plain_space or parts[1].startswith("0"):
        return False if word.lower() in _NUMBERED and plain_space else None
    placed = before is not None and (before[1] or "").lower() in _PLACED
    named = word.lower() in _NUMBERED or (word[:1].isupper() and word.lower() not in _LEADS and not placed)
    return False if named or _SIZE_AFTER.match(text, end) else None


def _are_separate_after_month(preposition: str, parts: list[str]) -> bool | None:
    """The same after a month: "On May 5 300 people marched" has two numbers, "in May 12 500 came" has one."""
    if parts[1].startswith("0") or preposition == "in":
        return None
    return preposition == "on" and len(parts) == 2 and int(parts[0]) <= 31
