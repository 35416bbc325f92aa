"""Another number in place of a given one, written in the same way."""

import re
from random import Random

LONGEST, YEARS = 12, range(1700, 2036)
"""Digits of a number at most; four digits in YEARS are a year."""


def another_day(old: str, draw: Random) -> str | None:
    """Another day of a month, from 1 to 28, written as `old` is; another number for more than two digits."""
    digits = re.match(r"\d+", old)
    if not digits or len(digits[0]) > 2:
        return another_number(old, draw)
    new = draw.choice([day for day in range(1, 29) if day != int(digits[0])])
    return f"{new}{_suffix(new) if old[-1:].isalpha() else ''}"


def another_number(old: str, draw: Random) -> str | None:
    """Another number written as `old` is: a year a little off, one digit exchanged, or another size.

    None for more than LONGEST digits. It may, rarely, be `old` itself.
    """
    body = re.sub(r"(?:st|nd|rd|th)\Z", "", old, flags=re.IGNORECASE)
    digits = re.sub(r"\D", "", body)
    if len(digits) > LONGEST:
        return None
    value = int(digits)
    if len(digits) == len(body) == 4 and value in YEARS:
        return str(value + draw.choice((-11, -10, -4, -3, -2, -1, 1, 2, 3, 7, 10)))
    whole, dot, decimals = body.partition(".")
    if draw.random() < 0.45:
        new = _digit_exchanged(body, draw)
    elif dot and decimals.isdigit():
        new = f"{whole}.{draw.choice([digit for digit in range(10) if str(digit) != decimals])}"
    else:
        sizes = (2 * value, value + 1, max(0, value - 1), 10 * value, value // 2, value + draw.randint(2, 9))
        size = draw.choice((*sizes, value * 3 // 2 + 1))
        new = f"{size:,}" if "," in body or (size > 9999 and draw.random() < 0.5) else str(size)
    return new + _suffix(int(re.sub(r"\D", "", new))) if body != old else new


def _digit_exchanged(body: str, draw: Random) -> str:
    place = draw.choice([at for at, character in enumerate(body) if character.isdigit()])
    first = place == 0
    digit = draw.choice([digit for digit in "0123456789" if digit != body[place] and not (first and digit == "0")])
    return body[:place] + digit + body[place + 1 :]


def _suffix(number: int) -> str:
    """The letters behind an ordinal in digits: 1st, 2nd, 3rd, 11th."""
    if number % 100 in (11, 12, 13):
        return "th"
    return {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
