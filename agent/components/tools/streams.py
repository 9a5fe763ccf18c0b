"""The ends of the pipes to a program that this process holds."""

from __future__ import annotations

import os
from typing import IO, Any

__all__ = ["CHUNK", "Input", "Output"]

CHUNK = 1 << 16
"""Most bytes that are read or written at once."""


class Input:
    """What a program reads."""

    def __init__(self, pipe: IO[Any]) -> None:
        self.pipe: IO[Any] | None = pipe
        os.set_blocking(pipe.fileno(), False)

    def write(self, data: memoryview) -> int:
        """Write what fits into the pipe; return how many bytes that are.

        Raises `BrokenPipeError` if the program reads no more.
        """
        assert self.pipe is not None  # noqa: S101  # the caller has seen to that
        try:
            return os.write(self.pipe.fileno(), data[:CHUNK])
        except BlockingIOError:
            return 0

    def close(self) -> None:
        """Let the program find the end of its input."""
        if self.pipe is not None:
            self.pipe.close()
            self.pipe = None


class Output:
    """What a program writes, as far as it was read and is kept."""

    def __init__(self, pipe: IO[Any]) -> None:
        self.pipe: IO[Any] | None = pipe
        self.kept = bytearray()
        self.taken = 0
        """Bytes that were taken of what was kept."""
        os.set_blocking(pipe.fileno(), False)

    def read(self) -> bytes | None:
        """Return what is in the pipe, up to `CHUNK` bytes; None at its end."""
        assert self.pipe is not None  # noqa: S101  # the caller has seen to that
        try:
            return os.read(self.pipe.fileno(), CHUNK) or None
        except BlockingIOError:
            return b""

    def take(self, most: int) -> bytes:
        """Return what is kept, up to so many bytes, and keep it no more."""
        found = bytes(self.kept[:most])
        del self.kept[:most]
        self.taken += len(found)
        return found

    def close(self) -> None:
        """Read no more."""
        if self.pipe is not None:
            self.pipe.close()
            self.pipe = None
