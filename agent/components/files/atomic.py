"""Writing a file whole or not at all."""

from __future__ import annotations

import os
import secrets
import stat
from contextlib import suppress
from errno import EINVAL, EISDIR, ELOOP, ENOENT

from agent.components.files.opened import named, write_all

__all__ = ["write"]

_LONGEST = 40
"""Symbolic links that are followed one after the other, as Linux does."""


def write(path: str, data: bytes, *, sync: bool, links: str) -> None:
    """Put a file that holds `data` in the place of what `path` leads to."""
    with named(path):
        place, mode = _place(path, links)
        folder = os.path.dirname(place) or "."  # noqa: PTH120  # of a text, as it is
        temporary = os.path.join(folder, f".agent-{secrets.token_hex(8)}.tmp")  # noqa: PTH118
        try:
            with open(temporary, "xb", buffering=0) as file:  # noqa: PTH123  # a text, as it is
                if mode is not None:
                    os.chmod(file.fileno(), mode)  # noqa: PTH101  # of a descriptor
                write_all(file.fileno(), data)
                if sync:
                    os.fsync(file.fileno())
            os.replace(temporary, place)  # noqa: PTH105
        except FileExistsError:  # another's file
            raise
        except BaseException:  # an exception of a signal handler may come before there is a file
            with suppress(OSError):
                os.unlink(temporary)  # noqa: PTH108
            raise
        if sync:
            _sync_folder(folder)


def _place(path: str, links: str) -> tuple[str, int | None]:
    """Return where the file is to be, and the mode of the one that is there."""
    place = path
    for _ in range(_LONGEST + 1):
        try:
            status = os.lstat(place)
        except FileNotFoundError:
            _require_name(place)
            return place, None
        if not stat.S_ISLNK(status.st_mode):
            if stat.S_ISDIR(status.st_mode):
                raise OSError(EISDIR, "")
            if not stat.S_ISREG(status.st_mode):
                raise OSError(EINVAL, "")
            return place, stat.S_IMODE(status.st_mode)
        if links == "refuse":
            break
        if links == "replace":
            return place, None
        target = os.readlink(place)  # noqa: PTH115  # as it is
        place = os.path.join(os.path.dirname(place), target)  # noqa: PTH118, PTH120
    raise OSError(ELOOP, "")


def _require_name(place: str) -> None:
    """Refuse what no file can be called, as opening it would."""
    if not place:
        raise OSError(ENOENT, "")
    if place.endswith("/"):
        raise OSError(EISDIR, "")


def _sync_folder(folder: str) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
