"""A noun phrase that a question counts -> the clause behind "How many": "drones that hit Kyiv" -> "drones hit Kyiv"."""

import re
from collections.abc import Sequence

from assistant.language.lexicon import DETERMINERS, PEOPLE, PREPOSITIONS
from assistant.language.synonyms import common, weapon
from assistant.quantities.events import EVENT_OF, OF_PEOPLE

_DETERMINERS = DETERMINERS | frozenset("all any of that some every".split())
_RELATIVES = frozenset("that which who".split())
_PREPOSITIONS = PREPOSITIONS | frozenset("after before since until along above below per".split())
_TIMES = frozenset("so far yesterday today tonight overnight last this now recently".split())
_OF_A_NATION = re.compile(
    r"^[A-Z]\w+(?:ian|ean|ican|ish|ese|raeli|raqi|stani)$|^(?:German|Afghan|Yemeni|French|Dutch|US)$"
)
_KINDS = frozenset("enemy hostile ballistic cruise hypersonic kamikaze shahed long-range".split())
_ATTACKS = frozenset("strike strikes attack attacks assault raid raids bombing shelling blast explosion crash".split())
_SINGULAR = {
    "person": "people",
    "child": "children",
    "man": "men",
    "woman": "women",
    "life": "lives",
    "human": "people",
}
_CASUALTIES = frozenset("casualty casualties victim victims".split())
_EVENT = EVENT_OF | {"fatality": "killed", "injury": "injured", "impacts": "hit"}
_OTHER_QUESTION = frozenset(
    """do does did has have had can could will would should may might is are was were be been being i you we they he
    she it me us him them my your what when where why how whose whom not no if because than or but as average highest
    lowest maximum minimum record daily weekly monthly annual yearly rising growing high low phone telephone serial
    flight case jersey account house plate reference percentage share rate name names""".split()
)
"""Words that show a question for something else: "the highest number", "the phone number", "did he cite"."""

_ACTIVE = {
    "hitting": "hit", "striking": "struck", "reaching": "reached", "landing": "landed", "dying": "died",
    "impacting": "impacted", "attacking": "attacked", "crashing": "crashed", "slamming": "slammed",
}  # fmt: skip
_ACTIVE_PAST = frozenset("hit struck reached landed died fled disappeared crashed attacked slammed fell".split())
"""Verbs whose subject is counted; of all others it is the object: "missiles launched"."""

_DONE = frozenset(
    """hit struck shot downed sent lost built held found stolen sunk burnt burned left hurt taken seen made put cut
    brought caught kept torn blown flown thrown slain""".split()
)
_KILLED_BY_NAME = {"dead": "killed", "slain": "killed"}


def described(tokens: Sequence[str]) -> str | None:
    """The clause for a plural noun with a relative clause ("drones that hit Kyiv"), participle or place; else None."""
    tokens = _without_determiners(tokens)
    if len(tokens) > 3 and tokens[-1].lower() == "by" and tokens[-3].lower() in ("was", "were"):
        *head, _, verb, _ = tokens
        return joined([token for token in head[:-1] if token.lower() not in _RELATIVES], verb, head[-1])
    if {token.lower() for token in tokens} & (
        _OTHER_QUESTION - {"is", "are", "was", "were", "has", "have", "had", "been"}
    ):
        return None
    for place in range(1, min(7, len(tokens))):
        head, word, behind = tokens[:place], tokens[place].lower(), tokens[place + 1 :]
        if head[-1].lower() in _EVENT and head[-1].lower() not in PEOPLE:
            return None
        if not _plural(head[-1]):
            if word in _RELATIVES | _PREPOSITIONS:
                return None
            continue
        if word in _RELATIVES:
            return _of_clause(head, behind)
        if done := _of_participle(head, word, behind):
            return done
        if word in _PREPOSITIONS:
            return _of_place(head, tokens[place:])
    return None


def _of_clause(head: Sequence[str], clause: Sequence[str]) -> str | None:
    """The clause for "drones" and its relative clause, "hit Kyiv" or "Russia launched at Kyiv"."""
    plain = [token.lower() for token in clause]
    for place in range(1, min(5, len(plain))):
        subject = plain[:place]
        if _is_participle(plain[place]) and not any(_is_verb(word) or word.endswith("ly") for word in subject):
            return joined(head, "were", clause[place:][:1], "by", clause[:place], clause[place + 1 :])
    return joined(head, clause) if clause else None


def _of_participle(head: Sequence[str], word: str, behind: Sequence[str]) -> str | None:
    if word in _ACTIVE:
        return joined(head, _ACTIVE[word], behind)
    after = behind[0].lower() if behind else ""
    if word in _ACTIVE_PAST and (weapon(head[-1]) or word not in ("hit", "struck", "attacked")) and after != "by":
        return joined(head, word, behind)
    if word in _KILLED_BY_NAME or word == "missing" or _is_participle(word):
        return joined(head, "were", _KILLED_BY_NAME.get(word, word), behind)
    return None


def _of_place(head: Sequence[str], tail: Sequence[str]) -> str | None:
    """The clause for "drones in the barrage"."""
    plain = [token.lower() for token in tail]
    if _OTHER_QUESTION.intersection(plain) or any(_EVENT.get(word) in OF_PEOPLE for word in plain):
        return None
    if plain[-1] in ("called", "named", "known") or plain[0] not in ("in", "at", "on", "aboard", "near"):
        return None
    return joined(head, "were", tail)


def telegraphic(tokens: Sequence[str], *, killed: bool = False) -> str | None:
    """The clause for words in any order that name an event and people or a weapon: "Kyiv drone hits"; else None.

    `killed`: the word for the count named the event ("death toll").
    """
    tokens = common(" ".join(tokens)).split()
    plain = [token.lower() for token in tokens]
    if _OTHER_QUESTION.intersection(plain):
        return None
    events = {_EVENT[word] for word in plain if word in _EVENT} | ({"killed"} if killed else set())
    if _CASUALTIES.intersection(plain):
        events |= {"killed", "injured"}
    if events & OF_PEOPLE:
        return _of_people(tokens, events & OF_PEOPLE)
    weapons = {name for word in plain if (name := weapon(word))}
    return _of_weapons(tokens, weapons.pop(), events) if len(weapons) == 1 else None


def _of_people(tokens: Sequence[str], events: set[str]) -> str | None:
    """The clause for "Kyiv deaths", "people killed in Kyiv"."""
    rest = [token for token in tokens if _EVENT.get(token.lower()) not in OF_PEOPLE]
    rest = [token for token in rest if token.lower() not in _CASUALTIES | _RELATIVES]
    who = [name for token in rest if (name := _people(token))]
    rest = [token for token in rest if not _people(token)]
    noun = who[0] if who and who[0] not in ("lives", "victims", "others") else "people"
    many = "victims" if "victims" in who else "casualties"
    clause = f"{many} were there" if len(events) > 1 else f"{noun} were {min(events)}"
    if rest and _OF_A_NATION.search(rest[0]):
        clause = f"{rest.pop(0)} {clause}"
    tail = _tail(rest, tokens)
    return None if tail is None else joined([clause], tail)


def _of_weapons(tokens: Sequence[str], noun: str, events: set[str]) -> str | None:
    """The clause for "drone hits on Kyiv"."""
    event = next((name for name in ("shot down", "launched", "hit") if name in events), None)
    own = {token for token in tokens if _EVENT.get(token.lower()) == event and event}
    own |= {token for token in tokens if token.lower() in _RELATIVES | {"down"} or _of_kind(token)}
    tail = _tail([token for token in tokens if token not in own and not weapon(token)], tokens)
    if tail is None:
        return None
    noun = joined([token for token in tokens if _of_kind(token)], noun)
    if event != "hit":
        return joined(noun, "were", event or "there", tail)
    while tail and tail[0].lower() in _PREPOSITIONS:
        tail = tail[1:]
    return joined(noun, event, tail) if tail else None


def _of_kind(token: str) -> bool:
    """Whether a word names the kind of a weapon or its nation: "ballistic", "Russian"."""
    return token.lower() in _KINDS or bool(_OF_A_NATION.search(token))


def _tail(rest: Sequence[str], tokens: Sequence[str]) -> list[str] | None:
    """The words left over, behind a preposition: "in Kyiv". None if they are no place, time or attack."""
    words = [token for place, token in enumerate(rest) if not _dangles(rest, place)]
    if not words:
        return []
    first = words[0].lower()
    if first in ("of", "for", "from", "by"):
        return ["in", *words[1:]]
    if first in _PREPOSITIONS or first in _TIMES:
        return words
    attack = words[-1].lower() in _ATTACKS
    named = words[0][0].isupper() or first in _ATTACKS
    if not named and len(words) > (2 if attack else 1):
        return None
    if not named and any(char.isupper() for token in tokens for char in token):
        return None
    return ["in", *(["the"] if attack else []), *words]


def names_several(words: Sequence[str]) -> bool:
    """Whether one of the first three words is a plural noun; not in "risk does it take" or "the student body"."""
    return bool(words) and words[0] not in _DETERMINERS and any(map(_plural, words[:3]))


def is_known(token: str) -> bool:
    """Whether a word beside the word for a count may belong to it: a name, people, a weapon, an event, a small word."""
    plain = token.lower()
    small = _PREPOSITIONS | _DETERMINERS | _RELATIVES | _CASUALTIES
    return token[0].isupper() or plain in _EVENT or plain in small or bool(weapon(plain) or _people(plain))


def _dangles(rest: Sequence[str], place: int) -> bool:
    """Whether a preposition or determiner is without its noun: "the" in "for the (hits) on Kyiv"."""
    word, after = rest[place].lower(), rest[place + 1].lower() if place + 1 < len(rest) else ""
    if word == "and" or (word in _PREPOSITIONS | _DETERMINERS and not after):
        return True
    return word in _DETERMINERS and after in _PREPOSITIONS


def _people(token: str) -> str | None:
    """The plural of a word for people: "civilians" of "civilian"; None for other words."""
    word = token.lower().removesuffix("'s").removesuffix("’s").rstrip("'’")
    word = _SINGULAR.get(word, word)
    return word if word in PEOPLE else f"{word}s" if f"{word}s" in PEOPLE else None


def _plural(word: str) -> bool:
    plain = word.lower()
    if plain in PEOPLE or (weapon(plain) == plain) or plain in _EVENT:
        return True
    return plain.endswith("s") and not plain.endswith(("ss", "us", "is", "as", "'s", "’s"))


def _is_participle(word: str) -> bool:
    return word in _DONE or (word.endswith("ed") and len(word) > 4)


def _is_verb(word: str) -> bool:
    return word in ("is", "are", "was", "were", "has", "have", "had", "been") or _is_participle(word) or word in _EVENT


def _without_determiners(tokens: Sequence[str]) -> list[str]:
    rest = list(tokens)
    while rest and rest[0].lower() in _DETERMINERS | {",", ":", "–", "—", ";"}:
        rest.pop(0)
    return rest


def joined(*parts: Sequence[str] | str) -> str:
    """Words and lists of words as one text, without a space in front of a comma."""
    words = [word for part in parts for word in ([part] if isinstance(part, str) else part)]
    if words and (weapon(words[0]) or _people(words[0])):
        words[0] = words[0].lower()
    text = " ".join(words)
    return re.sub(r" (?=[,:;])", "", text)
