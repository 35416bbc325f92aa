"""What a question describes as counted -> the words behind "How many": "drones that hit Kyiv" -> "drones hit Kyiv"."""

import re
from collections.abc import Sequence

from assistant.language.synonyms import common, weapon
from assistant.quantities.events import EVENT_OF, OF_PEOPLE

_DETERMINERS = frozenset("the a an all any of these those this that its their our his her some every".split())
_RELATIVES = frozenset("that which who".split())
_PREPOSITIONS = frozenset(
    """in on at by to for from with within across during near of over around among against through into onto after
    before since until between under inside outside along off above below per""".split()
)
_TIMES = frozenset("so far yesterday today tonight overnight last this now recently".split())
_PLACES = frozenset("capital city town village region country suburb suburbs district area border".split())
_OF_A_NATION = re.compile(
    r"^[A-Z]\w+(?:ian|ean|ican|ish|ese|raeli|raqi|stani)$|^(?:German|Afghan|Yemeni|French|Dutch|US)$"
)
_KINDS = frozenset("enemy hostile ballistic cruise hypersonic kamikaze shahed long-range".split())
_ATTACKS = frozenset("strike strikes attack attacks assault raid raids bombing shelling blast explosion crash".split())
_PEOPLE = frozenset(
    """people persons lives residents victims others men women children boys girls civilians soldiers troops servicemen
    officers policemen police passengers workers students patients prisoners pupils teachers tourists migrants
    refugees""".split()
)
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
_NOT_HERE = frozenset(
    """do does did has have had can could will would should may might is are was were be been being i you we they he
    she it me us him them my your what when where why how whose whom not no if because than or but as average highest
    lowest maximum minimum record daily weekly monthly annual yearly rising growing high low phone telephone serial
    flight case jersey account house plate reference percentage share rate name names""".split()
)
"""Words that make another question of it: "the highest number", "the phone number", "did he cite"."""

_ACTIVE = {
    "hitting": "hit", "striking": "struck", "reaching": "reached", "landing": "landed", "dying": "died",
    "impacting": "impacted", "attacking": "attacked", "crashing": "crashed", "slamming": "slammed",
}  # fmt: skip
_DID_IT = frozenset("hit struck reached landed died fled disappeared crashed attacked slammed fell".split())
"""What the things counted did themselves; all else was done to them: "missiles launched"."""

_DONE = frozenset(
    """hit struck shot downed sent lost built held found stolen sunk burnt burned left hurt taken seen made put cut
    brought caught kept torn blown flown thrown slain""".split()
)
_KILLED_BY_NAME = {"dead": "killed", "slain": "killed"}


def described(tokens: Sequence[str]) -> str | None:
    """Of a plural noun with what is said of it: a clause ("that hit Kyiv"), a participle, a place."""
    tokens = _without_determiners(tokens)
    if len(tokens) > 3 and tokens[-1].lower() == "by" and tokens[-3].lower() in ("was", "were"):
        *head, _, verb, _ = tokens
        return joined([token for token in head[:-1] if token.lower() not in _RELATIVES], verb, head[-1])
    if {token.lower() for token in tokens} & (_NOT_HERE - {"is", "are", "was", "were", "has", "have", "had", "been"}):
        return None
    for place in range(1, min(7, len(tokens))):
        head, word, behind = tokens[:place], tokens[place].lower(), tokens[place + 1 :]
        if head[-1].lower() in _EVENT and head[-1].lower() not in _PEOPLE:
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
    """Of "drones" and "hit Kyiv", or "Russia launched at Kyiv"."""
    plain = [token.lower() for token in clause]
    for place in range(1, min(5, len(plain))):
        subject = plain[:place]
        if _is_participle(plain[place]) and not any(_is_verb(word) or word.endswith("ly") for word in subject):
            return joined(head, "were", clause[place:][:1], "by", clause[:place], clause[place + 1 :])
    return joined(head, clause) if clause else None


def _of_participle(head: Sequence[str], word: str, behind: Sequence[str]) -> str | None:
    if word == "to" and behind and behind[0].lower() == "have":
        return joined(head, behind)
    if word in _ACTIVE:
        return joined(head, _ACTIVE[word], behind)
    if word.endswith("ing") and len(word) > 5:
        return joined(head, "were", word, behind)
    after = behind[0].lower() if behind else ""
    if word in _DID_IT and (weapon(head[-1]) or word not in ("hit", "struck", "attacked")) and after != "by":
        return joined(head, word, behind)
    if word in ("hit", "struck", "attacked") and after and after not in _PREPOSITIONS | _TIMES:
        return joined(head, word, behind)
    if word in _KILLED_BY_NAME or word == "missing" or _is_participle(word):
        return joined(head, "were", _KILLED_BY_NAME.get(word, word), behind)
    return None


def _of_place(head: Sequence[str], tail: Sequence[str]) -> str | None:
    """Of "drones in the barrage"; a clause may still follow: "people in Kyiv who were killed"."""
    plain = [token.lower() for token in tail]
    for place, word in enumerate(plain):
        if word in _RELATIVES and tail[place + 1 :] and place > 1:
            return joined(head, tail[:place], tail[place + 1 :])
    if _NOT_HERE.intersection(plain) or any(_EVENT.get(word) in OF_PEOPLE for word in plain):
        return None
    if plain[-1] in ("called", "named", "known") or plain[0] not in ("in", "at", "on", "aboard", "near"):
        return None
    return joined(head, "were", tail)


def telegraphic(tokens: Sequence[str], *, killed: bool = False) -> str | None:
    """Of words in any order, one of them the event and one the thing: "Kyiv drone hits", "total drones Kyiv hit".

    `killed` says that the count itself named the event ("death toll").
    """
    tokens = common(" ".join(tokens)).split()
    plain = [token.lower() for token in tokens]
    if _NOT_HERE.intersection(plain):
        return None
    events = {_EVENT[word] for word in plain if word in _EVENT} | ({"killed"} if killed else set())
    if _CASUALTIES.intersection(plain):
        events |= {"killed", "injured"}
    if events & OF_PEOPLE:
        return _of_people(tokens, events & OF_PEOPLE)
    weapons = {found for word in plain if (found := weapon(word))}
    return _of_weapons(tokens, weapons.pop(), events) if len(weapons) == 1 else None


def _of_people(tokens: Sequence[str], events: set[str]) -> str | None:
    """Of "Kyiv deaths", "people killed in Kyiv": who it was done to, and where."""
    rest = [token for token in tokens if _EVENT.get(token.lower()) not in OF_PEOPLE]
    rest = [token for token in rest if token.lower() not in _CASUALTIES | _RELATIVES]
    who = [found for token in rest if (found := _people(token))]
    rest = [token for token in rest if not _people(token)]
    thing = who[0] if who and who[0] not in ("lives", "victims", "others") else "people"
    many = "victims" if "victims" in who else "casualties"
    said = f"{many} were there" if len(events) > 1 else f"{thing} were {min(events)}"
    if rest and _OF_A_NATION.search(rest[0]):
        said = f"{rest.pop(0)} {said}"
    tail = _tail(rest, tokens)
    return None if tail is None else joined([said], tail)


def _of_weapons(tokens: Sequence[str], thing: str, events: set[str]) -> str | None:
    """Of "drone hits on Kyiv": what they hit, or where they were launched or shot down."""
    event = next((name for name in ("shot down", "launched", "hit") if name in events), None)
    own = {token for token in tokens if _EVENT.get(token.lower()) == event and event}
    own |= {token for token in tokens if token.lower() in _RELATIVES | {"down"} or _of_kind(token)}
    tail = _tail([token for token in tokens if token not in own and not weapon(token)], tokens)
    if tail is None:
        return None
    thing = joined([token for token in tokens if _of_kind(token)], thing)
    if event != "hit":
        return joined(thing, "were", event or "there", tail)
    while tail and tail[0].lower() in _PREPOSITIONS:
        tail = tail[1:]
    return joined(thing, event, tail) if tail else None


def _of_kind(token: str) -> bool:
    """Whether a word tells a kind of weapon or whose it is: "Russian", "ballistic"."""
    return token.lower() in _KINDS or bool(_OF_A_NATION.search(token))


def _tail(rest: Sequence[str], whole: Sequence[str]) -> list[str] | None:
    """The words that are left, behind a preposition: "in Kyiv". None where they are of something else."""
    words = [token for place, token in enumerate(rest) if not _dangles(rest, place)]
    if not words:
        return []
    first = words[0].lower()
    if first in ("of", "for", "from", "by"):
        return ["in", *words[1:]]
    if first in _PREPOSITIONS or first in _TIMES:
        return words
    attack = words[-1].lower() in _ATTACKS
    if first in _DETERMINERS:
        named = any(word[0].isupper() or word.lower() in _PLACES | _ATTACKS for word in words[1:3])
    else:
        named = words[0][0].isupper() or first in _ATTACKS
    if not named and len(words) > (2 if attack else 1):
        return None
    if not named and any(char.isupper() for token in whole for char in token):
        return None
    return ["in", *(["the"] if attack and first not in _DETERMINERS else []), *words]


def names_several(words: Sequence[str]) -> bool:
    """Whether one of the first words is a plural noun: not of "risk does it take" and "the student body"."""
    return bool(words) and words[0] not in _DETERMINERS and any(map(_plural, words[:3]))


def is_known(token: str) -> bool:
    """Whether a word beside the word for a count may belong to it: a name, a thing, an event, a little word."""
    plain = token.lower()
    little = _PREPOSITIONS | _DETERMINERS | _RELATIVES | _CASUALTIES
    return token[0].isupper() or plain in _EVENT or plain in little or bool(weapon(plain) or _people(plain))


def _dangles(rest: Sequence[str], place: int) -> bool:
    """Whether a preposition or a determiner has lost its noun: the "for the" of "for the (hits) on Kyiv"."""
    word, after = rest[place].lower(), rest[place + 1].lower() if place + 1 < len(rest) else ""
    if word == "and" or (word in _PREPOSITIONS | _DETERMINERS and not after):
        return True
    if word in _PREPOSITIONS:
        following = [token.lower() for token in rest[place + 1 :]]
        while following and following[0] in _DETERMINERS:
            following.pop(0)
        return not following or following[0] in _PREPOSITIONS
    return word in _DETERMINERS and after in _PREPOSITIONS


def _people(token: str) -> str | None:
    """The plural of a word for people: "civilians" of "civilian"; None for other words."""
    word = token.lower().removesuffix("'s").removesuffix("’s").rstrip("'’")
    word = _SINGULAR.get(word, word)
    return word if word in _PEOPLE else f"{word}s" if f"{word}s" in _PEOPLE else None


def _plural(word: str) -> bool:
    plain = word.lower()
    if plain in _PEOPLE or (weapon(plain) == plain) or plain in _EVENT:
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
