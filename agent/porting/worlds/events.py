"""The audit events of Python that are effects on the outside world, and the files they name.

Source: the table of audit events in the documentation of Python.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["effect_on", "files_of", "paths_of", "written"]

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND


def _opens_to_write(arguments: Sequence[Any]) -> bool:
    """Return whether a file is opened for writing that is not the null device or already open."""
    path, _, flags = arguments
    return bool(flags & _WRITING) and not isinstance(path, int) and path != os.devnull


def _is_in_file(arguments: Sequence[Any]) -> bool:
    """Return whether a database is kept in a file."""
    return arguments[0] not in {":memory:", ""}


def _always(_: Sequence[Any]) -> bool:
    return True


_PATHS: dict[str, tuple[tuple[int, int | None], ...]] = {
    "open": ((0, None),),
    "os.chflags": ((0, None),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.link": ((0, 2), (1, 3)),
    "os.mkdir": ((0, 2),),
    "os.remove": ((0, 1),),
    "os.removexattr": ((0, None),),
    "os.rename": ((0, 2), (1, 3)),
    "os.rmdir": ((0, 1),),
    "os.setxattr": ((0, None),),
    "os.symlink": ((1, 2),),
    "os.truncate": ((0, None),),
    "os.utime": ((0, 3),),
    "shutil.chown": ((0, None),),
    "shutil.copyfile": ((1, None),),
    "shutil.copymode": ((1, None),),
    "shutil.copystat": ((1, None),),
    "shutil.copytree": ((1, None),),
    "shutil.make_archive": ((0, None),),
    "shutil.move": ((0, None), (1, None)),
    "shutil.rmtree": ((0, 1),),
    "shutil.unpack_archive": ((1, None),),
    "sqlite3.connect": ((0, None),),
}
"""By event, where among its arguments the files are that it changes, and their ``dir_fd``."""

_OTHERS = (
    "os.exec", "os.fork", "os.forkpty", "os.kill", "os.killpg", "os.posix_spawn", "os.spawn",
    "os.startfile", "os.system", "pty.spawn", "socket.bind", "socket.connect", "socket.getaddrinfo",
    "socket.gethostbyaddr", "socket.gethostbyname", "socket.sendto", "subprocess.Popen",
)  # fmt: skip

_EFFECTS: dict[str, Callable[[Sequence[Any]], bool]] = {
    **dict.fromkeys((*_PATHS, *_OTHERS), _always),
    "open": _opens_to_write,
    "sqlite3.connect": _is_in_file,
}


def effect_on(event: str) -> Callable[[Sequence[Any]], bool] | None:
    """Return what tells from an event's arguments whether it is an effect; None if none is."""
    return _EFFECTS.get(event)


def files_of(event: str, arguments: Sequence[Any]) -> list[Any]:
    """Return the files that an effect changes, as they were given; none if it is on no file."""
    return [arguments[at] for at, _ in _PATHS.get(event, ())]


def paths_of(event: str, arguments: Sequence[Any]) -> list[str] | None:
    """Return the absolute paths that an effect changes; None if it is on no file.

    Links in the folders that lead there are followed, the last part of a path is not.
    """
    if event not in _PATHS:
        return None
    found = []
    for at, folder in _PATHS[event]:
        within = -1 if folder is None else dict(enumerate(arguments)).get(folder, -1)
        found.append(_resolved(arguments[at], within))
    return found


def _resolved(path: Any, folder: Any) -> str:
    if isinstance(path, int):
        return os.path.realpath(f"/proc/self/fd/{path}")
    text = os.fsdecode(path)
    if isinstance(folder, int) and folder >= 0:
        text = os.path.join(f"/proc/self/fd/{folder}", text)  # noqa: PTH118  # a link, kept as it is
    head, last = os.path.split(text.rstrip("/") or "/")
    if last in {"", ".", ".."}:
        return os.path.realpath(text)
    return os.path.join(os.path.realpath(head), last)  # noqa: PTH118  # of texts


def written(event: str, arguments: Sequence[Any]) -> str:
    """Write an effect as a call, ``os.remove('a')``."""
    if event in _PATHS:
        shown = files_of(event, arguments)
    elif event in {"socket.bind", "socket.connect", "socket.sendto", "subprocess.Popen"}:
        shown = list(arguments[1:2])  # before it, the socket; or the program, which is in it
    else:
        shown = list(arguments[:1])
    return f"{event}({', '.join(map(repr, shown))})"
