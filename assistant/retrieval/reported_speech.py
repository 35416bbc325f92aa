"""Orders that an article reports, by a quotation or an attribution, as against orders that it gives itself.

Courts, schools, airlines and writers about chatbots report instructions every day; that is news. An order planted in an
article addresses its reader without quotation marks and without a speaker.
"""

import re
from collections.abc import Sequence

from assistant.language.lexicon import ANNOUNCING, DIRECTING, SAYING, alternatives

LEAD = 3
"""Words outside quotation marks that a sentence needs to be a report of what it quotes."""

_QUOTED = re.compile(r"[“\"][^“”\"]{2,400}[”\"]|(?<!\w)[‘'][^‘’'\"]{2,400}[’'](?!\w)")
_OPENED = re.compile(r"[“\"][^“”\"]{2,}$")
_WORD = re.compile(r"[^\W\d_]{2,}")
_VERB = rf"(?:{alternatives(SAYING | ANNOUNCING | DIRECTING | {'claimed', 'alleged', 'suggested'})})"
_SUBJECT = r"(?!(?:you|if|when|because|for|and|but|so|now|then|please|as)\b)[\w’'.-]+"
_BEHIND = re.compile(
    rf",[\"”’']?\s+(?:{_SUBJECT}\s+){{1,6}}?{_VERB}\b[^;:]{{0,80}}(?:,|[.!?…]?[\"”’']?\s*$)", re.IGNORECASE
)
_BEFORE = re.compile(
    rf"^\W*(?!(?:you|if|when|because|please|now)\b)(?:[\w’'.-]+\s+){{1,8}}?{_VERB}\b(?=\s|[,:])", re.IGNORECASE
)
_YOU = re.compile(r"\b(?:you|asked|asks)\b", re.IGNORECASE)


def without_quotations(text: str) -> str:
    """The text with an ellipsis for each quotation, if it has LEAD words around them; else the text itself."""
    bare = _OPENED.sub("…", _QUOTED.sub("…", text))
    return bare if len(_WORD.findall(bare)) >= LEAD else text


def has_attribution(text: str) -> bool:
    """Whether a sentence names its speaker: ", the judge told jurors." at its end, "The judge told" at its start."""
    before = _BEFORE.match(text)
    return bool(_BEHIND.search(text)) or (before is not None and not _YOU.search(before[0]))


def within_quotations(sentences: Sequence[str]) -> list[bool]:
    """Whether each sentence continues a quotation that an earlier one opens and it or a later one closes.

    Only a sentence with LEAD words of its own in front opens one, and it is closed within three sentences.
    """
    within = [False] * len(sentences)
    for place, sentence in enumerate(sentences):
        opened = _OPENED.search(_QUOTED.sub("…", sentence))
        if within[place] or not opened or len(_WORD.findall(sentence[: opened.start()])) < LEAD:
            continue
        ahead = sentences[place + 1 : place + 4]
        closing = next((k for k, later in enumerate(ahead) if re.search(r"^[^“\"]*[”\"]", later)), None)
        for later in range(place + 1, place + 2 + closing) if closing is not None else ():
            within[later] = True
    return within
