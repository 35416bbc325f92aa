"""llama.cpp, loaded once, with its log redirected: errors reach the user, other messages are dropped."""

import ctypes
import logging
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from types import ModuleType
from typing import Any, TypeVar

T = TypeVar("T")

log = logging.getLogger("dateline")

# ggml's levels as of ggml 0.25; llama-cpp-python 0.3.36 still maps the numbers they had before, and so prints
# warnings and hides errors.
_ERROR, _CONTINUED = 4, 5

_thread = threading.local()
_lock = threading.Lock()
_callbacks: list[Any] = []  # a callback that Python frees while C still holds it crashes the process


def llama() -> ModuleType:
    """The module `llama_cpp`, its log redirected and its backend started. Thread-safe."""
    with _lock:
        return _load()


@cache
def _load() -> ModuleType:
    import llama_cpp

    _callbacks.append(llama_cpp.llama_log_callback(_on_log))
    llama_cpp.llama_log_set(_callbacks[-1], ctypes.c_void_p(0))
    llama_cpp.llama_backend_init()
    module: ModuleType = llama_cpp
    return module


def in_other_thread(call: Callable[[], T]) -> T:
    """What `call` returns, run in another thread: for long calls of llama.cpp from the main thread.

    llama.cpp calls back into Python to log. A Ctrl-C that reached the main thread there would be printed and
    lost, since no exception crosses C; waiting here it stays a Ctrl-C.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="llama.cpp") as pool:
        return pool.submit(call).result()


@contextmanager
def errors() -> Iterator[list[str]]:
    """The lines that llama.cpp logs as errors on this thread while the block runs, instead of in the log."""
    lines: list[str] = []
    _thread.lines = lines
    try:
        yield lines
    finally:
        _thread.lines = None


def reason(lines: list[str]) -> str:
    """The error lines of llama.cpp as one line, without the names of its functions."""
    messages = [line.split(": ", 1)[-1].strip() for line in "".join(lines).splitlines() if line.strip()]
    return "; ".join(dict.fromkeys(messages)) or "llama.cpp gave no reason"


def _on_log(level: int, text: bytes, _data: object) -> None:
    level = getattr(_thread, "level", 0) if level == _CONTINUED else level
    _thread.level = level
    if level != _ERROR:
        return
    line = text.decode("utf-8", "replace")
    lines: list[str] | None = getattr(_thread, "lines", None)
    if lines is not None:
        lines.append(line)
    else:
        log.error("llama.cpp: %s", line.rstrip())
