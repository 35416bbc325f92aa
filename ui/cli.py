"""The command `dateline`: runs it, and turns errors into one line on stderr and an exit code.

Everything else is imported inside `main`, so that Ctrl-C during the imports ends as cleanly as later.
"""

import sys
from collections.abc import Sequence

ANSWERED, FAILED, USAGE, NO_INDEX, NO_MODEL, INTERRUPTED = 0, 1, 2, 4, 5, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with the arguments, by default those of the process. Always ends in SystemExit."""
    try:
        code = _run(sys.argv[1:] if arguments is None else list(arguments))
    except KeyboardInterrupt:
        code = INTERRUPTED
    if code == INTERRUPTED:
        sys.stderr.write("dateline: interrupted\n")
    sys.exit(code)


def _run(arguments: list[str]) -> int:
    import codecs
    import io
    from pathlib import Path

    import typer.exceptions

    from assistant.errors import AssistantError
    from ui.app import app
    from ui.errors import UiError
    from vectorstore.errors import StoreError
    from vectorstore.index.disk_full import is_disk_full

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a sign that the terminal lacks must not lose the answer
            ascii_only = codecs.lookup(stream.encoding).name == "ascii"  # no locale is set; terminals show UTF-8
            stream.reconfigure(encoding="utf-8" if ascii_only else None, errors="backslashreplace")
    try:
        code = app(args=arguments, prog_name="dateline", standalone_mode=False) or ANSWERED
        sys.stdout.flush()
    except BrokenPipeError:
        return _broken_pipe()
    except (StoreError, AssistantError, UiError) as error:
        return _report(error, str(error), _exit_code(error))
    except typer.exceptions.TyperException as error:
        return _report(error, f"{error.format_message().removesuffix('.')}. See 'dateline --help'.", USAGE)
    except Exception as error:  # a bug: still one line, which names the flag for more
        if is_disk_full(error, Path.cwd()):
            return _report(error, f"a disk is full ({error}): make room, and run this again", FAILED)
        return _report(error, f"{type(error).__name__}: {error} (unexpected: -v shows the traceback)", FAILED)
    return int(code)


def _exit_code(error: Exception) -> int:
    """The exit code for an error of Dateline's own."""
    from assistant.errors import (
        EvaluationError,
        ModelFileError,
        ModelMemoryError,
        ModelNotFoundError,
        QuestionError,
    )
    from ui.errors import SettingsError, UsageError
    from vectorstore.errors import NoIndexError

    if isinstance(error, NoIndexError):
        return NO_INDEX
    if isinstance(error, ModelNotFoundError | ModelFileError | ModelMemoryError):
        return NO_MODEL
    wrong_use = QuestionError | EvaluationError | UsageError | SettingsError
    return USAGE if isinstance(error, wrong_use) else FAILED


def _report(error: Exception, message: str, code: int) -> int:
    """Write the message to stderr as one line, with -v after the traceback of the error; returns the exit code."""
    import logging
    import traceback

    from ui.console import log, write
    from ui.text.escaping import inline

    if log.isEnabledFor(logging.DEBUG):
        traceback.print_exception(error, file=sys.stderr)
    write(f"dateline: {inline(message)}", sys.stderr)
    return code


def _broken_pipe() -> int:
    """Stdout was closed, as by 'dateline list | head': end quietly, without another error when it is flushed."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


if __name__ == "__main__":
    main()
