"""When two spellings are the same name, and when two names only look the same."""

import unicodedata

import regex

LONGEST = 60
"""Characters of a name."""

_UNSEEN = regex.compile(r"[\p{Default_Ignorable_Code_Point}\s]+")


def folded(name: str) -> str:
    """The name as it is compared and stored with conversations: the same for all spellings of one name.

    Case, spaces and invisible characters are dropped; full-width letters, ligatures and separate accents are
    normalised (Unicode NFKC).
    """
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", name)).casefold()
    return str(_UNSEEN.sub("", unicodedata.normalize("NFKC", plain)))


def skeleton(name: str) -> str:
    """What a name looks like: equal for "anna" and for "аnna" with a Cyrillic а.

    Letters outside ASCII that Unicode lists as confusable with ASCII letters are replaced by these, before and after
    case is dropped: a Cyrillic В looks like B, but в does not look like b.
    """
    return _in_ascii_letters(folded(_in_ascii_letters(name)))


def _in_ascii_letters(text: str) -> str:
    from confusable_homoglyphs import confusables

    letters = []
    for letter in unicodedata.normalize("NFKD", text):
        similar = () if letter.isascii() else confusables.is_confusable(letter, preferred_aliases=[]) or ()
        twins = [twin["c"] for known in similar for twin in known["homoglyphs"]]
        letters.append(next((twin for twin in twins if twin.isascii() and twin.isalpha()), letter))
    return "".join(letters)


def tidy(name: str) -> str:
    """The name as it is shown: with single plain spaces."""
    spaced = "".join(" " if unicodedata.category(sign) == "Zs" else sign for sign in name)
    return " ".join(filter(None, spaced.split(" ")))


def usable(name: str) -> bool:
    """Whether a person can have this name: 1 to LONGEST printable characters."""
    return len(name) <= LONGEST and name.isprintable() and bool(folded(name))
