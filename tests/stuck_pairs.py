"""Small pairs in which one side does not come back from some calls."""

from __future__ import annotations

import ctypes
import multiprocessing
import re
import signal
import threading

from agent.errors import UsageError
from agent.porting.check.loading import Loaded
from tests import toy_pairs as toys

__all__ = [
    "WORD",
    "load_badly",
    "load_deaf",
    "load_ending",
    "load_holding_the_lock",
    "load_odd_error",
    "load_stuck",
    "load_stuck_elsewhere",
    "load_stuck_python",
]

WORD = "stop here"
"""The text that a call does not come back from."""


def stuck(text: str, /, joint: str = "-") -> str:
    """Wait for what never comes, as Python waits."""
    if text == WORD:
        threading.Event().wait()
    return toys.slug(text, joint)


def holding_the_lock(text: str, /, joint: str = "-") -> str:
    """Work without an end, and let no other thread of the process run meanwhile."""
    if text == WORD:
        re.fullmatch("(a|a)*b", "a" * 100)
    return toys.slug(text, joint)


def ending(text: str, /, joint: str = "-") -> str:
    """End the process, as a crash does."""
    if text == WORD:
        ctypes.string_at(0)
    return toys.slug(text, joint)


def deaf(text: str, /, joint: str = "-") -> str:
    """Wait for what never comes, and hear no interruption."""
    if text == WORD:
        signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
        threading.Event().wait()
    return toys.slug(text, joint)


def stuck_elsewhere(text: str, /, joint: str = "-") -> str:
    """Wait for what never comes, in the processes of several jobs alone."""
    if multiprocessing.current_process().daemon:
        threading.Event().wait()
    return toys.slug(text, joint)


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
