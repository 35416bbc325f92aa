"""A model's reply -> its statements, each with a verdict and the passages that support it. Uses no model."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.answer import Passage, Verdict
from assistant.language.clauses import frame
from assistant.language.stems import stem, words
from assistant.verification.entailment import counts_alike, verdict
from assistant.verification.noun_phrases import is_verb
from assistant.verification.terms import terms
from vectorstore.text.sentences import sentences

MAX_PASSAGES = 3
"""Passages that one statement cites."""

_FENCE = re.compile(r"^[ \t]*(?:```|~~~).*$", re.MULTILINE)
_RULE = re.compile(r"^[ \t]*(?:[-*_=][ \t]*){3,}$", re.MULTILINE)
_TABLE_HEAD = re.compile(r"^[^\n]*\|[^\n]*\n[ \t]*\|?[ \t]*:?--[-:| \t]*$", re.MULTILINE)
_HEADING = re.compile(r"^[ \t]*#{1,6}[ \t].*$|^[ \t]*\*\*[^*\n]+\*\*:?[ \t]*$", re.MULTILINE)
_SOURCES = re.compile(
    r"^[ \t#*_]*(?:sources?|references?|citations?|footnotes?|notes?)[*_]*:?[*_]*[ \t]*"
    r"(?:\n|$)(?=\s*(?:[-*•\[\d(^]|$)).*",
    re.MULTILINE | re.IGNORECASE | re.DOTALL,
)
_SOURCES_LINE = re.compile(r"^[ \t*_]*(?:sources?|references?|citations?)[*_]*:.*$", re.MULTILINE | re.IGNORECASE)
_FOOTNOTE = re.compile(r"^[ \t]*(?:\[\^?\d+\]:|\[\^?\d+\][ \t]+(?=https?:)|[¹²³⁴-⁹⁰]).*$", re.MULTILINE)
_BULLET = re.compile(r"^[ \t>]*(?:[-*+•–—·▪◦][ \t]+|\(?\d{1,2}[.)][ \t]+|[a-z]\)[ \t]+)", re.MULTILINE)
_WRAPPED = re.compile(
    r"(?:(?<=[^\W\d_])|(?<=[\d,;]))[ \t]*\n(?=[ \t]*(?:[a-z$€£¥]|\d+(?![.)\d])|(?<=[^\n]{50}\n)[A-Z]))(?![ \t]*[a-z]\))"
)
"""A line break inside a sentence: before lower case or a figure, or after a long line."""

_QUOTED = re.compile(r"^[ \t]*(?:>[ \t]?)+", re.MULTILINE)
_NUMBERS = r"\^?\d+(?:\s*(?:[,;&–—-]|and|to)\s*\^?\d+)*"
_MARKER = re.compile(
    rf"""[ \t]*(?:\[\s*(?:(?:sources?|passages?|articles?|refs?\.?|citations?)\s*:?\s*)?{_NUMBERS}\s*\](?:\([^)\s]*\))?
    |【[^】]*】
    |\((?:see\s+)?(?:sources?|passages?|articles?|refs?\.?|citations?|documents?)\s*:?\s*\[?{_NUMBERS}\]?\s*\)
    |[¹²³⁴-⁹⁰]+|<sup>.*?</sup>)""",
    re.IGNORECASE | re.VERBOSE,
)
_LINK = re.compile(r"!?\[([^\]\n]*)\]\([^)\n]*\)")
_STRONG = re.compile(r"(\*{1,3}|_{2,3}|~~|`+)(?=\S)(.+?)(?<=\S)\1", re.DOTALL)
_SLANTED = re.compile(r"(?<![\w_])_(?=\S)([^_\n]+)(?<=\S)_(?![\w_])")
_REFERENCE = r"(?:the\s+)?(?:provided\s+|given\s+|above\s+|available\s+)?(?:passages?|texts?|articles?|sources?|context|documents?|information|evidence|reports?)(?:\s+(?:provided|given|above|\d+))*"  # noqa: E501
_LEAD_IN = re.compile(
    rf"""^(?:(?:sure|certainly|of\s+course|yes|no|okay|absolutely|great\s+question|hello|hi)\s*[!,.]\s*
    |(?:based\s+on|according\s+to|as\s+(?:stated|reported|mentioned|described)\s+in|from|per|in)\s+{_REFERENCE}\s*[,:]\s*
    |{_REFERENCE}\s+(?:say|says|state|states|report|reports|mention|mentions|indicate|indicates)\s+that\s+
    |(?:in\s+summary|in\s+short|to\s+summari[sz]e|overall|in\s+conclusion|additionally|moreover|furthermore|however
    |in\s+addition|also|answer|the\s+answer\s+is|finally|meanwhile|therefore|thus)\s*[,:]\s*)""",
    re.IGNORECASE | re.VERBOSE,
)
_ANNOUNCES = re.compile(
    r"""^(?:here(?:['’]s|\s+(?:is|are))\b.*|(?:i\s+hope|let\s+me|feel\s+free|please\s+let|is\s+there\s+anything)\b.*
    |(?:sure|certainly|of\s+course|okay|absolutely|hello|hi)\W*|.*\b(?:following|below|summary|key\s+points)\b[^.]*:|[^.!?]{0,60}:)$""",
    re.IGNORECASE | re.VERBOSE,
)
_NO_SUBJECT = r"(?:later|then|also|so|thus|\w+ly|it|he|she|they|that|which|who|to|in|on|at|by|for|from|with|of)\b"
_BE = frozenset("is are was were been has have had".split())


@dataclass(frozen=True)
class Checked:
    """A statement of a model, its verdict, and the passages that support it: best first, none if it is unsupported.

    If the verdict is "differs", they are those that have another figure for the same count.
    """

    text: str
    verdict: Verdict
    passages: tuple[Passage, ...]


def checked(prose: str, passages: Sequence[Passage]) -> list[Checked]:
    """The statements of a model's reply in its order, each once, with their verdicts.

    The reply's own markers are ignored: every statement is compared with all passages.
    """
    return [Checked(text, *attribute(text, passages)) for text in statements(prose)]


def attribute(statement: str, passages: Sequence[Passage]) -> tuple[Verdict, tuple[Passage, ...]]:
    """The verdict on a statement, and its passages, best first.

    They are those that support it alone, at most `MAX_PASSAGES`; or two that do so together, each a clause of it;
    else, if none has the statement's own figures, those with another figure for the same count.
    """
    ranked = sorted(passages, key=lambda passage: passage.number)
    verdicts = [(passage, verdict(statement, passage.text, passage.article.title)) for passage in ranked]
    if alone := tuple(passage for passage, its in verdicts if its == "supported"):
        return "supported", alone[:MAX_PASSAGES]
    if pair := _together(statement, ranked):
        return "supported", pair
    other = tuple(passage for passage, its in verdicts if its == "differs")
    if other and not any(counts_alike(statement, passage.text) for passage in ranked):
        return "differs", other[:MAX_PASSAGES]
    return "unsupported", ()


def statements(prose: str) -> list[str]:
    """The sentences of a model's reply, bare and each once: no markdown, citation markers, headings or lead-ins."""
    kept: dict[str, str] = {}
    for line in _bare(prose).splitlines():
        for start, end in sentences(line):
            text = _without_lead_in(line[start:end].strip())
            if words(text) and not _ANNOUNCES.match(text):
                kept.setdefault(" ".join(stem(word) for word in words(text)), text)
    return list(kept.values())


def _bare(prose: str) -> str:
    """The prose without markup, markers, headings and sources; a line is a paragraph, list item or table row."""
    for pattern in (_FENCE, _TABLE_HEAD, _SOURCES, _SOURCES_LINE, _FOOTNOTE, _QUOTED, _HEADING, _RULE):
        prose = pattern.sub("", prose)
    prose = _BULLET.sub("\n", _WRAPPED.sub(" ", prose))
    prose = _LINK.sub(r"\1", _MARKER.sub("", prose))
    for _ in range(2):
        prose = _STRONG.sub(r"\2", prose)
    prose = _SLANTED.sub(r"\1", prose)
    rows = (_row(line) if line.count("|") > 1 else line for line in prose.splitlines())
    return re.sub(r"[ \t]+([.,;:!?])", r"\1", "\n".join(rows))


def _row(line: str) -> str:
    """A table's row: its cells that are sentences, else all of them as one statement."""
    cells = [cell.strip() for cell in line.split("|") if cell.strip()]
    return "\n".join([cell for cell in cells if cell.endswith((".", "!", "?"))] or [", ".join(cells)])


def _without_lead_in(text: str) -> str:
    while match := _LEAD_IN.match(text):
        text = text[match.end() :]
        text = text[:1].upper() + text[1:]
    return text


def _together(statement: str, passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Two passages of which each supports one clause of the statement, best first; () if there are none."""
    for left, right in _halves(statement):
        first, second = (
            next((p for p in passages if verdict(half, p.text, p.article.title) == "supported"), None)
            for half in (left, right)
        )
        if first and second:
            return tuple(sorted({first, second}, key=lambda passage: passage.number))
    return ()


def _halves(statement: str) -> Iterator[tuple[str, str]]:
    """The ways to split a statement into two independent clauses, each with its subject and its verb.

    "Police said the ship sank and 12 people died" is not split: police may have said both.
    """
    for joint in re.finditer(r";\s+|,?\s+(?:and|while|but|whereas)\s+", statement):
        halves = statement[: joint.start()].strip(" ,"), statement[joint.end() :].strip()
        if all(_is_clause(half) for half in halves) and (not frame(halves[0]) or frame(halves[1])):
            yield halves


def _is_clause(text: str) -> bool:
    own = terms(text)
    if len(own) < 2 or is_verb(own[0]) or re.match(_NO_SUBJECT, text, re.IGNORECASE):
        return False
    return any(is_verb(term) or _BE & set(term.before) for term in own[1:])
