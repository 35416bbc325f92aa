"""A sentence -> the questions that it answers, by rules that leave out whatever they can't turn into good English."""

import re
from collections.abc import Callable, Iterator
from typing import Literal

from assistant.language.lexicon import NAMED_DAY, NAMED_MONTH
from assistant.quantities.events import EVENT_OF, OF_PEOPLE, counted_event
from assistant.quantities.numbers import Number, numbers

Kind = Literal["count", "when", "speaker", "cost", "role"]
Posed = Iterator[tuple[str, str]]
"""Questions without their mark, each with the words of the sentence that answer it."""

_CAP = r"[A-Z][\w’'-]*[\w]"
_CAPS = rf"{_CAP}(?:\s{_CAP}){{0,3}}"
_PERSON = rf"{_CAP}(?:\s(?:[A-Z]\.|{_CAP})){{1,3}}"
_VERBS = """said says told saw was were is are has have had that who which what when where while will would can could
    may might must not he she it they we i you there this these those and but or if as by to"""
_LOW = rf"(?!(?:{'|'.join(_VERBS.split())})\b)[a-z][\w-]*"
_SUBJECT = (
    rf"(?P<subject>(?:(?:The|A|An)(?:\s{_LOW}){{0,3}}(?:\s{_CAP}){{0,3}}|{_CAPS})"
    rf"(?:\s(?:of|in|at|for|on|through|over)(?:\sthe|\sa)?(?:\s{_LOW}){{0,2}}(?:\s{_CAP}){{0,3}}(?:\s{_LOW})?){{0,2}})"
)
_CALENDAR = re.compile(rf"\b(?:{NAMED_MONTH}|{NAMED_DAY})\b")
_DATE = (
    rf"(?:on|in)\s(?P<date>(?:{NAMED_MONTH})\s\d{{1,2}}(?:,?\s\d{{4}})?|\d{{1,2}}\s(?:{NAMED_MONTH})(?:\s\d{{4}})?"
    rf"|(?:(?:{NAMED_MONTH})\s)?(?:1[89]|20)\d\d)\b"
)
_PAST = dict(
    pair.split(":")
    for pair in """hit:hit struck:strike swept:sweep began:begin opened:open closed:close won:win died:die sank:sink
    crashed:crash collapsed:collapse arrived:arrive announced:announce launched:launch signed:sign approved:approve
    rejected:reject resigned:resign reached:reach destroyed:destroy attacked:attack invaded:invade seized:seize
    captured:capture banned:ban bought:buy sold:sell joined:join left:leave beat:beat became:become started:start
    ended:end met:meet visited:visit voted:vote ruled:rule founded:found published:publish released:release""".split()
)
_PRESENT = {
    "begins": "begin", "starts": "start", "opens": "open", "closes": "close", "takes": "take", "ends": "end",
    "expires": "expire", "meets": "meet", "returns": "return",
}  # fmt: skip
_WHEN = re.compile(
    rf"^{_SUBJECT}\s(?P<verb>{'|'.join([*_PAST, *_PRESENT])}|was|were|will)(?P<rest>(?:\s[\w’'-]+){{0,6}}?)\s{_DATE}"
)
_COST = re.compile(rf"^{_SUBJECT}\s(?P<verb>will|would|is\sto|is\sexpected\sto)?\s?cost\s(?=\D{{0,20}}\d)")
_ROLE = (
    r"(?:(?!an?\b|the\b)[a-z-]+\s){0,2}(?:leader|director|mayor|coach|lawyer|chairman|chairwoman|chair|president|minister|spokesman"
    r"|spokeswoman|spokesperson|head|chief|chief\sexecutive|governor|editor|founder|owner|commander|ambassador|trainer)"
)
_OWN_ROLE = re.compile(rf"(?<![\w’'])(?P<of>{_CAPS}[’']s)\s(?P<role>{_ROLE}),?\s(?P<who>{_PERSON})(?![\w’'])")
_ROLE_OF = re.compile(
    rf"(?P<who>{_PERSON}),\s(?:the\s)?(?P<role>{_ROLE}\s(?:of|for)\s(?:the\s)?(?:(?!(?:and|said|says)\b)[\w’'-]+\s?){{1,7}})(?=[.;:—–“”]|,\s(?![A-Z]))"
)
_QUOTE = r"[“\"](?P<quote>[A-Z][^“”\"]{25,80}[^“”\",.!?])[,.!]?[”\"],?\s"
_SPEAKER = re.compile(
    rf"{_QUOTE}(?:(?:said|says)\s(?:[^“”\".;]{{0,50}}?\s)??(?P<behind>{_PERSON})|(?P<front>{_PERSON})\s(?:said|says)\b)"
)
_WAS = re.compile(
    r"\s(?P<was>were|was|are|have\sbeen|had\sbeen)\s(?P<did>(?:[a-z]+(?:ed|ing|wn|ken)|lost|hurt|shot|sent|held|found|built)"
    r"\b(?:\s(?:to|in|at|on|from|near)\s(?:the\s)?[\w’'-]+)?)(?=[,.;]|\s(?:after|with|when|while|because|by|since|during|before|as|in|on|at|from|near|for)\b)"
)
_DONE = {
    "launched": "were launched", "shot down": "were shot down", "killed": "were killed", "injured": "were injured",
    "captured": "were captured", "arrested": "were arrested", "missing": "are missing",
}  # fmt: skip
_INCIDENT = (
    r"(?:attack|strike|assault|flood|fire|blaze|explosion|blast|crash|shooting|storm|earthquake|collapse|bombing|raid)"
)
_WHERE = re.compile(
    rf"\b(?P<kind>{_INCIDENT}s?)\s(?P<at>on|in|at|near)\s(?P<place>{_CAPS})|\bthe\s(?P<name>{_CAP}\s{_INCIDENT})\b"
)
_RATE = re.compile(r"\s(?:a|per|each|every)\s(?:hour|day|week|month|year)\b")
_UNSURE = re.compile(r"\b(?:could|may|might|would|will|if|not|never|no|nobody)\b|n[’']t\b", re.IGNORECASE)
_SHOT = frozenset("drones missiles rockets shells bombs projectiles satellites torpedoes balloons".split())
_PEOPLE = frozenset("people men women children others residents victims civilians persons".split())
_PLURAL = re.compile(r"(?:[^s\W]s|people|men|women|children)$")


def count(sentence: str, lead: str) -> Posed:
    """Such as "How many firefighters were taken to hospital", "How many people were killed in the strike on Kyiv"."""
    for number in numbers(sentence):
        if number.unit or number.bound == "between" or _RATE.match(sentence, number.start + len(number.text)):
            continue
        event = counted_event(sentence, number)
        noun = _noun(number) or ("people" if event in OF_PEOPLE else None)
        behind = number.start + len(number.text)
        was = _WAS.match(sentence, behind) if noun and number.text.endswith(noun) else None
        if noun and was:
            done = f"{'were' if was['was'] in ('was', 'had been') else was['was']} {was['did']}"
        elif noun and event in _DONE and not _UNSURE.search(sentence):
            if event not in OF_PEOPLE and noun.split()[-1] not in _SHOT:
                continue
            done = _DONE[event]
        else:
            continue
        of_people = noun in _PEOPLE or event in OF_PEOPLE
        where = (_where(sentence) or _where(lead)) if of_people else ""
        # The dead of nowhere could be anybody's.
        if where or not of_people:
            yield f"How many {noun} {done}{where}", number.text


def when(sentence: str, _lead: str) -> Posed:
    """Such as "When did Storm Perrin hit the Selwyn coast"."""
    match = _WHEN.match(sentence)
    if not match or not _is_named(match["subject"]):
        return
    subject, verb, rest = _inside(match["subject"]), match["verb"], match["rest"]
    if verb in _PAST:
        yield f"When did {subject} {_PAST[verb]}{rest}", match["date"]
    elif verb in _PRESENT:
        yield f"When does {subject} {_PRESENT[verb]}{rest}", match["date"]
    elif rest:
        yield f"When {verb} {subject}{rest}", match["date"]


def speaker(sentence: str, _lead: str) -> Posed:
    """Such as "Who said “We had ten minutes, not an hour”"."""
    for match in _SPEAKER.finditer(sentence):
        yield f"Who said “{match['quote']}”", match["behind"] or match["front"]


def cost(sentence: str, _lead: str) -> Posed:
    """Such as "How much will the repair of the Fennick bridge cost"."""
    match = _COST.match(sentence)
    found = [number for number in numbers(sentence) if match and number.start >= match.end()]
    if match and found and _is_named(match["subject"]):
        did = "would" if match["verb"] == "would" else "will" if match["verb"] else "did"
        yield f"How much {did} {_inside(match['subject'])} cost", found[0].text


def role(sentence: str, _lead: str) -> Posed:
    """Such as "Who is Quayside’s leader", "Who is the head of Kyiv’s military administration"."""
    for match in _OWN_ROLE.finditer(sentence):
        if not _CALENDAR.search(match["of"]):
            yield f"Who is {match['of']} {match['role']}", match["who"]
    for match in _ROLE_OF.finditer(sentence):
        yield f"Who is the {match['role']}", match["who"]


RULES: tuple[tuple[Kind, Callable[[str, str], Posed]], ...] = (
    ("count", count),
    ("when", when),
    ("speaker", speaker),
    ("cost", cost),
    ("role", role),
)
"""Each rule is given a sentence on one line and the first sentence of its article."""


def _noun(number: Number) -> str | None:
    """What is counted, in the plural and without the event: "people" of "people killed"."""
    words = (number.counted or "").split()
    kept = words[: next((place for place, word in enumerate(words) if word.lower() in EVENT_OF), len(words))]
    kept = kept[: next((place + 1 for place, word in enumerate(kept) if _PLURAL.search(word)), 0)]
    return " ".join(kept) if 0 < len(kept) <= 4 and kept[-1] not in ("others", "times") else None


def _where(text: str) -> str:
    match = _WHERE.search(text)
    if not match or _CALENDAR.search(match[0]):
        return ""
    return f" in the {match['name']}" if match["name"] else f" in the {match['kind']} {match['at']} {match['place']}"


def _is_named(subject: str) -> bool:
    """Whether it has a proper name in it, so that a reader knows which one is meant; the first word tells nothing."""
    return any(word[0].isupper() for word in subject.split()[1:])


def _inside(subject: str) -> str:
    """The subject as it stands within a sentence."""
    return subject[0].lower() + subject[1:] if re.match(r"(?:The|An?)\s", subject) else subject
