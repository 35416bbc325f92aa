"""What a question wants counted, and whether a sentence counts that very thing.

Launched, shot down and hit are different counts of the same drones; killed and injured, of the same people.
"""

import re
from collections.abc import Iterable

from assistant.figures import Number, numbers
from assistant.stems import stem, words

_HOW_MANY = re.compile(r"\bhow (?:many|much)\s+(?:more\s+|other\s+|of\s+the\s+)?((?:[\w'’-]+\s*)+)", re.IGNORECASE)

_EVENTS = {
    "launched": "launch launched launches launching fire fired fires firing send sent deploy deployed unleash",
    "hit": "hit hits hitting strike strikes struck striking impact impacted land landed reach reached",
    "shot down": "shoot shot down downed intercept intercepted interception neutralise neutralised neutralize",
    "killed": "kill kills killed killing die dies died dying dead death deaths deadly fatalities lives toll slain",
    "injured": "injure injured injures injuring injuries wound wounded wounding hurt hospitalised hospitalized",
    "captured": "capture captured seize seized take taken took prisoner prisoners",
    "missing": "missing disappear disappeared unaccounted",
    "displaced": "displace displaced flee fled evacuate evacuated evacuation",
    "arrested": "arrest arrested arrests detain detained detention",
}
_EVENT_OF = {stem(word): event for event, line in _EVENTS.items() for word in line.split()}

_PEOPLE = frozenset(
    stem(word)
    for word in """people person men man women woman children child civilians residents soldiers troops victims
    lives dead deaths killed injured wounded fatalities casualties passengers workers others""".split()
)
_AUXILIARY = frozenset("did do does has have had was were is are will would can could".split())


def counted_thing(question: str) -> str | None:
    """What a "how many" question counts: "drones" in "How many drones hit Kyiv?"; None for other questions.

    "How many were injured?" counts people.
    """
    match = _HOW_MANY.search(question)
    if not match:
        return None
    for word in words(match[1])[:6]:
        if word.lower() in _AUXILIARY or stem(word) in _EVENT_OF:
            break
        thing = word
        following = words(match[1])[words(match[1]).index(word) + 1 :][:1]
        # "ballistic and cruise missiles": the thing is the last noun before the verb or a function word.
        if not following or following[0].lower() in _AUXILIARY or stem(following[0]) in _EVENT_OF:
            return thing
        if word.lower().endswith("s") or stem(word) in _PEOPLE:
            return thing
    return "people" if events(question) & {"killed", "injured", "missing", "displaced", "arrested"} else None


def events(text: str) -> set[str]:
    """The kinds of event a text speaks of: "launched", "hit", "killed" ..."""
    return {_EVENT_OF[s] for s in map(stem, words(text)) if s in _EVENT_OF}


def concepts(words_stems: Iterable[str]) -> frozenset[str]:
    """Stems, with those of one kind of event made one: "died" and "killed" ask for the same thing."""
    return frozenset(_EVENT_OF.get(s, s) for s in words_stems)


def counts(sentence: str, thing: str) -> list[Number]:
    """The numbers of a sentence that count `thing`. People are counted by many words: "seven lives"."""
    people = stem(thing) in _PEOPLE
    return [
        number
        for number in numbers(sentence)
        if number.counts(thing)
        or (people and any(stem(word) in _PEOPLE for word in re.split(r"[\s-]+", number.counted or "")))
    ]


def other_count(question: str, sentence: str) -> bool:
    """Whether the question asks for one count (hit) and the sentence gives another (launched), by its words."""
    asked = events(question)
    return bool(asked) and not asked & events(sentence)


def silence(question: str) -> str:
    """The words that say that nobody counted what was asked for."""
    clause = question.strip().rstrip("?").strip()
    inverted = {"did", "do", "does"} & {word.lower() for word in words(clause)}
    if re.match(r"how (many|much)\b", clause, re.IGNORECASE) and not inverted:
        return f"The articles do not say {clause[0].lower()}{clause[1:]}. What they count:"
    return "The articles do not say exactly that. What they count:"
