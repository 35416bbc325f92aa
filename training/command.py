"""What the commands of training share: progress in the log, and one line for what went wrong."""

import logging
import sys
from collections.abc import Callable

from assistant.errors import AssistantError
from vectorstore.errors import StoreError

log = logging.getLogger("dateline")


def carry_out(work: Callable[[], object]) -> None:
    """Does it, its progress on standard error; an error that has a message ends the program with that line and 1."""
    logging.basicConfig(format="%(message)s", stream=sys.stderr)
    log.setLevel(logging.INFO)
    try:
        work()
    except (AssistantError, StoreError) as error:
        sys.exit(str(error))
