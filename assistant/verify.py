"""A statement and the words it stands on -> a verdict. Pure rules, in the order in which they are applied."""

import re
from itertools import pairwise

from assistant.answer import Verdict
from assistant.figures import Number, numbers
from assistant.stems import stem, stems, words

_NEGATIONS = "not no never none nobody nothing without neither nor cannot hardly barely rarely unable failed fails fail"
_HEDGES = """may might could would should will must if unless alleged allegedly alleges suspected likely unlikely
    possibly possible preliminary expected estimated estimates unconfirmed apparently nearly almost believed believes
    threatened threatens attempted attempts tried vowed vows pledged pledges planned plans wants hopes"""
_ATTRIBUTIONS = """denied deny denies rejected rejects refused claim claims claimed reported reportedly reports report
    say says said told according accuses accused confirmed confirms warned warns called stated states announced
    announces revealed reveals declared declares insisted insists argued argues admitted admits suggested suggests
    described describes added noted wrote posted"""
_SAYS = frozenset(_ATTRIBUTIONS.split())
_KEPT = frozenset(f"{_NEGATIONS} {_HEDGES} {_ATTRIBUTIONS}".split())
_VAGUE = frozenset("tens dozens scores hundreds thousands millions billions".split())
_ASIDE = re.compile(r"[,()–—]")
_ITEM = re.compile(r"\W*(and|or|but)\b", re.IGNORECASE)
_SETTING = re.compile(r"\W*(in|on|at|after|before|during|with|as|when|while|by|for|from|since)\b", re.IGNORECASE)


def verdict(statement: str, sentence: str, title: str = "") -> Verdict:
    """Whether `sentence`, an article's own words under the headline `title`, says what `statement` says.

    1. Every number of the statement stands in the sentence, with the same value, bound and unit and in front
       of the same thing; if it does not and the sentence counts that thing, the statement "differs".
    2. Every word that carries meaning stands in the sentence or the headline, up to its ending.
    3. Those of the sentence come in its order, and none is taken out of an aside to be the subject of what
       comes behind it: "12,000 people had been liberated" is made of the words of "Chasiv Yar, once home to
       12,000 people, had been liberated", and false.
    4. Negation, hedges, attribution and vague amounts ("dozens") are those of the sentence, no more, no less,
       and whoever says so keeps the whole name: "the ministry said" is less than "Russia's ministry said".
    """
    said, there = numbers(statement), numbers(sentence)
    for number in said:
        if not any(_same(number, other) for other in there):
            return "differs" if any(_share_a_thing(number, other) for other in there) else "unsupported"
    if not stems(statement) or stems(statement) - stems(sentence) - stems(title):
        return "unsupported"
    if not _in_order(statement, sentence) or _lifts_an_aside(statement, sentence):
        return "unsupported"
    if _qualifiers(sentence) != _qualifiers(statement) or _sayers(sentence) - stems(statement):
        return "unsupported"
    return "supported"


def _same(one: Number, other: Number) -> bool:
    same = (one.value, one.bound, one.unit) == (other.value, other.bound, other.unit)
    return same and (one.counted is None or _share_a_thing(one, other))


def _share_a_thing(one: Number, other: Number) -> bool:
    return any(other.counts(word) for word in words(one.counted or ""))


def _in_order(statement: str, sentence: str) -> bool:
    """Whether the statement's words that the sentence has are a subsequence of the sentence's words."""
    there = [stem(word) for word in words(sentence)]
    shared = [stem(word) for word in words(statement) if stem(word) in there and stems(word)]
    ahead = iter(there)
    return all(word in ahead for word in shared)


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
    """The text with the commas of "12,000" out of the way, at the same length."""
    return re.sub(r"(?<=\d),(?=\d)", "0", text)


def _sayers(sentence: str) -> set[str]:
    """The stems of the names in front of the first "said", "claimed" or the like."""
    found = words(sentence)
    says = [place for place, word in enumerate(found) if word.lower() in _SAYS]
    return {stem(word) for word in found[: says[0] if says else 0] if word[0].isupper() and stems(word)}


def _qualifiers(text: str) -> set[str]:
    """The words that change what a sentence asserts, how much, or who asserts it; "didn't" has a "not"."""
    found = [word.lower().replace("’", "'") for word in words(text)]
    vague = {word for word in found if word in _VAGUE}
    negated = {"not" for word in found if word.endswith("n't") or word == "cannot"}
    return vague | negated | {stem(word) for word in found if word in _KEPT and word != "cannot"}
