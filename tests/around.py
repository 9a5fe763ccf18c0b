"""Pairs that give the same, of which one side changes something that all share."""

from __future__ import annotations

import decimal
import locale
import os
import random
import signal
import sys
import threading
from functools import wraps
from typing import TYPE_CHECKING, Any, Protocol

from agent.porting.contract.terms import BESIDE, Effect, operation

if TYPE_CHECKING:
    from collections.abc import Callable

SEEN: list[str] = []
COUNTS = {"calls": 0}
LEVEL = 0

_PRIVATE: list[str] = []
_KEPT: list[Any] = []
_threads: list[threading.Event] = []


class Size(Protocol):
    """A function."""

    @operation(effect=Effect.READS)
    def __call__(self, text: str, /) -> int: ...


class Unlooked(Protocol):
    """The same, of which only results are compared."""

    @operation(effect=Effect.READS, ignores=dict.fromkeys(BESIDE, "only results count here"))
    def __call__(self, text: str, /) -> int: ...


def size(text: str, /) -> int:
    """Return the length, and nothing else."""
    if type(text) is not str:
        message = "a str is needed"
        raise TypeError(message)
    return len(text)


def doing(act: Callable[[str], Any]) -> Callable[[str], int]:
    """Return what gives the same as `size`, and does `act` for most texts."""

    @wraps(size)
    def acts(text: str, /) -> int:
        found = size(text)
        if found:
            act(text)
        return found

    return acts


def _rebind(_: str) -> None:
    global LEVEL  # noqa: PLW0603  # that is what it is about
    LEVEL = 3


def _thread(_: str) -> None:
    ended = threading.Event()
    _threads.append(ended)
    threading.Thread(target=ended.wait, daemon=True).start()


def end_threads() -> None:
    """End the threads that were left."""
    for ended in _threads:
        ended.set()
    _threads.clear()


def _trap(_: str) -> None:
    decimal.getcontext().traps[decimal.Inexact] = True


def remembers(text: str, /) -> int:
    """Append to a public list."""
    SEEN.append(text)
    return size(text)


def counts(text: str, /) -> int:
    """Count in a public table."""
    COUNTS["calls"] += 1
    return size(text)


def caches(text: str, /) -> int:
    """Append to a list that is nobody else's."""
    _PRIVATE.append(text)
    return size(text)


ACTS: dict[str, Callable[[str], Any]] = {
    "globals": _rebind,
    "environ": lambda text: os.environ.update(SOME_NAME=repr(text)),
    "folder": lambda _: os.chdir("/"),
    "umask": lambda _: os.umask(0o027),
    "locale": lambda _: locale.setlocale(locale.LC_CTYPE, "C"),
    "decimal": _trap,
    "recursion_limit": lambda _: sys.setrecursionlimit(sys.getrecursionlimit() + 1),
    "int_max_str_digits": lambda _: sys.set_int_max_str_digits(0),
    "random": lambda _: random.seed(7),
    "signals": lambda _: signal.signal(signal.SIGUSR1, signal.SIG_IGN),
    "descriptors": lambda _: _KEPT.append(os.open("/", os.O_RDONLY)),
    "threads": _thread,
    "stdout": lambda _: os.write(1, b"odd\n"),
    "stderr": lambda _: os.write(2, b"odd\n"),
}
"""What changes something, by the word that switches it off."""


def close_descriptors() -> None:
    """Close what was left open."""
    while _KEPT:
        os.close(_KEPT.pop())
