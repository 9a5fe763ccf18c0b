"""Opening, reading and appending; errors carry the path as it was given."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from errno import EINVAL, EISDIR
from typing import TYPE_CHECKING

from agent.components.files.contract import FileError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = [
    "append",
    "failed",
    "named",
    "open_to_read",
    "read",
    "read_or_error",
    "refused",
    "tail",
    "write_all",
]

# Opening a pipe waits for its other end, unless it is told not to.
_OPEN = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0) | getattr(os, "O_BINARY", 0)
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT

_BLOCK = 1 << 16


def refused(number: int, path: str) -> OSError:
    """Return the exception for an error of the system's, of the class that goes with its number."""
    return OSError(number, os.strerror(number), path)


def failed(error: OSError, path: str) -> FileError:
    """Return what became of one file of many."""
    number = error.errno or 0
    return FileError(path, number, os.strerror(number))


@contextmanager
def named(path: str) -> Iterator[None]:
    """Put the path as it was given into the errors of what is done with it."""
    try:
        yield
    except OSError as error:
        if error.errno is None:
            raise
        raise refused(error.errno, path) from None


def _require_regular(descriptor: int) -> None:
    mode = os.fstat(descriptor).st_mode
    if stat.S_ISDIR(mode):
        raise OSError(EISDIR, "")
    if not stat.S_ISREG(mode):
        raise OSError(EINVAL, "")


def open_to_read(path: str) -> int:
    """Return a descriptor of a regular file."""
    descriptor = os.open(path, os.O_RDONLY | _OPEN)
    try:
        _require_regular(descriptor)
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def read(path: str) -> bytes:
    """Return what a file holds."""
    with open(open_to_read(path), "rb", buffering=0) as file:
        return file.readall()


def read_or_error(path: str) -> bytes | FileError:
    """Return what a file holds, or why it cannot be read."""
    try:
        return read(path)
    except OSError as error:
        return failed(error, path)


def append(path: str, data: bytes) -> None:
    """Write at the end of a file."""
    descriptor = os.open(path, _APPEND | _OPEN, 0o666)
    try:
        _require_regular(descriptor)
        write_all(descriptor, data)
    finally:
        os.close(descriptor)


def write_all(descriptor: int, data: bytes) -> None:
    """Write all of `data`, in as many pieces as the system takes it."""
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def tail(path: str, count: int) -> list[bytes]:
    """Return the last lines of a file, read from its end."""
    with open(open_to_read(path), "rb", buffering=0) as file:
        start = file.seek(0, os.SEEK_END)
        held = b""
        # The line before the first one that is wanted has to end in what is held.
        while start > 0 and held.count(b"\n", 0, max(len(held) - 1, 0)) < count:
            size = min(max(_BLOCK, len(held)), start)
            start -= size
            file.seek(start)
            held = file.read(size) + held
    lines = held.split(b"\n")
    whole = [line + b"\n" for line in lines[:-1]]
    if lines[-1]:
        whole.append(lines[-1])
    return whole[len(whole) - min(count, len(whole)) :]
