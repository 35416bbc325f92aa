"""Whether a text tells people of an order, or gives it: what is quoted or has someone who said it is news.

Courts, schools, airlines and writers about chatbots tell of instructions every day. An order that is planted in an
article speaks to its reader itself.
"""

import re
from collections.abc import Sequence

from assistant.language.lexicon import ANNOUNCING, DIRECTING, SAYING, alternatives

_LEAD = 3
"""Words outside quotation marks from which on a sentence tells of what it quotes."""

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
    """The text with an ellipsis for what it quotes, if it has words of its own around that; else the text itself."""
    bare = _OPENED.sub("…", _QUOTED.sub("…", text))
    return bare if len(_WORD.findall(bare)) >= _LEAD else text


def has_sayer(text: str) -> bool:
    """Whether a sentence says who says it: ", the judge told jurors." behind it, "The judge told" before it."""
    before = _BEFORE.match(text)
    return bool(_BEHIND.search(text)) or (before is not None and not _YOU.search(before[0]))


def quoted_on(sentences: Sequence[str]) -> list[bool]:
    """Whether each sentence goes on with a quotation that one before it opened and one behind it closes."""
    found = [False] * len(sentences)
    for place, sentence in enumerate(sentences):
        opened = _OPENED.search(_QUOTED.sub("…", sentence))
        if found[place] or not opened or len(_WORD.findall(sentence[: opened.start()])) < _LEAD:
            continue
        ahead = sentences[place + 1 : place + 4]
        closing = next((k for k, later in enumerate(ahead) if re.search(r"^[^“\"]*[”\"]", later)), None)
        for later in range(place + 1, place + 2 + closing) if closing is not None else ():
            found[later] = True
    return found
