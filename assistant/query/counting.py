"""What a question wants counted, and whether a sentence gives that very count.

Drones launched, shot down and hitting are different counts of the same drones, as are people killed and injured.
"""

import re
from dataclasses import replace

from assistant.language.lexicon import PEOPLE, STOP_WORDS
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
"""A question for a part: "How many of the drones were decoys?" asks for decoys."""

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
"""Synonyms of "hit" in questions about weapons."""

_LOST_LIVES = re.compile(r"\b(?:lost|had\s+lost|have\s+lost)\s+their\s+li(?:ves|fe)\b", re.IGNORECASE)
_LIVES_LOST = re.compile(
    r"(?<=how\smany\s)(?:human\s+)?lives\s+(?:were|have\s+been|had\s+been)\s+(?:lost|taken|claimed)\b", re.IGNORECASE
)
_STRIKES = re.compile(
    r"\b(drone|missile|rocket)\s+(?:strikes|hits|attacks|impacts)\s+(?=(?:have\s+|had\s+)?(?:hit|struck|reached|landed)\b)",
    re.IGNORECASE,
)
"""In "drone strikes hit Kyiv" drones are counted."""

_ANYONE = frozenset(
    """people person persons lives residents victims others dead deaths killed injured wounded fatalities
    casualties""".split()
)
"""Words for people of any kind: a question with one of them is answered by all of them, and by "12 soldiers"."""

_PEOPLE = _ANYONE | PEOPLE | {"man", "woman", "child", "civilian", "prisoner"}
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


def counted_noun(question: str) -> str | None:
    """The noun that a question for a count wants counted: "drones" in "How many drones hit Kyiv?"; None for others.

    "How many were injured?" counts people. Of "ballistic and cruise missiles" it is the last noun.
    """
    if (part := _PART.search(question)) and part[1].lower() not in EVENT_OF:
        return part[1]
    match = _HOW_MANY.search(question)
    if not match:
        return _noun_of_number(question)
    return _noun(match[2]) or ("people" if match[1].lower() == "many" and _of_people(question) else None)


def _noun_of_number(question: str) -> str | None:
    """The noun counted in "the number of drones", "the drone count", "the death toll", "how large was the crowd"."""
    if match := _NUMBER_OF.search(question):
        what = _DETERMINERS.sub("", match["of"] or match["before"] or "")
        noun = _noun(what)
        if match["noun"].lower() in ("figure", "number") and not match["of"]:
            return None
        if (match["before"] or "").lower() in _NO_COUNT:
            return None
        if noun and (noun.lower() in _PEOPLE or not _of_people(what)):
            return noun
        return "people" if _of_people(f"{what} {match['noun']}") else None
    match = _HOW_LARGE.search(question)
    return _noun(match[1]) if match else None


def _of_people(text: str) -> bool:
    return bool(events(text) & OF_PEOPLE)


def _noun(text: str) -> str | None:
    """The noun in the words behind "how many", before the verb; None if there is none."""
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
    """Whether a word is a plural noun: "envoys" in front of "backed", but not "US" or "Paris" before "residents"."""
    if not word.lower().endswith("s"):
        return False
    return word.islower() or not (after.lower().endswith("s") or word.isupper())


def concepts(text: str) -> frozenset[str]:
    """The stems of a text's words but stop words, with one concept for all words of one event: "died" and "killed"."""
    plain = (word.lower() for word in words(common(text)))
    return frozenset(EVENT_OF.get(word) or stem(word) for word in plain if word not in STOP_WORDS) | compounds(text)


def counts(sentence: str, noun: str) -> list[Number]:
    """The numbers of a sentence that count `noun`. People are counted by many words: "seven lives"."""
    counted = [
        number
        for number in amounts(sentence)
        if number.counted and not _AGE.match(number.counted) and number.unit not in ("th", "years old")
    ]
    if noun.lower() in _ANYONE:
        return [
            n for n in counted if any(word.lower() in _PEOPLE for word in words((n.counted or "").replace("-", " ")))
        ]
    wanted = common(noun)
    return [number for number in counted if replace(number, counted=common(number.counted or "")).counts(wanted)]


def asked_events(question: str) -> set[str]:
    """The events whose count is asked for: "killed", not "hit", in "How many people died in the strike?"."""
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
    return named or (events(question) if _INVERTED.search(match[2]) or not counted_noun(question) else set())


def answers_count(question: str, sentence: str) -> list[Number]:
    """The numbers of the sentence that give the very count that is asked for, in order.

    If the question names an event (killed), these count that event; if none does and the sentence names the event,
    those with no event of their own. A question without an event ("How many people live there?") is not answered
    by the number of killed or injured, nor one for what is confirmed by a claim, nor the other way round.
    """
    asked, noun = asked_events(question), counted_noun(question)
    other = _other_status(question)
    candidates = [
        (number, counted_event(sentence, number))
        for number in (_may_count(sentence, noun) if noun else ())
        if not other or status(sentence, number) != other
    ]
    if not asked:
        return [number for number, event in candidates if event not in OF_PEOPLE and number.counted]
    exact = [number for number, event in candidates if event in asked]
    if exact or not asked & events(sentence):
        return exact
    return [number for number, event in candidates if event is None and number.counted]


def _may_count(sentence: str, noun: str) -> list[Number]:
    """The numbers that count `noun`, and those without a noun whose event shows it ("killed 7 in Kyiv")."""
    certain = counts(sentence, noun)
    anyone, named = noun.lower() in _ANYONE, stem(noun) in {stem(word) for word in words(sentence)}
    return [
        number
        for number in amounts(sentence)
        if number in certain
        or ((event := counted_event(sentence, number)) in OF_PEOPLE and anyone and _may_be_people(number))
        or (event is not None and named and _no_noun(number))
    ]


def _may_be_people(number: Number) -> bool:
    """Whether a number may count people: "7", "7 in Kyiv", "12 Ukrainians", but not "500 birds"."""
    return _no_noun(number) or bool(re.search(r"\b[A-Z][a-z]+s\b", number.counted or ""))


def _no_noun(number: Number) -> bool:
    first = words((number.counted or "").lower())[:1]
    return not first or first[0] in EVENT_OF


def _other_status(question: str) -> str | None:
    """The status of figures that do not answer: "claimed" if the question asks for what is confirmed."""
    plain = {word.lower() for word in words(question)}
    if plain & {"confirmed", "verified", "identified"}:
        return "claimed"
    return "confirmed" if plain & {"claimed", "alleged", "unconfirmed"} else None


def asked_in_common_words(question: str) -> str:
    """A question for a count in the words that articles mostly use; any other question unchanged.

    "How many UAVs slammed into Kyiv?" becomes "How many drones hit Kyiv?".
    """
    if not counted_noun(question):
        return question
    plain = _LIVES_LOST.sub("people were killed", _LOST_LIVES.sub("were killed", without_kind(common(question))))
    plain = _STRIKES.sub(r"\1s ", plain)
    return _REACHES.sub(lambda match: f"{match['what']} hit", plain)


def other_count(question: str, sentence: str) -> bool:
    """Whether the sentence gives another count (launched) than the question asks for (hit), or one of another kind."""
    if lacks_kind(question, sentence):
        return True
    noun = counted_noun(question)
    if noun and counts(sentence, noun):
        return not answers_count(question, sentence)
    asked = asked_events(question)
    return bool(asked) and not asked & events(sentence)


def silence(question: str) -> str:
    """The sentence in front of an answer that has other counts than the one asked for.

    It repeats the question where that makes good English, but never a number in it, which no article supports.
    """
    match = _ASKS_HOW_MANY.match(restated(question))
    if match and not amounts(match[2]) and _is_clause(match[2]):
        return f"The articles do not say how {match[1].lower()} {match[2].strip()}. What they count:"
    return "The articles do not say exactly that. What they count:"


def _is_clause(text: str) -> bool:
    """Whether words behind "how many" are in the order of a clause, as in "... say how many drones hit it"."""
    if _INVERTED.search(text) or (_PARTICIPLE.search(text) and not _HELPER.search(text)):
        return False
    return len(words(text)) > 2 or bool(_HELPER.search(text)) or bool(events(text))
