"""The command `dateline`, and the one place where errors become a line and an exit code.

Everything else is imported inside `main`: Ctrl-C in the first moments must end as cleanly as later.
"""

import sys
from collections.abc import Sequence

ANSWERED, FAILED, USAGE, NO_INDEX, NO_MODEL, INTERRUPTED = 0, 1, 2, 4, 5, 130


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command with these arguments, by default the process's own; ends in SystemExit."""
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
    from vectorstore.index.disk_full import disk_full

    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a terminal without UTF-8 must not cost the answer
            plain = codecs.lookup(stream.encoding).name == "ascii"  # no terminal is: nobody has set a locale
            stream.reconfigure(encoding="utf-8" if plain else None, errors="backslashreplace")
    try:
        code = app(args=arguments, prog_name="dateline", standalone_mode=False) or ANSWERED
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_gone()
    except (StoreError, AssistantError, UiError) as error:
        return _complain(error, str(error), _exit_code(error))
    except typer.exceptions.TyperException as error:
        return _complain(error, f"{error.format_message().removesuffix('.')}. See 'dateline --help'.", USAGE)
    except Exception as error:  # the last line of defence: one line, and how to get the rest
        if disk_full(error, Path.cwd()):
            return _complain(error, f"a disk is full ({error}): make room, and run this again", FAILED)
        told = f"{type(error).__name__}: {error} (unexpected: -v shows the traceback)"
        return _complain(error, told, FAILED)
    return int(code)


def _exit_code(error: Exception) -> int:
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


def _complain(error: Exception, told: str, code: int) -> int:
    import logging
    import traceback

    from ui.console import log, write
    from ui.text.escaping import inline

    if log.isEnabledFor(logging.DEBUG):
        traceback.print_exception(error, file=sys.stderr)
    write(f"dateline: {inline(told)}", sys.stderr)
    return code


def _reader_gone() -> int:
    """Nobody reads stdout any more, as in 'dateline list | head': nothing to say and nobody to say it to."""
    import os

    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return FAILED


if __name__ == "__main__":
    main()
