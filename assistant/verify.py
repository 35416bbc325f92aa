"""A statement and the words it stands on -> a verdict. Pure rules, in the order in which they are applied."""

from assistant.answer import Verdict
from assistant.figures import Number, numbers
from assistant.stems import stem, stems, words

_KEPT = frozenset(
    stem(word)
    for word in """not no never none nobody nothing without neither nor denied deny denies rejected rejects refused
    claim claims claimed alleged allegedly alleges reported reportedly reports report say says said told according
    may might could would should if unless accused accuses suspected believed likely possibly possible preliminary
    expected estimated estimates unconfirmed confirmed confirms warned warns called""".split()
)
"""Words that change what a sentence asserts or who asserts it: a statement may not drop them."""


def verdict(statement: str, sentence: str, title: str = "") -> Verdict:
    """Whether `sentence`, an article's own words under the headline `title`, says what `statement` says.

    1. Every number of the statement stands in the sentence, with the same value, bound and unit; if it does
       not and the sentence counts the same thing, the statement "differs".
    2. Every word that carries meaning stands in the sentence or the headline, up to its ending.
    3. Negation, hedges and attribution of the sentence stand in the statement.
    """
    said, there = numbers(statement), numbers(sentence)
    for number in said:
        if not any(_same(number, other) for other in there):
            rivals = [o for o in there if number.counted and o.counts(words(number.counted)[-1])]
            return "differs" if rivals else "unsupported"
    if not stems(statement) or stems(statement) - stems(sentence) - stems(title):
        return "unsupported"
    if _qualifiers(sentence) - _qualifiers(statement):
        return "unsupported"
    return "supported"


def _same(one: Number, other: Number) -> bool:
    return (one.value, one.bound, one.unit) == (other.value, other.bound, other.unit)


def _qualifiers(text: str) -> set[str]:
    return {stem(word) for word in words(text)} & _KEPT
