"""What is written to file descriptors 1 and 2 themselves, past `sys.stdout` and `sys.stderr`."""

from __future__ import annotations

import os
import sys
import tempfile
from contextlib import suppress
from typing import IO

__all__ = ["STREAMS", "RawOutput"]

STREAMS = {"stdout": 1, "stderr": 2}
"""The descriptors of the standard streams."""

_TOLD = 40
"""Lines that are passed on to standard error, each once: what a panic says, for example."""


class RawOutput:
    """Catches what is written to the descriptors of the standard streams while it is open.

    It may be opened again while it is open, by a script that is run within another.
    """

    def __init__(self) -> None:
        self._files: dict[str, IO[bytes]] = {}
        self._kept: dict[str, int] = {}
        """Copies of the descriptors, which lead to where they led."""
        self._depth = 0
        self._told: set[str] = set()

    def open(self) -> None:
        """Lead the descriptors to files."""
        self._depth += 1
        if self._depth > 1:
            return
        _flush()
        for name, number in STREAMS.items():
            if name not in self._files:
                self._files[name] = tempfile.TemporaryFile()  # noqa: SIM115  # kept for good
            with suppress(OSError):  # there is no such descriptor
                self._kept[name] = os.dup(number)
                os.dup2(self._files[name].fileno(), number)

    def close(self) -> None:
        """Lead the descriptors to where they led."""
        self._depth -= 1
        if self._depth > 0:
            return
        self.take()
        for name, copied in self._kept.items():
            os.dup2(copied, STREAMS[name])
            os.close(copied)
        self._kept.clear()

    @property
    def is_empty(self) -> bool:
        """Whether nothing was written since it was last taken."""
        return not any(_written(STREAMS[name]) for name in self._kept)

    def take(self) -> dict[str, str]:
        """Return what was written since this was last asked, by the stream's name."""
        _flush()
        found = {}
        for name in self._kept:
            number = STREAMS[name]
            size = _written(number)
            if size:
                os.lseek(number, 0, os.SEEK_SET)
                found[name] = os.read(number, size).decode("utf-8", "backslashreplace")
                os.lseek(number, 0, os.SEEK_SET)
                os.ftruncate(number, 0)
        self._tell(found.get("stderr", ""))
        return found

    def _tell(self, text: str) -> None:
        """Pass on what was not told before."""
        for line in text.splitlines(keepends=True):
            if line not in self._told and len(self._told) < _TOLD:
                self._told.add(line)
                with suppress(OSError):
                    os.write(self._kept["stderr"], line.encode("utf-8", "backslashreplace"))


def _written(number: int) -> int:
    try:
        return os.lseek(number, 0, os.SEEK_CUR)
    except OSError:  # the line has closed it, or led it elsewhere
        return 0


def _flush() -> None:
    for stream in (sys.__stdout__, sys.__stderr__):
        if stream is not None:
            with suppress(OSError, ValueError):
                stream.flush()
