"""A statement and the words it stands on -> a verdict. Pure rules, in the order in which they are applied."""

import re
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise

from assistant.answer import Verdict
from assistant.language.clauses import Frame, asserts_less, frame, parts
from assistant.language.lexicon import ATTRIBUTING, HEDGES, NEGATIONS
from assistant.language.stems import stem, stems, words
from assistant.quantities.numbers import Number
from assistant.quantities.units import unit_behind
from assistant.verification.alignment import reads_alike
from assistant.verification.terms import Term, dates, figures_of, terms
from vectorstore.text.digits import JOINT, join_digit_groups
from vectorstore.text.normalization import normalized_text

_KEPT = HEDGES | ATTRIBUTING | NEGATIONS
_PRONOUNS = frozenset("i he she it they we you him her them us his hers its their our your my".split())
_ASIDE = re.compile(r"[,()–—]")
_ITEM = re.compile(r"\W*(and|or|but)\b", re.IGNORECASE)
_SETTING = re.compile(r"\W*(in|on|at|after|before|during|with|as|when|while|by|for|from|since)\b", re.IGNORECASE)
_PLACED = frozenset("in on at near".split())


def verdict(statement: str, sentence: str, title: str = "") -> Verdict:
    """Whether `sentence`, an article's own words under the headline `title`, says what `statement` says.

    1. Every number and date of the statement stands in the sentence, by value in any spelling, with the same
       bound and unit and in front of the same thing; if it does not and the sentence counts that thing, the
       statement "differs". "Dozens" is such a number, and none but "dozens" is equal to it.
    2. The same source says it, by the same verb or one that says less ("said" for "announced"), before or
       behind what is said; a statement without a source is not borne out by a sentence with one.
    3. What is said stands in the sentence, or in a part of it that its author asserts without the rest
       (assistant/language/clauses.py): every word that carries meaning, up to its ending, in the sentence's order, and
       nothing left out between that would join words to others than their own (alignment.py). None is
       taken out of an aside to be the subject of what comes behind it. A word of the headline may stand in
       front of one of them, or behind them as a place.
    4. Negation and hedges are those of that part, no more, no less. What it asks, what it tells of a film or a
       drill, and what it says was, is not what is.

    The sentence as it stands is always supported: nothing of it can be lost.
    """
    statement, sentence, title = normalized_text(statement), normalized_text(sentence), normalized_text(title)
    if statement == sentence:
        return "supported" if stems(statement) else "unsupported"
    said, there = figures_of(statement), figures_of(sentence)
    for number in said:
        if not any(_same(number, other) for other in there):
            return "differs" if any(_share_a_thing(number, other) for other in there) else "unsupported"
    if {day for _, _, day in dates(statement)} - {day for _, _, day in dates(sentence)} or not stems(statement):
        return "unsupported"
    return "supported" if any(_bears(part, statement, title) for part in parts(sentence)) else "unsupported"


def counts_alike(statement: str, sentence: str) -> bool:
    """Whether the sentence has each of the statement's numbers, in front of the same thing; true without numbers."""
    there = figures_of(sentence)
    return all(any(_same(number, other) for other in there) for number in figures_of(statement))


def _same(one: Number, other: Number) -> bool:
    """Whether two numbers have one value, bound and unit, and `one` counts nothing that `other` does not."""
    if (one.value, one.bound, one.unit) != (other.value, other.bound, other.unit):
        return False
    return not _things(one) or _share_a_thing(one, other) or (one.unit is not None and not _things(other))


def _share_a_thing(one: Number, other: Number) -> bool:
    """Whether two numbers count the same thing, by a word behind both: "145 drones" and "300 drones"."""
    return bool(_stems_behind(one) & _stems_behind(other)) and (one.unit == "th") == (other.unit == "th")


def _stems_behind(number: Number) -> set[str]:
    return {stem(word) for word in words((number.counted or "").replace("-", " "))}


def _things(number: Number) -> set[str]:
    """What a number counts, without its unit."""
    counted = number.counted or ""
    unit, end = unit_behind(counted, 0)
    return {stem(word) for word in words((counted[end:] if unit == number.unit else counted).replace("-", " "))}


def _bears(part: str, statement: str, title: str) -> bool:
    ours, theirs = frame(statement), frame(part)
    if ours and theirs and theirs.implies(ours) and _same_sayer(ours, theirs):
        if any(_says(ours.rest, what, title) for what in parts(theirs.rest)):
            return True
    elif _sayers(part) - stems(statement):
        return False
    return _says(statement, part, title)


def _same_sayer(ours: Frame, theirs: Frame) -> bool:
    """Whether both name one source: a person's last name does; of an office or a body, every name is needed."""
    whole = theirs.who + theirs.when
    said, there = terms(ours.who + ours.when), terms(whole)
    heads = [terms(who)[-1:] for who in (ours.who, theirs.who)]
    if not heads[0] or not heads[1] or heads[0][0].key != heads[1][0].key:
        return False
    ahead = [place for place, word in enumerate(there) if word.end <= len(theirs.who)]
    run = len(ahead) - 1
    while (
        run > 0
        and there[run - 1].capital
        and there[run].capital
        and whole[there[run - 1].end : there[run].start] == " "
    ):
        run -= 1
    named = {word.key for word in there[:run] if word.capital}
    if not there[ahead[-1]].capital:
        named = {word.key for word in there if word.capital and word.end <= len(theirs.who)} - _first(theirs.who)
    return named <= {word.key for word in said} and reads_alike(said, whole, there)


def _first(who: str) -> set[str]:
    """The key of a capital that is one only because the sentence begins there: "Police"."""
    found = terms(who)
    return {found[0].key} if len(found) == 1 else set()


def _says(statement: str, part: str, title: str) -> bool:
    said, there = terms(statement), terms(part)
    if not said or _qualifiers(said) != _qualifiers(there) or _pronouns(statement) - _pronouns(part):
        return False
    if asserts_less(part, statement) or not _ends_alike(statement, said, part):
        return False
    own = _without_title(said, {term.key for term in there}, title)
    return bool(own) and reads_alike(own, part, there) and not _lifts_an_aside(statement, part)


def _ends_alike(statement: str, said: Sequence[Term], part: str) -> bool:
    """Whether the little words that a statement ends with ("is off", "was up") stand side by side in the part."""
    tail, there = (" ".join(re.findall("[a-z]+", text.lower())) for text in (statement[said[-1].end :], part))
    return not tail or f" {tail} " in f" {there} "


def _without_title(said: Sequence[Term], keys: set[str], title: str) -> list[Term]:
    """The statement's terms that the sentence must have; none if a word of the headline stands where it may not."""
    headline = [term.key for term in terms(title) if not term.number]
    own: list[Term] = []
    for place, term in enumerate(said):
        if term.key in keys:
            own.append(term)
            continue
        following = said[place + 1] if place + 1 < len(said) else None
        in_front = following is not None and following.key in keys and not following.before
        named = following is not None and (term.key, following.key) in pairwise(headline)
        placed = following is None and bool(_PLACED & set(term.before))
        fits = placed or (in_front and (named or not term.capital))
        if term.key not in headline or not fits:
            return []
    return own


def _lifts_an_aside(statement: str, sentence: str) -> bool:
    """Whether the statement joins words of an aside to words behind it without the word the aside hangs on.

    An aside stands between two commas, dashes or brackets. No aside is the last item of a list (", and 145
    drones,"), nor what follows a setting ("In Kyiv, 12 people died, police said").
    """
    said = stems(statement)
    marks = [match.start() for match in _ASIDE.finditer(_numbers_hidden(sentence))]
    for opening, closing in pairwise(marks):
        before, inside, behind = sentence[:opening], sentence[opening:closing], sentence[closing:]
        heads = [stem(word) for word in words(before) if stems(word)][-1:]
        setting = _SETTING.match(before) and not _ASIDE.search(before)
        if not heads or heads[0] in said or setting or _ITEM.match(inside):
            continue
        if said & stems(inside) - stems(behind) and said & stems(behind) - stems(inside):
            return True
    return False


def _numbers_hidden(text: str) -> str:
    """The text with the marks inside of figures ("12,000") out of the way, at the same length."""
    return join_digit_groups(text).replace(JOINT, "0")


def _sayers(sentence: str) -> set[str]:
    """The stems of the names in front of the first "said", "claimed" or the like."""
    found = words(sentence)
    says = [place for place, word in enumerate(found) if word.lower() in ATTRIBUTING]
    return {stem(word) for word in found[: says[0] if says else 0] if word[0].isupper() and stems(word)}


def _qualifiers(found: Sequence[Term]) -> Counter[str]:
    """The words that change what a text asserts, or who asserts it, and how often each stands there."""
    return Counter(term.key for term in found if term.key in NEGATIONS or term.text.lower() in _KEPT)


def _pronouns(text: str) -> set[str]:
    return {word.lower() for word in words(text)} & _PRONOUNS
