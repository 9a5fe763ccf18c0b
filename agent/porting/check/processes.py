"""Processes of a check, which search the working directory for modules no earlier than this one."""

from __future__ import annotations

import os
from contextlib import contextmanager
from multiprocessing.context import SpawnContext, SpawnProcess
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["SPAWN", "computed_by", "environment"]

_SAFE_PATH = "PYTHONSAFEPATH"

_OURS = "agent"
"""The value of `_SAFE_PATH` while a process starts; any text that is not empty sets it."""


@contextmanager
def environment(variables: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment within a ``with`` block."""
    saved = {name: os.environ.get(name) for name in variables}
    os.environ.update(variables)
    try:
        yield
    finally:
        for name, value in saved.items():
            if value is None:
                del os.environ[name]
            else:
                os.environ[name] = value


class _Process(SpawnProcess):
    """A process that has the path of this one, and imports nothing before it has."""

    def start(self) -> None:
        # Without this, the command line that multiprocessing uses puts the working directory first.
        with environment({} if _SAFE_PATH in os.environ else {_SAFE_PATH: _OURS}):
            super().start()

    def run(self) -> None:
        if os.environ.get(_SAFE_PATH) == _OURS:  # it is not for what the operations start
            del os.environ[_SAFE_PATH]
        super().run()


class _Context(SpawnContext):
    Process = _Process


SPAWN = _Context()
"""What makes the processes of a check."""


def computed_by(process: int | None) -> float:
    """Return the seconds that a process has had of processors; 0 where nothing tells."""
    try:
        told = Path(f"/proc/{process}/stat").read_text(encoding="utf-8", errors="replace")
        ticks = told.rpartition(")")[2].split()[11:13]  # the name before may have spaces
    except OSError:  # it has ended, or this is not Linux
        return 0.0
    return sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
