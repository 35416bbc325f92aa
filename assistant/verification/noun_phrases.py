"""Names and nouns that are cut: "Korea" for "North Korea", "mayor" for "former mayor", "school" for a school bus."""

import re
from collections.abc import Sequence
from itertools import pairwise

from assistant.language.lexicon import WEEKDAY
from assistant.quantities.modifiers import IRREGULAR
from assistant.verification.terms import Term

_CHANGING = frozenset(
    """one former ex deputy vice acting alleged suspected fake false attempted failed would-be so-called purported
    apparent possible potential proposed planned anti pro non self-declared mock toy ex-president few several many
    every only both half partly mainly mostly almost nearly next last previous fewer little
    counterfeit fictional fictitious imaginary simulated hypothetical virtual aborted""".split()
)
"""Words in front of a noun without which it is another thing: "former mayor", "some residents"."""

_NOT_ALONE = frozenset(
    """house korea africa states kingdom watch street office department council union nations party army ministry times
    post force forces court bank agency city university york zealand korean arabia lanka airlines division guard
    service group island islands airport hospital""".split()
)
_BEGINS_A_NAME = frozenset(
    """north south east west northern southern eastern western new white united human hong saudi san los saint great
    supreme european central world national wall sri costa puerto black red el santa anti equatorial inner outer greater
    upper lower trans""".split()
)
GOVERNING = frozenset(
    """of in on at from with by to for into against during over under near between among before behind around despite
    without toward towards across inside outside via since until after""".split()
)
"""Prepositions: what stands behind one is no subject, and what stands in front of one is whole."""

ALONE_BEHIND = re.compile(
    rf"""\s*(?:[a-z]+(?:ed|ing|ly)\b|(?:today|tonight|yesterday|overnight|early|late|last|this|next|{WEEKDAY}|alone|dead|again|earlier|later)\b)""",
    re.IGNORECASE | re.VERBOSE,
)


def is_changed(sentence: str, gap: Sequence[Term], term: Term) -> bool:
    """Whether a word right in front of the term, left out, makes another thing of it: "former", "half of"."""
    for word in gap[-3:]:
        between = sentence[word.end : term.start]
        if re.search(r"[,;:—–()]|\b(?:and|or|but)\b", between):
            continue
        if word.text.lower() in _CHANGING or (word.number and word.number.unit == "%"):
            return True
    return False


def cuts_front(sentence: str, gap: Sequence[Term], term: Term) -> bool:
    """Whether the front of a name is left out that is none without it: "Korea" for "North Korea"."""
    if not gap or not gap[-1].capital or not term.capital or sentence[gap[-1].end : term.start].strip(" -"):
        return False
    first, last = gap[-1].text.lower(), term.text.lower().removesuffix("'s").removesuffix("’s")
    return first in _BEGINS_A_NAME or last in _NOT_ALONE


def cuts_back(sentence: str, there: Sequence[Term], last: int, *, verb: bool) -> bool:
    """Whether the head of a name or noun is left out: "Volodymyr" for "Volodymyr Zelensky", "school" for a bus."""
    if last + 1 >= len(there):
        return False
    term, following = there[last], there[last + 1]
    if sentence[term.end : following.start].strip(" -\n") or following.number:
        return False
    if term.capital and following.capital:
        return not ALONE_BEHIND.match(following.text)
    if term.possessive:
        return verb
    if term.number or (is_verb(term) and not term.capital) or not verb:
        return False
    return not (is_verb(following) or following.text.lower() in GOVERNING or ALONE_BEHIND.match(following.text))


def same_name(sentence: str, run: Sequence[Term]) -> bool:
    """Whether terms are one name and its titles: "President Volodymyr Zelensky"."""
    return run[0].text.lower() not in _BEGINS_A_NAME and all(
        one.capital and other.capital and sentence[one.end : other.start] == " " for one, other in pairwise(run)
    )


def is_verb(term: Term) -> bool:
    """Whether a term may be a verb, by its look: irregular ones, "-ed", "-ing"."""
    word = term.text.lower()
    return word in IRREGULAR or (term.number is None and len(word) > 4 and word.endswith(("ed", "ing")))
