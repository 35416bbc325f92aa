"""Every list of English words that more than one rule needs, each once. `alternatives` makes an expression of one.

Stop words and the calendar stand in vectorstore/text/lexicon.py, since the index needs them too, and are handed on
here. All words are in lower case.
"""

import re
from collections.abc import Iterable, Mapping

from vectorstore.text.lexicon import MONTH_NUMBERS as MONTH_NUMBERS
from vectorstore.text.lexicon import MONTHS as MONTHS
from vectorstore.text.lexicon import STOP_WORDS as STOP_WORDS
from vectorstore.text.lexicon import WEEKDAYS as WEEKDAYS


def alternatives(words: Iterable[str]) -> str:
    """A regular expression, without a group, for any of the words, the longest first; a space in one is any space."""
    ordered = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in ordered)


# The calendar.

MONTH = alternatives(MONTH_NUMBERS)
WEEKDAY = alternatives(WEEKDAYS)
"""Expressions for a month in any spelling, without its full stop, and for a day of the week."""

NAMED_MONTH = alternatives(month.title() for month in MONTHS)
NAMED_DAY = alternatives(day.title() for day in WEEKDAYS)
"""The same with a capital and written out, for expressions that mind the case."""

SHORT_MONTHS = tuple("Jan Feb Aug Sept Sep Oct Nov Dec".split())
"""The months that newspapers abbreviate (AP style), with "Sep": "Mar" and "Jun" are as often something else."""

# Numbers.

ONES: Mapping[str, int] = {
    word: value for value, word in enumerate("one two three four five six seven eight nine".split(), 1)
}
TEENS: Mapping[str, int] = {
    word: value
    for value, word in enumerate(
        """ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen""".split(), 10
    )
}
TENS: Mapping[str, int] = {
    word: 10 * n for n, word in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), 2)
}
SCALES: Mapping[str, int] = {
    "dozen": 12,
    "hundred": 100,
    "thousand": 1_000,
    "lakh": 100_000,
    "lac": 100_000,
    "million": 1_000_000,
    "crore": 10_000_000,
    "billion": 1_000_000_000,
    "trillion": 1_000_000_000_000,
}
_FIRST = "first second third fourth fifth sixth seventh eighth ninth".split()
_TENTH = """tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth
    nineteenth""".split()
ORDINALS: Mapping[str, int] = {
    **{word: value for value, word in enumerate([*_FIRST, *_TENTH], 1)},
    **{f"{word[:-1]}ieth": value for word, value in TENS.items()},
    **{f"{ten}-{one}": value + n for ten, value in TENS.items() for n, one in enumerate(_FIRST, 1)},
    "hundredth": 100,
    "thousandth": 1_000,
}
"""Ordinals in words, "first" to "ninety-ninth", and two of the scales."""

# Who says what, and how surely. Verbs of saying come in classes, for one class may stand for another: whoever
# announced something said it.

PLAIN_SAYING = frozenset("said says stated".split())
SAYING = PLAIN_SAYING | frozenset("added noted told wrote explained posted".split())
"""Verbs that report a statement and nothing else."""

ANNOUNCING = frozenset("reported announced confirmed declared revealed warned insisted argued".split())
"""Verbs of a speaker who stands by what is said."""

CLAIMING = frozenset("claimed alleged suggested predicted estimated believes thinks".split())
"""Verbs that leave open whether it is so."""

SAYING_NOW = frozenset("states reports claims estimates confirms warns".split())
"""Headlines' and agencies' present tense of these."""

DIRECTING = frozenset(
    """tells writes advised urged asked ordered instructed argues admitted ruled recommended reminded demanded reads
    read joked testified maintained shouted replied answered""".split()
)
"""Further verbs behind which people's words are reported, among them orders: "the judge ordered"."""

DENYING = frozenset("denied deny denies denying rejected rejects refused".split())

DISPUTING = (
    r"den(?:y|ies|ied)|reject\w*|disput\w*|refut\w*|dismiss\w*|retract\w*|withdr[ae]w\w*|correct\w*|false|fake|untrue"
    r"|true|verif\w*|confirm\w*|clear|unclear|doubt\w*|unless|contradict\w*|wrong|mistake\w*|revised?|hoax"
)
"""An expression for words that judge whether another clause is true."""

ATTRIBUTING = frozenset(
    """claim claims reportedly reports report say according accuses accused confirms warns called states announces
    reveals declares insists argues admitted admits suggests described describes saying claiming alleging accusing
    suggesting""".split()
) | (SAYING - {"explained"} | ANNOUNCING | DENYING | {"claimed", "suggested"})
"""Words that make a sentence somebody's: without one of them the article itself would assert it."""

HEDGES = frozenset(
    """may might could would should will must if unless alleged allegedly alleges suspected likely unlikely
    possibly possible preliminary expected estimated estimates unconfirmed apparently nearly almost believed believes
    threatened threatens attempted attempts tried vowed vows pledged pledges planned plans wants hopes seeks sought
    feared fears rumoured rumored rumours rumors speculation proposed proposes demanded demands urged urges called
    calls asked aims intends considering thinks thought predicted predicts projected forecast prevented averted foiled
    thwarted avoided false fake untrue hoax accusation allegation charged cannot failed fails fail
    threatening planning hoping fearing hoped planned whether ask asks wonder wonders wondered
    posing posed pretending pretended disguised impersonating impersonated except excluding apart besides unlike instead
    rather""".split()
)
"""Words without which a sentence asserts more: "may have died", "failed to reach", "nearly"."""

PLAIN_NEGATIONS = frozenset("not no never without neither nor none nobody".split())
NEGATIONS = PLAIN_NEGATIONS | frozenset("nothing hardly barely rarely scarcely seldom unable".split())

MODALS = frozenset("may might could would will should".split())

# People and small words.

PEOPLE = frozenset(
    """people persons lives residents victims others men women children boys girls civilians soldiers troops servicemen
    officers policemen police passengers workers students patients prisoners pupils teachers tourists migrants
    refugees""".split()
)
"""Nouns for people, in the plural."""

PREPOSITIONS = frozenset(
    """in on at by to for from with within across during near of over around among under aboard inside outside between
    through against into onto off""".split()
)
DETERMINERS = frozenset("the a an his her its their this these those our my your".split())
