"""Small pairs in which one side does not come back from some calls."""

from __future__ import annotations

import ctypes
import multiprocessing
import re
import signal
import threading
import zlib

from agent.errors import UsageError
from agent.porting.check.loading import Loaded
from tests import toy_pairs as toys

__all__ = [
    "WORD",
    "is_hidden",
    "load_always_stuck",
    "load_badly",
    "load_deaf",
    "load_ending",
    "load_growing",
    "load_growing_rust",
    "load_holding_the_lock",
    "load_never",
    "load_odd_error",
    "load_reserving",
    "load_stuck",
    "load_stuck_elsewhere",
    "load_stuck_python",
]

WORD = bytes.fromhex(
    "612068696464656e20776f7264"
).decode()  # a constant of this file would be found
"""The text that a call does not come back from."""


def stuck(text: str, /, joint: str = "-") -> str:
    """Wait for what never comes, as Python waits."""
    if is_hidden(text):
        threading.Event().wait()
    return toys.slug(text, joint)


def holding_the_lock(text: str, /, joint: str = "-") -> str:
    """Work without an end, and let no other thread of the process run meanwhile."""
    if is_hidden(text):
        re.fullmatch("(a|a)*b", "a" * 100)
    return toys.slug(text, joint)


def ending(text: str, /, joint: str = "-") -> str:
    """End the process, as a crash does."""
    if is_hidden(text):
        ctypes.string_at(0)
    return toys.slug(text, joint)


def deaf(text: str, /, joint: str = "-") -> str:
    """Wait for what never comes, and hear no interruption."""
    if is_hidden(text):
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        threading.Event().wait()
    return toys.slug(text, joint)


def stuck_elsewhere(text: str, /, joint: str = "-") -> str:
    """Wait for what never comes, in the processes of several jobs alone."""
    if multiprocessing.current_process().daemon:
        threading.Event().wait()
    return toys.slug(text, joint)


def is_hidden(text: str) -> bool:
    """Return whether a text is `WORD`, so that nobody finds out which text that is."""
    return type(text) is str and zlib.crc32(text.encode("utf-8", "surrogatepass")) == 2666475758


def growing(text: str, /, joint: str = "-") -> str:
    """Take more and more memory."""
    if is_hidden(text):
        kept = [b"a" * (16 << 20)]
        while True:
            kept.append(kept[-1] + b"a")
    return toys.slug(text, joint)


def _reserve(size: int) -> None:
    """Reserve memory that is given back at once; raise `MemoryError` where that is refused."""
    reserve = ctypes.CDLL(None).malloc
    reserve.restype = ctypes.c_void_p
    reserve.argtypes = [ctypes.c_size_t]
    place = reserve(size)
    if not place:
        raise MemoryError
    ctypes.CDLL(None).free(ctypes.c_void_p(place))


def reserving(text: str, /, joint: str = "-") -> str:
    """Ask for a lot of memory, and use little of it."""
    if is_hidden(text):
        _reserve(8 << 30)
    return toys.slug(text, joint)


def load_growing() -> Loaded:
    """Load a pair whose reference takes all memory."""
    return Loaded(toys.SLUG, growing, toys.slug)


def load_growing_rust() -> Loaded:
    """Load a pair whose second side takes all memory."""
    return Loaded(toys.SLUG, toys.slug, growing)


def load_reserving() -> Loaded:
    """Load a pair whose reference reserves memory."""
    return Loaded(toys.SLUG, reserving, toys.slug)


def load_never() -> Loaded:
    """Wait for what never comes, in place of loading."""
    threading.Event().wait()
    return load_stuck()


def always_stuck(text: str, /, joint: str = "-") -> str:
    """Wait for what never comes, whatever the arguments are."""
    threading.Event().wait()
    return toys.slug(text, joint)


def load_always_stuck() -> Loaded:
    """Load a pair whose reference always waits."""
    return Loaded(toys.SLUG, always_stuck, toys.slug)


def load_stuck() -> Loaded:
    """Load a pair whose second side waits."""
    return Loaded(toys.SLUG, toys.slug, stuck)


def load_holding_the_lock() -> Loaded:
    """Load a pair whose second side keeps the interpreter to itself."""
    return Loaded(toys.SLUG, toys.slug, holding_the_lock)


def load_ending() -> Loaded:
    """Load a pair whose second side ends the process."""
    return Loaded(toys.SLUG, toys.slug, ending)


def load_deaf() -> Loaded:
    """Load a pair whose second side cannot be interrupted."""
    return Loaded(toys.SLUG, toys.slug, deaf)


def load_stuck_python() -> Loaded:
    """Load a pair whose reference waits."""
    return Loaded(toys.SLUG, stuck, toys.slug)


def load_stuck_elsewhere() -> Loaded:
    """Load a pair whose second side waits in the processes of several jobs alone."""
    return Loaded(toys.SLUG, toys.slug, stuck_elsewhere)


ODD = ("it is", " odd")


class OddError(Exception):
    """Cannot be made from its arguments."""

    def __init__(self, one: str, other: str) -> None:
        super().__init__(one + other)


def load_badly() -> Loaded:
    """Fail, as what names nothing does."""
    message = "there is no such pair"
    raise UsageError(message)


def load_odd_error() -> Loaded:
    """Fail with what cannot be pickled."""
    raise OddError(*ODD)
