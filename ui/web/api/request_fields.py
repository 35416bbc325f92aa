"""Fields of what the page sends with an event, checked: a client may send anything."""

import re
from collections.abc import Mapping
from typing import Any

from ui.errors import UsageError
from ui.web.api.api_error import ApiError
from ui.web.api.collection_routes import filters_of
from vectorstore.articles import Filters

LONGEST = 200
"""Characters of a date or a publisher's name."""

_ID = re.compile("[0-9a-f]{32}")


def identifier(data: Mapping[str, Any], name: str) -> str:
    """32 hexadecimal digits; "" where there is none. Raises UsageError for anything else."""
    value = data.get(name) or ""
    if value and not (isinstance(value, str) and _ID.fullmatch(value)):
        raise UsageError(f"'{name}' is no id: expected 32 hexadecimal digits; load the page again")
    return str(value)


def text(data: Mapping[str, Any], name: str, longest: int = LONGEST) -> str:
    """Text of at most so many characters; "" where there is none. Raises UsageError for anything else."""
    value = data.get(name) or ""
    if not isinstance(value, str):
        raise UsageError(f"'{name}' is no text: load the page again")
    if len(value) > longest:
        raise UsageError(f"'{name}' has {len(value):,} characters, expected at most {longest:,}")
    return value


def scope(value: object) -> Filters:
    """The filters {"since", "until", "publisher"}, each optional. Raises UsageError for anything else."""
    if not value:
        return Filters()
    if not isinstance(value, Mapping):
        raise UsageError("'filters' is no object: load the page again")
    try:
        return filters_of({name: text(value, name) for name in ("since", "until", "publisher")})
    except ApiError as error:
        raise UsageError(str(error)) from error
