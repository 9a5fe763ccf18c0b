"""When programs do nothing: every process of theirs sleeps, or has ended."""

from __future__ import annotations

import os
import time
from pathlib import Path

__all__ = ["state_of", "until_idle"]

_PATIENCE = 2.0
"""Seconds after which it is no longer waited for."""

_PAUSE = 0.0005


def until_idle() -> None:
    """Wait until the programs that this process has started do nothing, or have ended."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        if all(_is_idle(pid) for pid in _children(os.getpid()) if _leads(pid)):
            return
        time.sleep(_PAUSE)


def state_of(pid: int) -> str:
    """Return the state of a process, as the kernel has it: ``Z`` or ``X`` if it has ended."""
    return _fields(pid)[0]


def _is_idle(pid: int) -> bool:
    """Return whether a process and all that it has started sleep or have ended."""
    return state_of(pid) in {"S", "Z", "X"} and all(map(_is_idle, _children(pid)))


def _leads(pid: int) -> bool:
    return _fields(pid)[2] == str(pid)


def _fields(pid: int) -> list[str]:
    """Return the state, parent and group of a process."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ["X", "", ""]
    return status.rpartition(")")[2].split()[:3]


def _children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(each) for task in tasks for each in (task / "children").read_text().split()]
    except OSError:
        return []
