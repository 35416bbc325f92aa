"""What a question wants counted, and whether a sentence counts that very thing.

Launched, shot down and hit are different counts of the same drones; killed and injured, of the same people.
"""

import re
from dataclasses import replace

from assistant.language.lexicon import STOP_WORDS
from assistant.language.stems import compounds, stem, words
from assistant.language.synonyms import common, lacks_kind, without_kind
from assistant.quantities.events import EVENT_OF, OF_PEOPLE, counted_event, events, status
from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import Number
from assistant.query.count_questions import restated

_HOW_MANY = re.compile(
    r"\bhow\s+(many|much)\s+(?:(?:more|other|of|the|these|those)\s+)*((?:[\w'’-]+\s*)+)", re.IGNORECASE
)

_PART = re.compile(
    r"\bhow\s+many\s+of\s+(?:the|these|those|them|its|their)\b[^?]*?\b(?:were|are)\s+([a-z]+s|children|women|men)\W*$",
    re.IGNORECASE,
)
"""A part of what is counted: "How many of the drones were decoys?" asks for decoys."""

_NUMBER_OF = re.compile(
    r"\b(?:what(?:['’]s)?|tell\s+(?:me|us)|give\s+(?:me|us))\b"
    r"(?P<lead>(?:\s+(?!(?:of|to|for|used|that|who)\b)[\w’'-]+){0,6}?)"
    r"(?:\s+(?P<before>[\w’'-]+))?\s+"
    r"(?P<noun>numbers?|toll|tally|counts?|figures?|total)\b(?!\s+(?:number|toll|tally|count|figure)s?\b)"
    r"(?:\s+(?:of|for|on)\s+(?P<of>(?:[\w'’-]+\s*)+))?",
    re.IGNORECASE,
)
_NO_COUNT = frozenset("phone telephone serial flight case jersey account house plate reference".split())
_DETERMINERS = re.compile(r"^(?:(?:the|a|an|his|her|its|their|all|these|those|official|total)\s+)+", re.IGNORECASE)
_HOW_LARGE = re.compile(
    r"\bhow\s+(?:large|big|numerous)\s+(?:is|are|was|were)\s+(?:the|a|an|his|her|its|their)\s+"
    r"(?:\w+\s+of\s+)?((?:[\w'’-]+\s*)+)",
    re.IGNORECASE,
)

_REACHES = re.compile(
    r"(?P<what>\bhow\s+many\s+(?:[\w’'-]+\s+){0,3}?(?:drone|missile|rocket|bomb|shell|projectile)s)\s+(?:(?:have|had|actually|really)\s+)*"
    r"(?:attacked|targeted|pounded|impacted|pummelled|(?:slam|crash|plough|plow|fl[ey]w?|smash)\w*\s+into"
    r"|(?:landed|fell|exploded|came\s+down)\s+(?:in|on)|(?:got|made\s+it|broke)\s+(?:through\s+)?to)\b",
    re.IGNORECASE,
)
"""Ways to say that something hit a place."""

_LOST_LIVES = re.compile(r"\b(?:lost|had\s+lost|have\s+lost)\s+their\s+li(?:ves|fe)\b", re.IGNORECASE)
_LIVES_LOST = re.compile(
    r"(?<=how\smany\s)(?:human\s+)?lives\s+(?:were|have\s+been|had\s+been)\s+(?:lost|taken|claimed)\b", re.IGNORECASE
)
_STRIKES = re.compile(
    r"\b(drone|missile|rocket)\s+(?:strikes|hits|attacks|impacts)\s+(?=(?:have\s+|had\s+)?(?:hit|struck|reached|landed)\b)",
    re.IGNORECASE,
)
"""Of "drone strikes hit Kyiv" the drones are counted; "five drone strikes" counts drones, too."""

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
    if (part := _PART.search(question)) and part[1].lower() not in EVENT_OF:
        return part[1]
    match = _HOW_MANY.search(question)
    if not match:
        return _of_number(question)
    return _noun(match[2]) or ("people" if match[1].lower() == "many" and _of_people(question) else None)


def _of_number(question: str) -> str | None:
    """What "the number of drones", "the drone count", "the death toll" and "how large was the crowd" count."""
    if match := _NUMBER_OF.search(question):
        what = _DETERMINERS.sub("", match["of"] or match["before"] or "")
        thing = _noun(what)
        if match["noun"].lower() in ("figure", "number") and not match["of"]:
            return None
        if (match["before"] or "").lower() in _NO_COUNT:
            return None
        if thing and (thing.lower() in _PEOPLE or not _of_people(what)):
            return thing
        return "people" if _of_people(f"{what} {match['noun']}") else None
    match = _HOW_LARGE.search(question)
    return _noun(match[1]) if match else None


def _of_people(text: str) -> bool:
    return bool(events(text) & OF_PEOPLE)


def _noun(text: str) -> str | None:
    """The noun at the head of what is counted."""
    following = [word for word in text.split()[:6] if word.lower() not in ("and", "or")]
    for place, word in enumerate(following):
        if word.lower() in STOP_WORDS:
            break
        after = following[place + 1] if place + 1 < len(following) else ""
        last = not after or after.lower() in STOP_WORDS or after.lower() in EVENT_OF
        event = EVENT_OF.get(word.lower())
        if event and word.lower() not in _PEOPLE - _ANYONE:
            # "How many strikes hit Kyiv?" counts strikes, but "How many deaths were there?" counts people.
            if place == 0 and last and after and word.lower().endswith("s") and event not in OF_PEOPLE:
                return word
            break
        if last or (word.lower() in _PEOPLE and after.lower() not in _PEOPLE) or _is_plural(word, after):
            return word
    return None


def _is_plural(word: str, after: str) -> bool:
    """Whether a word is the noun in front of a verb: "envoys" (backed), but not "US" or "Paris" (residents)."""
    if not word.lower().endswith("s"):
        return False
    return word.islower() or not (after.lower().endswith("s") or word.isupper())


def concepts(text: str) -> frozenset[str]:
    """The stems of a text's words that carry meaning, with the words for one kind of event made one.

    "died" and "killed" ask for the same thing.
    """
    plain = (word.lower() for word in words(common(text)))
    return frozenset(EVENT_OF.get(word) or stem(word) for word in plain if word not in STOP_WORDS) | compounds(text)


def counts(sentence: str, thing: str) -> list[Number]:
    """The numbers of a sentence that count `thing`. People are counted by many words: "seven lives"."""
    found = [
        number
        for number in amounts(sentence)
        if number.counted and not _AGE.match(number.counted) and number.unit not in ("th", "years old")
    ]
    if thing.lower() in _ANYONE:
        return [n for n in found if any(word.lower() in _PEOPLE for word in words((n.counted or "").replace("-", " ")))]
    wanted = common(thing)
    return [number for number in found if replace(number, counted=common(number.counted or "")).counts(wanted)]


def asked_events(question: str) -> set[str]:
    """The events whose count is asked for: of "How many people died in the strike?" killed, not hit."""
    match = _HOW_MANY.search(question)
    if not match:
        number = _NUMBER_OF.search(question)
        if not number:
            return events(question)
        return events(f"{number['before'] or ''} {number['noun']}") or events(number["of"] or "")
    asked = f"99 {question[match.end(1) :].strip()}"
    own = counted_event(asked, amounts(asked)[0])
    if own:
        return {own}
    named = events(" ".join(asked.split()[:3])) & OF_PEOPLE
    return named or (events(question) if _INVERTED.search(match[2]) or not counted_thing(question) else set())


def answers_count(question: str, sentence: str) -> list[Number]:
    """The numbers of the sentence that give the very count that is asked for, in order.

    Where the question has an event (killed), those that count that event; a figure whose own event the sentence
    does not show is taken if there is no better one and the sentence speaks of the event. A question without an
    event ("How many people live there?") is not answered by the killed or the injured. "Confirmed" is not
    answered by a claim, nor the other way round.
    """
    asked, thing = asked_events(question), counted_thing(question)
    other = _other_status(question)
    found = [
        (number, counted_event(sentence, number))
        for number in (_that_may_count(sentence, thing) if thing else ())
        if not other or status(sentence, number) != other
    ]
    if not asked:
        return [number for number, event in found if event not in OF_PEOPLE and number.counted]
    exact = [number for number, event in found if event in asked]
    if exact or not asked & events(sentence):
        return exact
    return [number for number, event in found if event is None and number.counted]


def _that_may_count(sentence: str, thing: str) -> list[Number]:
    """Those that count the thing, and those with no noun of their own whose event tells ("killed 7 in Kyiv")."""
    sure = counts(sentence, thing)
    anyone, there = thing.lower() in _ANYONE, stem(thing) in {stem(word) for word in words(sentence)}
    return [
        number
        for number in amounts(sentence)
        if number in sure
        or ((event := counted_event(sentence, number)) in OF_PEOPLE and anyone and _may_be_people(number))
        or (event is not None and there and _no_noun(number))
    ]


def _may_be_people(number: Number) -> bool:
    """ "7", "7 in Kyiv", "12 Ukrainians", but not "500 birds"."""
    return _no_noun(number) or bool(re.search(r"\b[A-Z][a-z]+s\b", number.counted or ""))


def _no_noun(number: Number) -> bool:
    first = words((number.counted or "").lower())[:1]
    return not first or first[0] in EVENT_OF


def _other_status(question: str) -> str | None:
    """The status that can't answer: of a question for what is confirmed, a claim."""
    plain = {word.lower() for word in words(question)}
    if plain & {"confirmed", "verified", "identified"}:
        return "claimed"
    return "confirmed" if plain & {"claimed", "alleged", "unconfirmed"} else None


def asked_in_common_words(question: str) -> str:
    """A question for a count in the words that its articles are likeliest to have; any other as it is.

    "How many UAVs slammed into Kyiv?" is searched for as "How many drones hit Kyiv?".
    """
    if not counted_thing(question):
        return question
    plain = _LIVES_LOST.sub("people were killed", _LOST_LIVES.sub("were killed", without_kind(common(question))))
    plain = _STRIKES.sub(r"\1s ", plain)
    return _REACHES.sub(lambda match: f"{match['what']} hit", plain)


def other_count(question: str, sentence: str) -> bool:
    """Whether the question asks for one count (hit) and the sentence gives another (launched, or of another kind)."""
    if lacks_kind(question, sentence):
        return True
    thing = counted_thing(question)
    if thing and counts(sentence, thing):
        return not answers_count(question, sentence)
    asked = asked_events(question)
    return bool(asked) and not asked & events(sentence)


def silence(question: str) -> str:
    """The words that say that nobody counted what was asked for.

    They repeat the question where it can be repeated as it stands, and never a number out of it: what
    Dateline says it says by the articles.
    """
    match = _ASKS_HOW_MANY.match(restated(question))
    if match and not amounts(match[2]) and _is_clause(match[2]):
        return f"The articles do not say how {match[1].lower()} {match[2].strip()}. What they count:"
    return "The articles do not say exactly that. What they count:"


def _is_clause(text: str) -> bool:
    """Whether the words behind "how many" have their verb in the place it has in "... say how many drones hit it"."""
    if _INVERTED.search(text) or (_PARTICIPLE.search(text) and not _HELPER.search(text)):
        return False
    return len(words(text)) > 2 or bool(_HELPER.search(text)) or bool(events(text))
