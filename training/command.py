"""What the training commands share: progress in the log, and errors as one line."""

import logging
import sys
from collections.abc import Callable

from assistant.errors import AssistantError
from vectorstore.errors import StoreError

log = logging.getLogger("dateline")


def carry_out(work: Callable[[], object]) -> None:
    """Call `work` with progress logged to stderr; an AssistantError or StoreError ends the program with its line."""
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    log.setLevel(logging.INFO)
    try:
        work()
    except (AssistantError, StoreError) as error:
        sys.exit(str(error))
