"""What a process holds: memory, blocks of the interpreter, references, descriptors, threads."""

from __future__ import annotations

import ctypes
import gc
import os
import sys
import threading
import time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.porting.check.memory import resident

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Stock", "growth_between", "take_stock"]

Stock = dict[str, float]
"""How much there is of each, by its unit."""

_LEAST = {
    "bytes": 2.0,
    "bytes resident": 64.0,
    "blocks of Python": 0.2,
    "references to an argument": 0.2,
    "descriptors": 0.2,
    "threads": 0.2,
}
"""What has to come with a repetition to be a growth, by its unit."""

_ALIKE = 0.4
"""The part of the first half's growth that the second half has at least, if it goes on."""

_PATIENCE = 1.0
"""Seconds that threads are given to end."""

_ARGUMENT = "argument"


def take_stock(names: dict[str, Any]) -> Stock:
    """Return what this process holds; `names` are those of the script, arguments among them."""
    gc.collect()
    stock: Stock = {
        "blocks of Python": sys.getallocatedblocks(),
        "references to an argument": max(
            (sys.getrefcount(value) for name, value in names.items() if name.startswith(_ARGUMENT)),
            default=0,
        ),
        "threads": _settled(_threads),
    }
    descriptors = _entries("/proc/self/fd", "/dev/fd")
    if descriptors is not None:
        stock["descriptors"] = descriptors
    in_use = _in_use()
    if in_use is None:
        stock["bytes resident"] = resident(os.getpid())
    else:
        stock["bytes"] = in_use()
    return stock


def growth_between(stocks: Sequence[Stock], repetitions: int) -> Stock:
    """Return what each repetition takes, of what grows in both halves.

    Args:
        stocks: what there was before, between and after two halves.
        repetitions: how many there were in each half.
    """
    before, between, after = stocks
    grew = {}
    for unit, least in _LEAST.items():
        if unit not in before:
            continue
        first, second = between[unit] - before[unit], after[unit] - between[unit]
        enough = least * repetitions
        if first >= enough and second >= max(enough, _ALIKE * first):
            grew[unit] = (first + second) / (2 * repetitions)
    return grew


def _threads() -> float:
    native = _entries("/proc/self/task")
    return float(threading.active_count()) if native is None else native


def _settled(count: Callable[[], float]) -> float:
    """Return a count once it no longer falls."""
    until = time.monotonic() + _PATIENCE
    found = count()
    while found > 1 and time.monotonic() < until:
        time.sleep(0.01)
        now = count()
        if now >= found:
            return now
        found = now
    return found


def _entries(*folders: str) -> float | None:
    """Return how many entries the first of the folders has that there is."""
    for folder in folders:
        try:
            return float(sum(1 for _ in Path(folder).iterdir()))
        except OSError:
            continue
    return None


class _Mallinfo(ctypes.Structure):
    """What ``mallinfo2`` of the GNU C library returns."""

    _fields_ = [
        (name, ctypes.c_size_t)
        for name in (
            "arena", "ordblks", "smblks", "hblks", "hblkhd",
            "usmblks", "fsmblks", "uordblks", "fordblks", "keepcost",
        )
    ]  # fmt: skip


@cache
def _in_use() -> Callable[[], float] | None:
    """Return what counts the bytes that were allocated and not freed; None where nothing does.

    It knows those of compiled code, and those of Python's objects that are no small blocks.
    """
    try:
        mallinfo = ctypes.CDLL(None).mallinfo2
    except (AttributeError, OSError, TypeError):
        return None
    mallinfo.restype = _Mallinfo

    def count() -> float:
        found = mallinfo()
        return float(found.uordblks + found.hblkhd)

    return count
