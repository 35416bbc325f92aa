"""Capital letters for the names of a question typed without them, as the passages retrieved for it write them."""

import re
from collections import Counter
from collections.abc import Sequence

from assistant.answer import Passage
from assistant.language.stems import proper
from assistant.query.counting import counted_noun

_WORD = re.compile(r"[^\W\d_][\w’'-]*")
_BEGINS = re.compile(r"(?:^|[.!?:“\"‘(\n])\s*$")


def capitalised(question: str, passages: Sequence[Passage]) -> str:
    """A question for a count without a capitalised name ("how many drones hit kyiv"), with the passages' "Kyiv".

    A word is a name if the passages write it with a capital within their sentences, and never otherwise.
    """
    if not counted_noun(question) or any(word[0].isupper() for word in proper(question)):
        return question
    asked = {match[0].lower() for match in _WORD.finditer(question)}
    spelt: dict[str, Counter[str]] = {}
    for passage in passages:
        for match in _WORD.finditer(passage.text):
            word = re.sub(r"[’']s$", "", match[0])
            if word.lower() in asked and not _BEGINS.search(passage.text, 0, match.start()):
                spelt.setdefault(word.lower(), Counter())[word] += 1
    names = {word: max(forms, key=lambda form: forms[form]) for word, forms in spelt.items() if word not in forms}
    return _WORD.sub(lambda match: names.get(match[0], match[0]), question)
