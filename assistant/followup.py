"""A question in a conversation -> the question it means, so that search finds what it is about."""

import re
from collections.abc import Sequence

from assistant.answer import Citation, Passage
from assistant.counting import counted_thing
from assistant.stems import stems, words
from vectorstore.library import Library
from vectorstore.words import STOP_WORDS

_OPENS = re.compile(r"^\s*(?:(?:and|but|so|also|or|then|what about|how about|what of)\b[\s,]*)+", re.IGNORECASE)
_ABOUT = re.compile(r"^\s*(?:(?:and|but|so)\s+)?(?:what about|how about|what of)\b", re.IGNORECASE)
_POINTS_BACK = re.compile(
    r"\b(?:it|this|these|those|then|same|ones?(?!\s+of))\b|(?<!\bis )(?<!\bare )(?<!\bwas )(?<!\bwere )\bthere\b"
    r"|\b(?:is|was|were|did|does|of|about|after|before|in|on|at|by|from|since|than)\s+that\b|\bthat\W*$",
    re.IGNORECASE,
)
"""A "that" in the middle is no pointer but opens a clause: "the strike that may have involved a missile"."""

_PERSON = re.compile(r"\b(?:he|she|they|him|her|them|his|hers|its|their|theirs)\b", re.IGNORECASE)
_ASKS = re.compile(
    r"\b(?:who|whom|whose|what|which|when|where|why|how|did|do|does|is|are|was|were|has|have|had|can|could|will"
    r"|would|should)\b",
    re.IGNORECASE,
)
_ASKS_FOR = re.compile(r"^\s*(?:who|what|which|where)\b", re.IGNORECASE)
_HOW_MANY = re.compile(r"\bhow (?:many|much)\b(?!\s+of\b)", re.IGNORECASE)
_PLACE = re.compile(r"^(?:in|at|on|near|from|by|during|for|against)\b", re.IGNORECASE)
_DETERMINER = re.compile(r"^(?:the|a|an|any|all|some|his|her|its|their)\b", re.IGNORECASE)
_WHO_SAID = re.compile(
    r"""^\s*(?:(?:and|but|so)\s+)?(?:
      (?:who|which\s+\w+|what\s+\w+)\s+(?:has\s+|have\s+)?
        (?:says?|said|reports?|reported|claims?|claimed|counts?|counted|told|gives?|gave|confirms?|confirmed)
        (?:\s+(?:you|us|me))?(?:\s+(?:that|this|so|it|those|these|them))?(?:\s+(?:figure|number|count)s?)?
      |says\s+who|according\s+to\s+whom?
      |(?:what|who)(?:['’]s|\s+is|\s+was)\s+(?:the|your|its)\s+source
    )\W*$""",
    re.IGNORECASE | re.VERBOSE,
)
_EMPTY = STOP_WORDS | {"many", "much"}
_SHORT = 3
_CARRIED = 12
"""Words put back from the question before, at most: a long conversation must not drown its last question."""


def is_followup(question: str) -> bool:
    """Whether a question can't stand alone: it opens with "and", points back ("that", "they"), or is very short.

    One that names what it asks for stands alone ("Who is JD Vance?"), and its pronouns mean that name ("What
    did Zelensky say he would do?").
    """
    person = _PERSON.search(question)
    if _OPENS.search(question) or _POINTS_BACK.search(question):
        return True
    if person and not _proper(question[: person.start()]):
        return True
    return len(stems(question)) < _SHORT and not (_ASKS_FOR.search(question) and _proper(question))


def standalone(question: str, earlier: Sequence[str]) -> str:
    """The question with what it leaves out put back from the earlier questions, oldest first.

    "And how many were injured?" keeps its own words and gets the names of the question before it; "and
    missiles?" asks that question again, of missiles; "what about the July attack?" gets all its words. A
    question that stands alone stays as it is.
    """
    meant = ""
    for asked in (*earlier, question):
        meant = _meant(asked, meant) if words(meant) and is_followup(asked) else asked
    return meant


def _meant(question: str, before: str) -> str:
    rest = _OPENS.sub("", question).strip()
    if not words(rest):
        rest = question
    thing = counted_thing(before)
    asks = _ASKS.search(rest)
    if not asks and (place := _PLACE.match(rest)):
        elsewhere = re.sub(rf"\s+{place[0]}\s+(?:the\s+)?(?:[A-Z][\w'’-]*\s*)+", " ", before, flags=re.ASCII)
        return f"{elsewhere.rstrip(' ?.!')} {rest}"
    if not asks and thing and len(words(rest)) < _SHORT and not _DETERMINER.match(rest):
        return _counting(rest.rstrip(" ?.!"), thing, before)
    bare = not asks or all(word.lower() in _EMPTY for word in words(rest))
    if thing and not counted_thing(rest):
        rest = _HOW_MANY.sub(lambda match: f"{match[0]} {thing}", rest, count=1)
    have = stems(rest)
    carried = words(before) if bare or _ABOUT.search(question) else _names(before)
    missing = [w for w in carried if w.lower() not in _EMPTY and not stems(w) <= have]
    if not missing:
        return rest
    return f"{rest.rstrip('?').rstrip()} ({' '.join(list(dict.fromkeys(missing))[:_CARRIED])})?"


def _counting(other: str, thing: str, question: str) -> str:
    """The "how many" question asked of another thing: "How many drones hit it?" of missiles."""
    if re.search(rf"\b{re.escape(thing)}\b", question):
        return re.sub(rf"\b{re.escape(thing)}\b", lambda _: other, question, count=1)
    return _HOW_MANY.sub(lambda match: f"{match[0]} {other}", question, count=1)


def asks_who_said_it(question: str) -> bool:
    """Whether a question asks for the source of the answer before it and for nothing else: "who said that?"."""
    return bool(_WHO_SAID.search(question))


def cited_before(citations: Sequence[Citation], library: Library) -> tuple[Passage, ...]:
    """The passages of an earlier answer, as far as their articles are still there and unchanged."""
    kept = [(c, library.article(c.article_id)) for c in citations if library.has(c.article_id)]
    return tuple(
        Passage(number, article, c.start, c.end, c.quote, 1.0, 1.0, 1.0) for number, (c, article) in enumerate(kept, 1)
    )


def _names(question: str) -> list[str]:
    """The names of a question; without any, all the words behind its first."""
    return _proper(question) or words(question)[1:]


def _proper(question: str) -> list[str]:
    """The capitalised words behind the first, and numbers."""
    return [word for word in words(question)[1:] if word[0].isupper() or word[0].isdigit()]
