"""Which event a figure counts: "at least 12 people killed and more than 100 injured" is 12 killed, 100 injured."""

import re
from collections.abc import Sequence
from typing import Literal

from assistant.language.lexicon import DETERMINERS, ONES, PREPOSITIONS
from assistant.language.stems import words
from assistant.quantities.mentions import amounts
from assistant.quantities.numbers import Number

Status = Literal["claimed", "confirmed"]

_EVENTS = {
    "launched": "launch launched launches launching fire fired fires firing send sent deploy deployed unleash",
    "hit": "hit hits hitting strike strikes struck striking impact impacted landed reach reached",
    "shot down": "shoot shot downed intercept intercepted interception neutralise neutralised neutralize neutralized",
    "killed": "kill kills killed killing die dies died dying dead death deaths deadly fatalities lives toll slain"
    " perished",
    "injured": "injure injured injures injuring injuries wound wounded wounding hurt hospitalised hospitalized",
    "captured": "capture captured captures seize seized prisoner prisoners",
    "missing": "missing disappear disappeared unaccounted",
    "displaced": "displace displaced flee fled evacuate evacuated evacuation",
    "arrested": "arrest arrested arrests detain detained detention",
}
# By words, not stems: the stem of "lives" is "live", and residents who live in Kyiv would be dead.
EVENT_OF = {word: event for event, spellings in _EVENTS.items() for word in spellings.split()}
OF_PEOPLE = frozenset({"killed", "injured", "captured", "missing", "displaced", "arrested"})
_CASUALTIES = frozenset({"casualty", "casualties", "victims"})

_EVENT_NOUNS = frozenset(
    "dead deaths fatalities lives slain injuries wounded injured prisoners arrests missing".split()
)
"""Nouns that are counted and name the event at once: "173 bird deaths"."""

_INTRANSITIVE = frozenset(
    "die dies died dying dead perished missing fled flee disappeared unaccounted landed reached".split()
)
"""What those who are counted do or are, with no auxiliary needed: "Three people died"."""

_ACTIVE_TOO = frozenset("hit hits struck".split())
"""Verbs whose subject may be counted, too: in "12 drones hit Kyiv" the drones did it."""

_PARTICIPLES = frozenset(
    """launched fired sent deployed hit struck shot downed intercepted neutralised neutralized killed slain
    injured wounded hurt hospitalised hospitalized captured seized displaced evacuated arrested detained""".split()
)
_TRANSITIVE = _PARTICIPLES | frozenset(
    """launch launching firing send deploy unleash hits hitting striking intercept kill kills killing injure injures
    injuring wounding capture captures seize displace evacuate arrest detain""".split()
)
"""Verbs whose object is counted behind them; without "strike", "fire" and "shot", which are as often nouns."""

_WORD = re.compile(r"[^\W_]+(?:[.'’-][^\W_]+)*")
_CLAUSE_END = re.compile(
    r"[.;:!?,()“”\"\n–—]\s|[;:!?()“”\"\n–—]|[.,]$"
    r"|\b(?:while|as|after|before|when|since|because|although|though|but|if|unless|until|where|whose|said|says|told)\b",
    re.IGNORECASE,
)
_HELPERS = frozenset("was were is are be been being got get lay lie remain remained remains left".split())
_BETWEEN = frozenset("also already later now still all both reported feared confirmed presumed believed found".split())
_OPENS_OBJECT = DETERMINERS | frozenset({"him", "them", "it", *ONES, "ten"} - {"one"})
_PER = frozenset("day week month year night hour".split())
_LOST = re.compile(r"\b(?:los[et]|losing|tak(?:en|es|ing)|took|claim(?:s|ed|ing)?|cost)\b", re.IGNORECASE)
"""Verbs of losing lives: "seven lives were taken", not "two very different lives"."""

_LEAD_IN = re.compile(
    r"(?:\b(?:the|an?|some|another|other|estimated|total\s+of|least|as\s+many\s+as|roughly|around|out)\s+|[\s“\"])+$",
    re.IGNORECASE,
)
_LIST_JOINT = re.compile(
    r"(?:\s+(?:in|at|near|on|across)(?:\s+[\w’'-]+){1,3})?\s*(?:,|,?\s*\b(?:and|or|plus|as\s+well\s+as))\s*$",
    re.IGNORECASE,
)
_PART_JOINT = re.compile(r"\s*[,–—(-]?\s*(?:including|among\s+them|of\s+(?:them|whom))\s*$", re.IGNORECASE)
_OF_JOINT = re.compile(r"\s*(?:out\s+)?of\s*(?:the|these|those|its|about)?\s*$", re.IGNORECASE)
_PARTICLE = re.compile(r"\s+(?:down|off|back)\s*$")
_VERB_BEFORE = re.compile(r"(?:([\w’'-]+)\s+)?(?:([\w’'-]+)\s+)?([\w’'-]+)\s*$")
_TOLL = re.compile(
    r"\b(toll|deaths|fatalities|killed|dead|injured|wounded|injuries|arrests|missing)\b(?:[\s,]+[\w’'-]+){0,6}?\s+"
    r"(?:to|at|of|is|was|now|reached|reaches|passed|topped|exceeded|surpassed|above|from)\s*$",
    re.IGNORECASE,
)
_NOUN_OF = re.compile(
    r"\b(deaths?|killing|injury|injuries|wounding|arrests?|detention|capture|launch|interception|evacuation)"
    r"(?:\s+of|\s*:)\s*$",
    re.IGNORECASE,
)
_TOLL_NOUNS = re.compile(r"\b(?:number|count|tally|total|toll|deaths|fatalities|injuries|arrests)\b", re.IGNORECASE)
_TIME = re.compile(
    r"(?:second|minute|hour|day|week|month|year|decade|mile|km|kilomet|met(?:er|re)|f(?:ee|oo)t|inch|mph|acre)s?\b"
    r"|(?:year|month|week|day)s?[\s-]old|p\.?m\b|a\.?m\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d")
_CLAIMED = re.compile(
    r"\b(?:claim(?:s|ed|ing)?|alleg\w+|reportedly|unconfirmed|unverified|preliminary|suspected|feared|presumed"
    r"|not\s+(?:yet\s+|independently\s+)*(?:be\s+|been\s+)?(?:\w+ly\s+)?(?:confirm|verif)\w*)\b",
    re.IGNORECASE,
)
_CONFIRMED = re.compile(r"\b(?:confirm(?:s|ed|ing)?|verified|identified)\b", re.IGNORECASE)


def events(text: str) -> set[str]:
    """The kinds of event that a text names: "launched", "hit", "killed" ... Casualties are killed and injured."""
    plain = [word.lower() for word in words(text)]
    both = {"killed", "injured"} if _CASUALTIES.intersection(plain) else set()
    return {EVENT_OF[word] for word in plain if word in EVENT_OF} | both


def counted_event(sentence: str, number: Number) -> str | None:
    """The event that `number`, one of `amounts(sentence)`, counts; None where the words of the sentence don't show it.

    Tried in order: a verb right in front ("killing 12"), the clause behind ("12 people were killed"), the list that
    the number is in ("66 missiles and 145 drones"), a toll in front ("the death toll rose to 12").
    """
    if _measures(number):
        return None
    numbers = amounts(sentence)
    before = [other for other in numbers if other.start < number.start]
    front = _verb_in_front(sentence[: number.start])
    if front:
        return front
    return _behind(sentence, number, numbers) or _by_list(sentence, number, before) or _toll(sentence[: number.start])


def status(sentence: str, number: Number) -> Status | None:
    """Whether the clause of the figure calls it claimed or confirmed; None if neither."""
    starts = [end.end() for end in _CLAUSE_END.finditer(sentence, 0, number.start)]
    ends = _CLAUSE_END.search(sentence, number.start + len(number.text))
    clause = sentence[starts[-1] if starts else 0 : ends.start() if ends else len(sentence)]
    if _CLAIMED.search(clause):
        return "claimed"
    return "confirmed" if _CONFIRMED.search(clause) else None


def _measures(number: Number) -> bool:
    """Whether the number is no count but an age, a time, a share, money or a year alone."""
    if number.unit or (number.counted and _TIME.match(number.counted)):
        return True
    return number.counted is None and bool(_YEAR.fullmatch(number.text))


def _verb_in_front(text: str) -> str | None:
    """The event of the verb that ends a text, unless it is passive there ("were killed 12 days ago")."""
    text = _LEAD_IN.sub(" ", text)
    bare = _PARTICLE.sub("", text)
    match = _VERB_BEFORE.search(bare)
    if not match:
        return None
    earlier, last, verb = match.groups()
    if verb.lower() == "shot" and bare == text:
        return None
    if verb.lower() not in _TRANSITIVE or _HELPERS & {(last or "").lower(), (earlier or "").lower()}:
        return None
    return EVENT_OF[verb.lower()]


def _behind(sentence: str, number: Number, numbers: Sequence[Number]) -> str | None:
    """The event that the words between the number and the end of its clause assert of what is counted."""
    passed: list[str] = []
    best = None
    others = [other.start for other in numbers if other.start > number.start]
    is_total = _is_total(sentence, number, numbers)
    clause_end = _CLAUSE_END.search(sentence, number.end)
    for match in _WORD.finditer(sentence, number.end, clause_end.start() if clause_end else len(sentence)):
        word = match[0].lower()
        if match.start() in others and not _goes_on(sentence, number, match.start(), passed):
            break
        event = EVENT_OF.get(word)
        if event and _names_it(word, passed) and (word != "lives" or _LOST.search(sentence)):
            return event
        if event and _own(sentence, match, passed):
            asserted = _HELPERS.intersection(passed[-3:]) or word in _INTRANSITIVE
            if is_total or asserted or _hits(sentence, match, passed):
                return event
            best = best or event
        passed.append(word)
    return best


def _goes_on(sentence: str, number: Number, another: int, passed: Sequence[str]) -> bool:
    """Whether the next number belongs to the same subject: "12 of the 20 drones", "300 drones and 8 missiles were"."""
    if _OF_JOINT.fullmatch(sentence[number.end : another]):
        return True
    return passed[-1:] == ["and"] and not _HELPERS.intersection(passed) and _opens_clause(sentence, number)


def _names_it(word: str, passed: Sequence[str]) -> bool:
    return word in _EVENT_NOUNS and len(passed) < 3 and not (set(passed) & (PREPOSITIONS | _HELPERS | {"and"}))


def _own(sentence: str, match: re.Match[str], passed: Sequence[str]) -> bool:
    """Whether the event's word has the number as its subject, `passed` being the words between the two."""
    word, after = match[0].lower(), _WORD.match(sentence, match.end() + 1)
    if word not in _INTRANSITIVE | _PARTICIPLES or _another_subject(passed):
        return False
    tail = list(passed)
    while tail and (tail[-1] in _BETWEEN or tail[-1].endswith("ly")):
        tail.pop()
    if tail and tail[-1] in _HELPERS:
        return word != "shot" or bool(re.match(r"\s+down\b|\s+(?:dead|by|in)\b", sentence[match.end() :]))
    follows = after[0].lower() if after else ""
    if word in _INTRANSITIVE or (word in _ACTIVE_TOO and follows != "by"):
        return True
    if word == "shot":
        return follows == "down"
    return len(passed) <= 4 and follows not in _OPENS_OBJECT and not follows.isdigit()


def _hits(sentence: str, match: re.Match[str], passed: Sequence[str]) -> bool:
    """Whether those counted did the hitting: no "by" behind the verb, and no relative clause around it."""
    active = match[0].lower() in _ACTIVE_TOO and not re.match(r"\s+by\b", sentence[match.end() :])
    return active and not {"who", "that", "which"}.intersection(passed)


def _another_subject(passed: Sequence[str]) -> bool:
    """Whether another subject comes in between: "200 people mourned a man (killed)", "people for those who (died)"."""
    for place, word in enumerate(passed):
        before = passed[place - 1] if place else ""
        after = passed[place + 1] if place + 1 < len(passed) else ""
        if word in DETERMINERS and before not in PREPOSITIONS and after not in _PER:
            return True
        if (word in ("who", "that", "which") and place > 4) or (word == "to" and place):
            return True
    return False


def _opens_clause(sentence: str, number: Number) -> bool:
    """Whether a number is in the place of a subject; the homes of "It damaged 14 homes and ..." are not."""
    text = _LEAD_IN.sub("", sentence[: number.start]).rstrip()
    return not text or bool(
        re.search(r"(?:[.,;:“\"–—]|\b(?:that|and|as|while|after|when|but|if|because|said|says|some))$", text)
    )


def _is_total(sentence: str, number: Number, numbers: Sequence[Number]) -> bool:
    """Whether another number is a part of this one: the 20 of "12 of 20 drones"."""
    return any(
        _OF_JOINT.fullmatch(sentence[other.end : number.start]) for other in numbers if other.start < number.start
    )


def _by_list(sentence: str, number: Number, before: Sequence[Number]) -> str | None:
    """The event of the number in front, if both are in one list of objects or this one is a part of that one."""
    if not before:
        return None
    last = before[-1]
    joint = sentence[last.start + len(last.text) : number.start]
    if _PART_JOINT.fullmatch(joint):
        return counted_event(sentence, last)
    behind = _WORD.findall(sentence[number.start + len(number.text) :])[:1]
    if not _LIST_JOINT.fullmatch(joint) or (behind and behind[0].lower() in _HELPERS | {"have", "had", "has"}):
        return None
    return _verb_in_front(sentence[: last.start]) or _by_list(sentence, last, before[:-1])


def _toll(text: str) -> str | None:
    """The event of a noun in front: "the killing of five", "Deaths: 40", "the death toll rose to 12"."""
    if named := _NOUN_OF.search(_LEAD_IN.sub(" ", text)):
        return EVENT_OF.get(named[1].lower()) or EVENT_OF.get(f"{named[1].lower()}s")
    match = _TOLL.search(text)
    if not match or not _TOLL_NOUNS.search(text, max(0, match.start() - 40)):
        return None
    return EVENT_OF[match[1].lower()]
