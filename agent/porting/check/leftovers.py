"""What a call leaves behind in the process: open descriptors, running threads, child processes."""

from __future__ import annotations

import gc
import os
import stat
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

__all__ = ["LEFTOVERS", "Counted", "everything", "lowest_descriptor", "settle"]

LEFTOVERS = ("descriptors", "threads", "children")
"""The words for these. What is made once, such as a pool of threads, is none of them."""

_PATIENCE = 0.025
"""Seconds that a thread or a process of one side alone is given to end."""

_PAUSE = 0.001

Counted = dict[str, dict[Any, str]]
"""By word, what there is, each with a text."""


def everything(words: Collection[str]) -> Counted:
    """Return what there is in this process of what `words` name, if they are of `LEFTOVERS`."""
    return {word: look() for word, look in _LOOKS.items() if word in words}


def _descriptors() -> dict[Any, str]:
    found = {}
    for number in _listed("/proc/self/fd", "/dev/fd"):
        with suppress(OSError):  # that of the listing itself
            found[number] = _kind(number)
    return found


def _listed(*folders: str) -> list[int]:
    for folder in folders:
        with suppress(OSError):
            return [int(name) for name in os.listdir(folder)]  # noqa: PTH208
    return []


def _kind(number: int) -> str:
    mode = os.fstat(number).st_mode
    for test, text in (
        (stat.S_ISSOCK, "a socket"),
        (stat.S_ISFIFO, "a pipe"),
        (stat.S_ISDIR, "a folder"),
    ):
        if test(mode):
            return text
    try:
        path = os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115  # a text
    except OSError:
        return "a file"
    return path if path.startswith("/") else "a file"


def lowest_descriptor() -> int:
    """Return the lowest number that no descriptor has: one that is left open takes it."""
    try:
        number = os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return -1
    os.close(number)
    return number


def _threads() -> dict[Any, str]:
    """Return the threads by their number in the system, which those of Rust have, too."""
    python = {
        thread.native_id: "a thread"
        for thread in threading.enumerate()
        if not isinstance(thread, threading._DummyThread)  # noqa: SLF001  # for those of Rust
    }
    return {**dict.fromkeys(_listed("/proc/self/task"), "a thread"), **python}


def _children() -> dict[Any, str]:
    if not hasattr(os, "waitid"):
        return {}
    try:
        os.waitid(os.P_ALL, 0, os.WEXITED | os.WNOHANG | os.WNOWAIT)
    except OSError:  # there are none
        return {}
    found: dict[Any, str] = {}
    for thread in _listed("/proc/self/task"):
        with suppress(OSError), open(f"/proc/self/task/{thread}/children", "rb") as file:  # noqa: PTH123
            found |= dict.fromkeys(map(int, file.read().split()), "a process")
    return found


_LOOKS: dict[str, Callable[[], dict[Any, str]]] = {
    "descriptors": _descriptors,
    "threads": _threads,
    "children": _children,
}


def settle(sides: Collection[dict[str, dict[Any, str]]], word: str) -> None:
    """Wait until both sides have left the same behind, for a while; forget what has gone.

    What nothing refers to is collected first, as it would be sooner or later.
    """
    if word == "descriptors":
        if not _alike(sides, word):
            gc.collect()
            _alike(sides, word)
        return
    until = time.monotonic() + _PATIENCE
    while not _alike(sides, word) and time.monotonic() < until:
        time.sleep(_PAUSE)


def _alike(sides: Collection[dict[str, dict[Any, str]]], word: str) -> bool:
    """Forget what has gone; return whether as much is there on both sides."""
    there = _LOOKS[word]()
    for side in sides:
        side[word] = {key: text for key, text in side.get(word, {}).items() if key in there}
    one, other = (len(side[word]) for side in sides)
    return one == other
