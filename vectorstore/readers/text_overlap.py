"""Whether one text is contained in another, by shared word 4-grams (shingles)."""

import re

_SHINGLE = 4  # words: so many in a row are rarely shared by chance
_CONTAINED = 0.8  # share of a text's shingles that occur in the other one, from which it counts as part of it

Shingle = tuple[str, ...]


def more_complete(shown: str, linked: str, free: bool) -> str:
    """Of two texts of one article, shown on the page and from its JSON-LD, the one that has more of the article.

    Length alone does not decide: the page may show only the beginning and an offer to subscribe, and the JSON-LD may
    hold only a summary. So a text that is contained in the other one loses. `free`: whether the page declares that
    it can be read without paying.
    """
    ours, theirs = _shingles(shown), _shingles(linked)
    if not theirs or not ours:
        return shown or linked
    common = len(ours & theirs)
    if common >= _CONTAINED * len(theirs):
        return shown
    if common >= _CONTAINED * len(ours):
        return linked
    begins_alike = bool(_shingles(shown[:400]) & _shingles(linked[:400]))
    if not free and (begins_alike or not common):
        return linked
    return linked if len(theirs) > len(ours) else shown


def is_contained(piece: str, text: str) -> bool:
    """Whether nearly all of `piece` occurs in `text`."""
    shingles = _shingles(piece)
    return len(shingles & _shingles(text)) >= _CONTAINED * len(shingles)


def _shingles(text: str) -> set[Shingle]:
    """The 4-grams of a text's words in lower case; one shorter shingle for a shorter text."""
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + _SHINGLE]) for at in range(max(1, len(words) - _SHINGLE + 1))} if words else set()
