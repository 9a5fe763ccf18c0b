"""Changes a file after it has been opened, and before its first byte is read.

Only Linux can hold a reader until that is done, and only for a user who administers the system.
"""

from __future__ import annotations

import ctypes
import os
import select
import struct
import sys
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Meddler"]

_CLOSE_ON_EXEC, _MAY_REFUSE = 0x1, 0x4
_ADD = 0x1
_BEFORE_READING = 0x20000
_HERE = -100
_EVENT = struct.Struct("=IBBHQii")
_ANSWER = struct.Struct("=iI")
_ALLOW = 1


class Meddler:
    """Holds the first read of one file, whoever reads it, until a change is made."""

    def __init__(self, descriptor: int, change: Callable[[], None]) -> None:
        self._descriptor = descriptor
        self._change = change
        self.rests = False
        """Whether readers go on, and the change is still to be made."""
        self._ended, self._end = os.pipe()
        self._thread = Thread(target=self._meddle, daemon=True)
        self._thread.start()

    @classmethod
    def at(cls, path: str, change: Callable[[], None]) -> Self | None:
        """Wait for a reader of a file; return None where this user may not hold any.

        Raises `OSError` if there is no file.
        """
        if sys.platform != "linux":
            return None
        library = ctypes.CDLL(None, use_errno=True)
        descriptor = library.fanotify_init(_CLOSE_ON_EXEC | _MAY_REFUSE, os.O_RDONLY)
        if descriptor < 0:
            return None
        mask = ctypes.c_uint64(_BEFORE_READING)
        if library.fanotify_mark(descriptor, _ADD, mask, _HERE, os.fsencode(path)):
            os.close(descriptor)
            code = ctypes.get_errno()
            raise OSError(code, os.strerror(code), path)
        return cls(descriptor, change)

    def close(self) -> None:
        """Wait no longer."""
        os.close(self._end)
        self._thread.join()

    def _meddle(self) -> None:
        try:
            while not self._is_done():
                pass
        finally:
            os.close(self._descriptor)  # lets all others read
            os.close(self._ended)

    def _is_done(self) -> bool:
        """Wait for a reader; return whether the change is made, or nobody waits any longer."""
        ready, _, _ = select.select([self._descriptor, self._ended], [], [])
        if self._descriptor not in ready:
            return True
        *_, file, _ = _EVENT.unpack(os.read(self._descriptor, _EVENT.size))
        rests = self.rests
        try:
            if not rests:
                with suppress(OSError):
                    self._change()
        finally:
            os.write(self._descriptor, _ANSWER.pack(file, _ALLOW))
            os.close(file)
        return not rests
