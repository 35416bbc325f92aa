"""A sentence's attribution ("police said"), and the clauses of it that its author asserts without the rest."""

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
_WHEN = r"(?P<audience>\s+(?:reporters|journalists))?(?P<when>\s+(?:(?:on|late|early)\s+)*[A-Z][a-z]+day)?"
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
_NO_SPEAKER = re.compile(
    r"""\b(?:after|before|when|while|as|who|whom|which|that|if|because|is|are|was|were|be|been|has|have|had|not|never
    |no|nobody|none|will|would|could|may|might|it|and\s+then|[a-z]+ed|came|hit|left|struck|fell|won|lost|met|told|took
    |went|made|gave|saw|held|began|kept)\b""",
    re.VERBOSE,
)
_DISPUTES = re.compile(rf"\b(?:{DISPUTING})\b", re.IGNORECASE)
_ATTRIBUTED = re.compile(rf"\b(?:{alternatives(_VERBS)}|according|claims?|reports?)\b", re.IGNORECASE)
_GOVERNS = re.compile(rf"{_ATTRIBUTED.pattern}|\b(?:if|unless|that|whether|would|suppose)\b", re.IGNORECASE)
_JOINT = re.compile(r";\s+|,\s+(?:but|while|whereas|and)\s+")
_SUBJECT = re.compile(r"(?:[Tt]he|[Aa]n?)\s+\w|[A-Z][a-z]|\d")
_BACK = re.compile(
    r"(?:it|this|that|these|those|which|they|he|she|such|the\s+(?:claim|report|toll|figure|number)s?)\b", re.I
)
_APPOSED = re.compile(
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
_FICTION = re.compile(
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
    """An attribution and its content: `who` "Police", `verb` "said", `when` " on Monday", `rest` "12 people died".

    `plain`: the content is a clause of its own, so that "said" may replace another verb of reporting.
    """

    who: str
    when: str
    verb: str
    rest: str
    plain: bool

    def implies(self, other: "Frame") -> bool:
        """Whether this verb allows `other`'s: "announced that" implies "said", never the reverse."""
        weaker = self.plain and self.verb in SAYING | ANNOUNCING and other.verb in PLAIN_SAYING
        return self.verb == other.verb or weaker


def frame(text: str) -> Frame | None:
    """The attribution of a whole sentence, at its start or end; None if it has none, or none that is certain."""
    for pattern in (_ACCORDING, _ACCORDING_BEHIND):
        if (match := pattern.match(text)) and not _NO_SPEAKER.search(match["who"]):
            return Frame(match["who"], "", "said", match["rest"], plain=True)
    if (match := _TRAILING.match(text)) and not _NO_SPEAKER.search(match["who"] or match["who2"]):
        return Frame(
            match["who"] or match["who2"], match["when"] or "", match["verb"] or match["verb2"], match["rest"], True
        )
    if (match := _LEADING.match(text)) and not _NO_SPEAKER.search(match["who"]):
        plain = bool(match["that"] or match["audience"]) or match["verb"] in PLAIN_SAYING
        return Frame(match["who"], match["when"] or "", match["verb"], match["rest"], plain)
    return None


def parts(sentence: str) -> Iterator[str]:
    """The sentence itself, and the parts of it that its author asserts without the rest.

    "Ukraine launched 12 drones, but Russia did not answer." has two such clauses. One that a disputing word judges
    ("a claim Ukraine rejected") is a part only if it names its own speaker.
    """
    yield sentence
    if (match := _APPOSED.match(sentence)) and _ATTRIBUTED.search(match["main"]):
        yield match["main"]
    match = _WHEN_CLAUSE.match(sentence)
    if match and not _UNSURE.search(match["main"]) and not _GOVERNS.search(match["tail"]):
        yield match["main"]
    for joint in _JOINT.finditer(sentence):
        left, right = sentence[: joint.start()], sentence[joint.end() :]
        if sum(left.count(mark) for mark in '"“”') % 2:
            continue
        if _leaves_intact(right):
            yield left
        if _SUBJECT.match(right) and not _GOVERNS.search(left) and not _DISPUTES.search(left):
            yield right


def _leaves_intact(right: str) -> bool:
    """Whether the clause `right` neither takes back the one in front of it nor attributes it to somebody."""
    if _DISPUTES.search(right) or (_UNSURE.search(right) and _BACK.match(right)):
        return False
    governed = frame(right)
    return not _ATTRIBUTED.search(right) or (governed is not None and right.find(governed.rest) > 0)


def asserts_less(part: str, statement: str) -> bool:
    """Whether a part is conditional, a question, fiction, in the past or with "all but", and the statement is not."""
    patterns = (_CONDITION, _FICTION, _ALL_BUT, _ASKS)
    if any(pattern.search(part) and not pattern.search(statement) for pattern in patterns):
        return True
    return bool(_NOW.search(statement) and _ONCE_WAS.search(part) and not _STILL.search(part))
