"""When two names are one: whatever their capitals, spaces and way of writing the same characters."""

import unicodedata

import regex

LONGEST = 60
"""Characters of a name."""

_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\s]+")


def folded(name: str) -> str:
    """The name as it is compared and as conversations are kept under: the same for all spellings of one name.

    Without capitals, spaces and characters that show nothing; full-width letters, ligatures and accents that are
    characters of their own become what they stand for.
    """
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", name)).casefold()
    return str(_UNSEEN.sub("", unicodedata.normalize("NFKC", plain)))


def tidy(name: str) -> str:
    """The name as it is shown: plain spaces, one at a time."""
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in name)
    return " ".join(filter(None, spaced.split(" ")))


def usable(name: str) -> bool:
    """Whether a person can have this name."""
    return len(name) <= LONGEST and name.isprintable() and bool(folded(name))
