"""Of two texts of one article, the page's and its JSON-LD's, the one that holds the whole of it."""

import re

_RUN = 4  # words in a row that two texts have in common by no accident
_WITHIN = 0.8  # share of a text's runs that stand in the other one, where it is a part of that


def fuller(shown: str, linked: str, free: bool) -> str:
    """The text shown on the page, or the linked one where that says more of the article.

    Length alone decides nothing: a page may show the beginning and then an offer to subscribe, and JSON-LD may
    hold a summary. What the two have in common tells them apart. `free`: what the page says of its access.
    """
    ours, theirs = _runs(shown), _runs(linked)
    if not theirs or not ours:
        return shown or linked
    common = len(ours & theirs)
    if common >= _WITHIN * len(theirs):
        return shown
    if common >= _WITHIN * len(ours):
        return linked
    begins_alike = bool(_runs(shown[:400]) & _runs(linked[:400]))
    if not free and (begins_alike or not common):
        return linked
    return linked if len(theirs) > len(ours) else shown


def stands_in(piece: str, text: str) -> bool:
    """Whether a text, or nearly all of it, stands in another one."""
    runs = _runs(piece)
    return len(runs & _runs(text)) >= _WITHIN * len(runs)


def _runs(text: str) -> set[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return {tuple(words[at : at + _RUN]) for at in range(max(1, len(words) - _RUN + 1))} if words else set()
