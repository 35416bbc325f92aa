"""What governs a sentence and which parts of it stand on their own: who says so, and what a comma cuts off."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from assistant.language.lexicon import (
    ANNOUNCING,
    CLAIMING,
    DISPUTING,
    MODALS,
    PLAIN_NEGATIONS,
    PLAIN_SAYING,
    SAYING,
    alternatives,
)

_VERBS = SAYING | ANNOUNCING | CLAIMING
_VERB = rf"(?P<verb>{alternatives(_VERBS)})"
_WHO = r"(?P<who>[^,;:—–()\"“”]{2,90}?)"
_WHEN = r"(?P<heard>\s+(?:reporters|journalists))?(?P<when>\s+(?:(?:on|late|early)\s+)*[A-Z][a-z]+day)?"
_LEADING = re.compile(rf"^\W*{_WHO}\s+{_VERB}{_WHEN}(?P<that>\s+that\b|[:,]?\s*[\"“])?\s+(?P<rest>.+)$", re.DOTALL)
_TRAILING = re.compile(
    rf"^(?P<rest>.+?)[,?!.]?[,\"”]\s*(?:{_WHO}\s+{_VERB}|(?P<verb2>said|says|added)\s+(?P<who2>[^,;:]{{2,90}})"
    rf"(?:,[^;:]{{2,120}})?){_WHEN}[.\s]*$",
    re.DOTALL,
)
_ACCORDING = re.compile(rf"^\W*according\s+to\s+{_WHO},\s+(?P<rest>.+)$", re.DOTALL | re.IGNORECASE)
_ACCORDING_BEHIND = re.compile(
    r"^(?P<rest>.+?),?\s+according\s+to\s+(?P<who>[^,;:]{2,90}?)[.\s]*$", re.DOTALL | re.IGNORECASE
)
_NO_SAYER = re.compile(
    r"""\b(?:after|before|when|while|as|who|whom|which|that|if|because|is|are|was|were|be|been|has|have|had|not|never
    |no|nobody|none|will|would|could|may|might|it|and\s+then|[a-z]+ed|came|hit|left|struck|fell|won|lost|met|told|took
    |went|made|gave|saw|held|began|kept)\b""",
    re.VERBOSE,
)
_DISPUTES = re.compile(rf"\b(?:{DISPUTING})\b", re.IGNORECASE)
_SAYS = re.compile(rf"\b(?:{alternatives(_VERBS)}|according|claims?|reports?)\b", re.IGNORECASE)
_HOLDS_ALL = re.compile(rf"{_SAYS.pattern}|\b(?:if|unless|that|whether|would|suppose)\b", re.IGNORECASE)
_JOINT = re.compile(r";\s+|,\s+(?:but|while|whereas|and)\s+")
_SUBJECT = re.compile(r"(?:[Tt]he|[Aa]n?)\s+\w|[A-Z][a-z]|\d")
_BACK = re.compile(
    r"(?:it|this|that|these|those|which|they|he|she|such|the\s+(?:claim|report|toll|figure|number)s?)\b", re.I
)
_COMMENT = re.compile(
    r"^(?P<main>.+?)(?:,|\s+[—–]|[—–])\s*(?:an?|the)\s+(?:claim|charge|allegation|accusation|assertion|statement)\b[^.]*\W*$",
    re.DOTALL | re.IGNORECASE,
)
_WHEN_CLAUSE = re.compile(
    r"^(?P<main>[^,;—–]+?),?\s+(?:after|before|when|for(?=\s+\w+ing\b))\s+(?P<tail>[^,;—–]+)$", re.DOTALL
)
_UNSURE = re.compile(rf"\b(?:{alternatives(PLAIN_NEGATIONS | MODALS)}|if|unless|\w+n['’]t|cannot)\b", re.IGNORECASE)

_FUTURE, _ONCE = (
    r"\b(?:will|would|won['’]t|shall|can|could)\b",
    r"\b(?:when|once|until|provided|should|as\s+long\s+as)\b",
)
_CONDITION = re.compile(rf"{_FUTURE}.*{_ONCE}|{_ONCE}.*{_FUTURE}", re.IGNORECASE | re.DOTALL)
_STORY = re.compile(
    r"^\W*(?:in|on)\s+(?:\w+\s+){0,3}(?:film|movie|novel|drama|sitcom|episode|cartoon|simulation|exercise|drill|scenario"
    r"|dream|sketch|musical|opera|video\s+game)\b",
    re.IGNORECASE,
)
_ALL_BUT = re.compile(r"\b(?:all|any\w*|every\w*|no\w*)\s+but\b", re.IGNORECASE)
_ASKS = re.compile(r"\?\W*$")
_NOW, _ONCE_WAS = (
    re.compile(r"\b(?:is|are|isn['’]t|aren['’]t)\b", re.IGNORECASE),
    re.compile(r"\b(?:was|were|been|wasn['’]t|weren['’]t)\b", re.IGNORECASE),
)
_STILL = re.compile(r"\b(?:is|are|has|have|isn['’]t|aren['’]t|hasn['’]t|haven['’]t)\b|['’](?:s|re|ve)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Frame:
    """Who says something, by which verb, and what: "Police said that" + "12 people died".

    `plain`: what is said is a clause of its own, so that "said" may stand for another verb of reporting.
    """

    who: str
    when: str
    verb: str
    rest: str
    plain: bool

    def bears(self, other: "Frame") -> bool:
        """Whether `other`'s verb says no more than this one: "announced that" bears "said", never the reverse."""
        return self.verb == other.verb or (
            self.plain and self.verb in SAYING | ANNOUNCING and other.verb in PLAIN_SAYING
        )


def frame(text: str) -> Frame | None:
    """The attribution of a whole sentence, before or behind it; None if it has none that is sure."""
    for pattern in (_ACCORDING, _ACCORDING_BEHIND):
        if (match := pattern.match(text)) and not _NO_SAYER.search(match["who"]):
            return Frame(match["who"], "", "said", match["rest"], plain=True)
    if (match := _TRAILING.match(text)) and not _NO_SAYER.search(match["who"] or match["who2"]):
        return Frame(
            match["who"] or match["who2"], match["when"] or "", match["verb"] or match["verb2"], match["rest"], True
        )
    if (match := _LEADING.match(text)) and not _NO_SAYER.search(match["who"]):
        plain = bool(match["that"] or match["heard"]) or match["verb"] in PLAIN_SAYING
        return Frame(match["who"], match["when"] or "", match["verb"], match["rest"], plain)
    return None


def parts(sentence: str) -> Iterator[str]:
    """The sentence, and the parts of it that its author asserts without the rest.

    "Ukraine launched 12 drones, but Russia did not answer." has both its clauses as parts. What hangs on a
    disputing word behind it ("a claim Ukraine rejected") is a part only if it says itself who claims it.
    """
    yield sentence
    if (match := _COMMENT.match(sentence)) and _SAYS.search(match["main"]):
        yield match["main"]
    match = _WHEN_CLAUSE.match(sentence)
    if match and not _UNSURE.search(match["main"]) and not _HOLDS_ALL.search(match["tail"]):
        yield match["main"]
    for joint in _JOINT.finditer(sentence):
        left, right = sentence[: joint.start()], sentence[joint.end() :]
        if sum(left.count(mark) for mark in '"“”') % 2:
            continue
        if leaves_alone(right):
            yield left
        if _SUBJECT.match(right) and not _HOLDS_ALL.search(left) and not _DISPUTES.search(left):
            yield right


def leaves_alone(right: str) -> bool:
    """Whether a clause behind another one takes nothing back of it and does not say who says it."""
    if _DISPUTES.search(right) or (_UNSURE.search(right) and _BACK.match(right)):
        return False
    governed = frame(right)
    return not _SAYS.search(right) or (governed is not None and right.find(governed.rest) > 0)


def asserts_less(part: str, statement: str) -> bool:
    """Whether a part has a condition, asks, tells of a film or of what was, or says "all but"; the statement not."""
    patterns = (_CONDITION, _STORY, _ALL_BUT, _ASKS)
    if any(pattern.search(part) and not pattern.search(statement) for pattern in patterns):
        return True
    return bool(_NOW.search(statement) and _ONCE_WAS.search(part) and not _STILL.search(part))
