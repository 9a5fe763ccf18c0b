"""The memory that the processes of a check may take."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

if sys.platform != "win32":
    import resource

__all__ = ["address_space_limited", "limit_address_space", "peak", "resident", "too_large"]

MIB = 1 << 20

_ROOM = 4
"""How many times the limit a process may reserve: what is reserved need not be used."""

_limited = False


def resident(process: int | None) -> int:
    """Return the bytes of memory that a process takes; 0 where nothing tells."""
    try:
        pages = Path(f"/proc/{process}/statm").read_text(encoding="ascii").split()[1]
    except (OSError, IndexError):  # it has ended, or this is not Linux
        return 0
    return int(pages) * os.sysconf("SC_PAGE_SIZE")


def too_large(process: int | None, mebibytes: float) -> bool:
    """Return whether a process takes more memory than it may."""
    return resident(process) > mebibytes * MIB


def peak() -> int:
    """Return the most bytes that this process has taken so far; 0 where nothing tells."""
    if sys.platform == "win32":
        return 0
    used = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return used if sys.platform == "darwin" else used << 10


def limit_address_space(mebibytes: float) -> None:
    """Have requests of this process, and of those that it starts, fail far above its limit.

    What needs less is found by looking at the process: a request may not be used in full.
    """
    global _limited  # noqa: PLW0603  # a process has one
    if not sys.platform.startswith("linux"):
        return
    pages = Path("/proc/self/statm").read_text(encoding="ascii").split()[0]
    room = int(pages) * os.sysconf("SC_PAGE_SIZE") + int(_ROOM * mebibytes * MIB)
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    room = min(each for each in (room, soft, hard) if each != resource.RLIM_INFINITY)
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_AS, (room, hard))
        _limited = True


def address_space_limited() -> bool:
    """Return whether a request of this process may fail that would not fail elsewhere."""
    return _limited
