"""Programs that may use the chat page's server, each by a name and a token of its own."""

import re

EXPECTED = "pairs such as 'archive=TOKEN, newsletter=TOKEN', each token once and none with a space in it"
_PAIR = re.compile(r"\s*([^\s=,]{1,60})\s*=\s*([^\s,]+)\s*")


def programs(text: str) -> dict[str, str]:
    """The names by their tokens, of text such as "archive=TOKEN, newsletter=TOKEN". Raises ValueError."""
    found: dict[str, str] = {}
    for part in text.split(","):
        pair = _PAIR.fullmatch(part)
        if not pair or pair[2] in found:
            raise ValueError(f"expected {EXPECTED}")
        found[pair[2]] = pair[1]
    return found


def are_programs(value: object) -> bool:
    """Whether the value is such text."""
    try:
        return isinstance(value, str) and bool(programs(value))
    except ValueError:
        return False
