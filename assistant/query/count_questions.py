"""A question for a count, however worded -> "How many ...?", the form that search and answering understand best.

"number of drones that hit Kyiv", "drones hitting Kyiv: how many?" and "total drones Kyiv hit" all ask "How many
drones hit Kyiv?". A question is restated only if every word of it has a place in that form: to see a count where none
is asked for ("the phone number of the ministry") is worse than to miss one.
"""

import re

from assistant.query.counted_phrase import described, is_known, joined, names_several, telegraphic

_TOKEN = re.compile(r"[^\s,:;–—?!\"“”]+|[,:;–—]")
_MARKS = frozenset(",:;–—-")
_ASKERS = frozenset("you we i they anyone anybody someone somebody there it".split())
_HELPERS = frozenset("can could would will may do does did has have is are was were".split())
_ASKING = (
    _ASKERS
    | _MARKS
    | frozenset(
        """please kindly hello hi hey ok okay so well now just sorry thanks tell give show get got find state say said
    provide report reported list have see know mention remind send let look looking check share need needed want wanted
    like love wonder wondering ask asking search searching curious interested trying me us what whats what's which is
    was are were would be been has known clear any some idea word news info information data details do does did can
    could will may the a an i'd i'm im we'd we're i've that's about exactly roughly approximately quick question
    articles article papers reports""".split()
    )
)
"""Words in front of the question proper: "Do you know", "Can you give me", "What was the"."""

_ASKING_LATER = frozenset("to for out up on of as here".split())
_ENDING = _MARKS | frozenset(
    "please thanks thank you altogether overall exactly roughly approximately is was are were known given".split()
)
_COUNTS = frozenset(
    """number numbers num # count counts total totals tally tallies quantity quantities amount amounts figure figures
    headcount statistic statistics stat stats sum""".split()
)
_TOLLS = frozenset("toll tolls".split())
_OF_TOLL = frozenset("in from after of at among since so now last , :".split())
_NO_TOLL = frozenset("on road roads booth booths plaza bridge free fee fees charge system".split())
"""Words behind "toll" that make it a payment ("the toll on the bridge"), not a number of deaths."""

_ARTICLES = [["the", word] for word in ("articles", "article", "papers", "reports", "report", "news", "text")]
_OF_COUNT = frozenset(
    """total overall exact approximate rough official latest current final full precise combined actual complete whole
    grand cumulative reported estimated confirmed claimed the a an its their all""".split()
)
_JOINTS = frozenset("of for on about regarding".split())
_HOW_MANY = re.compile(
    r"\b(?:(?:what|which)\s+(?:total\s+)?(?:number|count|quantity|amount)s?\s+of"
    r"|how\s+much(?=\s+(?:\w+\s+)?(?:drones|uavs|missiles|rockets|people|soldiers|deaths|casualties|victims)\b))\b",
    re.IGNORECASE,
)
"""Phrases for "how many" anywhere in a question: "Kyiv was hit by what number of drones?"."""

_HOW_LARGE = re.compile(
    r"^how\s+(?:large|big|high|great|low|small)\s+(?:is|was|are|were)\s+(?=(?:the|a|an)\s)", re.IGNORECASE
)
_RISEN = re.compile(
    r"^(?:how\s+\w+|(?:to\s+)?what)\s+(?:did|does|has|had)\s+(?P<what>(?:the|a)\s.+?)"
    r"\s+(?:rise|climb|come|amount|go|grow|stand|get|reach|risen|climbed|grown|reached|become)(?:\s+(?:to|at|by))?$",
    re.IGNORECASE,
)
_VERB = (
    r"(?P<verb>hit|struck|attacked|targeted|damaged|destroyed|killed|injured|wounded|hurt|launched|fired|sent"
    r"|shot\s+down|downed|intercepted)"
)
_WHO = r"(?P<who>(?!(?:who|what|when|where|why|which|how|if)\b)\S+(?:\s+\S+){0,5}?)"
_BE = r"(?:was|were|is|are|got|had\s+been|has\s+been|have\s+been)"
_BY_HOW_MANY = (
    re.compile(rf"{_WHO}\s+(?:{_BE}\s+)?{_VERB}\s+by\s+how\s+many\s+(?P<what>\S+)(?P<tail>.*)$", re.IGNORECASE),
    re.compile(rf"(?:by|with)\s+how\s+many\s+(?P<what>\S+)\s+{_BE}\s+{_WHO}\s+{_VERB}\b(?P<tail>.*)$", re.IGNORECASE),
)
_HIT_BY = re.compile(rf"(?P<what>\S+)\s+(?:was|were)\s+{_WHO}\s+{_VERB}\s+(?:by|with)\b(?P<tail>.*)$", re.IGNORECASE)
_THERE = re.compile(
    r"(?P<what>\S+(?:\s+\S+)?)\s+(?:(?:were|are|was)\s+there\s+(?:that|which|who)|did(?=\s+hit\b))\s+(?P<does>.+)$",
    re.IGNORECASE,
)
"""Behind "how many": "drones was Kyiv hit by", "drones were there that hit Kyiv"."""

_DID_HOW_MANY = re.compile(
    rf"{_WHO}\s+(?:ha[sd]\s+|have\s+)?{_VERB}\s+how\s+many\s+(?P<what>\S+)(?P<tail>.*)$", re.IGNORECASE
)
_OPENS = re.compile(r"^(?:and|but|also)\b[\s,]*", re.IGNORECASE)
_SOURCE = r"according\s+to\s+(?:the|these|your)\s+(?:articles?|papers?|reports?|news|sources?|texts?)"
_POLITE = re.compile(
    rf"^(?:(?:hi|hello|hey|dear\s+\w+)\b[\s,.!]+|(?:q|query|question|re)\s*:\s*"
    rf"|(?:in\s+total|overall|altogether|all\s+told|{_SOURCE})\b[\s,:]*)+"
    rf"|[.?!,\s]+(?:(?:thanks|thank\s+you|please|cheers)\b[^?]*|{_SOURCE})\W*$",
    re.IGNORECASE,
)
"""Greetings, thanks, and "according to the articles", which holds for every question here."""

_IN_BRACKETS = re.compile(r"\s*\((?:the\s+)?(number|count|total|tally|how\s+many)\??\)$", re.IGNORECASE)
_POINTING = re.compile(
    r"^(?P<name>[\w’'-]+(?:\s+[\w’'-]+){0,2})\s*[:,–—-]\s*(?P<asks>how\s+many\s.+)\s(?:it|there)$", re.IGNORECASE
)
_ABBREVIATED = re.compile(r"\b(?:nos?|nrs?|num)\.?\s+of\b|#\s*of\b", re.IGNORECASE)
_SEVERAL_SENTENCES = re.compile(r"[.!?]\s+\S|[\[\]()]")
_MARGIN = ' .?!…"“”\t\n'
_NOUNS = frozenset("dead deaths fatalities killed injured wounded injuries casualties hits impacts".split())
"""Nouns for an event; behind "how many" they are no clause yet: "how many dead in Kyiv"."""


def restated(question: str) -> str:
    """The question as "How many ...?", in its own words for what is counted; unchanged if it asks for no count.

    A form that would itself be restated was misunderstood: then the question stays as it is.
    """
    once = _restated(question)
    return once if once == question or _restated(once) == once else question


def _restated(question: str) -> str:
    given = question.strip(_MARGIN)
    text = _POINTING.sub(r"\g<asks> \g<name>", _IN_BRACKETS.sub(r", \1", _POLITE.sub("", given))).strip(_MARGIN)
    text = re.sub(r"^how\s+numerous\s", "how many ", _ABBREVIATED.sub("number of", text), flags=re.IGNORECASE)
    if _SEVERAL_SENTENCES.search(text):
        return question
    cased = text.lower() if text.isupper() else text
    opens = match[0] if (match := _OPENS.match(cased)) else ""
    rest = cased[len(opens) :]
    if re.match(r"how\s+many\s", rest, re.IGNORECASE):
        clause = _of_noun(rest.split()[2:]) or (" ".join(rest.split()[2:]) if cased != given else None)
    else:
        clause = _clause(rest)
    return f"{opens}{'how' if opens else 'How'} many {clause}?" if clause else question


def _of_noun(tokens: list[str]) -> str | None:
    """The clause for a noun phrase behind "how many": "dead in Kyiv", "drones was Kyiv hit by"; else None."""
    plain = [token.lower() for token in tokens]
    if match := _THERE.match(" ".join(tokens)):
        return f"{match['what']} {match['does']}"
    if match := _HIT_BY.match(" ".join(tokens)):
        return f"{match['what']} {match['verb']} {match['who']}{match['tail']}"
    return telegraphic(tokens) if _NOUNS.intersection(plain[:2]) else None


def _clause(text: str) -> str | None:
    """The clause to put behind "How many"; None if no count is asked for."""
    asked = _HOW_MANY.sub("how many", text)
    if asked != text and not names_several(asked.lower().partition("how many ")[2].split()):
        return None
    text = asked
    if risen := _RISEN.match(text):
        text = risen["what"]
    elif large := _HOW_LARGE.match(text):
        text = text[large.end() :]
    tokens = _bare(text)
    plain = [token.lower() for token in tokens]
    if plain[:1] == ["who"]:
        return None
    if plain[:2] == ["how", "many"] and len(tokens) > 2:
        return joined(tokens[2:])
    return _in_its_place(joined(tokens)) or _named(_less_determiner(tokens))


def _bare(text: str) -> list[str]:
    """The tokens of the question proper, without "Can you tell me" in front and "please" behind."""
    tokens: list[str] = _TOKEN.findall(text)
    plain = [token.lower() for token in tokens]
    known = plain[-1:] and plain[-1] in ("known", "given", "reported", "clear")
    if plain[:1] and plain[0] in _HELPERS and not known and _asks_whether(plain):
        return tokens
    start, end = 0, len(tokens)
    while start < end and (plain[start] in _ASKING or (start and plain[start] in _ASKING_LATER)):
        start += 1
    while end > start and plain[end - 1] in _ENDING:
        end -= 1
    return tokens[start - 1 if start and plain[start - 1] in ("the", "a", "an") else start : end]


def _asks_whether(plain: list[str]) -> bool:
    """Whether a question that opens with a helper asks for yes or no: "Did the number rise?", not "Do you know"."""
    return plain[1:2] != [] and plain[1] not in _ASKERS | {"any"} and plain[1:3] not in _ARTICLES


def _less_determiner(tokens: list[str]) -> list[str]:
    return tokens[1:] if tokens and tokens[0].lower() in ("the", "a", "an") else tokens


def _in_its_place(text: str) -> str | None:
    """The clause for "Kyiv was hit by how many drones" or "the strike killed how many people"; else None."""
    for pattern in _BY_HOW_MANY:
        if match := pattern.match(text):
            return f"{match['what']} {match['verb']} {match['who']}{match['tail']}"
    if match := _DID_HOW_MANY.match(text):
        who = re.sub(r"^(?:The|An?)\b", lambda first: first[0].lower(), match["who"])
        return f"{match['what']} were {match['verb']} by {who}{match['tail']}"
    return None


def _named(tokens: list[str]) -> str | None:
    """The clause for a text with a word for a count ("number", "tally", "how many") anywhere in it; else None."""
    plain = [token.lower() for token in tokens]
    place = _count_word(plain)
    if place is None:
        return None
    at, behind, toll = place
    before, after = tokens[:at], tokens[behind:]
    if at and plain[at - 1] in ("a", "some", "any"):
        return None  # "a number of" is only several
    if tokens[at] == "Count" and after and after[0][0].isupper():
        return None
    while before and before[-1].lower() in _OF_COUNT | _MARKS | {"is", "was", "were", "are", "what", "in"}:
        before.pop()
    joint = after[0].lower() if after else ""
    if toll:
        named = bool(before) and (is_known(before[-1]) or before[-1].lower() == "human")
        of_dead = named or plain[at] == "body" or (not before and (not after or joint in _OF_TOLL))
        of_injured = any(word.startswith("injur") for word in plain[:at])
        return telegraphic([*before, *after], killed=not of_injured) if of_dead and joint not in _NO_TOLL else None
    beside = [*before[-1:], *(after[:1] if joint not in _JOINTS | _MARKS else [])]
    if plain[at] != "how" and not all(is_known(token) or token in _MARKS for token in beside):
        return None
    after = after[1:] if joint in _JOINTS | _MARKS else after
    if before and after:
        return telegraphic([*before, *after])
    what = before or after
    return (described(what) or telegraphic(what)) if what else None


def _count_word(plain: list[str]) -> tuple[int, int, bool] | None:
    """The index of the word for a count, that of the first word behind it, and whether it is a toll; else None."""
    for at, word in enumerate(plain):
        after = plain[at + 1] if at + 1 < len(plain) else ""
        if word == "how" and (after == "many" or plain[at + 1 :] == ["much"]):
            return at, at + 2, False
        if word in _TOLLS or (word == "body" and after in _COUNTS):
            return at, at + (2 if word == "body" else 1), True
        if word in _COUNTS and after not in _COUNTS | _TOLLS:
            return at, at + 1, False
    return None
