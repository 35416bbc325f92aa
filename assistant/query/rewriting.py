"""A question in a conversation -> the question it means, so that search finds what it is about."""

import re
from collections.abc import Collection, Sequence
from dataclasses import replace
from itertools import zip_longest

from assistant.answer import Citation, Passage
from assistant.language.lexicon import PLAIN_SAYING, SAYING_NOW, STOP_WORDS, alternatives
from assistant.language.stems import proper, rarity, stems, words
from assistant.query.counting import concepts, counted_noun
from assistant.query.ellipsis import instead, is_date, is_piece
from vectorstore.articles import Article
from vectorstore.index.library import Library
from vectorstore.text.sentences import sentences

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
_ONE_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_ASKS_WHO = re.compile(r"^\s*(?:who|whom|which|whose)\b", re.IGNORECASE)
_FULL_NAME = re.compile(r"(?<!\bof )(?<!\bthe )(?<!\bat )(?<!\bin )\b[A-Z][\w'’-]*(?:\s+[A-Z][\w'’-]*)+")
_MARKER = re.compile(r"\s*\[[\d\s,–-]+\]")
_NAME_IN_PLACE = re.compile(
    r"(?:\b(?:in|at|on|near|from|by|during|since|before|after|for|against|to|of|about|with|under|between)\s+(?:the\s+)?)?"
    r"\b(?:[A-Z]|\d)[\w.'’-]*\b"
)
"""A word of a name, or a number, and how it is joined to the question, so that "and in Oslo?" can take its place."""

_DETERMINER = re.compile(r"^(?:the|a|an|any|all|some|his|her|its|their)\b", re.IGNORECASE)
_REPORTS = PLAIN_SAYING | SAYING_NOW | set("say told report reported claim claimed confirm confirmed".split())
_WHO_SAID = re.compile(
    rf"""^\s*(?:(?:and|but|so)\s+)?(?:
      (?:who|which\s+\w+|what\s+\w+)\s+(?:has\s+|have\s+)?
        (?:{alternatives(_REPORTS)}|counts?|counted|gives?|gave)
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

_OWN, _SAID_BEFORE = 0.2, 0.1
"""What a follow-up's own words add to a passage's score, and what a sentence loses for having been cited before."""


def is_followup(question: str) -> bool:
    """Whether a question can't stand alone: it opens with "and", points back ("that", "they"), or is very short.

    One that names what it asks for stands alone ("Who is JD Vance?"), and its pronouns mean that name ("What
    did Zelensky say he would do?").
    """
    person = _PERSON.search(question)
    if _OPENS.search(question) or _POINTS_BACK.search(question):
        return True
    if person and not proper(question[: person.start()]):
        return True
    return len(stems(question)) < _SHORT and not (_ASKS_FOR.search(question) and proper(question))


def standalone(question: str, earlier: Sequence[str], answers: Sequence[str] = ()) -> str:
    """The question with what it leaves out put back from the earlier questions, oldest first.

    `answers` are the texts of the answers to them, "" for a refusal; whom "he" means is taken from these.
    "And how many were injured?" keeps its own words and gets the names of the question before it; "and
    missiles?" asks that question again, of missiles; "what about the July attack?" gets all its words. A
    question that stands alone stays as it is.
    """
    meant = ""
    for asked, said in zip_longest((*earlier, question), ("", *answers[: len(earlier)]), fillvalue=""):
        meant = _meant(asked, meant, said) if words(meant) and is_followup(asked) else asked
    return meant


def _meant(question: str, before: str, said: str) -> str:
    rest = _OPENS.sub("", question).strip()
    if not words(rest):
        rest = question
    if said and asks_who_said_it(question):
        return _with(question, words(_MARKER.sub("", said)))
    thing = counted_noun(before)
    asks = _ASKS.search(rest)
    if not asks:
        piece = rest.rstrip(" ?.!")
        if thing and len(words(piece)) < _SHORT and not _DETERMINER.match(piece) and not is_piece(piece):
            return _counting(piece, thing, before)
        if asked := instead(piece, before):
            return asked
    bare = not asks or all(word.lower() in _EMPTY for word in words(rest))
    number = _HOW_MANY.search(rest)
    if thing and number and not counted_noun(rest) and number[0].lower() in before.lower():
        # Not after "how many people": "how much was the damage?" asks for money, whatever was counted before.
        rest = f"{rest[: number.end()]} {thing}{rest[number.end() :]}"
    whole = bare or _ABOUT.search(question) or _POINTS_BACK.search(rest)
    person = _people(said) if _ONE_PERSON.search(rest) and _ASKS_WHO.search(before) else []
    return _with(rest, [*(words(before) if whole else _names(before)), *person])


def _with(question: str, carried: Sequence[str]) -> str:
    have = stems(question)
    missing = [w for w in carried if w.lower() not in _EMPTY and not stems(w) <= have]
    if not missing:
        return question
    return f"{question.rstrip('?').rstrip()} ({' '.join(list(dict.fromkeys(missing))[:_CARRIED])})?"


def _counting(other: str, thing: str, question: str) -> str:
    """The "how many" question asked of another thing: "How many drones hit it?" of missiles."""
    if re.search(rf"\b{re.escape(thing)}\b", question):
        return re.sub(rf"\b{re.escape(thing)}\b", lambda _: other, question, count=1)
    return _HOW_MANY.sub(lambda match: f"{match[0]} {other}", question, count=1)


def asks_who_said_it(question: str) -> bool:
    """Whether a question asks for the source of the answer before it and for nothing else: "who said that?"."""
    return bool(_WHO_SAID.search(question))


def cited_before(citations: Sequence[Citation], library: Library) -> tuple[Passage, ...]:
    """The passages of an earlier answer, as far as their articles are still there and unchanged.

    One whose speaker is only "he" or "she" comes behind the sentence before it that has a name.
    """
    kept: list[tuple[Article, int, int]] = []
    for citation in citations:
        if library.has(citation.article_id):
            article = library.article(citation.article_id)
            unnamed = _ONE_PERSON.search(citation.quote) and not _FULL_NAME.search(citation.quote)
            named = _named_before(article, citation.start) if unnamed else None
            kept += [(article, *span) for span in (named, (citation.start, citation.end)) if span]
    return tuple(
        Passage(number, article, start, end, article.text[start:end], 1.0, 1.0, 1.0)
        for number, (article, start, end) in enumerate(dict.fromkeys(kept), 1)
    )


def in_turn(question: str, passages: Sequence[Passage], cited: Collection[str]) -> tuple[Passage, ...]:
    """The evidence for a follow-up, numbered anew: what it asks itself counts for more than what it took over.

    The words that `standalone` puts back say which event is meant, and stand most of all in the sentences that were
    `cited` (their texts) before; a next question asks for something else. For other questions nothing changes.
    """
    if not is_followup(question) or asks_who_said_it(question):
        return tuple(passages)
    asked: dict[str, float] = {}
    if not goes_elsewhere(question):
        asked = {concept: rarity(word) for word in words(question) for concept in concepts(word)}
    total = sum(asked.values()) or 1.0

    def fitted(passage: Passage) -> Passage:
        own = sum(weight for concept, weight in asked.items() if concept in concepts(passage.text)) / total
        return replace(passage, score=passage.score + _OWN * own - _SAID_BEFORE * (passage.text in cited))

    ranked = sorted(map(fitted, passages), key=lambda passage: -passage.score)
    return tuple(replace(passage, number=number) for number, passage in enumerate(ranked, 1))


def goes_elsewhere(question: str) -> bool:
    """Whether it is a piece of a question ("And in June?"): the same, asked of what another article may tell."""
    return not _ASKS.search(_OPENS.sub("", question))


def _named_before(article: Article, start: int) -> tuple[int, int] | None:
    """The nearest of the three sentences before `start` that has a full name."""
    before = [span for span in sentences(article.text) if span[1] <= start][-3:]
    return next((span for span in reversed(before) if _FULL_NAME.search(article.text[slice(*span)])), None)


def _names(question: str) -> list[str]:
    """The names of a question, each with its preposition; without any, all the words behind its first."""
    if all(map(is_date, proper(question))):
        return words(question)[1:]
    first = question.split()[0]
    return [match[0] for match in _NAME_IN_PLACE.finditer(question, len(first))]


def _people(said: str) -> list[str]:
    """The words of the full name in a text, if it has just one."""
    found = set(_FULL_NAME.findall(said))
    return words(found.pop()) if len(found) == 1 else []
