"""Files and folders that only this user can read, and the folder of this user's locks."""

from __future__ import annotations

import os
import stat
import tempfile
from contextlib import suppress
from pathlib import Path

from agent.errors import EnvironmentLacking

__all__ = ["create_folder", "create_private", "open_private", "runtime_folder"]

_NOFOLLOW = getattr(os, "O_NOFOLLOW", 0)

_NONBLOCK = getattr(os, "O_NONBLOCK", 0)
"""A FIFO that is opened does not wait for its other end."""

_HAS_OWNERS = hasattr(os, "geteuid")


def create_folder(path: Path) -> None:
    """Create a folder for this user alone (mode 0700), and its parents as usual."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.mkdir(mode=0o700, exist_ok=True)


def create_private(path: Path) -> None:
    """Create an empty file of mode 0600, unless it is there; it is not opened under its own name.

    A process that closes a file loses its locks on it, which SQLite, say, may hold.

    Raises:
        OSError: it cannot be created, or what is there is a link, or no regular file.
    """
    try:
        status = path.lstat()
    except FileNotFoundError:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
        os.close(descriptor)
        try:
            with suppress(FileExistsError):  # another process was faster
                os.link(name, path)
        finally:
            Path(name).unlink()
        return
    if not stat.S_ISREG(status.st_mode):
        message = f"{path} is not a regular file"
        raise OSError(message)


def open_private(path: Path, flags: int) -> int:
    """Open a file with `flags` of `os.open` and return its descriptor; a new one has mode 0600.

    Raises:
        OSError: it cannot be opened; it is a link, or no regular file.
    """
    binary = getattr(os, "O_BINARY", 0)
    descriptor = os.open(path, flags | _NOFOLLOW | _NONBLOCK | binary, 0o600)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        message = f"{path} is not a regular file"
        raise OSError(message)
    return descriptor


def runtime_folder() -> Path:
    """Return a folder for locks that belongs to this user alone; it is created if it is missing.

    It is ``agent-port`` in ``$XDG_RUNTIME_DIR`` if that belongs to this user, as the XDG Base
    Directory Specification asks, and otherwise ``agent-port-<user id>`` in the folder for temporary
    files.

    Raises:
        EnvironmentLacking: what is at that place is not a folder of this user alone.
    """
    named = os.environ.get("XDG_RUNTIME_DIR", "")
    if _is_private(given := Path(named)) and given.is_absolute():
        folder = given / "agent-port"
    else:
        user = f"-{os.geteuid()}" if _HAS_OWNERS else ""
        folder = Path(tempfile.gettempdir()) / f"agent-port{user}"
    try:
        folder.mkdir(mode=0o700)
    except FileExistsError:
        pass
    except OSError as error:
        message = f"the folder {folder} for locks cannot be made: {error.strerror}"
        raise EnvironmentLacking(message) from error
    if not _is_private(folder):
        message = f"{folder} is not a folder that this user alone can write to: remove it"
        raise EnvironmentLacking(message)
    return folder


def _is_private(folder: Path) -> bool:
    """Return whether this user owns the folder and others cannot write to it; a link is none."""
    try:
        status = folder.lstat()
    except OSError:
        return False
    if not stat.S_ISDIR(status.st_mode):
        return False
    return not _HAS_OWNERS or (status.st_uid == os.geteuid() and not status.st_mode & 0o022)
