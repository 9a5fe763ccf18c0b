"""Locks of the reference: who uses them, through forks and to the end of the process."""

from __future__ import annotations

import atexit
import os
import re
import sys
import threading
from contextlib import suppress
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Protocol
from weakref import ref

from agent.components.cache.flights import forget_other_threads

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["Guarded", "called_by_a_key", "free", "new_lock"]

_PATIENCE = 0.05
"""Seconds between two looks at whether the process is ending."""


class Guarded(Protocol):
    """An object with such a lock."""

    _lock: Any

    def _after_fork(self) -> None:
        """Make the object usable in a forked child, in which only this thread is left."""


_ASKED = ("__hash__", "__eq__", "__bool__", "__len__")
"""What a look-up calls: methods of keys, and of what their ``__eq__`` returns."""

_guarded: dict[int, ref[Any]] = {}
"""Every object with such a lock, by a number.

They leave without a line of Python, in which an exception of a signal handler would be lost.
"""
_numbers = count()
_ending = False


def new_lock(owner: Guarded) -> Any:
    """Return a lock for `owner`, which outlasts forks and threads that end with the process.

    It is an `RLock` taken by ``with``: the interpreter runs no signal handler between its taking
    and the block.
    """
    number = next(_numbers)
    _guarded[number] = ref(owner, partial(_guarded.pop, number))
    return _made()


def _made() -> Any:
    return _LastLock(threading.RLock()) if _ending else threading.RLock()


def _owners() -> list[Any]:
    """Return the objects that have such a lock."""
    owners = [reference() for reference in list(_guarded.values())]
    return [owner for owner in owners if owner is not None]


def free(lock: Any) -> None:
    """Release what an interrupted method took of a lock and may not have released.

    What an older operation holds, in the middle of which the method runs, stays held: the frames of
    both say so (see `store`).
    """
    method = _user(lock, sys._getframe(1))  # noqa: SLF001  # no other way shows who called
    older = None if method is None else _user(lock, method.f_back)
    held = older is not None and older.f_locals["holds"]
    while lock._is_owned() and _count(lock) > held:  # noqa: SLF001  # as `Condition` does
        lock.release()


def _user(lock: Any, frame: FrameType | None) -> FrameType | None:
    """Return the next frame, from `frame` on to its callers, that says whether it holds a lock."""
    while frame is not None and not (
        "holds" in frame.f_locals and frame.f_locals.get("lock") is lock
    ):
        frame = frame.f_back
    return frame


def _count(lock: Any) -> int:
    """Return how often a lock is held; only its `repr` says so in every Python 3.11."""
    return int(re.search(r"count=(\d+)", repr(lock))[1])  # type: ignore[index]


class _LastLock:
    """The lock of a process that is ending: nobody waits for a thread that ended holding it."""

    def __init__(self, lock: Any) -> None:
        self._lock = lock
        self.release = lock.release
        self._is_owned = lock._is_owned  # noqa: SLF001  # as `threading.Condition` does
        self._release_save = lock._release_save  # noqa: SLF001
        self._acquire_restore = lock._acquire_restore  # noqa: SLF001

    def __repr__(self) -> str:
        return repr(self._lock)

    def __enter__(self) -> None:
        while not self._lock.acquire(timeout=_PATIENCE):
            if sys.is_finalizing():  # the other threads are gone
                return

    def __exit__(self, kind: object, value: object, trace: object) -> None:
        with suppress(RuntimeError):  # it may not have been taken
            self._lock.release()


def called_by_a_key(owner: object) -> bool:
    """Return whether a ``__hash__`` or ``__eq__`` that `owner` called is under way in this thread.

    A frame of `owner` called such a method directly, as the look-up itself has no frame.
    """
    frame: FrameType | None = sys._getframe(1)  # noqa: SLF001  # no other way shows who called
    while frame is not None:
        caller = frame.f_back
        if caller is not None and _belongs_to_a_key(frame) and _is_of(caller, owner):
            return True
        frame = caller
    return False


def _is_of(frame: FrameType, owner: object) -> bool:
    """Return whether a frame is a method of `owner`; its own ``__eq__`` compares copies."""
    return frame.f_code.co_name != "__eq__" and frame.f_locals.get("self") is owner


def _belongs_to_a_key(frame: FrameType) -> bool:
    code = frame.f_code
    if code.co_name in _ASKED:
        return True
    key = type(frame.f_locals.get(code.co_varnames[0])) if code.co_varnames else object
    methods = (getattr(key, name, None) for name in _ASKED)
    return any(getattr(method, "__code__", None) is code for method in methods)


def _after_fork() -> None:
    forget_other_threads()
    for owner in _owners():
        if not owner._lock._is_owned():  # noqa: SLF001
            owner._lock = _made()  # noqa: SLF001
        owner._after_fork()  # noqa: SLF001


def _at_exit() -> None:
    global _ending  # noqa: PLW0603  # there is one process
    _ending = True
    for owner in _owners():
        owner._lock = _LastLock(owner._lock)  # noqa: SLF001


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_after_fork)
atexit.register(_at_exit)
