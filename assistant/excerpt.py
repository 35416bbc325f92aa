"""The part of a sentence that says an answer, short enough to read at a glance, with what governs it.

Only whole pieces of the sentence are left out, never words inside one, and "…" stands where they were. A piece
with a negation, a hedge, an attribution or a dispute in it is never left out: "Russia claimed … had been
liberated" says what the sentence says, "had been liberated" does not.
"""

import re
from collections.abc import Set
from dataclasses import dataclass

from assistant.clauses import leaves_alone
from assistant.stems import stems
from assistant.terms import terms
from assistant.wholes import is_verb

SHORT = 12
"""Words: pieces are left out while more than these are left."""

LEAST = 5
"""Words: a shorter excerpt is a fragment; the piece before it is kept."""

DATELINE = re.compile(
    r"^\W*(?:[A-Z][\w.’' -]{1,30}(?:,\s[A-Z][\w. ]{1,20})?\s+)?\((?:AP|CNN|Reuters|AFP|UPI|BBC)[^)]*\)\s*[-–—]*\s*"
    r"(?=[\"“]?[A-Z\d])"
    r"|^\W*[A-Z][A-Z.’' -]{2,30}(?:,\s[A-Z][\w. ]{1,20})?\s*[—–]+\s*(?=[\"“]?[A-Z\d])"
)
"""Where a dispatch comes from, in front of its first sentence: "PARIS (AP) —", "(CNN)"; not "NATO — an alliance —"."""

_CUT = re.compile(
    r"""[;:]\s+|\s+[—–-]{1,2}\s+|—|\s(?=\()|(?<=\))\s+|,[”"]?\s+(?!\d{4}\b)
      |\s+(?=(?:while|after|before|as|when|because|amid|following|although|though|since|whereas|until|where|which)\s)
      |(?<!said)(?<!says)(?<!claimed)(?<!denied)(?<!told)(?<!agreed)(?<!announced)(?<!confirmed)(?<!reported)
       \s+(?=that\s+(?:has|have|had|could|would|will|was|were|is|are|can)\s)""",
    re.VERBOSE,
)
_QUOTED = re.compile(r"“[^”]*”|\"[^\"]*\"|\([^()]*\)|\[[^\[\]]*\]")
_NAME_ALONE = re.compile(
    r"(?!(?:In|On|At|By|For|From|Since|After|Before|Still|But|And|Now|Then)\b)(?:[A-Z][\w.’'-]*\s*){1,4},?\s*"
)
_NAME_AND_MARK = re.compile(r"[A-Z][\w.’'-]*(?:\s+[A-Z][\w.’'-]*){0,2}\s*(?:[,.;)]|$)")
_UNSURE = r"""not?|never|none|nobody|nothing|without|neither|nor|hardly|barely|failed|fails|cannot|\w+n['’]t
    |if|unless|may|might|could|would|should|alleged(?:ly)?|suspected|likely|unlikely|possibly|possible|preliminary
    |expected|estimated?s?|unconfirmed|apparently|believed?s?|plan(?:s|ned)|proposed?|threaten\w*|vow\w*|predict\w*
    |project(?:s|ed)|forecast\w*|nearly|almost|whether|hop(?:es?|ed|ing)|tr(?:y|ies|ied|ying)\s+to|attempt\w*|wants?\s+to
    |seeks?|sought|urg(?:es?|ed|ing)|demand(?:s|ed|ing)?|except|excluding|unlike|instead"""
_SAYS = r"""reportedly|rumou?r\w*|den(?:y\w*|ies|ied)|reject\w*|refus\w*|claim\w*|say|says|said|told|according|accus\w*
    |confirm\w*|warn\w*|reported|announce\w*|declare\w*|insist\w*|argue\w*|admit\w*|suggest\w*|stated|disput\w*|false
    |untrue|unconfirmed|if|unless|added|wrote|noted|posted|explained|testified|revealed|alleg\w+|apparently|believed?s?
    |presumed|possibly|thought|fear(?:s|ed)|verif\w*|hoax|fake"""
_GOVERNS_BEHIND = re.compile(rf"\b(?:{_UNSURE}|{_SAYS})\b", re.IGNORECASE | re.VERBOSE)
_GOVERNS_BEFORE = re.compile(rf"\b(?:{_SAYS})\b", re.IGNORECASE | re.VERBOSE)
"""A "not" or a "may" reaches what comes behind it in the sentence; who says so may also stand at its end."""

_JOINT = re.compile(r"(?:;|,)\s+(?:(?:but|while|whereas|and)\s+(?=the|a|an|he|she|it|they|[A-Z])|although\s+)")
_HANGS = re.compile(
    r"""\W*(?:which|who|whom|whose|where|that|including|such\s+as|\w+ing|\w+ed|an?|the|and|or|to|with|of|for|in|on
    |at|by|from|down|up|is|was|are|were|has|had|have|will)\b""",
    re.VERBOSE,
)
_RELATIVE = re.compile(r"\s*(?:who|whom|whose|which|where|that)\b")
"""What such a clause denies or doubts is about the word in front of it alone."""

_WHICH_DISPUTES = re.compile(
    r"\s*which\b.*\b(?:den(?:y|ies|ied)|disput\w*|reject\w*|verif\w*|confirm\w*|dismiss\w*|refut\w*|false|untrue)\b",
    re.DOTALL,
)
"""But "which Kyiv denied" is about all that was said."""

_PREDICATE = re.compile(r"\W*(?:is|are|was|were|has|have|had|will|would|can|could|may|might|does|do|did)\b")
"""What a sentence goes on with behind an aside on its subject: without it nothing is said."""

_QUALIFIES = re.compile(r"\W*(?:including|excluding|counting|except|apart\s+from|in\s+total|combined)\b", re.IGNORECASE)
"""What belongs to the figure right in front of it: "145 drones—including decoys—"."""


@dataclass(frozen=True)
class Piece:
    """`sentence[start:end]`, up to the next mark or the next subordinate clause, and which side of it it governs."""

    start: int
    end: int
    count: int
    governs_behind: bool
    governs_before: bool


def excerpt(sentence: str, start: int, end: int, most: int = SHORT, named: Set[str] = frozenset()) -> str:
    """The sentence without pieces that neither hold `sentence[start:end]` nor govern it; "…" stands for each run.

    A piece that has one of the stems `named` stays too.
    """
    pieces = _pieces(sentence)
    kept = [True] * len(pieces)
    first = next(i for i, piece in enumerate(pieces) if piece.end > start)
    last = max(i for i, piece in enumerate(pieces) if piece.start < end)
    if pieces[0].count == 0 and first > 0:
        kept[0] = False
    needed = set(range(first, last + 1))
    head = next(i for i, piece in enumerate(pieces) if piece.count)
    if _NAME_ALONE.fullmatch(sentence[pieces[head].start : pieces[head].end]):
        needed.add(head)  # "Maria Santos, 52, the mayor, opened it": without her nobody did
    for piece in pieces[last + 1 :]:
        if not _QUALIFIES.match(sentence, piece.start):
            break
        needed.add(max(needed) + 1)
    needed |= {i for i in (last + 1, last + 2) if i < len(pieces) and _PREDICATE.match(sentence, pieces[i].start)}
    at = first
    while at > 0 and (_hangs(sentence[pieces[at].start :]) or _length(pieces, needed) < LEAST):
        at -= 1
        needed.add(at)
    if _length(pieces, needed) < LEAST and last + 1 < len(pieces):
        needed.add(last + 1)
    needed |= {i for i, piece in enumerate(pieces) if named & stems(sentence[piece.start : piece.end])}
    far = sorted(range(len(pieces)), key=lambda i: (-min(abs(i - first), abs(i - last)), -i))
    for i in far:
        if sum(piece.count for piece, stays in zip(pieces, kept, strict=True) if stays) <= most:
            break
        governs = pieces[i].governs_behind if i < first else pieces[i].governs_before
        if i not in needed and (not governs or _apart(sentence, pieces, i, first, last)):
            kept[i] = False
    return _joined(sentence, pieces, kept)


def _hangs(text: str) -> bool:
    """Whether a text needs what stands in front of it: it begins with a little word or with a verb."""
    first = terms(text)[:1]
    return bool(_HANGS.match(text)) or (bool(first) and is_verb(first[0]) and not first[0].capital)


def _length(pieces: list[Piece], of: set[int]) -> int:
    return sum(pieces[i].count for i in of)


def _pieces(sentence: str) -> list[Piece]:
    """The sentence cut at its marks, never inside quotation marks or brackets; a dateline is a piece without words."""
    at = found.end() if (found := DATELINE.match(sentence)) else 0
    pieces = [Piece(0, at, 0, governs_behind=False, governs_before=False)] if at else []
    whole = [match.span() for match in _QUOTED.finditer(sentence)]
    for match in _CUT.finditer(sentence, at):
        inside = any(start < match.start() and match.end() < end for start, end in whole)
        if inside or len(sentence[at : match.start()].split()) < 2 or _names_go_on(sentence, match):
            continue
        cut = match.end() if match[0].startswith(",") else match.start()
        pieces.append(_piece(sentence, at, cut))
        at = match.end()
    return [*pieces, _piece(sentence, at, len(sentence))]


def _names_go_on(sentence: str, cut: re.Match[str]) -> bool:
    """Whether a name alone stands behind a comma: "Erie, Ohio," and the items of a list are not torn."""
    return "," in cut[0] and bool(_NAME_AND_MARK.match(sentence, cut.end()))


def _piece(sentence: str, start: int, end: int) -> Piece:
    text = sentence[start:end]
    own = bool(_RELATIVE.match(text)) and not _WHICH_DISPUTES.match(text)
    behind, before = (bool(pattern.search(text)) and not own for pattern in (_GOVERNS_BEHIND, _GOVERNS_BEFORE))
    return Piece(start, start + len(text.rstrip()), len(text.split()), behind, before)


def _apart(sentence: str, pieces: list[Piece], at: int, first: int, last: int) -> bool:
    """Whether a clause of its own begins between a piece and those that are needed: its "not" does not reach them."""
    if at > last:
        joint = _JOINT.search(sentence, pieces[last].end - 1, pieces[at].start + 12)
        return joint is not None and leaves_alone(sentence[joint.end() :])
    return ";" in sentence[pieces[at].end : pieces[first].start]


def _joined(sentence: str, pieces: list[Piece], kept: list[bool]) -> str:
    """The pieces that are kept with what stands between neighbours, "…" for each gap but that of a dateline."""
    out, before = "", None
    for i, piece in enumerate(pieces):
        if not kept[i]:
            continue
        if before is None:
            out += "… " if any(pieces[j].count for j in range(i)) else ""
        else:
            out += sentence[pieces[before].end : piece.start] if before == i - 1 else " … "
        out += sentence[piece.start : piece.end]
        before = i
    ended = before == len(pieces) - 1
    return out.strip() if ended else f"{out.rstrip(' ,;:–—-')} …"
