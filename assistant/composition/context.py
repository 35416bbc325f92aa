"""A sentence that can't be understood alone is quoted together with the sentences it needs.

Two kinds need a neighbour: a sentence whose subject is a pronoun without an antecedent ("He immediately
announced ...", "It is 18.2 kilometres long."), and a sentence out of the middle of a quotation, whose speaker is named
where the quotation begins or ends. The quote remains one contiguous span of the article's text.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from assistant.answer import Passage
from assistant.retrieval.prompt_injection import orders
from vectorstore.text.sentences import sentences
from vectorstore.text.words import STOP_WORDS

MOST = 3
"""Sentences that may be added before a sentence, and as many after it."""

LONGEST = 900
"""Characters of a quote at most; a neighbour that makes it longer is not added."""

_POINTS_BACK = re.compile(
    r"\b(?:he|she|it|they|him|her|them|his|hers|its|theirs?|himself|herself|itself|themselves"
    r"|th(?:is|at|ese|ose)|such|both|others|another|neither|the\s+(?:two|three|four|former|latter|same|other))\b",
    re.IGNORECASE,
)
"""Words that stand for something named before."""

_OPENS_ONLY = frozenset("this that these those such both others another neither the".split())
"""Of these, the ones that point back only where they begin the sentence: elsewhere "that" joins two clauses."""

_TIMES = (
    r"(?:second|minute|hour|day|night|morning|afternoon|evening|week|weekend|month|year|season|summer|winter|spring"
)
_THIS_TIME = re.compile(rf"this\s+(?:\w+\s+)?{_TIMES}|autumn|time|century|decade)\b", re.IGNORECASE)
""" "This week" refers to the article's date and not to the sentence before."""

_SETTING = re.compile(
    r"^\W*(?:in|on|at|by|for|from|since|until|during|with|without|before|after|when|while|as|if|because|although|though"
    r"|despite|under|over|within|once|like|unlike|among|according\s+to)\b",
    re.IGNORECASE,
)
"""A sentence that opens with one of these has its subject after the first comma; a noun before it is no antecedent."""

_CALENDAR = re.compile(
    r"(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September|October"
    r"|November|December"
)
_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_NAME = re.compile(r"(?<=\s)[A-Z][\w’'-]+")


def with_context(passage: Passage) -> Passage:
    """The passage, widened over the neighbours without which a reader would not know whom or what it is about.

    `number`, `score` and the article stay as they are. A sentence that instructs a language model is never added.
    """
    text = passage.article.text
    cut = sentences(text)
    first = next((place for place, (_, end) in enumerate(cut) if end > passage.start), None)
    last = next((place for place, (_, end) in enumerate(cut) if end >= passage.end), None)
    if first is None or last is None:
        return passage
    barred = orders([text[start:end] for start, end in cut])
    first, last = _around_quotation(text, cut, barred, first, last)
    first = _explained(text, cut, barred, first)
    start, end = min(passage.start, cut[first][0]), max(passage.end, cut[last][1])
    return passage if end - start > LONGEST else replace(passage, start=start, end=end, text=text[start:end])


def needs_antecedent(sentence: str) -> bool:
    """Whether the first pronoun or demonstrative of a sentence has no possible antecedent in it."""
    for match in _POINTS_BACK.finditer(sentence):
        before = sentence[: match.start()]
        content_words = [
            word for word in _WORD.findall(before) if word.lower() not in STOP_WORDS and not word.endswith("ly")
        ]
        if match[0].split()[0].lower() in _OPENS_ONLY:
            if not content_words and not _THIS_TIME.match(sentence, match.start()) and not _WORD.search(before):
                return True
            continue
        if not content_words:
            return True
        named = [name for name in _NAME.findall(before) if not _CALENDAR.fullmatch(name)]
        return bool(_SETTING.match(before)) and not named
    return False


def _explained(text: str, cut: Sequence[tuple[int, int]], barred: Sequence[bool], first: int) -> int:
    """The place of the sentence to begin with, so that the pronoun of the one at `first` has its antecedent."""
    for place in range(first, max(first - MOST, 0), -1):
        if not needs_antecedent(text[slice(*cut[place])]) or barred[place - 1]:
            return place
    return max(first - MOST, 0)


def _around_quotation(
    text: str, cut: Sequence[tuple[int, int]], barred: Sequence[bool], first: int, last: int
) -> tuple[int, int]:
    """The places of the first and last sentence of the quotation that the sentence is in the middle of."""
    for _ in range(MOST):
        quoted = text[cut[first][0] : cut[last][1]]
        if quoted.count("“") > quoted.count("”") and last + 1 < len(cut) and not barred[last + 1]:
            last += 1
        elif quoted.count("”") > quoted.count("“") and first and not barred[first - 1]:
            first -= 1
        else:
            break
    return first, last
