"""What a question wants counted, and whether a sentence counts that very thing.

Launched, shot down and hit are different counts of the same drones; killed and injured, of the same people.
"""

import re

from assistant.figures import Number, numbers
from assistant.stems import stem, words
from vectorstore.words import STOP_WORDS

_HOW_MANY = re.compile(
    r"\bhow\s+(many|much)\s+(?:(?:more|other|of|the|these|those)\s+)*((?:[\w'’-]+\s*)+)", re.IGNORECASE
)

_EVENTS = {
    "launched": "launch launched launches launching fire fired fires firing send sent deploy deployed unleash",
    "hit": "hit hits hitting strike strikes struck striking impact impacted landed reach reached",
    "shot down": "shoot shot downed intercept intercepted interception neutralise neutralised neutralize neutralized",
    "killed": "kill kills killed killing die dies died dying dead death deaths deadly fatalities lives toll slain",
    "injured": "injure injured injures injuries wound wounded wounding hurt hospitalised hospitalized",
    "captured": "capture captured captures seize seized prisoner prisoners",
    "missing": "missing disappear disappeared unaccounted",
    "displaced": "displace displaced flee fled evacuate evacuated evacuation",
    "arrested": "arrest arrested arrests detain detained detention",
}
# By whole words: by stems "live" would be "lives", and whoever lives in Kyiv one of its dead.
_EVENT_OF = {word: event for event, line in _EVENTS.items() for word in line.split()}
_OF_PEOPLE = frozenset({"killed", "injured", "captured", "missing", "displaced", "arrested"})

_ANYONE = frozenset(
    """people person persons lives residents victims others dead deaths killed injured wounded fatalities
    casualties""".split()
)
"""Words for people of any kind: who asks for one of them is served by all of them, and by "12 soldiers"."""

_PEOPLE = _ANYONE | frozenset(
    """man men woman women child children boys girls civilian civilians soldiers troops servicemen officers police
    passengers workers students patients prisoner prisoners""".split()
)
_AGE = re.compile(r"(?:year|month|week|day)s?[\s-]old\b", re.IGNORECASE)

_ASKS_HOW_MANY = re.compile(r"\W*(?:(?:and|but|so)\s+)?how\s+(many|much)\s+([^?\[]+?)[\s.!]*(?:\?|$)", re.IGNORECASE)
_INVERTED = re.compile(
    r"\b(?:did|do|does)\b|\b(?:has|have|had|was|were|is|are|will|would|can|could|should)\s+"
    r"(?:[A-Z]|(?:the|an?|he|she|it|they|we|you|i|there|this|that|these|those|his|her|its|their|our|your)\b)"
)
_PARTICIPLE = re.compile(
    r"\b(?:dead|killed|injured|wounded|hurt|captured|missing|displaced|arrested|detained|launched|fired|shot|downed"
    r"|intercepted|deployed|sent|seized|evacuated)(?:\s+(?:down|in|on|at|by|during|over|across|near|from|since)\b|\s*$)"
)
_HELPER = re.compile(r"\b(?:has|have|had|was|were|is|are|be|been|will|would|can|could|should|got)\b")


def counted_thing(question: str) -> str | None:
    """What a "how many" question counts: "drones" in "How many drones hit Kyiv?"; None for other questions.

    "How many were injured?" counts people. Of "ballistic and cruise missiles" it is the last noun.
    """
    match = _HOW_MANY.search(question)
    if not match:
        return None
    following = [word for word in match[2].split()[:6] if word.lower() not in ("and", "or")]
    for place, word in enumerate(following):
        if word.lower() in STOP_WORDS:
            break
        after = following[place + 1] if place + 1 < len(following) else ""
        last = not after or after.lower() in STOP_WORDS or after.lower() in _EVENT_OF
        event = _EVENT_OF.get(word.lower())
        if event and word.lower() not in _PEOPLE - _ANYONE:
            # "How many strikes hit Kyiv?" counts strikes, but "How many deaths were there?" counts people.
            if place == 0 and last and after and word.lower().endswith("s") and event not in _OF_PEOPLE:
                return word
            break
        if last or (word.lower() in _PEOPLE and after.lower() not in _PEOPLE) or _is_plural(word, after):
            return word
    return "people" if match[1].lower() == "many" and events(question) & _OF_PEOPLE else None


def _is_plural(word: str, after: str) -> bool:
    """Whether a word is the noun in front of a verb: "envoys" (backed), but not "US" or "Paris" (residents)."""
    if not word.lower().endswith("s"):
        return False
    return word.islower() or not (after.lower().endswith("s") or word.isupper())


def events(text: str) -> set[str]:
    """The kinds of event a text speaks of: "launched", "hit", "killed" ..."""
    return {_EVENT_OF[word.lower()] for word in words(text) if word.lower() in _EVENT_OF}


def concepts(text: str) -> frozenset[str]:
    """The stems of a text's words that carry meaning, with the words for one kind of event made one.

    "died" and "killed" ask for the same thing.
    """
    plain = (word.lower() for word in words(text))
    return frozenset(_EVENT_OF.get(word) or stem(word) for word in plain if word not in STOP_WORDS)


def counts(sentence: str, thing: str) -> list[Number]:
    """The numbers of a sentence that count `thing`. People are counted by many words: "seven lives"."""
    found = [number for number in numbers(sentence) if number.counted and not _AGE.match(number.counted)]
    if thing.lower() in _ANYONE:
        return [n for n in found if any(word.lower() in _PEOPLE for word in words((n.counted or "").replace("-", " ")))]
    return [number for number in found if number.counts(thing)]


def other_count(question: str, sentence: str) -> bool:
    """Whether the question asks for one count (hit) and the sentence gives another (launched), by its words."""
    asked = events(question)
    return bool(asked) and not asked & events(sentence)


def silence(question: str) -> str:
    """The words that say that nobody counted what was asked for.

    They repeat the question where it can be repeated as it stands, and never a number out of it: what
    Dateline says it says by the articles.
    """
    match = _ASKS_HOW_MANY.match(question)
    if match and not numbers(match[2]) and _is_clause(match[2]):
        return f"The articles do not say how {match[1].lower()} {match[2].strip()}. What they count:"
    return "The articles do not say exactly that. What they count:"


def _is_clause(text: str) -> bool:
    """Whether the words behind "how many" have their verb in the place it has in "... say how many drones hit it"."""
    if _INVERTED.search(text) or (_PARTICIPLE.search(text) and not _HELPER.search(text)):
        return False
    return len(words(text)) > 2 or bool(_HELPER.search(text)) or bool(events(text))
