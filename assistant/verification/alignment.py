"""Whether a statement's terms, in a sentence's order, say there what they say here: what may be left out between."""

import re
from collections.abc import Sequence
from functools import cache
from itertools import pairwise

from assistant.language.lexicon import STOP_WORDS
from assistant.quantities.modifiers import same_modifier
from assistant.verification.noun_phrases import (
    ALONE_BEHIND,
    GOVERNING,
    cuts_back,
    cuts_front,
    is_changed,
    is_verb,
    same_name,
)
from assistant.verification.terms import LINKS, Term

_BE = frozenset("am is are was were be been being".split())
_WITHIN = "who whom whose which that after before when while as because since if where until whether although though"
_WITHIN_WORD = re.compile(rf"\b(?:{'|'.join(_WITHIN.split())})\b", re.IGNORECASE)
_JOINED = re.compile(r"(?:\b(?:and|or|but)|,)\W*$", re.IGNORECASE)
_LAST_ITEM = re.compile(r"(?:\b(?:and|or|but)\b|[,;:—–])", re.IGNORECASE)
_ASIDE = re.compile(r"^[\s\"”“]*[,(—–].*[,)—–][\s\"“”]*(?P<links>(?:[a-z]+[\s\"“]+)*)$", re.DOTALL)
_DONE_BY = re.compile(
    r"\s+[a-z]*(?:ed|led|shot|built|held|made|won|hit)\s+by\s(?![^,;]*\b(?:who|which|that|and)\b)[^,;]*$"
)
_LISTED = re.compile(r"^\W*,?\s*(?:and|or|but)\b|,\s*(?:and|or|but)\b[^,]*$", re.IGNORECASE)
_HARMED = frozenset("dead missing injured wounded killed hurt displaced".split())
_AMOUNTS = frozenset("some all any most more such other".split())
_CLOSING_SOURCE = re.compile(
    r"""[,—–]\s*(?!(?:and|or|but|while|which|who|whom|whose|where|when|after|before|as|with|without|in|on|at|by|for|from
        |to|of|including|among|during|since|under|over|near|because|although|though|so|if|unless|\w+ing)\b|(?:an?|the)\s+[\w-]+\W*$)
        (?:[\w.’'-]+\s+){1,7}[\w’'-]+[.!”"]*\s*$""",
    re.VERBOSE | re.IGNORECASE,
)
"""A short last part behind a comma that may say who asserts the rest (", prosecutors maintain"), by whatever verb.

It is not told apart from a long apposition (", the mayor of Oslo"): no statement may end before either.
"""

_WANTED = frozenset("that whether if to than".split())
_DETERMINERS = frozenset("a an the his her its their".split())


def reads_alike(said: Sequence[Term], sentence: str, there: Sequence[Term]) -> bool:
    """Whether the terms `said` can be found in `there`, the sentence's terms, in order and without a false join.

    A join is false if what is left out between two terms holds the subject of the second, an object of the
    first, a preposition, a passive or a word that changes what comes behind it ("former", "some").
    """

    @cache
    def rest_from(place: int, last: int) -> bool:
        if place == len(said):
            return last < 0 or _may_end(sentence, there, last)
        return any(
            there[at].key == said[place].key
            and _joins(said, place, sentence, there, last, at)
            and rest_from(place + 1, at)
            for at in range(last + 1, len(there))
        )

    return rest_from(0, -1)


def _joins(said: Sequence[Term], place: int, sentence: str, there: Sequence[Term], last: int, at: int) -> bool:
    """Whether the statement's term number `place` may stand for the sentence's term `at` behind `last`."""
    here, term, gap = said[place], there[at], there[last + 1 : at]
    if not _is_whole(here, term, gap, sentence):
        return False
    if place == 0:
        return not gap or _may_begin(said, sentence, there, at)
    if ("or" in here.before) != any("or" in word.before for word in (*gap, term)):
        return False
    between = sentence[there[last].end : term.start]
    if _of_another(sentence, gap, term):
        return False
    if not gap:
        return _linked(here.before, (*term.before, *(["and"] if "," in between else [])), said, place)
    if gap[-1].key.startswith("@") and term.number and here.before == ("in",):
        return True  # "in 2025" is borne out by "on 17 June 2025"
    if _is_aside(between) or (_DONE_BY.match(between) and sum(map(is_verb, gap)) == 1 and is_verb(term)):
        return _linked(here.before, term.before, said, place)
    governing = _links_behind_last_item(between, there[last], (*gap, term))
    return _leaves_out(sentence, there, last, at) and _linked(here.before, governing, said, place)


def _is_whole(here: Term, term: Term, gap: Sequence[Term], sentence: str) -> bool:
    """Whether the sentence's term behind a gap is the statement's: no front of a name, no "former", no "some" less.

    A figure has the same word in front of it, if that may change it: "twice 12" is not "12".
    """
    if not same_modifier(here.front, term.front):
        return False
    if (term.possessive and not here.possessive) or is_changed(sentence, gap, term) or cuts_front(sentence, gap, term):
        return False
    near = [link for links in (*(word.before for word in gap[-1:]), term.before) for link in links]
    return _amount_words(here.before) == _amount_words(near)


def _of_another(sentence: str, gap: Sequence[Term], term: Term) -> bool:
    """Whether the term belongs to another head: "in Syria" in "20 in Turkey and 30 in Syria"."""
    if not LINKS & set(term.before):
        return False
    linked = [place for place, word in enumerate(gap) if LINKS & set(word.before)]
    return any(
        not LINKS & set(word.before) and _JOINED.search(sentence[before.end : word.start])
        for before, word in pairwise(gap[linked[0] :] if linked else ())
    )


def _amount_words(links: Sequence[str]) -> set[str]:
    """ "Some", "all" and "most" among stop words; "the most brutal" has none."""
    return {word for place, word in enumerate(links) if word in _AMOUNTS and links[max(0, place - 1)] != "the"}


def _leaves_out(sentence: str, there: Sequence[Term], last: int, at: int) -> bool:
    """Whether the terms between `last` and `at` may be left out: no clause of their own, no head of a name or noun."""
    term, gap, between = there[at], there[last + 1 : at], sentence[there[last].end : there[at].start]
    verb = is_verb(term) or bool(_BE & set(term.before))
    if not same_name(sentence, there[last : at + 1]) and cuts_back(sentence, there, last, verb=verb):
        return False
    if _WITHIN_WORD.search(between) or any(word.key == "not" for word in gap):
        return False
    return not any(is_verb(word) for word in gap) or (bool(_JOINED.search(between)) and is_verb(term))


def _links_behind_last_item(between: str, before: Term, behind: Sequence[Term]) -> tuple[str, ...]:
    """The stop words that govern the last of the terms `behind`: those behind the last comma or "and" in the gap."""
    marks = [match.end() for match in _LAST_ITEM.finditer(between)]
    begins = before.end + (marks[-1] if marks else 0)
    return tuple(link for word in behind if word.start >= begins for link in word.before)


def _linked(here: Sequence[str], there: Sequence[str], said: Sequence[Term], place: int) -> bool:
    """Whether the stop words before two terms make the same join: the same last preposition, passive or not."""
    ours, theirs = ([link for link in links if link in LINKS and link != "that"][-1:] for links in (here, there))
    term = said[place]
    ends = place + 1 == len(said) or bool(said[place + 1].before)
    harmed = term.text.lower() in _HARMED and ends and "and" not in there
    passive = bool(_BE & set(here)) == bool(_BE & set(there)) or harmed
    ranged = term.number is not None and term.number.bound == "between"
    return (ours == theirs or ranged) and passive


def _may_begin(said: Sequence[Term], sentence: str, there: Sequence[Term], at: int) -> bool:
    """Whether a statement may begin in mid-sentence: not with what is wanted, nor with an object made a subject."""
    term = there[at]
    if _WANTED & set(term.before):
        return False
    clause = re.split(r"[,;:—–]", sentence[: term.start])[-1]
    if re.search(r"\b(?:that|which|who|whom|whose)\b", clause):
        return False
    if (
        term.capital
        and term.before[-1:] == ("after",)
        and len(said) > 1
        and is_verb(there[min(at + 1, len(there) - 1)])
    ):
        return True
    if _governed(sentence, there, at) and any(is_verb(word) or _BE & set(word.before) for word in said[1:]):
        return False
    before = there[at - 1].text.lower()
    ruled = bool(GOVERNING & {*term.before, before} - set(said[0].before))
    ruled = ruled or (before.endswith("ing") and not term.number and not term.before)
    return not (ruled and any(is_verb(word) or _BE & set(word.before) for word in said[1:]))


def _governed(sentence: str, there: Sequence[Term], at: int) -> bool:
    """Whether a word that may be a verb stands right before a name: "Critics doubt Smith did it"."""
    before, term = there[at - 1], there[at]
    gap = sentence[before.end : term.start]
    plain = not before.capital and before.number is None and not before.text.lower().endswith("ly")
    return plain and term.capital and set(re.findall("[a-z]+", gap.lower())) <= _DETERMINERS and "," not in gap


def _may_end(sentence: str, there: Sequence[Term], last: int) -> bool:
    """Whether a statement may end in mid-sentence: not in front of an object, nor inside a name or noun."""
    if cuts_back(sentence, there, last, verb=True) or _CLOSING_SOURCE.search(sentence[there[last].end :]):
        return False
    if last + 1 == len(there) or not is_verb(there[last]):
        return True
    following = there[last + 1]
    if re.search(r"[^\w\s]", sentence[there[last].end : following.start]) or ALONE_BEHIND.match(following.text):
        return True
    if following.number or following.text.lower() in GOVERNING:
        return True
    return bool(following.before) and not set(following.before) <= _DETERMINERS


def _is_aside(between: str) -> bool:
    match = _ASIDE.match(between)
    return match is not None and not _LISTED.search(between) and set(re.findall("[a-z]+", match["links"])) <= STOP_WORDS
