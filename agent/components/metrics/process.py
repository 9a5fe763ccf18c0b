"""Figures of this process, read from ``/proc``."""

from __future__ import annotations

import os
from pathlib import Path

from agent.components.metrics.contract import ProcessReading

__all__ = ["read_process"]

_PROC = Path("/proc")


def read_process() -> ProcessReading:
    """Read ``/proc/self`` and the boot time in ``/proc/stat``; see proc(5)."""
    text = (_PROC / "self/stat").read_text(encoding="utf-8", errors="replace")
    # The second field is the program's name in parentheses, which may contain anything.
    fields = text.rpartition(")")[2].split()
    ticks = os.sysconf("SC_CLK_TCK")
    utime, stime, threads, started, virtual, resident = (
        int(fields[number - 3]) for number in (14, 15, 20, 22, 23, 24)
    )
    booted = (_PROC / "stat").read_text(encoding="utf-8").partition("btime ")[2].split()[0]
    return ProcessReading(
        cpu_seconds=(utime + stime) / ticks,
        resident_bytes=resident * os.sysconf("SC_PAGE_SIZE"),
        virtual_bytes=virtual,
        open_fds=len(os.listdir(_PROC / "self/fd")) - 1,  # noqa: PTH208  # one is this listing's
        threads=threads,
        start_time=int(booted) + started // ticks,
    )
