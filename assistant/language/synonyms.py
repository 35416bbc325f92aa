"""The names that one kind of thing has in questions and in articles: a UAV is a drone, a Shahed is a kind of drone.

A table, since the embedder can't tell: it finds "helicopters" (0.71) nearer to "drones" than "UAVs" (0.60) or
"uncrewed aircraft" (0.33), and "survived" (0.62) nearer to "killed" than "fatalities" (0.58).
"""

import re

_UNMANNED = r"(?:un(?:manned|crewed|piloted)|pilotless|crewless|remotely[\s-]piloted)"
_CRAFT = r"(?:vehicle|aircraft|aerial|system|plane|airplane|craft)"
_SAME: dict[str, str] = {
    "drone": (
        rf"{_UNMANNED}(?:\s+(?:combat|attack|aerial|air|airborne|flying))*\s+{_CRAFT}s?\b(?:\s*\(uavs?\))?"
        r"|\buc?avs?\b"
    ),
}
"""A thing's common name, and what else it is called."""

_KIND = re.compile(
    r"\b(?P<kind>shahed|geran|gerbera|lancet|kamikaze|suicide|fpv|reconnaissance)(?:-?\d+)?"
    r"(?:[\s/-]+(?:attack|strike|type|style))*(?:[\s-]+drones?|(?<=[a-z\d])s)\b",
    re.IGNORECASE,
)
"""A kind of drone, which an article may count without naming the kind."""

WEAPONS = frozenset(
    """drone missile rocket bomb shell projectile munition warhead plane airplane aeroplane jet aircraft helicopter
    bomber quadcopter torpedo balloon""".split()
)
"""What is launched and hits, in the singular."""

_SPELT = tuple((name, re.compile(rf"\b(?:{others})", re.IGNORECASE)) for name, others in _SAME.items())


def common(text: str) -> str:
    """The text with the common name in the place of every other: "UAVs" is "drones"."""
    for name, others in _SPELT:
        text = others.sub(lambda match, name=name: _like(match[0], name), text)  # type: ignore[misc]
    return text


def without_kind(text: str) -> str:
    """The text that asks for the thing at large: for "drones" instead of "Shahed drones"."""
    return _KIND.sub("drones", text)


def lacks_kind(question: str, sentence: str) -> bool:
    """Whether the question asks for a kind that the sentence does not name."""
    asked = _KIND.search(question)
    return asked is not None and asked["kind"].lower() not in sentence.lower()


def other_words(text: str) -> str:
    """Words that an article may have in the place of the text's, for a search by words: "UAV" for "drones"."""
    return "UAV UAVs unmanned" if re.search(r"\bdrones?\b", text, re.IGNORECASE) else ""


def weapon(word: str) -> str | None:
    """The plural of a word that names a weapon: "drones" of "drone" and of "drones"; None for other words."""
    single = word.lower() if word.lower() in WEAPONS else word.lower().removesuffix("s")
    return None if single not in WEAPONS else single if single == "aircraft" else f"{single}s"


def _like(spelt: str, name: str) -> str:
    """The name in the number of what is spelt; of aircraft there are always several."""
    plural = re.search(r"(?:s|aircraft)(?:\s*\(uavs?\))?$", spelt, re.IGNORECASE)
    return f"{name}s" if plural else name
