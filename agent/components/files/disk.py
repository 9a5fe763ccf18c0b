"""A small disk of a world's own: in no folder, so that it is gone when its process ends.

Only Linux has what this needs, and only a user who may mount gets it.
"""

from __future__ import annotations

import ctypes
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Self

__all__ = ["Disk"]

_PAGES = 16
"""Size of a disk; a file that is not empty takes at least one page."""

# The numbers of system calls, which are the same on all machines, and what they are asked for.
_FSOPEN, _FSCONFIG, _FSMOUNT = 430, 431, 432
_CLOSE_ON_EXEC = 1
_SET_TEXT, _CREATE = 1, 6
_SET_FLAGS, _IMMUTABLE = 0x40086602, 0x10


def _call(number: int, *arguments: int | bytes | None) -> int:
    """Make a system call; raise `OSError` where it fails."""
    result = ctypes.CDLL(None, use_errno=True).syscall(number, *arguments)
    if result < 0:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))
    return int(result)


class Disk:
    """A file system in memory, whose root has the path `root`, in this process alone."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self.root = f"/proc/self/fd/{descriptor}"

    @classmethod
    def new(cls) -> Self | None:
        """Make an empty disk; return None where this user may not."""
        if sys.platform != "linux":
            return None
        try:
            context = _call(_FSOPEN, b"tmpfs", _CLOSE_ON_EXEC)
        except OSError:
            return None
        try:
            size = b"%d" % (_PAGES * os.sysconf("SC_PAGE_SIZE"))
            _call(_FSCONFIG, context, _SET_TEXT, b"size", size, 0)
            _call(_FSCONFIG, context, _CREATE, None, None, 0)
            return cls(_call(_FSMOUNT, context, _CLOSE_ON_EXEC, 0))
        except OSError:
            return None
        finally:
            os.close(context)

    def close(self) -> None:
        """Give the disk back, with all on it."""
        os.close(self._descriptor)

    def fill(self, name: str) -> None:
        """Put a file on the disk that takes all that is left of it."""
        with suppress(OSError), Path(self.root, name).open("wb", buffering=0) as file:
            while True:
                file.write(bytes(os.sysconf("SC_PAGE_SIZE")))

    def freeze(self, name: str) -> None:
        """Have nobody change, remove or replace a file, root included."""
        with suppress(OSError), Path(self.root, name).open("rb") as file:
            import fcntl  # noqa: PLC0415  # Windows has none

            fcntl.ioctl(file, _SET_FLAGS, _IMMUTABLE.to_bytes(8, sys.byteorder))

    def holds(self, path: str | int) -> bool:
        """Return whether a path or a descriptor is of the disk's."""
        own = os.fstat(self._descriptor).st_dev
        try:
            return os.stat(path if isinstance(path, int) else os.path.dirname(path)).st_dev == own  # noqa: PTH116, PTH120  # a text or a number
        except OSError:
            return False
