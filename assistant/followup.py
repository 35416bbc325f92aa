"""A question in a conversation -> the question it means, so that search finds what it is about."""

import re
from collections.abc import Sequence

from assistant.answer import Citation, Passage
from assistant.stems import stems, words
from vectorstore.library import Library
from vectorstore.words import STOP_WORDS

_OPENS = re.compile(r"^\s*(and|but|so|also|or|then|what about|how about|what of)\b[\s,]*", re.IGNORECASE)
_ABOUT = re.compile(r"^\s*(?:and\s+)?(?:what about|how about|what of)\b", re.IGNORECASE)
_POINTS_BACK = frozenset(
    "he she it they him her them his hers its their theirs that those this these there then one ones same".split()
)
_WHO_SAID = re.compile(
    r"^\s*(and\s+)?(who|says who|which \w+)\b[^?]*\b(say|says|said|report|reported|claim|claims|claimed|count|counted"
    r"|told|source)\b[^?]*(\b(that|this|so|it|those)\b|\?\s*$)",
    re.IGNORECASE,
)
_SHORT = 3
_WHO_SAID_WORDS = 6


def is_followup(question: str) -> bool:
    """Whether a question can't stand alone: it opens with "and", points back ("that", "they"), or is very short."""
    points = any(word.lower() in _POINTS_BACK for word in words(question))
    return bool(_OPENS.search(question)) or points or len(stems(question)) < _SHORT


def standalone(question: str, earlier: Sequence[str]) -> str:
    """The question with what it leaves out put back from the earlier questions, oldest first.

    "And how many were injured?" keeps its own words and gets the names of the question before it; "what about
    the July attack?" gets all the words of that question. A question that stands alone stays as it is.
    """
    if not earlier or not is_followup(question):
        return question
    before = standalone(earlier[-1], earlier[:-1])
    rest = _OPENS.sub("", question).strip() or question
    have = stems(rest)
    carried = words(before) if _ABOUT.search(question) else _names(before)
    missing = [w for w in carried if w.lower() not in STOP_WORDS and not stems(w) <= have]
    if not missing:
        return rest
    return f"{rest.rstrip('?').rstrip()} ({' '.join(dict.fromkeys(missing))})?"


def asks_who_said_it(question: str) -> bool:
    """Whether a question asks for the source of the answer before it and for nothing else: "who said that?"."""
    return bool(_WHO_SAID.search(question)) and len(words(question)) <= _WHO_SAID_WORDS


def cited_before(citations: Sequence[Citation], library: Library) -> tuple[Passage, ...]:
    """The passages of an earlier answer, as far as their articles are still there and unchanged."""
    kept = [(c, library.article(c.article_id)) for c in citations if library.has(c.article_id)]
    return tuple(
        Passage(number, article, c.start, c.end, c.quote, 1.0, 1.0, 1.0) for number, (c, article) in enumerate(kept, 1)
    )


def _names(question: str) -> list[str]:
    """The capitalised words behind the first, and numbers; without any, all the words."""
    after_first = words(question)[1:]
    names = [word for word in after_first if word[0].isupper() or word[0].isdigit()]
    return names or after_first
