"""Atomic replacement of files, by one process at a time."""

from __future__ import annotations

import glob
import os
import shutil
import tempfile
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from time import monotonic, sleep, time
from typing import TYPE_CHECKING

from agent.porting.files.lock import try_lock
from agent.porting.files.private import open_private, runtime_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

__all__ = ["exclusive", "exclusively_changing", "replace_text"]

_LEFT_OVER = 3600.0
"""The age in seconds at which no process is still writing a temporary file."""

_CHANGED_WITHIN = 10.0
"""Seconds to wait for another process that changes a file."""


def replace_text(path: Path, text: str) -> None:
    """Write `text` to the file at `path`; a reader sees the old content or all of `text`.

    Line ends are not converted; the file keeps its permissions, and a link to it stays a link. If
    the process is interrupted, the old content remains; what it may have left beside the file is
    removed by a later call.
    """
    target = path.resolve()
    target.parent.mkdir(parents=True, exist_ok=True)
    _remove_left_over(target)
    descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(text.encode())
            file.flush()
            os.fsync(file.fileno())
        if target.exists():
            shutil.copymode(target, name)
        else:
            Path(name).chmod(0o666 & ~_umask())
        os.replace(name, target)  # noqa: PTH105  # as the documentation of the system call is named
    except BaseException:
        with suppress(FileNotFoundError):
            os.unlink(name)  # noqa: PTH108  # beside os.replace
        raise


def _remove_left_over(target: Path) -> None:
    """Remove temporary files of `replace_text` that a killed process left long ago."""
    for path in target.parent.glob(f".{glob.escape(target.name)}.????????"):
        with suppress(OSError):
            if time() - path.stat().st_mtime > _LEFT_OVER:
                path.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


@contextmanager
def exclusively_changing(path: Path) -> Iterator[None]:
    """Let one process of this user at a time read and rewrite the file at `path`.

    Raises:
        TimeoutError: another process takes too long.
        EnvironmentLacking: there is no folder for locks.
    """
    place = sha256(os.fsencode(path.resolve())).hexdigest()[:16]
    with exclusive(runtime_folder() / f"{place}.lock", _CHANGED_WITHIN):
        yield


@contextmanager
def exclusive(
    path: Path, wait: float, waiting: Callable[[], None] = lambda: None
) -> Iterator[None]:
    """Hold the lock that is the file at `path`.

    `waiting` is called once when another process holds it. Raises `TimeoutError` when that does not
    end within `wait` seconds, and `OSError` when the file cannot be opened, or is a link, a FIFO or
    whatever else is no file.
    """
    with os.fdopen(open_private(path, os.O_RDONLY | os.O_CREAT), "rb", buffering=0) as file:
        end = monotonic() + wait
        called = False
        while not try_lock(file.fileno()):
            if monotonic() >= end:
                message = f"another process holds {path} and did not end within {wait:g} s"
                raise TimeoutError(message)
            if not called:
                waiting()
                called = True
            sleep(min(0.2, wait))
        yield
