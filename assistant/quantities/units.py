"""Units behind numbers: money, lengths, weights, speeds, degrees, ages; each in all its spellings.

CLDR (babel 2.18, five English locales) names 112 of the 164 units in 7,000 news sentences: it has no ages
("year-old"), no plain "dollars", "lbs" or "pounds of", and takes 150 ms to load. So the spellings are written here.
"""

import re

_SPELLINGS = {
    "A$": r"australian dollars?",
    "C$": r"canadian dollars?",
    "$": r"(?:u\.?s\.? )?dollars?|usd",
    "€": r"euros?|eur|€",
    "¥": r"(?:japanese )?yen",
    "₴": r"(?:ukrainian )?hryvnias?",
    "₽": r"(?:russian )?rou?bles?",
    "₹": r"(?:indian )?rupees?|₹",
    "CHF": r"swiss francs?|chf",
    "lb": r"lbs?|pounds? of|pound(?= )",
    "£": r"pounds?(?: sterling)?|gbp|£",
    "km/h": r"km/h|kmh|kph|kilomet(?:re|er)s? (?:per|an) hour",
    "mph": r"mph|miles? (?:per|an) hour",
    "km": r"kilomet(?:re|er)s?|kms?",
    "cm": r"centimet(?:re|er)s?|cms?",
    "mm": r"millimet(?:re|er)s?|mm",
    "m": r"met(?:re|er)s?",
    "mile": r"miles?",
    "ft": r"feet|foot|ft",
    "kg": r"kilograms?|kilos?|kgs?",
    "tonne": r"tonnes?",
    "ton": r"tons?",
    "°C": r"° ?c|degrees? (?:celsius|centigrade)|(?-i:C)",
    "°F": r"° ?f|degrees? fahrenheit|(?-i:F)",
    "°": r"degrees?|°",
    "years old": r"years? olds?|years? of age",
}
_UNITS = re.compile(
    r"[\s-]?(?:"
    + "|".join(f"(?P<u{n}>{spelling.replace(' ', '[ -]')})" for n, spelling in enumerate(_SPELLINGS.values()))
    + r")(?![^\W_])",
    re.IGNORECASE | re.ASCII,
)
_BEGINS = re.compile(r"[\s-]?[A-Za-z°€£₹]")
_NAMES = list(_SPELLINGS)
_AGED = re.compile(r"\b(?:aged?|ages)\s+$", re.IGNORECASE)
_LENGTH_BEHIND = re.compile(
    r"""[\s-]*(?:(?:men|women|boy|girl)['’]?s['’]?\s)?(?:race|dash|sprint|freestyle|backstroke|breaststroke|butterfly|medley
    |hurdles|relay|final|finals|heats?|title|record|champion\w*|gold|silver|bronze|runner|swimmer|event|swim|walk|track
    |tall|long|deep|high|wide|thick|away|from|below|beneath|above|apart|off|underwater|north|south|east|west|tower
    |wall|fence|wave|waves|drop|fall|line|radius|downhill|behind|ahead)\b""",
    re.IGNORECASE | re.VERBOSE,
)
_LENGTH_BEFORE = re.compile(
    r"\b(?:height|depth|length|distance|width|radius|ran|swam|run|swim|sprinted|women['’]s|men['’]s)"
    r"(?:\s+(?:of|to|the|a|about|over|around|nearly|some))*\s+$",
    re.IGNORECASE,
)


def unit_behind(text: str, at: int) -> tuple[str | None, int]:
    """The unit that begins at `at`, right behind a number, and where it ends; None and `at` if there is none."""
    match = _UNITS.match(text, at) if _BEGINS.match(text, at) else None
    if not match or match.lastgroup is None:
        return None, at
    return _NAMES[int(match.lastgroup[1:])], match.end()


def is_aged(text: str, at: int) -> bool:
    """Whether the word before the number at `at` makes it an age: "aged six"."""
    return bool(_AGED.search(text, max(0, at - 8), at))


def is_length(text: str, start: int, end: int) -> bool:
    """Whether "100m" at text[start:end] is metres rather than millions, by the words around it."""
    return bool(_LENGTH_BEHIND.match(text, end) or _LENGTH_BEFORE.search(text, max(0, start - 40), start))
