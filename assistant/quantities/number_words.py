"""How numbers are written: digits, words, scales; and the value of what is written.

text2num 3.1 and word2number 1.1 were measured on the 64 different numbers in words of 7,000 news sentences and the
tests: they read 49 and 55 of them as this does, and neither knows "half a million", "two dozen" or "two and a half".
"""

import re
import unicodedata

from assistant.language.lexicon import ONES, SCALES, TEENS, TENS, alternatives
from vectorstore.text.digits import JOINT

_SHORT_SCALES = {
    "k": 1_000, "m": 1_000_000, "mn": 1_000_000, "mln": 1_000_000, "b": 1_000_000_000, "bn": 1_000_000_000,
    "bln": 1_000_000_000, "tn": 1_000_000_000_000, "trn": 1_000_000_000_000, "cr": 10_000_000,
}  # fmt: skip
_VALUES: dict[str, float] = {**ONES, **TEENS, **TENS, "a": 1, "half": -0.5}
_CODES = {
    "RS": "₹", "RS.": "₹", "INR": "₹", "USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "UAH": "₴", "RUB": "₽",
    "CHF": "CHF",
}  # fmt: skip
"""Currencies as they are written in front of a figure: "Rs 12.5 crore", "EUR 5 million"."""

_SIGNS = "$£€¥₴₽₹"

# (?a:...): without it "ſeven" and "mıllion" match too, since Unicode folds their letters to s and i.
_SMALL = (
    rf"(?a:(?:{alternatives(TENS)})(?:[-\s](?:{alternatives(ONES)})\b)?|{alternatives(TEENS)}|{alternatives(ONES)})"
)
_SCALE = rf"(?a:(?:{alternatives(SCALES)})s?)"
_SHORT_SCALE = r"(?a:k|m|mn|mln|b|bn|bln|tn|trn|\s?cr)"
NUMBER = re.compile(
    rf"""(?<![\w.,{_SIGNS}{JOINT}])(?P<minus>[-−]|(?a:minus)\s)?
    (?P<currency>(?a:US|A|C|NZ|HK)?[{_SIGNS}](?:\s(?=\d))?|(?a:{"|".join(map(re.escape, _CODES))})\s?(?=\d))?
    (?:(?!0\d\d)(?P<digits>\d{{1,15}}(?:{JOINT}\d{{2,3}}){{0,6}}(?:\.\d+)?)
      |(?P<words>\b(?:{_SMALL}|(?:half\s)?a(?=\s{_SCALE}\b))\b))
    (?P<fraction>[½¼¾⅓⅔]|\sand\sa\shalf\b)?
    (?P<ordinal>st|nd|rd|th)?
    (?P<scale>(?:[-\s]?{_SCALE}\b|{_SHORT_SCALE}\b){{0,2}})
    (?:(?<=hundred)\s(?:and\s)?(?P<rest>{_SMALL})\b(?P<scale_of_all>\s{_SCALE}\b)?)?
    (?P<percent>\s?%|\s?per\s?cent\b)?
    (?P<behind>\+|-plus\b|\s+or\s+(?a:more|fewer|less|so)\b)?
    (?![\d{JOINT}]|[.,]\d)""",
    re.VERBOSE | re.IGNORECASE,
)
"""A number in a text rewritten by `unambiguous_numbers`; the named groups are its parts."""


def value_of(match: re.Match[str]) -> float:
    """The value of a match of NUMBER, with its scale: "1.6 million" is 1600000.0."""
    value = float(match["digits"].replace(JOINT, "")) if match["digits"] else _small(match["words"])
    if match["fraction"]:
        value += unicodedata.numeric(match["fraction"]) if len(match["fraction"]) == 1 else 0.5
    value = _scaled(value, match["scale"])
    if match["rest"]:
        value = _scaled(value + _small(match["rest"]), match["scale_of_all"] or "")
    return -value if match["minus"] else value


def _small(words: str) -> float:
    """The value of words below a hundred: "twenty-one" is 21; "a" before a scale is 1, "half a" 0.5."""
    return float(sum(_VALUES[word] for word in re.split(r"[-\s]", words.lower())))


def _scaled(value: float, scales: str) -> float:
    for scale in re.findall(r"[a-z]+", scales.lower()):
        value *= _SHORT_SCALES.get(scale) or SCALES[scale.removesuffix("s")]
    return value


def scale_of(match: re.Match[str], *, groups: bool) -> float:
    """The factor by which a number is scaled: 1000000.0 for "7 million"; with `groups`, 1000.0 for "15,000"."""
    grouped = (match["digits"] or "").count(JOINT) if groups else 0
    return _scaled(1.0, match["scale"]) * 1000.0**grouped


def currency_of(match: re.Match[str]) -> str | None:
    """The currency in front of a match of NUMBER, as its sign: "$" for "US$" and "USD"; None if there is none."""
    written = (match["currency"] or "").strip().upper()
    return _CODES.get(written) or written.removeprefix("US") or None
