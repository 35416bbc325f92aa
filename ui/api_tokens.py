"""Programs that may use the chat page's server, each with a name and a token of its own."""

import re

EXPECTED = "pairs such as 'archive=TOKEN, newsletter=TOKEN', each token once and none with a space in it"
_PAIR = re.compile(r"\s*([^\s=,]{1,60})\s*=\s*([^\s,]+)\s*")


def clients_by_token(text: str) -> dict[str, str]:
    """The programs' names by their tokens, from text such as "archive=TOKEN, newsletter=TOKEN".

    Raises ValueError for any other text, and for a token that is given twice.
    """
    names: dict[str, str] = {}
    for part in text.split(","):
        pair = _PAIR.fullmatch(part)
        if not pair or pair[2] in names:
            raise ValueError(f"expected {EXPECTED}")
        names[pair[2]] = pair[1]
    return names
