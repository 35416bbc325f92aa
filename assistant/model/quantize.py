"""Writes a copy of a model as Q8_0, completely or not at all."""

import ctypes
import os
from pathlib import Path

from assistant.errors import ModelFileError
from assistant.model.gguf_header import read_header
from assistant.model.llama_library import errors, in_other_thread, llama, reason


def requantize(source: Path, target: Path) -> None:
    """Makes `target`, the Q8_0 of `source`, unless it is there already. Two processes at once make it once.

    Raises OSError when the folder can't be written, ModelFileError when llama.cpp can't make the file.
    """
    from filelock import FileLock

    target.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(target.with_name(target.name + ".lock")):
        # We hold the lock, so a part that is here was left by a process that was killed.
        for part in target.parent.glob(target.name + ".*.part"):
            part.unlink()
        if not is_complete(target):
            _write(source, target)


def is_complete(path: Path) -> bool:
    """Whether `path` is a complete GGUF file."""
    if not path.is_file():
        return False
    try:
        read_header(path)
    except ModelFileError:
        return False
    return True


def _write(source: Path, target: Path) -> None:
    library = llama()
    settings = library.llama_model_quantize_default_params()
    settings.ftype = library.LLAMA_FTYPE_MOSTLY_Q8_0
    settings.allow_requantize = True
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    try:
        failed, cause = in_other_thread(lambda: _quantize(source, part, settings))
        if failed:
            raise ModelFileError(f"{source} could not be rewritten as Q8_0 into {target.parent}: {cause}.")
        read_header(part)
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)


def _quantize(source: Path, part: Path, settings: ctypes.Structure) -> tuple[int, str]:
    with errors() as lines:
        failed = llama().llama_model_quantize(os.fsencode(source), os.fsencode(part), ctypes.byref(settings))
    return failed, reason(lines)
