"""Synonyms of what news counts: a UAV is a drone, a Shahed is a kind of drone.

A table, since the embedder does not separate them: "helicopters" (cosine 0.71) are nearer to "drones" than "UAVs"
(0.60) or "uncrewed aircraft" (0.33), and "survived" (0.62) is nearer to "killed" than "fatalities" (0.58).
"""

import re

_UNMANNED = r"(?:un(?:manned|crewed|piloted)|pilotless|crewless|remotely[\s-]piloted)"
_CRAFT = r"(?:vehicle|aircraft|aerial|system|plane|airplane|craft)"
_SYNONYMS: dict[str, str] = {
    "drone": (
        rf"{_UNMANNED}(?:\s+(?:combat|attack|aerial|air|airborne|flying))*\s+{_CRAFT}s?\b(?:\s*\(uavs?\))?"
        r"|\buc?avs?\b"
    ),
}
"""The common name, and an expression for its synonyms."""

_KIND = re.compile(
    r"\b(?P<kind>shahed|geran|gerbera|lancet|kamikaze|suicide|fpv|reconnaissance)(?:-?\d+)?"
    r"(?:[\s/-]+(?:attack|strike|type|style))*(?:[\s-]+drones?|(?<=[a-z\d])s)\b",
    re.IGNORECASE,
)
"""A kind of drone; an article may count drones without naming it."""

WEAPONS = frozenset(
    """drone missile rocket bomb shell projectile munition warhead plane airplane aeroplane jet aircraft helicopter
    bomber quadcopter torpedo balloon""".split()
)
"""Nouns for what is launched and hits, in the singular."""

_SPELT = tuple((name, re.compile(rf"\b(?:{others})", re.IGNORECASE)) for name, others in _SYNONYMS.items())


def common(text: str) -> str:
    """The text with the common name in the place of every synonym: "drones" for "UAVs"."""
    for name, others in _SPELT:
        text = others.sub(lambda match, name=name: _inflected(match[0], name), text)  # type: ignore[misc]
    return text


def without_kind(text: str) -> str:
    """The text without the kinds of drones: "drones" for "Shahed drones"."""
    return _KIND.sub("drones", text)


def lacks_kind(question: str, sentence: str) -> bool:
    """Whether the question asks for a kind of drone that the sentence does not name."""
    asked = _KIND.search(question)
    return asked is not None and asked["kind"].lower() not in sentence.lower()


def other_words(text: str) -> str:
    """Synonyms to add to a search by words: "UAV UAVs unmanned" for a text with "drones", else ""."""
    return "UAV UAVs unmanned" if re.search(r"\bdrones?\b", text, re.IGNORECASE) else ""


def weapon(word: str) -> str | None:
    """The plural of a word for a weapon: "drones" for "drone" and "drones"; None for other words."""
    single = word.lower() if word.lower() in WEAPONS else word.lower().removesuffix("s")
    return None if single not in WEAPONS else single if single == "aircraft" else f"{single}s"


def _inflected(spelt: str, name: str) -> str:
    """The name in the singular or plural of the synonym; "aircraft" counts as plural."""
    plural = re.search(r"(?:s|aircraft)(?:\s*\(uavs?\))?$", spelt, re.IGNORECASE)
    return f"{name}s" if plural else name
