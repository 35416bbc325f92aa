"""Standard input, output and error: which is a terminal, what is coloured, where log messages go."""

import logging
import os
import re
import shutil
import sys
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from typing import TextIO

from ui.errors import UsageError
from ui.text.escaping import inline
from ui.text.style import Style

log = logging.getLogger("dateline")
MOST_INPUT = 1_000_000
"""Bytes that are read of standard input."""


def set_up_messages(quiet: bool = False, verbose: bool = False) -> None:
    """Write Dateline's log to stderr, one line a message: warnings and errors, errors alone if `quiet`.

    With `verbose` (or DATELINE_DEBUG in the environment) all messages, and the warnings of libraries too.
    """
    verbose = verbose or bool(os.environ.get("DATELINE_DEBUG"))
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_MessageFormatter())
    log.handlers[:] = [handler]
    log.propagate = False
    log.setLevel(logging.DEBUG if verbose else logging.ERROR if quiet else logging.WARNING)
    if not verbose:
        warnings.simplefilter("ignore")
        logging.getLogger().setLevel(logging.ERROR)
        os.environ.setdefault("TRANSFORMERS_VERBOSITY", "error")


class _MessageFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        return f"dateline: {inline(record.getMessage())}"


def style_for(color: str, out: TextIO) -> Style:
    """The style for `out`: wrapped to a terminal's width; in colour if `color` is "always", or "auto" at a terminal."""
    terminal = out.isatty()
    colored = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return Style(
        width=shutil.get_terminal_size().columns if terminal else None,
        color=color == "always" or (color == "auto" and colored),
    )


def write(text: str, out: TextIO | None = None) -> None:
    """Write the text and a line break, and flush: a pipe gets each statement as soon as it is made."""
    out = out or sys.stdout
    out.write(f"{text}\n")
    out.flush()


@contextmanager
def answers_only() -> Iterator[TextIO]:
    """Yields stdout, for answers; what libraries print in the meantime goes to stderr."""
    out = sys.stdout
    with redirect_stdout(sys.stderr):
        yield out


def question(words: Sequence[str]) -> str:
    """The question on one line: standard input, if it is no terminal or a word is "-", and then the words.

    Raises UsageError if that is empty.
    """
    from_stdin = sys.stdin is not None and ("-" in words or not sys.stdin.isatty())
    parts = [_read_stdin() if from_stdin else "", *(word for word in words if word != "-")]
    if text := clean(" ".join(parts)):
        return text
    raise UsageError('no question was given: expected one, such as dateline "How many drones hit Kyiv?"')


def clean(text: str) -> str:
    """The text on one line, without control characters and runs of spaces; bytes that were no UTF-8 become U+FFFD."""
    # An argument that was no UTF-8 holds surrogates, which neither SQLite nor the model takes.
    valid = text.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    return " ".join(re.sub("[\x00-\x1f\x7f-\x9f]", " ", valid).split())


def _read_stdin() -> str:
    return sys.stdin.buffer.read(MOST_INPUT).decode("utf-8", "replace")
