"""What the tests of the tools share."""

from __future__ import annotations

import os
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from agent.components.tools.world import Programs

__all__ = ["Raised", "children", "descriptors", "in_programs", "observed", "programs"]

programs = [
    pytest.mark.skipif(sys.platform != "linux", reason="the Rust side is for Linux"),
    pytest.mark.usefixtures("nothing_left"),
]
"""The marks of tests that run programs."""

in_programs = pytest.mark.unsanitized("its runtime is in the programs, takes memory, hears signals")


class Raised(Exception):
    """What a signal handler raises."""


def children() -> set[str]:
    """Return the children of this process, reaped or not."""
    tasks = Path("/proc/self/task").iterdir()
    return {pid for task in tasks for pid in (task / "children").read_text().split()}


def observed(world: Programs, expected: int) -> object:
    """Return how many processes are left, when that is what is expected, or a second is over."""
    deadline = time.monotonic() + 1.0
    while (found := world.observe()[""]) != expected and time.monotonic() < deadline:
        time.sleep(0.01)
    return found


def descriptors() -> int:
    """Return how many descriptors are open."""
    return len(os.listdir("/proc/self/fd"))  # noqa: PTH208
