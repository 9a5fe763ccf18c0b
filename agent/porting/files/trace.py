"""The files that a result was computed from, and their states at that moment.

Code whose results are kept names every file or folder that it looks at: ``noted(path).is_file()``.
Within `tracing`, that is written down; outside of it, it costs a call. A result may be used again
as long as every path of its trace has the `state` that it had.
"""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    State = tuple[int, ...] | None

__all__ = ["Trace", "glob", "noted", "state", "tracing"]

P = TypeVar("P", bound="str | os.PathLike[str]")

_GRANULARITY = 2 * 10**9
"""Nanoseconds by which the time stamp of a file may be coarse or late (FAT keeps even seconds)."""


def state(path: str | os.PathLike[str]) -> State:
    """Return what changes whenever the file or the folder at `path` does; None if there is none.

    That is the inode, the size, and the times of the last change of content and of inode, in
    nanoseconds. A folder changes when an entry is added, removed or renamed.
    """
    try:
        found = os.stat(path)  # noqa: PTH116  # start-up does without pathlib
    except (OSError, ValueError):
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns


class Trace:
    """The files and folders that a result is computed from, as they were when first looked at."""

    def __init__(self) -> None:
        self.states: dict[str, State] = {}
        """The state of each path, all of them absolute."""
        self._begun = time.time_ns()

    def note(self, path: str | os.PathLike[str]) -> None:
        """Add a path."""
        place = os.path.abspath(path)  # noqa: PTH100  # as above
        if place not in self.states:
            self.states[place] = state(place)

    @property
    def settled(self) -> bool:
        """Whether each path was last changed well before this trace began.

        A file that has just been changed may be changed again within the granularity of its time
        stamp, which nothing would show: its state does not identify its content.
        """
        latest = self._begun - _GRANULARITY
        return all(each is None or max(each[2:]) < latest for each in self.states.values())


_trace: ContextVar[Trace | None] = ContextVar("trace", default=None)


@contextmanager
def tracing() -> Iterator[Trace]:
    """Write down, within the ``with`` block, each path that `noted` is called with."""
    trace = Trace()
    token = _trace.set(trace)
    try:
        yield trace
    finally:
        _trace.reset(token)


def noted(path: P) -> P:
    """Return `path`, which the caller is about to look at."""
    trace = _trace.get()
    if trace is not None:
        trace.note(path)
    return path


def glob(folder: Path, pattern: str) -> list[Path]:
    """Return the sorted paths below `folder` that match `pattern`; each folder read is noted."""
    found = [folder]
    for part in pattern.split("/"):
        found = [path for above in found for path in sorted(noted(above).glob(part))]
    return found
