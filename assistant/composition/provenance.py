"""The provenance of a figure: who gives it ("the Ukrainian air force"), and the time and date of its event."""

import re
from dataclasses import dataclass

from assistant.answer import Passage
from assistant.quantities.event_dates import WEEKDAYS, When, event_time
from assistant.quantities.events import counted_event
from assistant.quantities.numbers import Number
from vectorstore.text.sentences import sentences

_SAY = """said says reported reports claimed claims stated states estimated estimates confirmed confirms announced
    warned warns told declared revealed insisted alleged"""
_NAME = r"[A-Z][\w’'-]*\.?"
_VERB = rf"(?:{'|'.join(_SAY.split())})"
_ACCORDING = re.compile(r"\b(?:[Aa]ccording\s+to|[Pp]er(?=\s+[A-Z]))\s+((?:[^,.;:()“”\"—–]|(?<=[A-Z])\.|\.(?=\w))+)")
_SAYS = re.compile(
    rf"\b{_VERB}\b|\b(?:added|noted|wrote|posted|found|recorded|counted)\b(?=\s+that\b|\s+on\b)|\bputs?\b(?=\s+the\b)"
)
_SAID_BEHIND = re.compile(
    rf"[,”\"’]\s*(?:{_VERB}|added|noted|wrote|posted)\s+((?:the\s+)?{_NAME}(?:[\s]+(?:of\s+|the\s+)?{_NAME}){{0,5}}"
    r"(?:,\s+(?!who\b|which\b|as\b|but\b|and\b|adding\b)(?:an?\s+|the\s+)?[a-z][^,.;:“”\"]{3,70})?)"
)
"""A verb of saying with the speaker after it: "...,” said Tymur Tkachenko, head of ..."."""

_CLAUSE = re.compile(
    r"[.;:()“”\"—–]|,\s|\b(?:and|but|while|whereas|although|though|because|since|after|as|that|which|who)\s"
)
_HELD = re.compile(
    r"(?:\s+(?:has|have|had|also|later|earlier|now|recently|previously|reportedly|initially|on\s+\w+day|\w+day|\w+ly))+$",
    re.IGNORECASE,
)
_OPENING = re.compile(r"^(?:and|but|however|meanwhile|also|yet|so|then|still|instead)\b[\s,]*", re.IGNORECASE)
_PASSIVE = re.compile(r"\b(?:is|are|was|were|be|been|being|it|there|not|who|which|that|what|how|as)$", re.IGNORECASE)
_NONE = re.compile(rf"{_PASSIVE.pattern}|['’]s$|\b(?:the|an?|his|her|its|their|these|those|of|in)$", re.IGNORECASE)
"""Ends of what is no subject: "was (reported)", "his (claims)"."""

_SUBJECT = re.compile(
    r"(?!(?i:that|this|there|what|if)\b)(?:[A-Z]|(?:the|an?|his|her|its|their|he|she|they|it|we)\b|[^.]*(?:s|police|media|military)$)"
)
_PRONOUN = re.compile(r"(?:he|she|they|it|we|i|you)$", re.IGNORECASE)
_PERSON = re.compile(rf"(?<![\w.])(?:(?:[A-Z]\.)+\s+)?{_NAME}(?:\s+{_NAME})+")
_NO_NAME = re.compile(
    r"^(?:(?:On|In|At|By|After|Before|But|And|As|When|While|Since|For"
    rf"|{'|'.join(name.title() for name in WEEKDAYS)})\b\s*)+"
)
"""Words capitalised only because they begin a sentence, and days of the week."""

_PREPOSITION_BEFORE = re.compile(r"\b(?:to|of|by|with|for|from|against|on|in|at|under|between|and)\s+(?:the\s+)?$")
_WORDS = 14
"""Words of a subject at most: a longer one comes from a sentence that was split wrongly."""


@dataclass(frozen=True)
class Provenance:
    """Where a figure comes from: its source (None: the article itself), the time of its event, and its date.

    `event` has the words and, if it is clear, the day. `as_of` is an ISO day where the event or the article has one,
    else the event's words, which come first if they name a time long ago ("1990"); None: undated.
    """

    said_by: str | None
    event: When | None
    as_of: str | None


def provenance_of(number: Number, passage: Passage) -> Provenance:
    """The provenance of `number`, one of `amounts(passage.text)`."""
    of_event = counted_event(passage.text, number) is not None
    when = event_time(passage.article, passage.start, passage.end, of_article=of_event)
    published = (passage.article.published or "")[:10] or None
    day = when.day if when else None
    words = when.words if when and when.words.lower() not in ("overnight", "today", "yesterday") else None
    # "On Tuesday" is near the day of publication and "in 1990" is not.
    either = (published, words) if when and when.fresh else (words, published)
    return Provenance(attributed_source(number, passage), when, day or either[0] or either[1])


def attributed_source(number: Number, passage: Passage) -> str | None:
    """The source to which the text attributes the figure, "the Ukrainian air force"; None if to nobody.

    A pronoun is replaced by the name it stands for if the paragraph has one before it, else it stays: "he". A sentence
    in the middle of a quotation is attributed to the speaker named at its end.
    """
    source = _in_sentence(passage.text, number) or _in_quotation(passage)
    if source and _PRONOUN.fullmatch(source):
        return _named_before(passage) or source
    return source


def _in_sentence(text: str, number: Number) -> str | None:
    """The source named in the sentence itself: after the verb of saying, before it, or by "according to"."""
    if behind := _SAID_BEHIND.search(text, number.end):
        return _clean(behind[1])
    for verb in _SAYS.finditer(text):
        subject = _subject(text[: verb.start()])
        if not subject:
            continue
        spelt = re.compile(r"\s+".join(map(re.escape, subject.split())))
        its = [match.span() for match in spelt.finditer(text, 0, verb.start())][-1:]
        if not any(start <= number.start < end for start, end in its):
            return subject
    match = _ACCORDING.search(text)
    return _clean(match[1]) if match else None


def _subject(text: str) -> str | None:
    """The subject at the end of a text, in front of its verb; with an apposition between commas if it has one."""
    text = _HELD.sub("", text.rstrip())
    apposed = text.endswith(",")
    text = text.rstrip(", ")
    starts = [match.end() for match in _CLAUSE.finditer(text) if match.end() <= len(text)]
    if apposed and starts:
        starts.pop()
    elif not apposed and starts and _PASSIVE.search(text):
        return None
    subject = _clean(text[starts[-1] if starts else 0 :])
    return (
        subject
        if 0 < len(subject.split()) <= _WORDS and _SUBJECT.match(subject) and not _NONE.search(subject)
        else None
    )


def _clean(text: str) -> str:
    """The source without days, places ("in an interview") and conjunctions around it."""
    text = re.sub(
        r"\s+(?:on\s+|late\s+|early\s+)?(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day.*$|\s+in\s+an?\s.*$", "", text
    )
    return _OPENING.sub("", " ".join(text.split())).strip(" ,“”\"'’")


def _in_quotation(passage: Passage) -> str | None:
    """The speaker named at the end of the quotation that the sentence is in, if its paragraph has one."""
    text = passage.article.text
    begins, ends = text.rfind("\n", 0, passage.start) + 1, text.find("\n\n", passage.end)
    before = text[begins : passage.start]
    if before.count("“") <= before.count("”") or "“" in passage.text:
        return None
    # The quotation may go on after a blank line; a name further on belongs to another statement.
    behind = text[passage.start : ends if ends > 0 and "”" in text[passage.end : ends] else passage.end + 300]
    closing = behind.find("”")
    if closing < 0:
        return None
    tail = behind[closing : closing + 200]
    if named := _SAID_BEHIND.match(tail):
        return _clean(named[1])
    verb = re.match(
        rf"”\s*((?:he|she|they|(?:the\s+)?{_NAME}(?:\s+{_NAME}){{0,4}}))\s+(?:{_VERB}|posted|wrote|added)\b", tail
    )
    return _clean(verb[1]) if verb else None


def _named_before(passage: Passage) -> str | None:
    """The first person or body named in the nearest sentence before it in its paragraph that names one."""
    text = passage.article.text
    begins = text.rfind("\n", 0, passage.start) + 1
    before = text[begins : passage.start]
    for start, end in reversed(sentences(before)):
        for name in _PERSON.finditer(before, start, end):
            bare = _NO_NAME.sub("", name[0])
            if bare and not _PREPOSITION_BEFORE.search(before, start, name.start()):
                return bare
    return None
